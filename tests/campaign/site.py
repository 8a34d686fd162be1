"""Where the service of a campaign runs: one database, and an application that is restarted and whose commits fail."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import WSGIApplication

from service import app
from service.settings import Settings
from service.store.unit import Store, StoreUnavailable, Work
from tests.campaign.pace import TickingClock
from tests.shop import PUBLIC_URL, Shop


class FailingStore(Store):
    """A store that loses its database at some commits: nothing of that unit of work is kept."""

    commits_to_fail = 0

    @contextmanager
    def writing(self) -> Iterator[Work]:
        with super().writing() as work:
            yield work
            if self.commits_to_fail:
                self.commits_to_fail -= 1
                raise StoreUnavailable(self.place, "the connection was lost")


class Site:
    """One service on one database, with as many companies as like.

    `store` is the order system's and the people's own way to the database, which never fails.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = TickingClock()
        self.store = Store(url, clock=self.clock, threads=4)
        self._url = url
        self._folder = folder
        self._numbers = itertools.count(1)
        self._start()

    def shop(self) -> Shop:
        """Another company, with an empty queue, a registered Web Connector and a sample company file."""
        name = f"shop-{next(self._numbers)}"
        return Shop(self.store, self.clock, self._folder, name=name, application=self.application)

    def restart(self) -> None:
        """The service's process ends and another one begins: whatever was only in its memory is gone."""
        self._service_store.close()
        self._start()

    def lose_database(self, commits: int) -> None:
        """The service's next commits fail."""
        self._service_store.commits_to_fail = commits

    def close(self) -> None:
        self._service_store.close()
        self.store.close()

    def _start(self) -> None:
        self._service_store = FailingStore(self._url, clock=self.clock, threads=4)
        self.application: WSGIApplication = app.build(Settings(public_url=PUBLIC_URL), self._service_store)
