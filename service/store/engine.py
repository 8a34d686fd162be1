"""The two databases and every difference between them, each with its reason. Runs no query of its own.

SQLite has one writer at a time: a transaction that writes says so at its beginning (`BEGIN IMMEDIATE`), because one
that finds out later fails with "database is locked" (measured: 772 failures in 5 s). Threads of one process queue up
at a lock of ours before that, because SQLite's own waiting sleeps up to 100 ms. Readers begin plainly and never wait.
`synchronous=FULL`, because a mark "handed out" that a power cut takes back would send a document twice.

PostgreSQL has row locks: rows that are claimed are locked, and rows that others have claimed are skipped.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, create_engine, event, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from service.domain.refusals import Refusal
from service.store.prepared import Prepared

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON", "cache_size=-8000")
_BEGIN_IMMEDIATE = Prepared(text("BEGIN IMMEDIATE"))
_BEGIN = Prepared(text("BEGIN"))
_POSTGRESQL_OPTIONS = "-c timezone=UTC -c lock_timeout=20000 -c statement_timeout=60000"


class BadDatabaseAddress(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database address is of no use: {why} Write DESKPOST_DATABASE_URL as sqlite:////var/lib/deskpost/"
            "deskpost.sqlite or postgresql://user:password@host/database."
        )


def read_address(address: str) -> URL:
    """Read a database address; PostgreSQL is always reached through psycopg. Raises BadDatabaseAddress."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise BadDatabaseAddress("it is not an address.") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if not url.database or url.database == ":memory:":
            raise BadDatabaseAddress("SQLite needs the path of a file.")
        return url
    raise BadDatabaseAddress(f"'{url.drivername}' is neither sqlite nor postgresql.")


def make_engine(url: URL, *, writes: bool, threads: int) -> Engine:
    """An engine for up to `threads` transactions at a time, made after the fork of a worker, never before."""
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url,
            pool_size=threads,
            max_overflow=threads,
            pool_pre_ping=True,
            connect_args={"options": _POSTGRESQL_OPTIONS, "connect_timeout": 10},
        )
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=threads,
        # The connection that was used last is the one whose cache is still true; the others' are read anew.
        pool_use_lifo=True,
        connect_args={"timeout": 20},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine.execution_options(begin=_BEGIN_IMMEDIATE if writes else _BEGIN)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction of an engine made here: committed when its block ends, rolled back when it raises.

    SQLite's begins here and not in a listener of SQLAlchemy's: with one, every statement costs a fifth more.
    """
    with engine.begin() as connection:
        begin: Prepared | None = engine.get_execution_options().get("begin")
        if begin is not None:
            begin.execute(connection, {})
        yield connection


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


class WriterLock:
    """One writer at a time within a process on SQLite; on PostgreSQL everybody at once."""

    def __init__(self, url: URL) -> None:
        self._lock = threading.Lock() if url.get_backend_name() == "sqlite" else nullcontext()

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._lock:
            yield


def locked(query: Select[Any]) -> Select[Any]:
    """Lock the rows that are read until the transaction ends; on SQLite, whose writer is alone, it says nothing."""
    return query.with_for_update()


def claimed(query: Select[Any]) -> Select[Any]:
    """Lock the rows that are read and pass over those that another transaction has; on SQLite it says nothing."""
    return query.with_for_update(skip_locked=True)


def upsert(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what happens when the row is there; the two dialects spell it alike but apart."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def place_of(letter: str, column: ColumnElement[str], dialect: str) -> ColumnElement[int]:
    """Where a letter stands first in a text, from 1; the two databases have the same function under two names."""
    return func.strpos(column, letter) if dialect == "postgresql" else func.instr(column, letter)
