"""Owns the arithmetic of one line: quantity, rate and amount, by what was given (qbxml.md 7). It adds nothing up."""

from __future__ import annotations

import json
from decimal import Decimal

from qwc.company.books import Books
from qwc.company.documents import Line, list_id_in
from qwc.company.items import Item, item_of
from qwc.company.money import ZERO, amount_text, cents, number, plain_text, price_text
from qwc.company.reader import Node
from qwc.company.references import entry_of
from qwc.company.refusals import SENTENCES, Refusal

_BOUGHT = ("ItemLineRet", "PurchaseOrderLineRet")
_NEVER_ON_LINES = ("ItemGroup", "ItemSalesTax", "ItemSalesTaxGroup")
_NEEDING_AN_ITEM = ("Quantity", "Rate", "RatePercent", "Cost", "Amount")
_TAKEN_OFF = ("ItemDiscount", "ItemPayment")


def complete_line(books: Books, line: Line, sent: Node, before: list[Line], price_level: str | None) -> None:
    """Fill in rate and amount of a line. `sent` is what the request says of it, `before` the lines above it.

    Refusal 3280 for an item that cannot stand on a line, 3151 for a quantity of a discount.
    """
    rate_name = "Cost" if line.element == "ItemLineRet" else "Rate"
    item_id = line.ref("ItemRef")
    item = item_of(books, item_id) if item_id else None
    if item is None and any(sent.get(name) for name in _NEEDING_AN_ITEM):
        raise Refusal(3150, field="ItemRef", reason="a line with an amount needs an item")
    if item is not None and item.kind in _NEVER_ON_LINES:
        raise Refusal(3280, value=item.kind, kind=line.element)
    if item is not None and item.kind == "ItemDiscount" and sent.get("Quantity"):
        raise Refusal(3151, field="Quantity", reason="a discount has no quantity")
    if item is not None and item.kind == "ItemSubtotal":
        line.body["Amount"] = amount_text(_since_last_subtotal(books, before))
        return
    _calculate(books, line, sent, before, rate_name)
    if "Amount" not in line.body and item is not None:
        _from_item(books, line, item, before, rate_name, price_level)
    if item is not None and item.kind in _TAKEN_OFF and line.body.get("Amount"):
        line.body["Amount"] = amount_text(-abs(line.amount))


def _calculate(books: Books, line: Line, sent: Node, before: list[Line], rate_name: str) -> None:
    """By what the request gives; leaves no amount where only the item's own price can tell."""
    body = line.body
    quantity = _quantity_of(body)
    rate, amount, percent = sent.get(rate_name), sent.get("Amount"), sent.get("RatePercent")
    if rate and amount:
        books.warn(530, SENTENCES[530].format(field=rate_name, reason="an amount was given as well"))
    if amount:
        _from_amount(body, number(amount), quantity, rate_name)
    elif rate:
        _from_rate(body, number(rate), quantity, rate_name)
    elif percent:
        _from_percent(body, number(percent), before)
    elif "Quantity" in sent and body.get(rate_name):
        _from_rate(body, number(body[rate_name]), quantity, rate_name)
    elif "Quantity" in sent and body.get("Amount"):
        _from_amount(body, number(body["Amount"]), quantity, rate_name)


def _quantity_of(body: Node) -> Decimal | None:
    if not body.get("Quantity"):
        return None
    quantity = number(body["Quantity"])
    body["Quantity"] = plain_text(quantity)
    return quantity


def _from_amount(body: Node, amount: Decimal, quantity: Decimal | None, rate_name: str) -> None:
    body["Amount"] = amount_text(amount)
    body.pop("RatePercent", None)
    if quantity:
        body[rate_name] = price_text(amount / quantity)
    else:
        body.pop(rate_name, None)


def _from_rate(body: Node, rate: Decimal, quantity: Decimal | None, rate_name: str) -> None:
    body[rate_name] = price_text(rate)
    body["Amount"] = amount_text(rate * (1 if quantity is None else quantity))


def _from_percent(body: Node, percent: Decimal, before: list[Line]) -> None:
    base = before[-1].amount if before else ZERO
    body["RatePercent"] = plain_text(percent)
    body["Amount"] = amount_text(cents(base * percent / 100))


def _from_item(
    books: Books, line: Line, item: Item, before: list[Line], rate_name: str, price_level: str | None
) -> None:
    buying = line.element in _BOUGHT
    quantity = _quantity_of(line.body)
    if item.percent is not None and not buying:
        _from_percent(line.body, item.percent, before)
    elif buying and item.cost is not None:
        _from_rate(line.body, item.cost, quantity, rate_name)
    elif not buying and item.price is not None:
        _from_rate(line.body, _at_price_level(books, price_level, item, item.price), quantity, rate_name)
    elif quantity is not None:
        _from_rate(line.body, ZERO, quantity, rate_name)


def _at_price_level(books: Books, price_level: str | None, item: Item, price: Decimal) -> Decimal:
    row = entry_of(books, price_level) if price_level else None
    if row is None:
        return price
    body = json.loads(row["body"])
    if body.get("PriceLevelFixedPercentage"):
        return price * (100 + number(body["PriceLevelFixedPercentage"])) / 100
    for entry in body.get("PriceLevelPerItemRet", []):
        if list_id_in(entry, "ItemRef") == item.list_id:
            if entry.get("CustomPrice"):
                return number(entry["CustomPrice"])
            return price * (100 + number(entry.get("CustomPricePercent"))) / 100
    return price


def _since_last_subtotal(books: Books, before: list[Line]) -> Decimal:
    total = ZERO
    for line in reversed(before):
        item_id = line.ref("ItemRef")
        if item_id and item_of(books, item_id).kind == "ItemSubtotal":
            break
        total += line.amount
    return total
