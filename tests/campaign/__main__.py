"""`python -m tests.campaign`: plays runs for as long as it is told, and says what was lost, doubled, stuck or wrong."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from qwc import company
from service.store.migrate import migrate
from tests.campaign.pace import in_a_hurry
from tests.campaign.run import Played, Run
from tests.campaign.site import Site
from tests.postgres import running_postgres

RUNS_OF_A_SITE = 100
"""After so many companies a new database is begun, so that a run is as quick at the end as at the beginning."""


class Figures:
    """What came of all runs so far."""

    def __init__(self) -> None:
        self.runs = 0
        self.visits = 0
        self.documents = Counter[str]()
        self.doubts = Counter[str]()
        self.asked_for_what_is_there = 0
        self.failed: list[int] = []

    def add(self, played: Played) -> None:
        verdict = played.verdict
        self.runs += 1
        self.visits += played.visits
        for name in ("lost", "doubled", "stuck", "wrong_status", "wrong_content"):
            self.documents[name] += len(getattr(verdict, name))
        self.doubts += verdict.doubts
        self.asked_for_what_is_there += played.asked_for_what_is_there
        if verdict.complaints:
            self.failed.append(played.seed)

    def __str__(self) -> str:
        told = ", ".join(f"{self.documents[name]} {name.replace('_', ' ')}" for name in sorted(self.documents))
        doubts = ", ".join(f"{count} {reason}" for reason, count in self.doubts.most_common()) or "none"
        return (
            f"{self.runs} runs with {self.visits} visits: {told}. In doubt on the way: {doubts}. "
            f"Manual entry asked for what was there already: {self.asked_for_what_is_there}."
        )


def main() -> int:
    arguments = _arguments()
    figures = Figures()
    until = time.monotonic() + arguments.seconds if arguments.seconds else None
    seeds = iter(range(arguments.seed, arguments.seed + (arguments.runs or 10**9)))
    with in_a_hurry(), tempfile.TemporaryDirectory() as folder, _databases(arguments.database, Path(folder)) as urls:
        other_file = company.create(Path(folder) / "other.company", company_name="Somebody Else Ltd.", random_seed=7)
        site = None
        for number, seed in enumerate(seeds):
            if until is not None and time.monotonic() > until:
                break
            if site is None or number % RUNS_OF_A_SITE == 0:
                if site is not None:
                    site.close()
                site_folder = Path(folder) / f"site-{number}"
                site_folder.mkdir()
                site = Site(next(urls), site_folder)
            played = Run(site, seed, other_file).play()
            figures.add(played)
            if played.verdict.complaints or arguments.story:
                _show(played)
        if site is not None:
            site.close()
    print(figures)
    if figures.failed:
        print(f"Seeds that failed: {' '.join(map(str, figures.failed))}")
    return 1 if figures.failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--seconds", type=float, help="play for so long")
    parser.add_argument("--runs", type=int, help="play so many runs")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first run; each next one is one more")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--story", action="store_true", help="tell the story of every run, not only of those that fail")
    arguments = parser.parse_args()
    if not arguments.seconds and not arguments.runs:
        parser.error("say how long: --seconds N or --runs N")
    return arguments


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Iterator[str]]:
    """Migrated, empty databases, one after the other."""
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres()) if kind == "postgresql" else None

        def made() -> Iterator[str]:
            number = 0
            while True:
                number += 1
                url = server.create_database() if server else f"sqlite:///{folder / f'deskpost-{number}.sqlite'}"
                migrate(url)
                yield url

        yield made()


def _show(played: Played) -> None:
    print(f"--- seed {played.seed}")
    for sentence in played.story:
        print(f"  {sentence}")
    for complaint in played.verdict.complaints:
        print(f"  !!! {complaint}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
