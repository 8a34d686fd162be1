"""What the journeys may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.store.unit import Store
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.shop import Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "shop", "store"]


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop with an empty queue, a registered Web Connector and a sample company file."""
    return Shop(store, clock, tmp_path)
