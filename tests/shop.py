"""A shop as a whole: an order system's queue, the service, a Web Connector and a company file, in one process."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from passlib.context import CryptContext
from sqlalchemy import select

from qwc import company
from qwc.company import CompanyFile
from qwc.connector import Manners, Transport, Visit, WebConnector, WsgiTransport
from qwc.document import Document
from qwc.mishaps import Mishap, MishapQuickBooks, MishapTransport, Script
from qwc.quickbooks import QuickBooks
from service import app
from service.domain.status import Status
from service.exchange import accounts, document
from service.exchange.accounts import Issued
from service.exchange.enqueue import Enqueued, enqueue
from service.settings import Settings
from service.store import companies, messages, tables
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Store
from tests.clock import Clock

PASSWORD = "north-wind-and-sun"
PUBLIC_URL = "https://books.example.com"
CHEAP_HASHES = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__memory_cost=8, argon2__rounds=1, argon2__parallelism=1
)
"""The scheme of the service at its lowest cost: at the real one, half of a test's time goes into passwords."""

SETTLED_WITHOUT_A_COPY = ("failed", "pending", "skipped", "superseded")


class Shop:
    """A company whose Web Connector is driven by `update`; the company file tells what really happened."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        folder: Path,
        *,
        name: str = "shop",
        public_url: str = PUBLIC_URL,
        application: WSGIApplication | None = None,
        run_every_minutes: int | None = None,
        **file: str,
    ) -> None:
        """Add the company `name` to the store, and register its Web Connector with a new company file.

        `application` is the service that other shops of the same store use already. `file` says what `company.create`
        takes.
        """
        self.store = store
        self.clock = clock
        self.name = name
        self.public_url = public_url
        self.application = application or app.build(Settings(public_url=public_url), store)
        with store.writing() as work:
            accounts.add_company(work, name, by="test")
            issued = accounts.add_connection(
                work, name, None, PASSWORD, app_name="Deskpost", by="test", run_every_minutes=run_every_minutes
            )
        self.document = self._document(issued)
        path = folder / f"{name}.company"
        path.write_bytes(_new_company_file(**file))
        self.file = CompanyFile(path, clock=clock, sleep=self._sleep, random_seed=7)
        self._at_first = self.file.counts()
        self.connector().register()

    # The PC's side.

    def connector(
        self,
        *mishaps: Mishap,
        document: Document | None = None,
        password: str = PASSWORD,
        transport: Transport | None = None,
        manners: Manners | None = None,
        version: str = "34.0.10014.101",
        other: CompanyFile | None = None,
        between: Callable[[QuickBooks], QuickBooks] | None = None,
    ) -> WebConnector:
        """The Web Connector of the shop's PC, with what is to go wrong.

        `other` is a file that is open by mistake, `between` puts something between the Web Connector and QuickBooks.
        """
        script = Script(mishaps)
        quickbooks: QuickBooks = self.file.connect()
        return WebConnector(
            document or self.document,
            password,
            MishapTransport(transport or WsgiTransport(self.application), script),
            MishapQuickBooks(
                between(quickbooks) if between else quickbooks, script, other.connect() if other else None
            ),
            version=version,
            manners=manners or Manners(),
            clock=self.clock.seconds,
            sleep=self._sleep,
        )

    def update(self, *mishaps: Mishap, **connector: Any) -> Visit:
        """Press Update Selected, a quarter of an hour later than the last time."""
        self.clock.go_on(minutes=15)
        return self.connector(*mishaps, **connector).update()

    def add_connection(self, user_name: str) -> Document:
        """Issue a second .qwc for this company, not yet added to any Web Connector."""
        with self.store.writing() as work:
            issued = accounts.add_connection(work, self.name, user_name, PASSWORD, app_name="Deskpost", by="test")
        return self._document(issued)

    # The order system's side.

    def enqueue(self, operation: str, record: str | None, content: Mapping[str, Any] | None = None, **more: Any) -> int:
        return self.put({"operation": operation, "record": record, "content": content, **more}).message_id

    def save(self, record: str, content: Mapping[str, Any], **more: Any) -> int:
        return self.enqueue("save", record, content, **more)

    def put(self, given: Mapping[str, Any]) -> Enqueued:
        read = document.read(given)
        with self.store.writing() as work:
            return enqueue(work, companies.named(work, self.name), read, by="test")

    def change_company(self, **values: Any) -> None:
        """Change settings of the company, `set_limit` for instance."""
        with self.store.writing() as work:
            companies.change(work, companies.named(work, self.name).id, **values)

    # What is known afterwards.

    def company(self) -> Company:
        with self.store.reading() as work:
            return companies.named(work, self.name)

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

    def set_states(self) -> list[tuple[str, str, int]]:
        """Every message set of the company in its order: purpose, state, and how often it was handed out."""
        columns = (tables.message_sets.c.purpose, tables.message_sets.c.state, tables.message_sets.c.times_sent)
        query = select(*columns).where(tables.message_sets.c.company_id == self.company().id)
        with self.store.reading() as work:
            return [tuple(row) for row in work.connection.execute(query.order_by(tables.message_sets.c.id))]

    def disagreements(self) -> list[str]:
        """Where the queue and the company file do not say the same of what was to be added, a sentence each.

        Everything that the queue calls synchronized is in the file exactly once, under the id that the queue knows;
        nothing that it calls pending or failed is there; nothing is still in flight or in doubt; and the file holds
        nothing that the queue does not know.
        """
        found: list[str] = []
        expected: Counter[str] = Counter()
        rows = self._queue()
        ids = {kind: self._ids_by_guid(kind) for kind in {str(row["record"]).partition(":")[0] for row in rows}}
        for row in rows:
            kind = str(row["record"]).partition(":")[0]
            copies = ids[kind].get(str(row["external_guid"]).upper(), [])
            told = f"{row['record']} is {row['status']}"
            if row["status"] == "synchronized":
                expected[kind] += 1
                if copies != [row["quickbooks_id"]]:
                    found.append(f"{told} as {row['quickbooks_id']}, and the company file has it as {copies}.")
            elif row["status"] not in SETTLED_WITHOUT_A_COPY:
                found.append(f"{told}, and the company file has it as {copies}.")
            elif copies:
                found.append(f"{told}, but the company file has it as {copies}.")
        now = self.file.counts()
        for kind in sorted(now):
            more = now[kind] - self._at_first.get(kind, 0)
            if more != expected[kind]:
                found.append(f"The company file has {more} new {kind} and the queue knows of {expected[kind]}.")
        return found

    def _queue(self) -> Sequence[Mapping[str, Any]]:
        query = select(tables.messages).where(
            tables.messages.c.company_id == self.company().id, tables.messages.c.record.is_not(None)
        )
        with self.store.reading() as work:
            return [dict(row) for row in work.connection.execute(query.order_by(tables.messages.c.id)).mappings()]

    def _ids_by_guid(self, kind: str) -> dict[str, list[str]]:
        ids: dict[str, list[str]] = {}
        for record in self.file.records(kind):
            guid = str(record.get("ExternalGUID") or "").upper()
            ids.setdefault(guid, []).append(record.get("ListID") or record["TxnID"])
        return ids

    def _document(self, issued: Issued) -> Document:
        return Document(
            app_name=issued.connection.app_name,
            app_url=f"{self.public_url}/qbwc",
            app_description="Posts orders",
            app_support=f"{self.public_url}/support",
            user_name=issued.connection.user_name,
            owner_id=issued.connection.owner_id,
            file_id=issued.connection.file_id,
        )

    def _sleep(self, seconds: float) -> None:
        self.clock.go_on(seconds=seconds)


@cache
def _new_company_file(**file: str) -> bytes:
    """A new sample company file; made once, since a copy of it is as good."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.company"
        company.create(path, clock=Clock(), **file)  # type: ignore[arg-type]  # Facts of the file are texts.
        return path.read_bytes()
