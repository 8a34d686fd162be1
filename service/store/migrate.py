"""Brings a database to the version of the program, and says which version it has. Never changes data on its own."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.domain.refusals import Refusal
from service.store.engine import make_engine, read_address, transaction
from service.store.unit import Work, named_failures


class DatabaseNotMigrated(Refusal):
    def __init__(self, found: str | None, wanted: str) -> None:
        state = f"is at version {found}" if found else "is empty"
        super().__init__(f"The database {state}, and this program needs version {wanted}. Run `deskpost migrate`.")


def migrate(address: str, *, to: str = "head") -> None:
    """Run the steps that are missing, each in a transaction. `to` is a version, `head` or `base` (takes all back).

    Raises BadDatabaseAddress or StoreUnavailable.
    """
    config = _config()
    url = read_address(address)
    engine = make_engine(url, writes=True, threads=1)
    try:
        with named_failures(url.render_as_string(hide_password=True)), transaction(engine) as connection:
            config.attributes["connection"] = connection
            (command.downgrade if to == "base" else command.upgrade)(config, to)
    finally:
        engine.dispose()


def versions(address: str) -> tuple[str | None, str]:
    """The version the database has (None when it is empty) and the one that this program needs.

    Raises BadDatabaseAddress or StoreUnavailable.
    """
    wanted = newest_version()
    url = read_address(address)
    engine = make_engine(url, writes=False, threads=1)
    try:
        with named_failures(url.render_as_string(hide_password=True)), engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), wanted
    finally:
        engine.dispose()


def newest_version() -> str:
    """The version that this program needs."""
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    assert wanted is not None
    return wanted


def version_of(work: Work) -> str | None:
    """The version that the database of a unit of work has; None when it is empty."""
    return MigrationContext.configure(work.connection).get_current_revision()


def require_current(address: str) -> None:
    """Raise DatabaseNotMigrated unless the database has the version that this program needs."""
    found, wanted = versions(address)
    if found != wanted:
        raise DatabaseNotMigrated(found, wanted)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "migrations:")
    config.set_main_option("path_separator", "os")
    return config
