"""Owns subtotal, sales tax and total of a sales document. It reads lines and writes the header only.

US: one tax item or group on the header, tax codes on customer and lines; elsewhere: tax codes on lines (qbxml.md 7).
"""

from __future__ import annotations

import json
from decimal import Decimal

from qwc.company.books import Books
from qwc.company.documents import Document, Line
from qwc.company.items import item_of, tax_rate
from qwc.company.money import ZERO, amount_text, cents, plain_text
from qwc.company.references import entry_of


def add_up(books: Books, document: Document) -> None:
    """Write Subtotal, SalesTaxTotal and the total of the kind."""
    lines = [line for line in document.detail_lines() if not _is_subtotal(books, line)]
    subtotal = sum((line.amount for line in lines), ZERO)
    document.body["Subtotal"] = amount_text(subtotal)
    tax = ZERO
    if books.is_on("sales_tax"):
        tax = _us_tax(books, document, lines) if books.settings["country"] == "US" else _line_tax(books, lines)
        document.body["SalesTaxTotal"] = amount_text(tax)
    document.total = cents(subtotal + tax)


def sales_tax(document: Document) -> Decimal:
    """The tax that `add_up` wrote."""
    return Decimal(document.body.get("SalesTaxTotal") or 0)


def _us_tax(books: Books, document: Document, lines: list[Line]) -> Decimal:
    rate = tax_rate(books, document.ref("ItemSalesTaxRef"))
    document.body["SalesTaxPercentage"] = plain_text(rate)
    customer_code = document.ref("CustomerSalesTaxCodeRef")
    if customer_code and not _is_taxable(books, customer_code):
        return ZERO
    taxable = sum((line.amount for line in lines if _is_taxable(books, line.ref("SalesTaxCodeRef"))), ZERO)
    return cents(taxable * rate / 100)


def _line_tax(books: Books, lines: list[Line]) -> Decimal:
    total = ZERO
    for line in lines:
        code = line.ref("SalesTaxCodeRef")
        row = entry_of(books, code) if code else None
        ref = json.loads(row["body"]).get("ItemSalesTaxRef") if row else None
        if ref:
            total += line.amount * tax_rate(books, ref["ListID"]) / 100
    return cents(total)


def _is_taxable(books: Books, code: str | None) -> bool:
    row = entry_of(books, code) if code else None
    return row is not None and json.loads(row["body"]).get("IsTaxable") == "true"


def _is_subtotal(books: Books, line: Line) -> bool:
    item_id = line.ref("ItemRef")
    return item_id is not None and item_of(books, item_id).kind == "ItemSubtotal"
