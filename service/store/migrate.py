"""Brings a database to the version of the program, and says which version it has. Never changes data on its own."""

from __future__ import annotations

from dataclasses import replace

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.domain.refusals import Refusal
from service.store.database import Database, DatabaseMissing, as_database
from service.store.engine import ensure_schema, make_engines, stand_in_line, transaction
from service.store.unit import Store, Work, named_failures


class DatabaseNotMigrated(Refusal):
    def __init__(self, place: str, found: str | None, wanted: str) -> None:
        state = f"is at version {found}" if found else "is empty"
        super().__init__(
            f"The database {place} {state}, and this program needs version {wanted}. Run `deskpost migrate`, "
            "or set DESKPOST_DATABASE_URL if another database is meant."
        )


def migrate(database: Database | str, *, to: str = "head") -> None:
    """Run the steps that are missing, all in one transaction. `to` is a version, `head` or `base` (takes all back).

    On PostgreSQL the schema is made if it is not there, a step may take as long as it takes, and of several hosts
    that come at once one does it all. Raises BadDatabaseAddress, BadSchema or StoreUnavailable.
    """
    config = _config()
    database = replace(as_database(database), statement_timeout=0)
    writer, reader = make_engines(database, threads=1)
    try:
        place = writer.url.render_as_string(hide_password=True)
        with named_failures(place), transaction(writer) as connection:
            stand_in_line(connection)
            ensure_schema(connection, database.schema)
            config.attributes["connection"] = connection
            (command.downgrade if to == "base" else command.upgrade)(config, to)
    finally:
        writer.dispose()
        reader.dispose()


def versions(database: Database | str) -> tuple[str | None, str]:
    """The version the database has (None when it is empty or not there) and the one that this program needs.

    Raises BadDatabaseAddress, BadSchema or StoreUnavailable.
    """
    try:
        as_database(database).require_file()
    except DatabaseMissing:
        return None, newest_version()
    store = Store(database, threads=1)
    try:
        with store.reading() as work:
            return version_of(work), newest_version()
    finally:
        store.close()


def newest_version() -> str:
    """The version that this program needs."""
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    assert wanted is not None
    return wanted


def version_of(work: Work) -> str | None:
    """The version that the database of a unit of work has; None when it is empty."""
    return MigrationContext.configure(work.connection).get_current_revision()


def require_current(database: Database | str) -> None:
    """Raise DatabaseMissing or DatabaseNotMigrated unless the database has the version that this program needs."""
    as_database(database).require_file()
    found, wanted = versions(database)
    if found != wanted:
        place = as_database(database).url().render_as_string(hide_password=True)
        raise DatabaseNotMigrated(place, found, wanted)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "migrations:")
    config.set_main_option("path_separator", "os")
    return config
