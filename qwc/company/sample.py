"""Owns what a new company file holds from the start: what QuickBooks itself needs, and a small sample company."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from qwc.company.books import Books
from qwc.company.lists import add_entry
from qwc.company.reader import Node
from qwc.company.references import entry_named
from qwc.company.special_entries import SPECIAL_ACCOUNTS, make_account

_NEEDED_ACCOUNTS = (
    "AccountsReceivable",
    "UndepositedFunds",
    "InventoryAssets",
    "AccountsPayable",
    "SalesTaxPayable",
    "OpeningBalanceEquity",
    "RetainedEarnings",
    "CostOfGoodsSold",
)
_TEMPLATES = ("Invoice", "Estimate", "SalesOrder", "SalesReceipt", "CreditMemo", "PurchaseOrder", "BuildAssembly")
_TAX_CODES: tuple[tuple[str, str, str, str], ...] = (
    ("taxable_code", "Tax", "true", "Taxable sales"),
    ("non_taxable_code", "Non", "false", "Non-taxable sales"),
)
_HOME_CURRENCIES = {
    "US": ("US Dollar", "USD"),
    "CA": ("Canadian Dollar", "CAD"),
    "UK": ("British Pound", "GBP"),
    "AU": ("Australian Dollar", "AUD"),
}


def lay_foundation(books: Books) -> None:
    """Special accounts, tax codes, templates and the home currency: without them no document can be saved."""
    for purpose in _NEEDED_ACCOUNTS:
        account_type, name = SPECIAL_ACCOUNTS[purpose]
        make_account(books, name, account_type, purpose)
    for setting, name, taxable, description in _TAX_CODES:
        node: Node = {"Name": name, "IsTaxable": taxable, "Desc": description}
        books.storage.put_setting(setting, add_entry(books, "SalesTaxCode", node))
    for kind in _TEMPLATES:
        add_entry(books, "Template", {"Name": f"Standard {kind}", "TemplateType": kind})
    books.settings["multi_currency"] = "true"
    name, code = _HOME_CURRENCIES[books.settings["country"]]
    books.storage.put_setting("home_currency", add_entry(books, "Currency", {"Name": name, "CurrencyCode": code}))


def fill(books: Books) -> None:
    """The sample company: accounts, terms, methods, types, customers with jobs, vendors and items, all invented."""
    text = resources.files(__package__).joinpath("sample.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    for name, value in content["settings"].items():
        books.storage.put_setting(name, value)
    for kind, node in content["entries"]:
        add_entry(books, kind, node)
    tax_item = entry_named(books, "Item", content["default_sales_tax_item"])
    if tax_item is not None and books.settings["country"] == "US":
        books.storage.put_setting("default_sales_tax_item", tax_item["list_id"])
