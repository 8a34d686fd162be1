"""Owns what QuickBooks fills into the header of a new transaction where the request is silent (qbxml.md 7)."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3

from qwc.company.accounts import default_account
from qwc.company.books import Books, reference
from qwc.company.documents import Document, list_id_in
from qwc.company.money import number, plain_text
from qwc.company.reader import Node
from qwc.company.references import entry_of
from qwc.company.refusals import Refusal
from qwc.company.schema import Element

# Documents whose number comes from outside (the vendor's bill, the customer's check) get none by themselves [mem].
_NUMBERED_BY_OTHERS = frozenset(
    {"Bill", "ItemReceipt", "VendorCredit", "ReceivePayment", "CreditCardCharge", "CreditCardCredit"}
)
_LAST_DIGITS = re.compile(r"(.*?)([0-9]+)$")
_FALSE_AT_FIRST = (
    "IsPending",
    "IsFinanceCharge",
    "IsToBePrinted",
    "IsToBeEmailed",
    "IsManuallyClosed",
    "IsAdjustment",
    "IsTaxIncluded",
)
# What a sales or purchase document takes from its customer or vendor: its own element, and where it stands there.
_FROM_ENTITY = {
    "BillAddress": "BillAddress",
    "ShipAddress": "ShipAddress",
    "VendorAddress": "VendorAddress",
    "TermsRef": "TermsRef",
    "SalesRepRef": "SalesRepRef",
    "CustomerSalesTaxCodeRef": "SalesTaxCodeRef",
    "ItemSalesTaxRef": "ItemSalesTaxRef",
    "CurrencyRef": "CurrencyRef",
}
_TAX_FIELDS = ("CustomerSalesTaxCodeRef", "ItemSalesTaxRef")
_RULES_WITH_PARTNER = ("sales", "purchases", "charge")


def complete_header(books: Books, document: Document, node: Node) -> None:
    """Fill in date, number, accounts, what the customer or vendor brings along, and the due date."""
    body, kind = document.body, document.kind
    fields = books.full.fields(f"{kind.name}Ret")
    if "TxnDate" in fields and "TxnDate" not in body:
        body["TxnDate"] = _last_date(books, kind.name)
    if "TripEndDate" in fields:
        body.setdefault("TripEndDate", books.today())
        body.setdefault("TripStartDate", body["TripEndDate"])
    if "OdometerEnd" in body:
        body["TotalMiles"] = plain_text(number(body["OdometerEnd"]) - number(body.get("OdometerStart")))
    if kind.rules in _RULES_WITH_PARTNER:
        _take_from_entity(books, document, fields)
    _take_accounts(books, document, fields)
    if "TemplateRef" in fields and "TemplateRef" not in body:
        _take_template(books, document)
    _take_due_date(books, document, fields)
    for name in _FALSE_AT_FIRST:
        if name in fields:
            body.setdefault(name, "false")
    if kind.name == "Estimate":
        body.setdefault("IsActive", "true")
    if _takes_next_number(document, node, fields):
        body["RefNumber"] = next_ref_number(books, kind.name)
    _take_currency(books, document, fields)


def check_header(books: Books, document: Document) -> None:
    """Refusals that concern the header as a whole."""
    if document.body.get("IsToBeEmailed") == "true":
        entity = document.ref(document.kind.entity)
        row = entry_of(books, entity) if entity else None
        if row is None or not json.loads(row["body"]).get("Email"):
            reason = "the customer has no e-mail address to send it to"
            raise Refusal(3180, kind=document.kind.name, reason=reason)


def _last_date(books: Books, kind: str) -> str:
    """The date of the last transaction of that kind that was saved; today where there is none (qbxml.md 3.2)."""
    row = books.storage.row("SELECT txn_date FROM transactions WHERE kind = ? ORDER BY position DESC LIMIT 1", kind)
    return row["txn_date"] if row else books.today()


def _takes_next_number(document: Document, node: Node, fields: dict[str, Element]) -> bool:
    """A missing number is given, an empty one stays empty; what is still to be printed has none yet."""
    if "RefNumber" not in fields or "RefNumber" in node or document.kind.name in _NUMBERED_BY_OTHERS:
        return False
    return document.kind.rules not in ("bill payment", "sales tax payment") or node.get("IsToBePrinted") != "true"


def next_ref_number(books: Books, kind: str) -> str:
    """One more than the number last given to that kind; 1 where there is none that ends in digits."""
    row = books.storage.row(
        "SELECT ref_number FROM transactions WHERE kind = ? AND ref_number_key IS NOT NULL"
        " ORDER BY position DESC LIMIT 1",
        kind,
    )
    match = _LAST_DIGITS.fullmatch(row["ref_number"]) if row else None
    if match is None:
        return "1"
    return match[1] + str(int(match[2]) + 1).zfill(len(match[2]))


def _take_from_entity(books: Books, document: Document, fields: dict[str, Element]) -> None:
    entity = document.ref(document.kind.entity)
    row = entry_of(books, entity) if entity else None
    source: Node = json.loads(row["body"]) if row else {}
    for name, source_name in _FROM_ENTITY.items():
        wanted = name in fields and name not in document.body
        if name in _TAX_FIELDS and not (books.is_on("sales_tax") and document.kind.rules == "sales"):
            continue
        if wanted and source_name in source:
            document.body[name] = source[source_name]
    if document.kind.rules == "sales" and books.is_on("sales_tax") and books.settings["country"] == "US":
        for name, setting in (
            ("ItemSalesTaxRef", "default_sales_tax_item"),
            ("CustomerSalesTaxCodeRef", "taxable_code"),
        ):
            if books.settings.get(setting):
                document.body.setdefault(name, reference(books.settings[setting]))


def _take_accounts(books: Books, document: Document, fields: dict[str, Element]) -> None:
    wanted = {document.kind.account: document.kind.default_account}
    if document.kind.name == "ReceivePayment":
        wanted["DepositToAccountRef"] = "UndepositedFunds"
    for name, what in wanted.items():
        if name in fields and what and name not in document.body:
            row = default_account(books, what)
            if row is None:
                raise Refusal(3270, field=name)
            document.body[name] = reference(row["list_id"])


def _take_template(books: Books, document: Document) -> None:
    row = books.storage.row(
        "SELECT list_id FROM list_entries WHERE kind = 'Template' AND json_extract(body, '$.TemplateType') = ?"
        " ORDER BY position LIMIT 1",
        document.kind.name,
    )
    if row is not None:
        document.body["TemplateRef"] = reference(row["list_id"])


def _take_due_date(books: Books, document: Document, fields: dict[str, Element]) -> None:
    if "DueDate" in fields and "DueDate" not in document.body and document.body.get("TxnDate"):
        terms = list_id_in(document.body, "TermsRef")
        row = entry_of(books, terms) if terms else None
        document.body["DueDate"] = due_date(document.body["TxnDate"], row)


def due_date(txn_date: str, terms: sqlite3.Row | None) -> str:
    """When a document is due by its terms; on its own date where it has none."""
    if terms is None:
        return txn_date
    body = json.loads(terms["body"])
    day = dt.date.fromisoformat(txn_date)
    if terms["kind"] == "StandardTerms":
        return (day + dt.timedelta(days=int(body.get("StdDueDays") or 0))).isoformat()
    wanted = int(body.get("DayOfMonthDue") or 1)
    months = 1 if day.day > wanted or wanted - day.day < int(body.get("DueNextMonthDays") or 0) else 0
    return _day_of_month(day, months, wanted).isoformat()


def _day_of_month(day: dt.date, months: int, wanted: int) -> dt.date:
    first = (day.replace(day=1) + dt.timedelta(days=32 * months)).replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return first.replace(day=min(wanted, (following - dt.timedelta(days=1)).day))


def _take_currency(books: Books, document: Document, fields: dict[str, Element]) -> None:
    if books.is_on("multi_currency") and "ExchangeRate" in fields:
        document.body.setdefault("ExchangeRate", "1")
        if books.settings.get("home_currency"):
            document.body.setdefault("CurrencyRef", reference(books.settings["home_currency"]))
