"""What the journeys may ask for."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import app
from service.exchange import passwords
from service.settings import Settings
from service.store.unit import Store
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.postgres import PostgresServer
from tests.shop import CHEAP_HASHES, PUBLIC_URL, Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "shop", "store"]


class Town:
    """One service, on one database, with as many companies as like; it is warm when the second one comes."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = Clock()
        self.store = Store(url, clock=self.clock, threads=4)
        self._application = app.build(Settings(public_url=PUBLIC_URL), self.store)
        self._folder = folder
        self._numbers = itertools.count(1)

    def shop(self) -> Shop:
        """Another company, with an empty queue, a registered Web Connector and a sample company file."""
        name = f"shop-{next(self._numbers)}"
        return Shop(self.store, self.clock, self._folder, name=name, application=self._application)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop with an empty queue, a registered Web Connector and a sample company file."""
    return Shop(store, clock, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a service for the companies of a whole module, on SQLite and on PostgreSQL in turn."""
    folder = tmp_path_factory.mktemp("town")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "deskpost.sqlite")
        town = Town(f"sqlite:///{folder / 'deskpost.sqlite'}", folder)
        yield town
        town.store.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(template=request.getfixturevalue("migrated_postgresql"))
    town = Town(url, folder)
    yield town
    town.store.close()
    server.drop_database(url)


@pytest.fixture
def town_shop(town: Town) -> Shop:
    """Return a new company of the town: quicker than a database of its own, and with neighbors."""
    return town.shop()
