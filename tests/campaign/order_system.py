"""The order system of a run: what it saves by chance, and what it therefore wants in QuickBooks. It posts nothing.

Every version of a record carries a marker of its own, such as `C-3 v2`, in a field that people see, so that the
company file alone tells which version of which record it holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import insert

from service.domain.refusals import DocumentRefused
from service.store import tables
from tests.shop import Shop

CUSTOMER, ITEM, INVOICE, RECEIPT, PAYMENT = "Customer", "ItemNonInventory", "Invoice", "SalesReceipt", "ReceivePayment"
LETTERS = {CUSTOMER: "C", ITEM: "I", INVOICE: "N", RECEIPT: "S", PAYMENT: "P"}
LINES = {INVOICE: "InvoiceLineAdd", RECEIPT: "SalesReceiptLineAdd"}
KINDS = (CUSTOMER, CUSTOMER, ITEM, INVOICE, INVOICE, INVOICE, RECEIPT, RECEIPT, PAYMENT, PAYMENT)
VENDOR_NAMES = ("Northway Freight", "Alder Timber Mills")
CUSTOMER_NAMES = ("Ridgeline Builders", "Hollis & Daughters")
"""Names of the sample company: a vendor's cannot be given to a customer, and a customer's can be linked."""

IN_QUICKBOOKS = ("synchronized", "manually_entered")
"""The statuses that say that QuickBooks has it."""

Content = dict[str, Any]


@dataclass
class Version:
    """One content of a record. `fault` says why QuickBooks has to refuse it, '' if it has no reason to.

    `shares_name` is true where another customer has the name too, so that it may be refused or linked.
    """

    record: str
    number: int
    content: Content
    fault: str = ""
    shares_name: bool = False
    message_id: int = 0

    @property
    def marker(self) -> str:
        return f"{self.record.partition(':')[2]} v{self.number}"

    @property
    def kind(self) -> str:
        return self.record.partition(":")[0]


class OrderSystem:
    """Saves records by chance: new ones and changed ones, some wrong, some that refer to what comes later or never."""

    def __init__(self, shop: Shop, chance: Random) -> None:
        self.shop = shop
        self.versions: list[Version] = []
        self.complaints: list[str] = []
        self._chance = chance
        self._promised: list[str] = []
        self._count = 0

    def save_something(self) -> str:
        """Save one record, new or changed, or an earlier one twice; returns what was done, for the story."""
        known = self.records()
        if self.versions and self._chance.random() < 0.06:
            return self._save_twice()
        if self._promised and self._chance.random() < 0.4:
            return self._save(self._promised.pop(0))
        if known and self._chance.random() < 0.35:
            return self._save(self._chance.choice(known))
        return self.save_new(self._chance.choice(KINDS))

    def save_new(self, kind: str) -> str:
        """Save a record of a kind that was not there before."""
        return self._save(self._new_record(kind))

    def save_again(self, record: str) -> str:
        """Save a newer version of a record."""
        return self._save(record)

    def records(self) -> Sequence[str]:
        """Every record that was saved, in the order of its first version."""
        return list(dict.fromkeys(version.record for version in self.versions))

    def of_record(self, record: str) -> Sequence[Version]:
        return [version for version in self.versions if version.record == record]

    def of_message(self, message_id: int) -> Version:
        return next(version for version in self.versions if version.message_id == message_id)

    def _save(self, record: str) -> str:
        number = len(self.of_record(record)) + 1
        version = Version(record, number, {})
        _WRITERS[version.kind](self, version)
        through = self._put_by_sql if self._chance.random() < 0.25 else self._put
        try:
            version.message_id = through(version)
        except DocumentRefused as refusal:
            return f"the order system was refused {version.marker}: {refusal}"
        self.versions.append(version)
        told = f" ({version.fault})" if version.fault else ""
        return f"the order system saves {version.marker}{told} as message {version.message_id}"

    def _put(self, version: Version) -> int:
        given = {"operation": "save", "record": version.record, "content": version.content}
        return self.shop.put(given | {"idempotency_key": f"{self.shop.name} {version.marker}"}).message_id

    def _put_by_sql(self, version: Version) -> int:
        """As a program in any language does: one INSERT, and Deskpost looks at it later."""
        row = {
            "company_id": self.shop.company().id,
            "operation": "save",
            "record": version.record,
            "content": json.dumps(version.content),
            "idempotency_key": f"{self.shop.name} {version.marker}",
        }
        with self.shop.store.writing() as work:
            statement = insert(tables.messages).values(**row).returning(tables.messages.c.id)
            return int(work.connection.execute(statement).scalar_one())

    def _save_twice(self) -> str:
        """The order system does not know whether it was heard, and says the same once more under the same key."""
        version = self._chance.choice(self.versions)
        if self.shop.message(version.message_id).fingerprint is None:
            return f"{version.marker} was not looked at yet"
        again = self._put(version)
        if again != version.message_id:
            self.complaints.append(f"{version.marker} was saved twice under one key and became two messages")
        return f"the order system saves {version.marker} once more under the same key"

    def _new_record(self, kind: str) -> str:
        self._count += 1
        return f"{kind}:{LETTERS[kind]}-{self._count}"

    def _some(self, kind: str) -> str:
        """A record of a kind: one that is there, or one that comes later, or never."""
        there = [record for record in (*self.records(), *self._promised) if record.startswith(f"{kind}:")]
        if there and self._chance.random() < 0.85:
            return self._chance.choice(there)
        record = self._new_record(kind)
        if self._chance.random() < 0.9:
            self._promised.append(record)
        return record

    # What the records hold. The elements stand in the order of the schema.

    def _customer(self, version: Version) -> None:
        key, chance = version.record.partition(":")[2], self._chance
        before = self.of_record(version.record)
        name = str(before[-1].content["Name"]) if before else f"Customer {key}"
        luck = chance.random()
        if not before or before[-1].fault:
            name = f"Customer {key}"
            if luck < 0.06:
                name, version.fault = chance.choice(VENDOR_NAMES), "a vendor has the name"
            elif luck < 0.12:
                name = chance.choice(CUSTOMER_NAMES)
        elif luck < 0.2 and not before[-1].shares_name:
            name = f"Customer {key} ({version.number})"
        version.shares_name = name in CUSTOMER_NAMES
        version.content = {
            "Name": name,
            "BillAddress": {"Addr1": f"{chance.randint(1, 99)} Harbor Lane", "City": chance.choice(("Salem", "Bend"))},
            "Phone": f"503-555-0{chance.randint(100, 999)}",
            "Notes": version.marker,
        }

    def _item(self, version: Version) -> None:
        account = "Product Sales"
        if self._chance.random() < 0.05:
            account, version.fault = "No such account", "there is no such account"
        price = f"{self._chance.randint(1, 90)}.50"
        inside = {"Desc": version.marker, "Price": price, "AccountRef": {"FullName": account}}
        version.content = {"Name": f"Thing {version.record.partition(':')[2]}", "SalesOrPurchase": inside}

    def _sale(self, version: Version) -> None:
        before = self.of_record(version.record)
        customer = before[0].content["CustomerRef"] if before else {"record": self._some(CUSTOMER)}
        version.content = {
            "CustomerRef": customer,
            "TxnDate": "2026-03-02",
            "RefNumber": version.record.partition(":")[2],
            "Memo": version.marker,
        }
        if version.kind == RECEIPT or self._chance.random() < 0.9 or not self._is_posted(before):
            version.content[LINES[version.kind]] = self._lines(version, before)

    def _is_posted(self, versions: Sequence[Version]) -> bool:
        """Only what is there already may be saved without its lines, which then stay."""
        return any(self.shop.message(one.message_id).status in IN_QUICKBOOKS for one in versions)

    def _lines(self, version: Version, before: Sequence[Version]) -> Sequence[Content]:
        chance, name = self._chance, LINES[version.kind]
        kept: Sequence[Content] = next((one.content[name] for one in reversed(before) if name in one.content), [])
        lines = [dict(line) for line in kept if chance.random() < 0.8 and "record" in line["ItemRef"]]
        for line in lines:
            if chance.random() < 0.4:
                line["Quantity"] = str(chance.randint(1, 9))
        for number in range(chance.randint(0 if lines else 1, 3)):
            key = f"{version.number}-{number}"
            line = {"line": key, "ItemRef": {"record": self._some(ITEM)}}
            line |= {"Quantity": str(chance.randint(1, 9)), "Rate": f"{chance.randint(10, 30)}.00"}
            lines.insert(chance.randint(0, len(lines)), line)
        if chance.random() < 0.06:
            lines[-1]["ItemRef"], version.fault = {"FullName": "No such thing"}, "there is no such item"
        return lines

    def _payment(self, version: Version) -> None:
        before = self.of_record(version.record)
        if before:
            version.content, version.fault = before[0].content | {"Memo": version.marker}, before[0].fault
            return
        invoices = [one for one in self.versions if one.kind == INVOICE]
        if not invoices:
            version.record = self._new_record(CUSTOMER)
            self._customer(version)
            return
        invoice = self._chance.choice(invoices)
        amount = "1.00"
        if self._chance.random() < 0.06:
            amount, version.fault = "90000.00", "it pays more than is due"
        version.content = {
            "CustomerRef": invoice.content["CustomerRef"],
            "TxnDate": "2026-03-02",
            **({"RefNumber": version.record.partition(":")[2]} if self._chance.random() < 0.7 else {}),
            "TotalAmount": amount,
            "Memo": version.marker,
            "AppliedToTxnAdd": [{"TxnID": {"record": invoice.record}, "PaymentAmount": amount}],
        }


_WRITERS = {
    CUSTOMER: OrderSystem._customer,
    ITEM: OrderSystem._item,
    INVOICE: OrderSystem._sale,
    RECEIPT: OrderSystem._sale,
    PAYMENT: OrderSystem._payment,
}


def records_in(content: object) -> Iterator[str]:
    """The records that a content refers to."""
    if isinstance(content, Mapping):
        if set(content) == {"record"}:
            yield str(content["record"])
            return
        content = list(content.values())
    if isinstance(content, list):
        for value in content:
            yield from records_in(value)
