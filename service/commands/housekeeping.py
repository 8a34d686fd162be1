"""`prune` and `archive`: what is old is removed, or moved out into a file, while the service goes on."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from service.commands.sentences import open_store, say
from service.domain.refusals import Refusal
from service.exchange import housekeeping

DAYS = click.IntRange(1, 36_500)


class ArchiveNotMade(Refusal):
    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The archive {path} cannot be made: {why}. Name a file that is not there yet, in a folder that is."
        )


@click.command()
@click.option("--days", type=DAYS, default=90, show_default=True, help="Keep requests and answers for so long.")
def prune(days: int) -> None:
    """Remove the requests and answers of long ago.

    With them goes what else nobody needs any more, such as old sign-ins. Documents, histories and identities stay.
    It may run at any time; a timer does it every night.
    """
    told = []
    with open_store() as (_, store):
        for kind in housekeeping.KINDS:
            number, batch = 0, housekeeping.BATCH
            while batch == housekeeping.BATCH:
                with store.writing() as work:
                    batch = housekeeping.prune(work, kind, timedelta(days=days))
                number += batch
            if number:
                told.append(f"{number:,} {kind.called}")
    say(f"Removed: {', '.join(told)}." if told else "Nothing is old enough to be removed.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--days", type=DAYS, default=730, show_default=True, help="Keep documents and histories for so long.")
def archive(file: Path, days: int) -> None:
    """Move the documents and histories of long ago out into FILE.

    FILE is made, as JSON lines packed by gzip: a message with its events in each. In the database stays what must
    never be forgotten: record, idempotency key, revision, status, and what QuickBooks calls it.
    """
    number, batch, last = 0, 1, 0
    with open_store() as (_, store), _new_file(file) as write:
        while batch:
            with store.writing() as work:
                batch, last = housekeeping.archive(work, timedelta(days=days), last, write)
            number += batch
    if number:
        say(f"{number:,} {'message' if number == 1 else 'messages'} moved out into {file}.")
    else:
        file.unlink()
        say("Nothing is old enough to be moved out.")


@contextmanager
def _new_file(path: Path) -> Iterator[Callable[[bytes], None]]:
    """What writes lines, each batch packed by itself: a file that ends early is whole up to there."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as failure:
        raise ArchiveNotMade(path, (failure.strerror or str(failure)).lower()) from None
    with open(number, "wb") as file:  # noqa: PTH123 - the file is open already, by its number.

        def write(lines: bytes) -> None:
            try:
                file.write(gzip.compress(lines))
                file.flush()
                os.fsync(file.fileno())
            except OSError as failure:
                raise ArchiveNotMade(path, (failure.strerror or str(failure)).lower()) from None

        yield write
