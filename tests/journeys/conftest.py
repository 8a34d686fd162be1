"""What the journeys may ask for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.exchange import passwords
from service.store.unit import Store
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.journeys.town import Town
from tests.postgres import PostgresServer
from tests.shop import CHEAP_HASHES, Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "shop", "store"]


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop with an empty queue, a registered Web Connector and a sample company file."""
    return Shop(store, clock, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a migrated database for a whole module, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("town") / "deskpost.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(template=request.getfixturevalue("migrated_postgresql"))
    yield url
    server.drop_database(url)


@pytest.fixture(scope="module")
def town(town_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a service for the companies of a whole module."""
    clock = Clock()
    store = Store(town_url, clock=clock, threads=4)
    yield Town(store, clock, tmp_path_factory.mktemp("companies"))
    store.close()


@pytest.fixture
def town_shop(town: Town) -> Shop:
    """Return a new company of the town: quicker than a database of its own, and with neighbors."""
    return town.shop()
