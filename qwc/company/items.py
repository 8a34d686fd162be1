"""Owns what a document needs to know of an item: price, cost, description, accounts, tax code. It changes no item."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qwc.company.books import Books
from qwc.company.documents import list_id_in
from qwc.company.money import ZERO, number
from qwc.company.reader import Node
from qwc.company.references import entry_of

STOCKED = ("ItemInventory", "ItemInventoryAssembly")


@dataclass(frozen=True, slots=True)
class Item:
    """One item as documents see it. Prices are None where the item names none; percentages are of the line before."""

    list_id: str
    kind: str
    body: Node
    price: Decimal | None
    percent: Decimal | None
    cost: Decimal | None
    sales_description: str
    purchase_description: str
    income_account: str | None
    expense_account: str | None
    cost_account: str | None
    asset_account: str | None
    tax_code: str | None

    @property
    def is_stocked(self) -> bool:
        """Whether QuickBooks counts it."""
        return self.kind in STOCKED


def item_of(books: Books, list_id: str) -> Item:
    """The item with that ListID, which a resolved reference guarantees to exist."""
    if list_id not in books.items:
        books.items[list_id] = _read_item(books, list_id)
    found: Item = books.items[list_id]
    return found


def _read_item(books: Books, list_id: str) -> Item:
    row = entry_of(books, list_id)
    assert row is not None
    body: Node = json.loads(row["body"])
    single, both = body.get("SalesOrPurchase", {}), body.get("SalesAndPurchase", {})
    return Item(
        list_id,
        row["kind"],
        body,
        _first_number(single.get("Price"), both.get("SalesPrice"), body.get("SalesPrice"), body.get("DiscountRate")),
        _first_number(single.get("PricePercent"), body.get("DiscountRatePercent")),
        _first_number(both.get("PurchaseCost"), body.get("PurchaseCost"), single.get("Price")),
        _first_text(single.get("Desc"), both.get("SalesDesc"), body.get("SalesDesc"), body.get("ItemDesc")),
        _first_text(both.get("PurchaseDesc"), body.get("PurchaseDesc"), single.get("Desc"), body.get("ItemDesc")),
        _first_id((single, "AccountRef"), (both, "IncomeAccountRef"), (body, "IncomeAccountRef"), (body, "AccountRef")),
        _first_id((single, "AccountRef"), (both, "ExpenseAccountRef"), (body, "COGSAccountRef")),
        list_id_in(body, "COGSAccountRef"),
        list_id_in(body, "AssetAccountRef"),
        list_id_in(body, "SalesTaxCodeRef"),
    )


def average_cost(books: Books, list_id: str) -> Decimal:
    """What one piece in stock is worth; the purchase cost where nothing is in stock."""
    row = entry_of(books, list_id)
    assert row is not None
    on_hand = number(row["quantity_on_hand"])
    if on_hand > 0:
        return number(row["stock_value"]) / on_hand
    return number(json.loads(row["body"]).get("PurchaseCost"))


def tax_rate(books: Books, list_id: str | None) -> Decimal:
    """The percentage of a sales tax item, or the sum of a sales tax group's."""
    row = entry_of(books, list_id) if list_id else None
    if row is None:
        return ZERO
    body = json.loads(row["body"])
    if row["kind"] == "ItemSalesTaxGroup":
        return sum((tax_rate(books, ref["ListID"]) for ref in body.get("ItemSalesTaxRef", [])), ZERO)
    return number(body.get("TaxRate"))


def _first_number(*values: Any) -> Decimal | None:
    return next((number(value) for value in values if value not in (None, "")), None)


def _first_text(*values: Any) -> str:
    return next((str(value) for value in values if value), "")


def _first_id(*places: tuple[Node, str]) -> str | None:
    return next((found for body, name in places if (found := list_id_in(body, name))), None)
