"""Fixtures for tests that need the store: a migrated database on SQLite and on PostgreSQL, each test its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store.migrate import migrate
from service.store.unit import Store
from tests.clock import Clock
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite database that tests copy."""
    path = tmp_path_factory.mktemp("template") / "deskpost.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_server: PostgresServer) -> str:
    """Return the URL of a migrated PostgreSQL database that tests copy."""
    url = postgres_server.create_database()
    migrate(url)
    return url


@pytest.fixture
def migrated_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a migrated database of the test's own, on SQLite and on PostgreSQL in turn."""
    if database_kind == "sqlite":
        path = tmp_path / "deskpost.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    template: str = request.getfixturevalue("migrated_postgresql")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(template=template)
    yield url
    server.drop_database(url)


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands until it is told to go on."""
    return Clock()


@pytest.fixture
def store(migrated_url: str, clock: Clock) -> Iterator[Store]:
    """Return a store on a migrated, empty database."""
    store = Store(migrated_url, clock=clock, threads=4)
    yield store
    store.close()
