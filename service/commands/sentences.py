"""How the commands speak: a refusal is one sentence on stderr and a non-zero exit, never a traceback."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
import structlog

from service.domain.refusals import Refusal
from service.settings import Settings, read_settings
from service.store.migrate import require_current
from service.store.unit import Store


class OneSentence(click.Group):
    """A group of commands whose refusals end in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
        except BrokenPipeError:
            os._exit(1)


@contextmanager
def open_store() -> Iterator[tuple[Settings, Store]]:
    """The settings and the store that they name, migrated to the version of this program."""
    settings = read_settings()
    settings.prepare_folders()
    require_current(settings.database_url)
    store = Store(settings.database_url, threads=2)
    try:
        yield settings, store
    finally:
        store.close()


def operator() -> str:
    """Who types: the name that stands in the events."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return f"command line ({name})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A plain table; numbers stand on the right."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max([len(title), *(len(row[place]) for row in texts)]) for place, title in enumerate(head)]
    numeric = [bool(rows) and all(isinstance(row[place], int) for row in rows) for place in range(len(head))]
    lines = [_line(list(head), widths, numeric), _line(["-" * width for width in widths], widths, numeric)]
    return "\n".join(line.rstrip() for line in [*lines, *(_line(row, widths, numeric) for row in texts)])


def configure_logs(level: str) -> None:
    """JSON lines on stderr, at a level and above; no body, no password, no customer's data is ever handed to them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def moment(value: datetime | None) -> str:
    """A point in time as a person reads it, with its zone."""
    return value.strftime("%Y-%m-%d %H:%M:%S UTC") if value else "never"


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    pairs = zip(cells, widths, numeric, strict=True)
    return "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in pairs)
