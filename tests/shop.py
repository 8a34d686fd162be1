"""A shop as a whole: an order system's queue, the service, a Web Connector and a company file, in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qwc import company
from qwc.company import CompanyFile
from qwc.connector import Manners, Visit, WebConnector, WsgiTransport
from qwc.document import Document
from qwc.mishaps import Mishap, MishapQuickBooks, MishapTransport, Script
from service import app
from service.domain.status import Status
from service.exchange import accounts, document
from service.exchange.enqueue import Enqueued, enqueue
from service.settings import Settings
from service.store import companies, messages
from service.store.messages import Message
from service.store.unit import Store
from tests.clock import Clock

PASSWORD = "north-wind-and-sun"
PUBLIC_URL = "https://books.example.com"


class Shop:
    """A company `shop` whose Web Connector is driven by `update`; the company file tells what really happened."""

    def __init__(self, store: Store, clock: Clock, folder: Path, *, name: str = "shop", **file: Any) -> None:
        self.store = store
        self.clock = clock
        self.name = name
        self.application = app.build(Settings(public_url=PUBLIC_URL), store)
        with store.writing() as work:
            accounts.add_company(work, name, by="test")
            issued = accounts.add_connection(work, name, None, PASSWORD, app_name="Deskpost", by="test")
        self.document = Document(
            app_name=issued.connection.app_name,
            app_url=f"{PUBLIC_URL}/qbwc",
            app_description="Posts orders",
            app_support=f"{PUBLIC_URL}/support",
            user_name=issued.connection.user_name,
            owner_id=issued.connection.owner_id,
            file_id=issued.connection.file_id,
        )
        self.file: CompanyFile = company.create(
            folder / f"{name}.company", clock=clock, sleep=self._sleep, random_seed=7, **file
        )
        self.connector().register()

    def connector(self, *mishaps: Mishap) -> WebConnector:
        """The Web Connector of the shop's PC, with what is to go wrong."""
        script = Script(mishaps)
        return WebConnector(
            self.document,
            PASSWORD,
            MishapTransport(WsgiTransport(self.application), script),
            MishapQuickBooks(self.file.connect(), script),
            manners=Manners(),
            clock=self.clock.seconds,
            sleep=self._sleep,
        )

    def update(self, *mishaps: Mishap) -> Visit:
        """Press Update Selected."""
        self.clock.go_on(minutes=15)
        return self.connector(*mishaps).update()

    def enqueue(self, operation: str, record: str | None, content: Mapping[str, Any] | None = None, **more: Any) -> int:
        return self.put({"operation": operation, "record": record, "content": content, **more}).message_id

    def save(self, record: str, content: Mapping[str, Any], **more: Any) -> int:
        return self.enqueue("save", record, content, **more)

    def put(self, given: Mapping[str, Any]) -> Enqueued:
        read = document.read(given)
        with self.store.writing() as work:
            return enqueue(work, companies.named(work, self.name), read, by="test")

    def message(self, message_id: int) -> Message:
        with self.store.reading() as work:
            return messages.by_id(work, message_id, lock=False)

    def statuses(self, message_ids: Sequence[int]) -> list[str]:
        return [self.message(one).status for one in message_ids]

    def counts(self) -> dict[str, int]:
        """How many messages stand in each status that holds any."""
        with self.store.reading() as work:
            counted = messages.counts(work, companies.named(work, self.name).id)
        return {Status(status).value: number for status, number in counted.items() if number}

    def change_company(self, **values: Any) -> None:
        """Set something for the company."""
        with self.store.writing() as work:
            companies.change(work, companies.named(work, self.name).id, **values)

    def _sleep(self, seconds: float) -> None:
        self.clock.go_on(seconds=seconds)
