"""`prune` and `archive`: what is old is removed, or moved out into a file, while the service goes on."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from service.commands.sentences import open_store, say
from service.domain.refusals import Refusal
from service.exchange import housekeeping
from service.store.unit import Work

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
                batch = store.write(partial(housekeeping.prune, kind=kind, kept=timedelta(days=days)))
                number += batch
            if number:
                told.append(f"{number:,} {kind.one if number == 1 else kind.several}")
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
    with open_store() as (_, store), _new_file(file) as made:
        while batch:
            batch, last = store.write(partial(_move_out, made, timedelta(days=days), last))
            made.keep()
            number += batch
    if number:
        say(f"{number:,} {'message' if number == 1 else 'messages'} moved out into {file}.")
    else:
        file.unlink()
        say("Nothing is old enough to be moved out.")


class _NewFile:
    """A file of batches, each packed by itself: one that ends early is whole up to there."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._kept = 0

    def write(self, lines: bytes) -> None:
        """Add a batch; returns when it is safe on its medium."""
        with self._named_failures():
            self._file.write(gzip.compress(lines))
            self._file.flush()
            os.fsync(self._file.fileno())

    def keep(self) -> None:
        """What stands in it stays."""
        self._kept = self._file.tell()

    def go_back(self) -> None:
        """Take out what was not kept."""
        with self._named_failures():
            self._file.seek(self._kept)
            self._file.truncate()

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            raise _not_made(self._path, failure) from None


def _move_out(made: _NewFile, kept: timedelta, after: int, work: Work) -> tuple[int, int]:
    """Move one batch out. Done anew, it stands in the file once: what a deadlock ended was not removed here."""
    made.go_back()
    return housekeeping.archive(work, kept, after, made.write)


@contextmanager
def _new_file(path: Path) -> Iterator[_NewFile]:
    """A file that was not there before."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as failure:
        raise _not_made(path, failure) from None
    with open(number, "wb") as file:  # noqa: PTH123 - the file is open already, by its number.
        yield _NewFile(path, file)


def _not_made(path: Path, failure: OSError) -> ArchiveNotMade:
    return ArchiveNotMade(path, (failure.strerror or str(failure)).lower())
