"""A store whose database fails when it is told to: at the beginning of a transaction, or at its commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy.exc import OperationalError

from service.store.unit import Store, Work


class At(StrEnum):
    BEGIN = "begin"
    COMMIT = "commit"


class FragileStore(Store):
    """Works as any store until `break_down`; from then on until `mend`, everything of that kind fails."""

    _broken_at: At | None = None
    _also_reads = False

    def break_down(self, at: At, *, also_reads: bool = False) -> None:
        """Let all that writes fail; with `also_reads` nothing can be read either, as when the server is away."""
        self._broken_at, self._also_reads = at, also_reads

    def mend(self) -> None:
        self._broken_at, self._also_reads = None, False

    @contextmanager
    def writing(self) -> Iterator[Work]:
        with super().writing() as work:
            self._fail_if(At.BEGIN)
            yield work
            self._fail_if(At.COMMIT)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        with super().reading() as work:
            if self._also_reads:
                self._fail_if(self._broken_at)
            yield work

    def _fail_if(self, at: At | None) -> None:
        if at is not None and self._broken_at is at:
            raise OperationalError("COMMIT", {}, Exception("database or disk is full"))
