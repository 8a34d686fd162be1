"""A town: one service on one database, and as many companies on it as a module of tests likes."""

from __future__ import annotations

import itertools
from pathlib import Path

from service import app
from service.settings import Settings
from service.store.unit import Store
from tests.clock import Clock
from tests.shop import PUBLIC_URL, Shop


class Town:
    """One service, on one database, with as many companies as like; it is warm when the second one comes."""

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self.store = store
        self.clock = clock
        self._application = app.build(Settings(public_url=PUBLIC_URL), store)
        self._folder = folder
        self._numbers = itertools.count(1)

    def shop(self) -> Shop:
        """Another company, with an empty queue, a registered Web Connector and a sample company file."""
        name = f"shop-{next(self._numbers)}"
        return Shop(self.store, self.clock, self._folder, name=name, application=self._application)
