"""What the tests of this folder may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.store.unit import Store
from tests.api.caller import Api, Caller
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.shop import Shop

__all__ = ["api", "clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "oms", "shop", "store"]


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a company with its Web Connector and its company file."""
    return Shop(store, clock, tmp_path)


@pytest.fixture
def api(shop: Shop) -> Api:
    """Return the API on the shop's store."""
    return Api(shop.store)


@pytest.fixture
def oms(api: Api) -> Caller:
    """Return an order system with every scope for the shop."""
    return api.caller()
