"""How the commands speak: a refusal is one sentence on stderr and a non-zero exit, never a traceback."""

from __future__ import annotations

import getpass
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from service.domain.refusals import Refusal
from service.settings import Settings, read_settings
from service.store.migrate import require_current
from service.store.unit import Store

MESSAGE_ID = click.IntRange(1, 2**63 - 1)
"""The number of a message, which both databases keep in 64 bits."""


class Unforeseen(click.ClickException):
    """A mistake of Deskpost itself; every unit of work was rolled back on its way here."""

    def __init__(self, failure: Exception) -> None:
        told = on_one_line(f"{type(failure).__name__}: {failure}")[:300]
        super().__init__(
            f"Deskpost failed in a way that nobody foresaw ({told}). What was not finished was taken back. "
            "`deskpost --debug` before the same words shows where it was."
        )


class Stopped(click.ClickException):
    """Somebody pressed Ctrl-C; every unit of work was rolled back on its way here. The exit code is the shell's."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Stopped before it was done. What was not finished was taken back.")


class OneSentence(click.Group):
    """A group of commands whose refusals end in one sentence."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, on a terminal of any encoding: what it cannot show is written as an escape, such as \\u4f60."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(on_one_line(str(refusal))) from None
        except BrokenPipeError:
            os._exit(1)
        except (KeyboardInterrupt, click.Abort):
            raise Stopped from None
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as failure:
            if ctx.params.get("debug"):
                raise
            raise Unforeseen(failure) from None


@contextmanager
def open_store() -> Iterator[tuple[Settings, Store]]:
    """The settings and the store that they name, migrated to the version of this program."""
    settings = read_settings()
    require_current(settings.database)
    store = Store(settings.database, threads=2)
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


def say(text: str, *, err: bool = False) -> None:
    """Print text, which may hold anybody's data: nothing in it steers the terminal."""
    click.echo("\n".join(on_one_line(line) for line in text.split("\n")), err=err)


def facts(rows: Sequence[tuple[str, object]]) -> str:
    """A list of titles and values, without those that have none."""
    return "\n".join(f"{title + ':':<17}{_cell(value)}" for title, value in rows if value)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A plain table; numbers stand on the right."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max([len(title), *(len(row[place]) for row in texts)]) for place, title in enumerate(head)]
    numeric = [bool(rows) and all(isinstance(row[place], int) for row in rows) for place in range(len(head))]
    lines = [_line(list(head), widths, numeric), _line(["-" * width for width in widths], widths, numeric)]
    return "\n".join(line.rstrip() for line in [*lines, *(_line(row, widths, numeric) for row in texts)])


def moment(value: datetime | None) -> str:
    """A point in time as a person reads it, with its zone."""
    return value.strftime("%Y-%m-%d %H:%M:%S UTC") if value else "never"


def _cell(value: object) -> str:
    return "" if value is None else on_one_line(str(value))


def on_one_line(text: str) -> str:
    """Text without line ends and without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    pairs = zip(cells, widths, numeric, strict=True)
    return "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in pairs)
