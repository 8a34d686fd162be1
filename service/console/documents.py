"""What a message is about, as an accountant names it: kind, number, name, date, amount. Reads contents, never writes.

Contents are the order system's, with qbXML's names; references to records of the order system are looked up in
`Directory`. What cannot be known is left empty: nothing is guessed, and a total is shown only where every line of it
is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from service.catalogue.nouns import noun_for, plain_words
from service.store import pages
from service.store.messages import Message
from service.store.pages import Known
from service.store.unit import Work

PARTNERS = ("CustomerRef", "VendorRef", "EntityRef", "PayeeEntityRef", "EmployeeRef")
"""Where a transaction names whom it is with."""

NEGATIVE = ("CreditMemo", "VendorCredit", "CreditCardCredit", "ARRefundCreditCard")
"""Kinds whose totals take away from what is owed."""

NUMBERED_BY_KEY = ("ReceivePayment", "BillPaymentCheck", "BillPaymentCreditCard")
"""Kinds whose RefNumber is that of a check, not their own."""

_REQUEST = re.compile(r"<\s*([A-Za-z]{3,60})Rq\b")


@dataclass(frozen=True, slots=True)
class Document:
    """One message in words. `title` is what stands in a list, `called` in a sentence's beginning, `spoken` inside."""

    kind: str
    noun: str
    is_list: bool
    number: str
    name: str
    day: date | None
    amount: Decimal | None
    currency: str | None
    content: Mapping[str, Any] = field(repr=False)

    @property
    def title(self) -> str:
        """Invoice 20431; for an entry of a list only Customer, because its name stands beside it."""
        return _capital(self.noun) if self.is_list and self.name else f"{_capital(self.noun)} {self.number}"

    @property
    def called(self) -> str:
        """Invoice 20431; Calloway, Ruth"""
        return self.name if self.is_list and self.name else f"{_capital(self.noun)} {self.number}"

    @property
    def spoken(self) -> str:
        """invoice 20431; customer Calloway, Ruth"""
        return f"{self.noun} {self.name if self.is_list and self.name else self.number}"


class Directory:
    """What records are called, of one company."""

    def __init__(self, work: Work, company_id: int) -> None:
        self._work = work
        self._company_id = company_id
        self._known: dict[str, Known] = {}

    def look_up(self, records: Iterable[str]) -> None:
        """Read what is known of some records, all in one go."""
        missing = {record for record in records if record not in self._known}
        self._known |= pages.known_records(self._work, self._company_id, missing)

    def known(self, record: str) -> Known:
        if record not in self._known:
            self.look_up([record])
        return self._known[record]

    def name(self, record: str) -> str:
        """The name of an entry of a list, or the number of a transaction."""
        known, (kind, _, key) = self.known(record), record.partition(":")
        content = parsed(known.content)
        if noun_for(kind).family == "list":
            return own_name(content) or known.quickbooks_number or key
        return number_of(kind, key, content, known.quickbooks_number)

    def spoken(self, record: str) -> str:
        """customer Calloway, Ruth; invoice 20436"""
        return f"{noun_for(record.partition(':')[0]).noun} {self.name(record)}"

    def spoken_of(self, message: Message) -> str:
        """As `Document.spoken`, and without looking up anything for a message that says all of its record."""
        if message.record is None:
            return _raw(message).spoken
        kind, _, key = message.record.partition(":")
        noun, content = noun_for(kind), parsed(message.content)
        is_list = noun.family == "list"
        name = own_name(content) if is_list else number_of(kind, key, content, message.quickbooks_number)
        return f"{noun.noun} {name}" if name and whole(message, content) else self.spoken(message.record)

    def message_id(self, record: str) -> int | None:
        """The newest message about a record, to which a link can lead."""
        return self.known(record).message_id

    def documents(self, messages: Sequence[Message]) -> Mapping[int, Document]:
        """The documents of some messages, by their numbers; two queries for all of them."""
        contents = {message.id: parsed(message.content) for message in messages}
        bare = {str(one.record) for one in messages if one.record and not whole(one, contents[one.id])}
        self.look_up(bare | {record for content in contents.values() for record in partners_in(content)})
        self.look_up(record for one in bare for record in partners_in(parsed(self.known(one).content)))
        return {message.id: self._document(message, contents[message.id]) for message in messages}

    def _document(self, message: Message, content: Mapping[str, Any]) -> Document:
        if message.record is None:
            return _raw(message)
        kind, _, key = message.record.partition(":")
        noun = noun_for(kind)
        known = None if whole(message, content) else self.known(message.record)
        base = {**(parsed(known.content) if known else {}), **content}
        told = message.quickbooks_number or (known.quickbooks_number if known else None)
        is_list = noun.family == "list"
        name = own_name(base) or (told or "") if is_list else self.partner(base)
        return Document(
            kind=kind,
            noun=noun.noun,
            is_list=is_list,
            number=key if is_list else number_of(kind, key, base, told),
            name=name,
            day=as_date(base.get("TxnDate")),
            amount=total(kind, base if known or whole(message, content) else {}),
            currency=currency_of(base),
            content=content,
        )

    def partner(self, content: Mapping[str, Any]) -> str:
        """Whom a transaction is with."""
        return next((self.reference(content[ref]) for ref in PARTNERS if content.get(ref)), "")

    def reference(self, value: object) -> str:
        """What a reference refers to, by its name; an id of QuickBooks where nothing else is known."""
        if not isinstance(value, Mapping):
            return "" if value is None else str(value)
        record = value.get("record")
        if isinstance(record, str):
            return self.name(record)
        return str(value.get("FullName") or value.get("ListID") or "")


