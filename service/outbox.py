"""The Python door: the caller commits, because the message belongs in the caller's own transaction.

An order and its message are committed together or not at all. The database of the order system and that of Deskpost
are then the same one; `Outbox` takes the caller's SQLAlchemy connection or session, and never commits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from service.domain.refusals import Refusal, SomeRefused
from service.exchange import document
from service.exchange.checking import LookedAt, look_at
from service.exchange.enqueue import Enqueued, enqueue, enqueue_all
from service.store import companies
from service.store.companies import Company
from service.store.database import Database, as_database
from service.store.engine import all_or_nothing, in_schema
from service.store.unit import Lent, Store, Work, adopt

BY = "python"


class Outbox:
    """Puts messages into the queue inside the caller's transaction, who commits it or rolls it back.

    `lent` is an SQLAlchemy Connection or Session on Deskpost's database; `company` names the company where there are
    several, and `schema` PostgreSQL's schema with Deskpost's tables, if the caller's search_path does not lead there;
    the caller's own statements go on finding the caller's own tables.
    Every method returns the message and whether it is new, and raises a `service.domain.refusals.Refusal` whose text
    says what to mend; then nothing was written by it.

        with engine.begin() as connection:
            connection.execute(insert(orders).values(...))
            Outbox(connection).save("Invoice:10248", {"CustomerRef": {"record": "Customer:VINET"}, ...})
    """

    def __init__(self, lent: Lent, *, company: str | None = None, schema: str = "") -> None:
        self._work = adopt(lent)
        self._company = company
        self._schema = schema
        self._companies: dict[str | None, Company] = {}

    def save(self, record: str, content: Mapping[str, Any], **more: Any) -> Enqueued:
        """Create the record in QuickBooks or bring it up to date, whichever it takes.

        `content` has qbXML's element names in the shape of the object's Add. `more`: `revision`, `idempotency_key`,
        `priority` (1 first to 9 last), `not_before` (an aware datetime).
        """
        return self.put({"operation": "save", "record": record, "content": content, **more})

    def add(self, record: str, content: Mapping[str, Any], **more: Any) -> Enqueued:
        """Create the record; it fails if it is there already."""
        return self.put({"operation": "add", "record": record, "content": content, **more})

    def mod(self, record: str, content: Mapping[str, Any], **more: Any) -> Enqueued:
        """Change the record; `content` is in the shape of the object's Mod, without its keys."""
        return self.put({"operation": "mod", "record": record, "content": content, **more})

    def void(self, record: str, **more: Any) -> Enqueued:
        """Void a transaction: it stays in QuickBooks with zero amounts."""
        return self.put({"operation": "void", "record": record, **more})

    def delete(self, record: str, **more: Any) -> Enqueued:
        """Delete the record in QuickBooks."""
        return self.put({"operation": "delete", "record": record, **more})

    def query(self, record: str, content: Mapping[str, Any] | None = None, **more: Any) -> Enqueued:
        """Read the record as QuickBooks has it; the answer stands in the message's set."""
        return self.put({"operation": "query", "record": record, "content": content, **more})

    def raw(self, request: str, **more: Any) -> Enqueued:
        """Send one qbXML request as it is, such as `<CustomerQueryRq>...</CustomerQueryRq>`."""
        return self.put({"operation": "raw", "request": request, **more})

    def put(self, given: Mapping[str, Any]) -> Enqueued:
        """Put a message as a mapping, in the one shape that every door takes."""
        read = document.read(given)
        with in_schema(self._work.connection, self._schema):
            return enqueue(self._work, self._named(read.company or self._company), read, by=BY)

    def save_many(self, contents: Iterable[tuple[str, Mapping[str, Any]]], **more: Any) -> Sequence[Enqueued]:
        """Save many records, given as pairs of record and content, as `put_many` does."""
        return self.put_many(
            {"operation": "save", "record": record, "content": content, **more} for record, content in contents
        )

    def put_many(self, given: Iterable[Mapping[str, Any]]) -> Sequence[Enqueued]:
        """Put many messages, many times as fast as one by one; what comes back is in their order.

        All of them or none: raises SomeRefused with everything that is wrong with any of them.
        """
        with in_schema(self._work.connection, self._schema), all_or_nothing(self._work.connection):
            outcomes = enqueue_all(self._work, [self._looked_at(one) for one in given], by=BY)
            refused = {place: one for place, one in enumerate(outcomes) if isinstance(one, Refusal)}
            if refused:
                raise SomeRefused(refused, len(outcomes))
        return [one for one in outcomes if isinstance(one, Enqueued)]

    def _looked_at(self, given: Mapping[str, Any]) -> LookedAt | Refusal:
        try:
            read = document.read(given)
        except Refusal as refusal:
            return refusal
        return look_at(read, self._named(read.company or self._company))

    def _named(self, name: str | None) -> Company:
        """The company as it was when this outbox, and so this transaction, first named it."""
        if name not in self._companies:
            self._companies[name] = companies.named(self._work, name)
        return self._companies[name]


@contextmanager
def outbox(database: Database | str, *, company: str | None = None) -> Iterator[Outbox]:
    """An `Outbox` on Deskpost's database, by its address, in a transaction of its own that ends with the block.

    Raises DatabaseMissing when there is no such file.
    """
    as_database(database).require_file()
    store = Store(database, threads=1)
    try:
        with store.writing() as work:
            yield _on(work, company)
    finally:
        store.close()


def _on(work: Work, company: str | None) -> Outbox:
    return Outbox(work.connection, company=company)
