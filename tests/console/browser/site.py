"""A site that a browser can open: the whole service on a local port, with companies whose PCs come by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from qwc.connector import HttpTransport, Reply, Transport
from service import app
from service.domain.privilege import Privilege
from service.exchange import accounts
from service.settings import Settings
from service.store import companies, console_people, users
from service.store.unit import Store
from tests.clock import Clock
from tests.console.office import EVERYTHING, HASHED
from tests.shop import Shop

PATIENCE = 30.0
LONGEST_LOOK = 600.0
"""For how long a visit may be held, in seconds, while somebody looks at the page."""


class Quiet(WSGIRequestHandler):
    """Writes nothing about requests."""

    def log_request(self, *_: object) -> None: ...


class Site:
    """The service at `url`, in threads of this process, so that a test can look into its store and set its clock."""

    def __init__(self, store: Store, clock: Clock, folder: Path, url: str) -> None:
        self.store = store
        self.clock = clock
        self.folder = folder
        self.url = url
        settings = Settings(public_url=url, time_zone="America/New_York")
        self.application = app.build(settings, store)

    def shop(self, name: str, *, run_every_minutes: int | None = 15, **file: str) -> Shop:
        """A company with its Web Connector and its company file."""
        return Shop(
            self.store,
            self.clock,
            self.folder,
            name=name,
            public_url=self.url,
            application=self.application,
            run_every_minutes=run_every_minutes,
            **file,
        )

    def company(self, name: str) -> None:
        """A company whose PC was never connected."""
        with self.store.writing() as work:
            accounts.add_company(work, name, by="test")

    def user(
        self, name: str, company: str | None = None, full_name: str = "Ines Varga", *privileges: Privilege
    ) -> None:
        """A person of one company, or of all, with every privilege unless some are named."""
        with self.store.writing() as work:
            user_id = accounts.add_user(work, name, HASHED, (), by="test")
            where = companies.named(work, company).id if company else None
            users.grant(work, user_id, privileges or EVERYTHING, where)
            console_people.set_full_name(work, user_id, full_name)


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Site]:
    """Serve a migrated database on a port that is free, until the block ends."""
    clock = Clock()
    store = Store(database_url, clock=clock, threads=8)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    site = Site(store, clock, folder, f"http://localhost:{server.port}")
    server.app = site.application
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()
        store.close()


class Held(Transport):
    """A way to the service on which one call has to wait: before it reaches the service for the n-th time."""

    def __init__(self, operation: str, nth: int) -> None:
        self._inner = HttpTransport()
        self._operation = operation.encode()
        self._left = nth
        self.has_come = threading.Event()
        self.may_go_on = threading.Event()

    @property
    def connections(self) -> int:
        return self._inner.connections

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if self._operation in body:
            self._left -= 1
            if self._left == 0:
                self.has_come.set()
                assert self.may_go_on.wait(LONGEST_LOOK)
        return self._inner.post(url, headers, body)

    def get(self, url: str) -> Reply:
        return self._inner.get(url)

    def close(self) -> None:
        self._inner.close()


@contextmanager
def under_way(shop: Shop, operation: str, nth: int) -> Iterator[None]:
    """A visit of the shop's Web Connector that stands before a call while the block runs, and ends with the block."""
    held = Held(operation, nth)
    visit = threading.Thread(target=update_selected, args=(shop, held))
    visit.start()
    try:
        assert held.has_come.wait(PATIENCE)
        yield
    finally:
        held.may_go_on.set()
        visit.join(PATIENCE)
        assert not visit.is_alive()


def update_selected(shop: Shop, transport: Transport | None = None) -> None:
    """Press Update Selected on the shop's PC, which reaches the site as a real one does, over HTTP."""
    shop.update(transport=transport or HttpTransport())