def parsed(content: str | None) -> Mapping[str, Any]:
    """A content as it is kept, with exact numbers; empty when it cannot be read."""
    try:
        found = json.loads(content or "{}", parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def whole(message: Message, content: Mapping[str, Any]) -> bool:
    """Whether a message says all of its record: a Mod and a deletion say only what changes."""
    return bool(content) and message.operation in ("save", "add")


def own_name(content: Mapping[str, Any]) -> str:
    """The name of an entry of a list."""
    for name in ("Name", "FullName", "ItemDesc", "Initial"):
        if content.get(name):
            return str(content[name])
    person = [str(content[part]) for part in ("FirstName", "LastName") if content.get(part)]
    return " ".join(person)


def number_of(kind: str, key: str, content: Mapping[str, Any], in_quickbooks: str | None) -> str:
    """The number by which people call a transaction: its own, else that of the order system.

    What was skipped before Deskpost has a key of its own, `old-10248`, and is called by its number.
    """
    key = key.removeprefix("old-")
    if kind in NUMBERED_BY_KEY:
        return key
    return str(content.get("RefNumber") or in_quickbooks or key)


def partners_in(content: Mapping[str, Any]) -> Iterable[str]:
    """The records of the order system that stand where a transaction names whom it is with."""
    for ref in PARTNERS:
        value = content.get(ref)
        if isinstance(value, Mapping) and isinstance(value.get("record"), str) and ":" in value["record"]:
            yield value["record"]


def records_in(value: object) -> Iterator[str]:
    """The records of the order system that a content names, however deep."""
    if isinstance(value, Mapping):
        record = value.get("record")
        if isinstance(record, str) and ":" in record:
            yield record
        for inner in value.values():
            yield from records_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from records_in(inner)


def as_date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def as_decimal(value: object) -> Decimal | None:
    """A number as the order system wrote it; None for what is none."""
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None


def currency_of(content: Mapping[str, Any]) -> str | None:
    value = content.get("CurrencyRef")
    return str(value["FullName"]) if isinstance(value, Mapping) and value.get("FullName") else None


def lines_in(content: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """The lines of a transaction with the names of their elements, as they stand."""
    found = []
    for name, value in content.items():
        if "Line" in name and name.endswith(("Add", "Mod", "Line")):
            rows = value if isinstance(value, list) else [value]
            found += [(name, row) for row in rows if isinstance(row, Mapping)]
    return found


def amount_of_line(line: Mapping[str, Any]) -> Decimal | None:
    """What a line comes to, before tax; None where only QuickBooks knows."""
    amount = as_decimal(line.get("Amount"))
    if amount is not None:
        return amount
    price = as_decimal(line.get("Rate") if "Rate" in line else line.get("Cost"))
    quantity = as_decimal(line["Quantity"]) if "Quantity" in line else Decimal(1)
    if price is None or quantity is None:
        return None
    return (price * quantity).quantize(Decimal("0.01"))


def total(kind: str, content: Mapping[str, Any]) -> Decimal | None:
    """What a transaction comes to, before tax; below zero where it takes away from what is owed."""
    given = next(
        (as_decimal(content[name]) for name in ("TotalAmount", "Amount", "TransferAmount") if name in content), None
    )
    if given is None:
        lines = [line for name, line in lines_in(content) if not (kind == "JournalEntry" and "Debit" not in name)]
        # A line with nothing but a description has no amount and needs none.
        amounts = [amount_of_line(line) for line in lines if set(line) - {"Desc", "line"}]
        known = [amount for amount in amounts if amount is not None]
        given = sum(known, Decimal(0)) if amounts and len(known) == len(amounts) else None
    return -given if given is not None and kind in NEGATIVE else given


def _raw(message: Message) -> Document:
    found = _REQUEST.search(message.request or "")
    return Document(
        kind="",
        noun="request",
        is_list=False,
        number=str(message.id),
        name=_capital(plain_words(found[1])) if found else "",
        day=None,
        amount=None,
        currency=None,
        content={},
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
