"""Owns accounts and items that QuickBooks makes itself on demand (SpecialAccountAdd, SpecialItemAdd)."""

from __future__ import annotations

from qwc.company.accounts import default_account
from qwc.company.books import Books
from qwc.company.lists import add_entry
from qwc.company.reader import Node
from qwc.company.refusals import Refusal

# The account type and name of each special account.
SPECIAL_ACCOUNTS: dict[str, tuple[str, str]] = {
    "AccountsPayable": ("AccountsPayable", "Accounts Payable"),
    "AccountsReceivable": ("AccountsReceivable", "Accounts Receivable"),
    "CondenseItemAdjustmentExpenses": ("Expense", "Item Adjustment Expenses"),
    "CostOfGoodsSold": ("CostOfGoodsSold", "Cost of Goods Sold"),
    "DirectDepositLiabilities": ("OtherCurrentLiability", "Direct Deposit Liabilities"),
    "Estimates": ("NonPosting", "Estimates"),
    "ExchangeGainLoss": ("OtherExpense", "Exchange Gain or Loss"),
    "InventoryAssets": ("OtherCurrentAsset", "Inventory Asset"),
    "ItemReceiptAccount": ("OtherCurrentLiability", "Item Receipts"),
    "OpeningBalanceEquity": ("Equity", "Opening Balance Equity"),
    "PayrollExpenses": ("Expense", "Payroll Expenses"),
    "PayrollLiabilities": ("OtherCurrentLiability", "Payroll Liabilities"),
    "PettyCash": ("Bank", "Petty Cash"),
    "PurchaseOrders": ("NonPosting", "Purchase Orders"),
    "ReconciliationDifferences": ("Expense", "Reconciliation Discrepancies"),
    "RetainedEarnings": ("Equity", "Retained Earnings"),
    "SalesOrders": ("NonPosting", "Sales Orders"),
    "SalesTaxPayable": ("OtherCurrentLiability", "Sales Tax Payable"),
    "UncategorizedExpenses": ("Expense", "Uncategorized Expenses"),
    "UncategorizedIncome": ("Income", "Uncategorized Income"),
    "UndepositedFunds": ("OtherCurrentAsset", "Undeposited Funds"),
}
_SPECIAL_ITEMS: dict[str, tuple[str, str]] = {
    "FinanceCharge": ("ItemOtherCharge", "Fin Chg"),
    "ReimbursableExpenseGroup": ("ItemGroup", "Reimb Group"),
    "ReimbursableExpenseSubtotal": ("ItemSubtotal", "Reimb Subt"),
}


def add_special_account(books: Books, node: Node) -> str:
    """Make a special account; Refusal 3180 where the company has it already."""
    purpose = node["SpecialAccountType"]
    account_type, name = SPECIAL_ACCOUNTS[purpose]
    row = default_account(books, purpose)
    if row is not None and purpose in row["body"]:
        raise Refusal(3180, kind="Account", reason=f"the special account {purpose} already exists")
    return make_account(books, name, account_type, purpose)


def make_account(books: Books, name: str, account_type: str, purpose: str) -> str:
    """Add an account that carries a special type, which no request could give it."""
    list_id = add_entry(books, "Account", {"Name": name, "AccountType": "Bank"})
    books.storage.run(
        "UPDATE list_entries SET account_type = :type,"
        " body = json_set(body, '$.AccountType', :type, '$.SpecialAccountType', :purpose) WHERE list_id = :list_id",
        type=account_type,
        purpose=purpose,
        list_id=list_id,
    )
    return list_id


def add_special_item(books: Books, node: Node) -> str:
    """Make a special item; Refusal 3100 where its name is taken."""
    kind, name = _SPECIAL_ITEMS[node["SpecialItemType"]]
    list_id = add_entry(
        books, kind, {"Name": name} | ({"ExternalGUID": node["ExternalGUID"]} if "ExternalGUID" in node else {})
    )
    books.storage.run(
        "UPDATE list_entries SET body = json_set(body, '$.SpecialItemType', ?) WHERE list_id = ?",
        node["SpecialItemType"],
        list_id,
    )
    return list_id
