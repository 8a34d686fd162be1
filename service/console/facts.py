"""What an accountant asks about a document, by its kind: the facts of the content, and its lines. Reads, never writes.

Which facts a kind has stands here as a table; a kind that is not in it shows all that its content says. What the
table does not name is shown behind the rest under QuickBooks' own names: nothing of a document is kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service import catalogue
from service.catalogue.nouns import plain_field
from service.console.documents import (
    Directory,
    Document,
    amount_of_line,
    as_date,
    as_decimal,
    lines_in,
)
from service.console.reader import Reader
from service.store.messages import Message

SALES = (
    ("Customer", "CustomerRef"),
    ("{Noun} number", "RefNumber"),
    ("Date", "TxnDate"),
    ("Terms", "TermsRef"),
    ("Due", "DueDate"),
    ("P.O. number", "PONumber"),
    ("Bill to", "BillAddress"),
    ("Ship to", "ShipAddress"),
    ("Ship date", "ShipDate"),
    ("Paid by", "PaymentMethodRef"),
    ("Check number", "CheckNumber"),
    ("Deposit to", "DepositToAccountRef"),
    ("Sales tax", "ItemSalesTaxRef"),
    ("Memo", "Memo"),
)
PURCHASES = (
    ("Vendor", "VendorRef"),
    ("Number", "RefNumber"),
    ("Date", "TxnDate"),
    ("Terms", "TermsRef"),
    ("Due", "DueDate"),
    ("Memo", "Memo"),
)
PEOPLE = (
    ("Name in QuickBooks", "Name"),
    ("Company", "CompanyName"),
    ("Contact", "Contact"),
    ("Bill to", "BillAddress"),
    ("Address", "VendorAddress"),
    ("Ship to", "ShipAddress"),
    ("Phone", "Phone"),
    ("Email", "Email"),
    ("Terms", "TermsRef"),
    ("Sales tax", "SalesTaxCodeRef"),
    ("Notes", "Notes"),
)
ITEMS = (
    ("Name in QuickBooks", "Name"),
    ("Part of", "ParentRef"),
    ("Description", "SalesDesc"),
    ("Price", "SalesPrice"),
    ("Sales account", "IncomeAccountRef"),
    ("Cost", "PurchaseCost"),
    ("Sales tax", "SalesTaxCodeRef"),
)
PAYMENT = (
    ("Received from", "CustomerRef"),
    ("Date", "TxnDate"),
    ("Amount", "TotalAmount"),
    ("Paid by", "PaymentMethodRef"),
    ("Check number", "RefNumber"),
    ("Pays", "AppliedToTxnAdd"),
    ("Deposit to", "DepositToAccountRef"),
    ("Memo", "Memo"),
)
FACTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "Invoice": SALES,
    "SalesReceipt": SALES,
    "CreditMemo": SALES,
    "SalesOrder": SALES,
    "Estimate": SALES,
    "ReceivePayment": PAYMENT,
    "Bill": PURCHASES,
    "VendorCredit": PURCHASES,
    "PurchaseOrder": PURCHASES,
    "Customer": PEOPLE,
    "Vendor": PEOPLE,
    "Employee": PEOPLE,
}
MONEY = ("Amount", "Price", "Cost", "Rate", "Balance", "CreditLimit", "Total")
"""Fields whose names end so hold money."""

NOT_SHOWN = ("ExternalGUID", "line")
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a document; `target` is the message to which it leads, if there is one."""

    label: str
    text: str
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transaction, as it stands in QuickBooks' own form."""

    what: str
    description: str
    quantity: str
    price: str
    amount: Decimal | None
    is_wrong: bool


def facts(document: Document, directory: Directory, reader: Reader) -> Sequence[Fact]:
    """The facts of a document, those that people ask for first."""
    content, found, shown = document.content, [], set(NOT_SHOWN)
    table = ITEMS if document.noun == "item" else FACTS.get(document.kind, ())
    writer = _Writer(directory, reader, document.currency)
    for label, name in table:
        if name in content:
            shown.add(name)
            noun = document.noun[:1].upper() + document.noun[1:]
            found.append(writer.fact(label.format(Noun=noun), name, content[name]))
    lines = {name for name, _ in lines_in(content)}
    for name, value in content.items():
        if name not in shown and name not in lines:
            label = plain_field(name.removesuffix("Ref").removesuffix("Add"))
            found.append(writer.fact(label[:1].upper() + label[1:], name, value))
    return [fact for fact in found if fact.text]


def lines(message: Message, document: Document, directory: Directory, reader: Reader) -> Sequence[Line]:
    """The lines of a transaction; the one that QuickBooks took offense at is marked."""
    given = lines_in(document.content)
    offending = _offending(message)
    writer = _Writer(directory, reader, document.currency)
    found = []
    for name, line in given:
        reference = next(
            (line[ref] for ref in ("ItemRef", "AccountRef", "ItemGroupRef", "PaymentTxnID") if ref in line), None
        )
        what = directory.reference(reference) or plain_field(name.removesuffix("Add").removesuffix("Mod")).capitalize()
        found.append(
            Line(
                what,
                str(line.get("Desc") or line.get("Memo") or ""),
                writer.text("Quantity", line.get("Quantity")),
                writer.price(line),
                amount_of_line(line),
                offending is not None and what.casefold() == offending.casefold(),
            )
        )
    return found


def _offending(message: Message) -> str | None:
    """The name that QuickBooks did not find, where it says so."""
    if message.status_code != 3140 or not message.quickbooks_said:
        return None
    return catalogue.message_facts(message.quickbooks_said, ("missing", "name")).get("name")


class _Writer:
    """Writes the values of a content as people read them."""

    def __init__(self, directory: Directory, reader: Reader, currency: str | None) -> None:
        self._directory = directory
        self._reader = reader
        self._currency = currency

    def fact(self, label: str, name: str, value: Any) -> Fact:
        record = value.get("record") if isinstance(value, Mapping) else None
        target = self._directory.message_id(record) if isinstance(record, str) and ":" in record else None
        return Fact(label, self.text(name, value), target)

    def price(self, line: Mapping[str, Any]) -> str:
        if "RatePercent" in line:
            return f"{line['RatePercent']}%"
        return self.text("Rate", line.get("Rate") if "Rate" in line else line.get("Cost"))

    def text(self, name: str, value: Any, depth: int = 0) -> str:
        """A value in words; what is nested too deeply is left out."""
        if isinstance(value, list) and depth <= DEEPEST:
            return "; ".join(filter(None, (self.text(name, one, depth + 1) for one in value)))
        if isinstance(value, Mapping) and depth <= DEEPEST:
            return self._several(name, value, depth)
        return self._single(name, value)

    def _single(self, name: str, value: Any) -> str:
        if value is None or isinstance(value, list | Mapping):
            return ""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if name.endswith("Date") and (day := as_date(value)) is not None:
            return self._reader.day(day)
        number = as_decimal(value)
        if number is not None and name.endswith(MONEY):
            return self._reader.money(number, self._currency)
        return self._reader.number(number) if number is not None and name == "Quantity" else str(value)

    def _several(self, name: str, value: Mapping[str, Any], depth: int) -> str:
        if "record" in value and isinstance(value["record"], str) and ":" in value["record"]:
            return self._directory.spoken(value["record"]) if name == "TxnID" else self._directory.reference(value)
        if name.endswith("Ref"):
            return self._directory.reference(value)
        parts = [self.text(inner, one, depth + 1) for inner, one in value.items() if inner not in NOT_SHOWN]
        return ", ".join(filter(None, parts))
