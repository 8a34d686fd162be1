"""The unit of work: one transaction, committed when its block ends and rolled back when it raises.

Doors open units; the exchange works inside them and never commits. A `Work` carries the one reading of the clock
that everything in the transaction shares.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from service.domain.refusals import Refusal
from service.store.database import Database, as_database
from service.store.engine import WriterLock, make_engines, transaction

Clock = Callable[[], datetime]
Done = TypeVar("Done")

_logger = logging.getLogger(__name__)


class StoreUnavailable(Refusal):
    """The database did not do what was asked; nothing of the unit of work was kept."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"The database {where} is not available: {why}. Nothing was changed. "
            "See that it runs and that DESKPOST_DATABASE_URL names it."
        )


class StoreTooSlow(StoreUnavailable):
    """PostgreSQL gave up on what was asked, because it took too long or others held it up; nothing of it was kept."""

    def __init__(self, where: str, why: str) -> None:
        Refusal.__init__(
            self,
            f"The database {where} did not get it done in time: {why}. Nothing was changed. Try again; if it happens "
            "again, look into pg_stat_activity for who holds it up.",
        )


class Overtaken(StoreTooSlow):
    """PostgreSQL ended it so that others could go on: a deadlock, or a serialization failure. It can be done anew."""


class Conflict(Refusal):
    """A rule of the database was about to be broken, mostly because two did the same at once; nothing was kept."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The database refused it: {why}. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction in progress. `now` is the same, aware and in UTC, for all that happens in it.

    `happened` is what the transaction tells of itself, the events that it writes among it, in the events' columns.
    """

    connection: Connection
    now: datetime
    happened: list[Mapping[str, Any]] = field(default_factory=list)


Listener = Callable[[Sequence[Mapping[str, Any]]], None]
"""Hears what happened in a unit of work once it is committed, in the thread that committed it."""


_FAILURES: Mapping[str, type[StoreUnavailable]] = {
    **dict.fromkeys(("57014", "55P03", "25P03"), StoreTooSlow),
    **dict.fromkeys(("40P01", "40001"), Overtaken),
}
"""What the SQLSTATEs of the three timeouts, of a deadlock and of a serialization failure come to."""

TRIES = 3
_PAUSE = 0.05
"""The most seconds between two tries; at random, or two that met would meet again."""

Lent = Connection | Session
"""What a caller may lend: a connection or a session of SQLAlchemy."""


def adopt(lent: Lent, now: datetime | None = None) -> Work:
    """Work inside a transaction of the caller's, who commits it or rolls it back."""
    connection = lent.connection() if isinstance(lent, Session) else lent
    return Work(connection, now or utc_now())


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """The database of one process: made after a worker's fork, closed at its end."""

    def __init__(self, database: Database | str, *, clock: Clock = utc_now, threads: int = 16) -> None:
        """Connects lazily; `database` may be its URL, `threads` is how many transactions may go on at a time.

        Raises BadDatabaseAddress or BadSchema.
        """
        database = as_database(database)
        url = database.url()
        self.place = url.render_as_string(hide_password=True)
        self._clock = clock
        self._writer, self._reader = make_engines(database, threads=threads)
        self._lock = WriterLock(url)
        self._listeners: list[Listener] = []

    def tell(self, listener: Listener) -> None:
        """Let a listener hear what happens from now on, once it is committed; what is rolled back it never hears."""
        self._listeners.append(listener)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction that may write. Raises StoreUnavailable when the database fails; then nothing was kept."""
        with self._lock.held(), named_failures(self.place), transaction(self._writer) as connection:
            work = Work(connection, self._clock())
            yield work
        if work.happened:
            self._tell(work.happened)

    def write(self, do: Callable[[Work], Done]) -> Done:
        """Do something in a transaction that may write, and again, a few times, when PostgreSQL ended it for others.

        `do` may be called several times, each time with nothing kept of the time before, so it changes nothing but the
        database. Raises as `writing`.
        """

        def once() -> Done:
            with self.writing() as work:
                return do(work)

        return again_when_overtaken(once)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A transaction that only reads and never waits for a writer."""
        with named_failures(self.place), transaction(self._reader) as connection:
            yield Work(connection, self._clock())

    def _tell(self, happened: Sequence[Mapping[str, Any]]) -> None:
        """What is committed has happened, whatever a listener makes of it."""
        for listener in self._listeners:
            try:
                listener(happened)
            except Exception:
                _logger.exception("A listener failed")

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


def again_when_overtaken(do: Callable[[], Done], is_safe: Callable[[], bool] = lambda: True) -> Done:
    """Do something that ends in one transaction, and up to TRIES times while that is Overtaken and it `is_safe`."""
    for _ in range(TRIES - 1):
        try:
            return do()
        except Overtaken as failure:
            if not is_safe():
                raise
            _logger.info("Overtaken, and done anew: %s", failure)
            time.sleep(random.uniform(0, _PAUSE))  # noqa: S311 - It is no secret.
    return do()


@contextmanager
def named_failures(place: str) -> Iterator[None]:
    """What a database refuses becomes Conflict, and what it fails at StoreUnavailable, naming the `place` it is at."""
    try:
        yield
    except (IntegrityError, DataError) as failure:
        raise Conflict(_first_line(failure)) from failure
    except DBAPIError as failure:
        kind = _FAILURES.get(getattr(failure.orig, "sqlstate", None) or "", StoreUnavailable)
        raise kind(place, _first_line(failure)) from failure
    except NoConnectionFree as failure:
        raise StoreTooSlow(place, "all connections of this process were in use") from failure


def _first_line(failure: DBAPIError) -> str:
    return (str(failure.orig).strip().splitlines() or [type(failure.orig).__name__])[0].rstrip(".")
