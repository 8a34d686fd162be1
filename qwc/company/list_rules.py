"""Owns what is special about single kinds of list entry, as tables and short rules. It stores nothing but openings."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from qwc.company import openings
from qwc.company.accounts import CREDIT_BALANCES, default_account
from qwc.company.books import Books
from qwc.company.money import number
from qwc.company.reader import Node
from qwc.company.refusals import Refusal
from qwc.company.shape import is_blank

# Which element is the name of an entry, where it is not Name.
NAME_FIELDS = {"SalesRep": "Initial", "Lead": "FullName"}
WITHOUT_NAMES = frozenset({"ToDo"})
COLON_ALLOWED = frozenset({"ToDo", "CustomerMsg"})
# A second sales rep with the same initials is answered with 3180 (status-codes.json).
DUPLICATE_IS_3180 = frozenset({"SalesRep"})
# Fields that must keep a value once they have one (qbxml.md 8).
NEVER_EMPTY = frozenset(
    {"Name", "AccountType", "IncomeAccountRef", "COGSAccountRef", "AssetAccountRef", "AccountRef", "ExpenseAccountRef"}
)
# The preference or edition that a kind needs; without it 3250 (qbxml.md 12).
FEATURES = {
    "Currency": "multi_currency",
    "InventorySite": "inventory_sites",
    "UnitOfMeasureSet": "units_of_measure",
    "Class": "class_tracking",
    "PriceLevel": "price_levels",
    "ItemInventory": "inventory",
    "ItemInventoryAssembly": "inventory",
}
# The account without which an item of a kind has nowhere to post; 3270.
REQUIRED_ACCOUNTS = {
    "ItemInventory": ("IncomeAccountRef",),
    "ItemInventoryAssembly": ("IncomeAccountRef",),
    "ItemDiscount": ("AccountRef",),
}
# Where an inventory item names no account, the company's own of this type is taken.
DEFAULT_ACCOUNTS = {"COGSAccountRef": "CostOfGoodsSold", "AssetAccountRef": "InventoryAssets"}
_PERCENT_FIELDS = ("DiscountPct",)
_SHORTEST_CARD_NUMBER = 12


def check_feature(books: Books, kind: str) -> None:
    """Refusal 3250 where the company file has not switched on what this kind of entry needs."""
    feature = FEATURES.get(kind)
    if feature is not None and not books.is_on(feature):
        raise Refusal(3250, reason=f"{kind} needs a feature that is switched off in this company file")


def check_content(books: Books, kind: str, node: Node) -> None:
    """Refusals for values that QuickBooks rejects for a business reason."""
    if kind == "Account" and node.get("AccountType") == "NonPosting":
        raise Refusal(3210, field="AccountType", value="NonPosting", reason="such accounts cannot be created")
    if node.get("TotalValue") and number(node.get("QuantityOnHand")) <= 0:
        raise Refusal(3150, field="QuantityOnHand", reason="a total value needs a quantity above zero")
    if any(is_blank(part.get("ItemRef", "")) for part in node.get("ItemGroupLine", [])):
        raise Refusal(3150, field="ItemRef", reason="a part of a group must name its item")
    for field in _PERCENT_FIELDS:
        if node.get(field) and not 0 <= number(node[field]) <= 100:
            raise Refusal(3210, field=field, value=node[field], reason="it must lie between 0 and 100")
    card = node.get("CreditCardInfo", {}).get("CreditCardNumber", "") if kind == "Customer" else ""
    if card.isdecimal() and len(card) >= _SHORTEST_CARD_NUMBER:
        raise Refusal(
            3210, field="CreditCardNumber", value="x" * len(card), reason="card numbers must be masked with x"
        )
    if node.get("CurrencyRef") and not books.is_on("multi_currency"):
        raise Refusal(3250, reason="multiple currencies are switched off in this company file")


def check_change(kind: str, row: sqlite3.Row, change: Node) -> None:
    """Refusal 3170 where an account would change to a type whose balance is signed or used in another way."""
    wanted = change.get("AccountType")
    if kind != "Account" or not wanted or wanted == row["account_type"]:
        return
    special = "SpecialAccountType" in json.loads(row["body"])
    owed = {"AccountsReceivable", "AccountsPayable", "NonPosting"} & {wanted, row["account_type"]}
    if special or owed or (wanted in CREDIT_BALANCES) != (row["account_type"] in CREDIT_BALANCES):
        raise Refusal(3170, value=row["full_name"], reason="the type of this account cannot be changed to that")


def complete_new(books: Books, kind: str, body: Node, node: Node) -> None:
    """What QuickBooks fills in when an entry is added: derived fields, and defaults of the schema."""
    for name, element in books.full.fields(f"{kind}Add").items():
        known = books.full.fields(f"{kind}Ret")
        if element.default and name in known and name not in body:
            body[name] = element.default
    if kind in ("ItemInventory", "ItemInventoryAssembly"):
        _take_default_accounts(books, body)
    if kind == "ItemFixedAsset":
        body.setdefault("AcquiredAs", "New")
    if kind in ("ItemGroup",):
        body.setdefault("IsPrintItemsInGroup", "false")
    if kind == "ToDo":
        body.setdefault("IsDone", "false")
        body.setdefault("ReminderDate", books.today())
    if kind == "Currency":
        body |= {"IsUserDefinedCurrency": "true"}
    _derive(books, kind, body, node)


def complete_changed(books: Books, kind: str, body: Node, node: Node) -> None:
    """The same for a changed entry: fields that follow from others."""
    _derive(books, kind, body, node)


def _derive(books: Books, kind: str, body: Node, node: Node) -> None:
    if kind == "Employee":
        parts = (body.get(name, "") for name in ("FirstName", "MiddleName", "LastName"))
        body["Name"] = " ".join(part for part in parts if part)
    if kind == "PriceLevel":
        fixed = "PriceLevelFixedPercentage" in body
        body["PriceLevelType"] = "FixedPercentage" if fixed else "PerItem"
    if kind == "BillingRate":
        body["BillingRateType"] = "FixedRate" if "FixedBillingRate" in body else "PerItem"
    if node.get("BarCode", {}).get("BarCodeValue"):
        body["BarCodeValue"] = node["BarCode"]["BarCodeValue"]
    _number_the_parts(books, body)


def _number_the_parts(books: Books, body: Node) -> None:
    """Contacts and notes have ids of their own; new ones get theirs here."""
    for contact in body.get("ContactsRet", []):
        if "ListID" not in contact:
            moment = books.time_text()
            contact |= {"ListID": books.new_list_id(), "TimeCreated": moment, "TimeModified": moment}
            contact["EditSequence"] = books.next_edit_sequence()
    for position, note in enumerate(body.get("AdditionalNotesRet", []), start=1):
        note.setdefault("NoteID", str(position))
        note.setdefault("Date", books.today())


def _take_default_accounts(books: Books, body: Node) -> None:
    for field, account_type in DEFAULT_ACCOUNTS.items():
        if field not in body:
            row = default_account(books, account_type)
            if row is not None:
                body[field] = {"ListID": row["list_id"]}


def check_accounts(_books: Books, kind: str, body: Node) -> None:
    """Refusal 3270 where an item has nowhere to post."""
    for field in REQUIRED_ACCOUNTS.get(kind, ()):
        if field not in body:
            raise Refusal(3270, field=field)
    needed: tuple[tuple[str, str], ...] = (("SalesOrPurchase", "AccountRef"), ("SalesAndPurchase", "IncomeAccountRef"))
    for part, field in needed:
        inner: Any = body.get(part)
        if inner is not None and field not in inner:
            raise Refusal(3270, field=field)


def after_add(books: Books, kind: str, list_id: str, node: Node) -> None:
    """Opening balances and opening stock, which are transactions of their own."""
    if number(node.get("OpenBalance")):
        openings.open_balance(books, kind, list_id, node)
    if kind in ("ItemInventory", "ItemInventoryAssembly") and number(node.get("QuantityOnHand")):
        openings.open_stock(books, list_id, node)
