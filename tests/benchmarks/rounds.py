"""Makes rounds of measurements in turns and prints their medians with ratios. Never judges: a clock proves nothing."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap

Figures = Mapping[str, float]
"""What one round came to, by the names of the columns."""


def in_turns(measured: Mapping[str, Callable[[], Figures]], rounds: int) -> dict[str, Figures]:
    """Return the medians of some rounds, made in turns; a first round, which warms up, is thrown away."""
    made: dict[str, list[Figures]] = {name: [] for name in measured}
    for number in range(rounds + 1):
        for name, measure in measured.items():
            figures = measure()
            if number:
                made[name].append(figures)
    return dict(starmap(_medians, made.items()))


def _medians(name: str, made: Sequence[Figures]) -> tuple[str, Figures]:
    return name, {column: statistics.median(each[column] for each in made) for column in made[0]}


def show(title: str, rows: Mapping[str, Figures], *, against: str | None = None, compared: Sequence[str] = ()) -> None:
    """Print rows of figures; the `compared` columns are followed by their ratio to those of the row `against`."""
    columns = list(next(iter(rows.values())))
    width = max(len(name) for name in rows)
    head = "".join(f"{column:>18}" + (f"{'ratio':>7}" if column in compared else "") for column in columns)
    print(f"\n{title}\n  {'':<{width}}{head}")
    for name, figures in rows.items():
        cells = ""
        for column in columns:
            cells += f"{figures[column]:>18,.3f}" if figures[column] < 100 else f"{figures[column]:>18,.0f}"
            if column in compared:
                cells += f"{figures[column] / rows[against or name][column]:>7.2f}"
        print(f"  {name:<{width}}{cells}")
    sys.stdout.flush()
