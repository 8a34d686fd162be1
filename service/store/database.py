"""Which database it is, and within which limits it is used; every limit has its reason here. Connects to nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from service.domain.refusals import Refusal

SCHEMA_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
"""Names that PostgreSQL takes without quotes, so that the order system's SQL can write them as they are."""


class BadDatabaseAddress(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database address is of no use: {why} Write DESKPOST_DATABASE_URL as sqlite:////var/lib/deskpost/"
            "deskpost.sqlite or postgresql://user:password@host/database."
        )


class BadSchema(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(f"The schema of the database is of no use: {why} Correct DESKPOST_DATABASE_SCHEMA.")


class DatabaseMissing(Refusal):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"There is no database at {path}: `deskpost migrate` makes it. If another one is meant, name it in "
            "DESKPOST_DATABASE_URL."
        )


@dataclass(frozen=True, slots=True)
class Database:
    """A database by its address, and how PostgreSQL is used; an SQLite file needs no more than its address.

    All times are in seconds; a timeout of 0 is none.
    """

    address: str
    schema: str = ""
    """Where Deskpost's tables are; '' for where the role's search_path leads."""

    pool_size: int = 0
    """Connections that a process keeps open; 0 for as many as it has threads, none of which needs two at a time."""
    pool_overflow: int = 2
    """Connections beyond these, opened when all are in use and closed again after it."""
    pool_wait: float = 20
    """How long a thread waits for one. The Web Connector waits 100 s for an answer, and must get one in words."""
    pool_recycle: int = 1800
    """The age at which a connection is made anew: what stands between may forget those that live for days."""

    statement_timeout: float = 60
    lock_timeout: float = 20
    idle_timeout: float = 60
    """How long a transaction may do nothing: a process that hangs must not keep what it has locked."""

    def require_file(self) -> None:
        """Raise DatabaseMissing for an SQLite file that is not there: whoever opened it would make an empty one."""
        url = self.url()
        if url.get_backend_name() == "sqlite" and url.database and "uri" not in url.query:
            path = Path(url.database).absolute()
            if not path.exists():
                raise DatabaseMissing(str(path))

    def url(self) -> URL:
        """The address, read and checked. Raises BadDatabaseAddress or BadSchema."""
        url = read_address(self.address)
        if self.schema and url.get_backend_name() != "postgresql":
            raise BadSchema("SQLite has no schemas.")
        if self.schema and not SCHEMA_NAME.fullmatch(self.schema):
            raise BadSchema(f"'{self.schema}' is not made of small letters, digits and underscores, 63 at most.")
        return url


def as_database(given: Database | str) -> Database:
    """A database, of which the address may be all that is given."""
    return Database(given) if isinstance(given, str) else given


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
