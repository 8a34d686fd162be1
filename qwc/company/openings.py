"""Owns opening balances and opening stock: what a new entry brings along becomes a transaction of its own."""

from __future__ import annotations

from decimal import Decimal

from qwc.company import effects
from qwc.company.accounts import needed_account, shown_balance
from qwc.company.books import Books, reference
from qwc.company.documents import Document, Line, store
from qwc.company.effects import Effects, Movement
from qwc.company.money import ZERO, amount_text, cents, number, plain_text
from qwc.company.reader import Node
from qwc.company.references import entry_of
from qwc.company.transaction_kinds import KINDS

_MEMO = "Opening balance"
# The document that stands for what a customer or vendor owes or is owed at the start.
_DOCUMENTS = {"Customer": ("Invoice", "CustomerRef"), "Vendor": ("Bill", "VendorRef")}


def open_balance(books: Books, kind: str, list_id: str, node: Node) -> None:
    """An opening balance: an invoice, a bill, or for an account an entry against Opening Balance Equity."""
    amount = cents(number(node["OpenBalance"]))
    date = node.get("OpenBalanceDate") or books.today()
    if kind in _DOCUMENTS:
        _open_document(books, *_DOCUMENTS[kind], list_id, amount, date)
    elif kind == "Account":
        _open_account(books, list_id, amount, date)


def _open_document(books: Books, kind_name: str, entity: str, list_id: str, amount: Decimal, date: str) -> None:
    kind = KINDS[kind_name]
    account = needed_account(books, kind.default_account)
    body: Node = {entity: reference(list_id), kind.account: reference(account), "TxnDate": date, "DueDate": date}
    body |= {"Memo": _MEMO} | ({"Subtotal": amount_text(amount)} if kind_name == "Invoice" else {})
    document = Document(kind, books.new_txn_id(), body, total=amount)
    store(books, document, open_amount=amount, is_open=True)
    moved = Effects()
    sign = 1 if kind_name == "Invoice" else -1
    moved.post(account, sign * amount, list_id)
    moved.post(needed_account(books, "OpeningBalanceEquity"), -sign * amount)
    effects.apply(books, document.txn_id, moved)


def _open_account(books: Books, list_id: str, amount: Decimal, date: str) -> None:
    row = entry_of(books, list_id)
    assert row is not None
    equity = needed_account(books, "OpeningBalanceEquity")
    debits = shown_balance(row["account_type"], amount)
    sides = [("JournalDebitLine", list_id, equity), ("JournalCreditLine", equity, list_id)]
    document = Document(KINDS["JournalEntry"], books.new_txn_id(), {"TxnDate": date}, total=abs(amount))
    for element, up, down in sides:
        account = up if debits > 0 else down
        body: Node = {"AccountRef": reference(account), "Amount": amount_text(abs(amount)), "Memo": _MEMO}
        document.lines.append(Line(element, books.new_txn_id(), body))
    store(books, document, open_amount=None, is_open=False)
    moved = Effects()
    moved.post(list_id, debits)
    moved.post(equity, -debits)
    effects.apply(books, document.txn_id, moved)


def open_stock(books: Books, list_id: str, node: Node) -> None:
    """Opening stock: an inventory adjustment against Opening Balance Equity."""
    pieces = number(node["QuantityOnHand"])
    worth = number(node["TotalValue"]) if node.get("TotalValue") else pieces * number(node.get("PurchaseCost"))
    value = cents(worth)
    equity = needed_account(books, "OpeningBalanceEquity")
    date = node.get("InventoryDate") or books.today()
    body: Node = {"AccountRef": reference(equity), "TxnDate": date, "Memo": _MEMO}
    line = Line(
        "InventoryAdjustmentLineRet",
        books.new_txn_id(),
        {
            "ItemRef": reference(list_id),
            "QuantityDifference": plain_text(pieces),
            "ValueDifference": amount_text(value),
        },
    )
    document = Document(KINDS["InventoryAdjustment"], books.new_txn_id(), body, [line], ZERO)
    store(books, document, open_amount=None, is_open=False)
    moved = Effects(movements=[Movement(list_id, pieces, value)])
    row = entry_of(books, list_id)
    assert row is not None
    asset = needed_account(books, "InventoryAssets")
    moved.post(asset, value)
    moved.post(equity, -value)
    effects.apply(books, document.txn_id, moved)
