"""What the tests of this folder may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import Client

from service import app
from service.settings import Settings
from service.store.unit import Store
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.shop import PUBLIC_URL, Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "shop", "store", "watcher"]


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop whose service can be watched."""
    return Shop(store, clock, tmp_path)


@pytest.fixture
def watcher(shop: Shop) -> Client:
    """Return somebody on the service's own machine."""
    return Client(shop.application)


def serving_with(store: Store, **settings: str) -> Client:
    """The service with other settings, and a caller."""
    return Client(app.build(Settings(public_url=PUBLIC_URL, **settings), store))  # type: ignore[arg-type]  # Pydantic converts.
