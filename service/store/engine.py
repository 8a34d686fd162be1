"""The two databases and every difference between them, each with its reason. Reads and writes no row.

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
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, create_engine, event, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

from service.store.database import Database
from service.store.prepared import Prepared

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON", "cache_size=-4000")
_BEGIN_IMMEDIATE = Prepared(text("BEGIN IMMEDIATE"))
_BEGIN = Prepared(text("BEGIN"))
_SAVEPOINT = Prepared(text("SAVEPOINT deskpost"))
_ROLL_BACK = Prepared(text("ROLLBACK TO SAVEPOINT deskpost"))
_RELEASE = Prepared(text("RELEASE SAVEPOINT deskpost"))
_LOOK_IN = text("SELECT current_setting('search_path'), set_config('search_path', :path, true)")
"""Until the transaction ends; what is told is where it looked before, since columns are worked out from the left."""
_SCHEMA = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
_STAND_IN_LINE = text("SELECT pg_advisory_xact_lock(hashtext('deskpost migrate'))")
_KEPT_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""A server that vanished without a word is missed within a minute, and not after the two hours of most systems."""


def make_engines(database: Database, *, threads: int) -> tuple[Engine, Engine]:
    """An engine that writes and one that only reads, for up to `threads` transactions at a time.

    They are made after the fork of a worker, never before. On PostgreSQL they share their connections: a thread is in
    one transaction at a time, and a server has connections for so many workers only.
    Raises BadDatabaseAddress or BadSchema.
    """
    url = database.url()
    if url.get_backend_name() == "postgresql":
        engine = _postgresql(url, database, threads)
        return engine.execution_options(), engine.execution_options()
    writer, reader = _sqlite(url, threads), _sqlite(url, threads)
    return writer.execution_options(begin=_BEGIN_IMMEDIATE), reader.execution_options(begin=_BEGIN)


def _postgresql(url: URL, database: Database, threads: int) -> Engine:
    return create_engine(
        url,
        pool_size=database.pool_size or threads,
        max_overflow=database.pool_overflow,
        pool_timeout=database.pool_wait,
        pool_recycle=database.pool_recycle,
        # After a restart of PostgreSQL all connections are dead, and the first call must not find that out.
        pool_pre_ping=True,
        connect_args={
            "options": " ".join([*_texts(url.query.get("options", ())), _options(database)]),
            "connect_timeout": 10,
            "fallback_application_name": "deskpost",
            **_KEPT_ALIVE,
        },
    )


def _options(database: Database) -> str:
    """What holds in every connection, whatever the server, the database or the role has as its own default."""
    options = {
        "timezone": "UTC",
        # Who waited for a lock sees what was committed meanwhile; all that is locked here counts on it.
        "default_transaction_isolation": r"read\ committed",
        "statement_timeout": f"{database.statement_timeout}s",
        "lock_timeout": f"{database.lock_timeout}s",
        "idle_in_transaction_session_timeout": f"{database.idle_timeout}s",
    }
    if database.schema:
        options["search_path"] = database.schema
    return " ".join(f"-c {name}={value}" for name, value in options.items())


def _texts(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """What an address says by one name, once or several times."""
    return (given,) if isinstance(given, str) else given


def _sqlite(url: URL, threads: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=threads,
        # The connection that was used last is the one whose cache is still true; the others' are read anew.
        pool_use_lifo=True,
        connect_args={"timeout": 20},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


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


@contextmanager
def in_schema(connection: Connection, schema: str) -> Iterator[None]:
    """Let the statements of a block find the tables of a schema of PostgreSQL, in the transaction that is going on.

    After it the connection looks where it looked before, so that its owner's statements find their own tables.
    """
    if not schema:
        yield
        return
    before = connection.execute(_LOOK_IN, {"path": schema}).scalar_one()
    try:
        yield
    finally:
        # A transaction that failed takes the change back itself, and does nothing else any more.
        with suppress(DBAPIError):
            connection.execute(_LOOK_IN, {"path": before})


@contextmanager
def all_or_nothing(connection: Connection) -> Iterator[None]:
    """Take back what a block wrote if it raises; the transaction in which it did goes on, and is its owner's to end."""
    _begin_before_savepoint(connection)
    _SAVEPOINT.execute(connection, {})
    try:
        yield
    except BaseException:
        # A connection that is lost keeps nothing anyway, and says so itself.
        with suppress(DBAPIError):
            _ROLL_BACK.execute(connection, {})
            _RELEASE.execute(connection, {})
        raise
    _RELEASE.execute(connection, {})


def _begin_before_savepoint(connection: Connection) -> None:
    """Python's driver of SQLite begins with the first row that is written, and a savepoint before that would be the
    transaction itself: its end would commit what is not ours to commit.
    """
    driver: object = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection) and driver.isolation_level is not None and not driver.in_transaction:
        _BEGIN.execute(connection, {})


def ensure_schema(connection: Connection, schema: str) -> None:
    """Make a schema of PostgreSQL if it is not there; only then does the role need the right to make one."""
    if schema and connection.execute(_SCHEMA, {"schema": schema}).first() is None:
        connection.execute(CreateSchema(schema))


def stand_in_line(connection: Connection) -> None:
    """Let one migration at a time go on in a database; the next one waits until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_STAND_IN_LINE)


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
