"""Judges a run by the company file alone: what is lost, doubled, stuck, wrongly told or wrong in its content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from service.store import tables
from service.store.messages import Message
from tests.campaign.books import Books, Posted
from tests.campaign.order_system import (
    CUSTOMER,
    IN_QUICKBOOKS,
    ITEM,
    LINES,
    PAYMENT,
    OrderSystem,
    Version,
    records_in,
)
from tests.shop import Shop

ON_THE_WAY = ("in_flight", "in_doubt", "manual_entry")


@dataclass
class Verdict:
    """What is wrong after a run, a sentence each; `doubts` counts what was in doubt on the way, by its reason."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong_status: list[str] = field(default_factory=list)
    wrong_content: list[str] = field(default_factory=list)
    doubts: Counter[str] = field(default_factory=Counter)

    @property
    def complaints(self) -> Sequence[str]:
        named = (
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("stuck", self.stuck),
            ("wrong status", self.wrong_status),
            ("wrong content", self.wrong_content),
        )
        return [f"{name}: {sentence}" for name, sentences in named for sentence in sentences]


class Judge:
    """Compares the company file of one shop with what its order system wanted."""

    def __init__(self, shop: Shop, orders: OrderSystem, books: Books) -> None:
        self._shop = shop
        self._orders = orders
        self._books = books
        self._messages: dict[int, Message] = {}
        self._verdict = Verdict()

    def judge(self) -> Verdict:
        """Judge everything that was saved; call it when nothing goes on any more."""
        self._verdict = Verdict(doubts=self._doubts())
        self._messages = {one.message_id: self._shop.message(one.message_id) for one in self._orders.versions}
        for record in self._orders.records():
            versions = self._orders.of_record(record)
            if not any(version.shares_name for version in versions):
                self._judge_copies(record, versions)
            for version in versions:
                self._judge_status(version)
            self._judge_newest(versions[-1])
        if more := self._books.unmarked():
            self._verdict.doubled.append(f"{more} entries of the company file came from nobody")
        self._verdict.wrong_status += self._orders.complaints
        return self._verdict

    def _judge_copies(self, record: str, versions: Sequence[Version]) -> None:
        copies = self._books.of_record(record)
        in_quickbooks = [one for one in versions if self._status(one) in IN_QUICKBOOKS]
        if len(copies) > 1:
            self._verdict.doubled.append(f"{record} is there as {[one.id for one in copies]}")
            return
        if in_quickbooks and not copies and in_quickbooks[-1].number > self._deleted(record):
            self._verdict.lost.append(f"{in_quickbooks[-1].marker} is {self._status(in_quickbooks[-1])}, and not there")
            return
        for copy in copies:
            self._judge_copy(copy, versions, in_quickbooks)

    def _deleted(self, record: str) -> int:
        """The version of a record that somebody deleted in QuickBooks, or 0: up to it nothing has to be there."""
        return self._books.deleted.get(record, 0)

    def _judge_copy(self, copy: Posted, versions: Sequence[Version], in_quickbooks: Sequence[Version]) -> None:
        there = versions[copy.version - 1]
        if there not in in_quickbooks:
            self._verdict.wrong_status.append(f"{there.marker} is {self._status(there)}, and it is there as {copy.id}")
            return
        newest = in_quickbooks[-1]
        if there is not newest:
            self._verdict.wrong_content.append(
                f"{newest.marker} is {self._status(newest)}, but {there.marker} is there"
            )
            return
        for version in in_quickbooks:
            if version is not there and version.number <= self._deleted(version.record):
                continue
            known = self._messages[version.message_id].quickbooks_id
            # What was typed in under a number that a later version changed is not looked up any more.
            if known != copy.id and (known is not None or version is newest):
                self._verdict.wrong_status.append(f"{version.marker} is known as {known}, and it is there as {copy.id}")
        self._verdict.wrong_content += [
            f"{there.marker} has {name} {shown!r} instead of {wanted!r}"
            for name, wanted, shown in self._compared(versions, there, copy)
            if wanted != shown
        ]

    def _judge_status(self, version: Version) -> None:
        status = self._status(version)
        if status in ON_THE_WAY:
            self._verdict.stuck.append(f"{version.marker} is {status} in the end")
        if status == "pending" and not self._missing(version):
            self._verdict.stuck.append(f"{version.marker} is pending, and all that it needs is there")
        if status in IN_QUICKBOOKS and version.fault:
            self._verdict.wrong_status.append(f"{version.marker} is {status}, though {version.fault}")

    def _judge_newest(self, version: Version) -> None:
        message = self._messages[version.message_id]
        if message.status == "superseded":
            self._verdict.lost.append(f"{version.marker} is superseded, and it is the newest")
        if message.status == "failed" and not version.fault and not version.shares_name:
            said = f"{message.status_code}, {message.quickbooks_said or message.what_happened}"
            self._verdict.wrong_status.append(f"{version.marker} failed without a fault of its own: {said}")

    def _missing(self, version: Version) -> Sequence[str]:
        """The records that a version refers to and that QuickBooks does not have, or earlier versions that wait."""
        needed = [record for record in records_in(version.content) if not self._is_known(record)]
        earlier = self._orders.of_record(version.record)[: version.number - 1]
        return needed + [one.marker for one in earlier if self._status(one) == "pending"]

    def _is_known(self, record: str) -> bool:
        return any(self._status(version) in IN_QUICKBOOKS for version in self._orders.of_record(record))

    def _status(self, version: Version) -> str:
        return self._messages[version.message_id].status

    def _compared(self, versions: Sequence[Version], there: Version, copy: Posted) -> Sequence[tuple[str, Any, Any]]:
        content, entry = there.content, copy.entry
        if there.kind == CUSTOMER:
            shown = entry.get("BillAddress", {})
            return [
                ("Name", content["Name"], entry.get("Name")),
                ("Phone", content["Phone"], entry.get("Phone")),
                *((name, value, shown.get(name)) for name, value in content["BillAddress"].items()),
            ]
        if there.kind == ITEM:
            wanted = content["SalesOrPurchase"]["Price"]
            return [("Price", Decimal(wanted), Decimal(entry["SalesOrPurchase"]["Price"]))]
        if there.kind == PAYMENT:
            applied = [(one["TxnID"], Decimal(one["Amount"])) for one in entry.get("AppliedToTxnRet", [])]
            wanted_ones = [
                (self._id_of(one["TxnID"]["record"]), Decimal(one["PaymentAmount"]))
                for one in content["AppliedToTxnAdd"]
            ]
            return [("AppliedToTxn", wanted_ones, applied), self._customer(content, entry)]
        name = LINES[there.kind]
        posted = [one for one in versions[: there.number] if name in one.content and self._counts(one, there)]
        lines = posted[-1].content[name] if posted else []
        # Which lines there are, not their order: kept lines stay in QuickBooks' own (qbxml.md 8).
        wanted_lines = sorted(self._line(one) for one in lines)
        return [("lines", wanted_lines, sorted(_lines(entry))), self._customer(content, entry)]

    def _counts(self, version: Version, there: Version) -> bool:
        """Whether the content of a version reached QuickBooks; what was superseded never did."""
        return version is there or self._status(version) in IN_QUICKBOOKS

    def _customer(self, content: dict[str, Any], entry: Any) -> tuple[str, Any, Any]:
        return ("CustomerRef", self._id_of(content["CustomerRef"]["record"]), entry["CustomerRef"]["ListID"])

    def _line(self, line: dict[str, Any]) -> tuple[str, Decimal, Decimal]:
        return (str(self._id_of(line["ItemRef"]["record"])), Decimal(line["Quantity"]), Decimal(line["Rate"]))

    def _id_of(self, record: str) -> str | None:
        """Where a record is in QuickBooks: by its marker, or where names are shared by what the queue knows.

        One that was linked to the entry that had its name counts as there, whatever became of its own content.
        """
        there = self._books.of_record(record)
        if there:
            return there[0].id
        versions = self._orders.of_record(record)
        settled = [one for one in versions if self._status(one) in IN_QUICKBOOKS]
        if settled:
            return self._messages[settled[-1].message_id].quickbooks_id
        names = [str(one.content["Name"]) for one in versions if one.shares_name]
        return str(self._shop.file.find(CUSTOMER, names[-1])[0]["ListID"]) if names else None

    def _doubts(self) -> Counter[str]:
        query = select(tables.events.c.note).where(
            tables.events.c.company_id == self._shop.company().id, tables.events.c.to_status == "in_doubt"
        )
        with self._shop.store.reading() as work:
            return Counter(str(reason) for reason in work.connection.execute(query).scalars())


def _lines(entry: Any) -> Sequence[tuple[str, Decimal, Decimal]]:
    """The lines that sell something; a line of text alone was added by somebody in QuickBooks."""
    return [
        (line["ItemRef"]["ListID"], Decimal(line["Quantity"]), Decimal(line["Rate"]))
        for line in entry["Lines"]
        if "ItemRef" in line
    ]
