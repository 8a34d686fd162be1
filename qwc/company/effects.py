"""Owns what a transaction does to balances and stock, and its undoing. Which effects it has is decided elsewhere.

`postings` hold debits as positive amounts; `list_entries.balance` and the stock columns are their running sums, so a
changed or deleted document takes back exactly what it did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from qwc.company.accounts import shown_balance
from qwc.company.books import Books
from qwc.company.money import ZERO, amount_text, number, plain_text

_OWED = {"AccountsReceivable": 1, "AccountsPayable": -1}


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a double entry: a debit is positive, a credit negative."""

    account: str
    amount: Decimal
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """What happens to the stock of one item: pieces and value on hand, pieces on order and on sales orders."""

    item: str
    on_hand: Decimal = ZERO
    value: Decimal = ZERO
    on_order: Decimal = ZERO
    on_sales_order: Decimal = ZERO


@dataclass(slots=True)
class Effects:
    """All that one transaction does."""

    postings: list[Posting] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)

    def post(self, account: str, amount: Decimal, entity: str | None = None) -> None:
        """Add one posting; nothing for a zero."""
        if amount:
            self.postings.append(Posting(account, amount, entity))


def take_back(books: Books, txn_id: str) -> None:
    """Undo all that a transaction did."""
    storage = books.storage
    postings = [
        Posting(row["account_list_id"], -number(row["amount"]), row["entity_list_id"])
        for row in storage.rows("SELECT * FROM postings WHERE txn_id = ?", txn_id)
    ]
    movements = [
        Movement(
            row["item_list_id"],
            -number(row["on_hand"]),
            -number(row["value"]),
            -number(row["on_order"]),
            -number(row["on_sales_order"]),
        )
        for row in storage.rows("SELECT * FROM stock_movements WHERE txn_id = ?", txn_id)
    ]
    _move(books, postings, movements)
    storage.run("DELETE FROM postings WHERE txn_id = ?", txn_id)
    storage.run("DELETE FROM stock_movements WHERE txn_id = ?", txn_id)


def apply(books: Books, txn_id: str, effects: Effects) -> None:
    """Do what a transaction does, and note it."""
    books.storage.insert_rows(
        "postings",
        ("txn_id", "account_list_id", "entity_list_id", "amount"),
        [(txn_id, one.account, one.entity, amount_text(one.amount)) for one in effects.postings],
    )
    books.storage.insert_rows(
        "stock_movements",
        ("txn_id", "item_list_id", "on_hand", "value", "on_order", "on_sales_order"),
        [
            (
                txn_id,
                one.item,
                *(plain_text(value) for value in (one.on_hand, one.value, one.on_order, one.on_sales_order)),
            )
            for one in effects.movements
        ],
    )
    _move(books, effects.postings, effects.movements)


def _move(books: Books, postings: Iterable[Posting], movements: Iterable[Movement]) -> None:
    by_account: dict[str, Decimal] = {}
    owed: dict[tuple[str, str], Decimal] = {}
    for posting in postings:
        by_account[posting.account] = by_account.get(posting.account, ZERO) + posting.amount
        if posting.entity:
            key = (posting.account, posting.entity)
            owed[key] = owed.get(key, ZERO) + posting.amount
    types = {account: _add_to_account(books, account, amount) for account, amount in by_account.items()}
    for (account, entity), amount in owed.items():
        sign = _OWED.get(types[account] or "")
        if sign:
            _add_to(books, entity, "balance", sign * amount, as_amount=True)
    for movement in movements:
        _add_to(books, movement.item, "quantity_on_hand", movement.on_hand)
        _add_to(books, movement.item, "stock_value", movement.value)
        _add_to(books, movement.item, "quantity_on_order", movement.on_order)
        _add_to(books, movement.item, "quantity_on_sales_order", movement.on_sales_order)


def _add_to_account(books: Books, account: str, debits: Decimal) -> str | None:
    row = books.storage.row("SELECT account_type FROM list_entries WHERE list_id = ?", account)
    account_type: str | None = row["account_type"] if row else None
    _add_to(books, account, "balance", shown_balance(account_type, debits), as_amount=True)
    return account_type


def _add_to(books: Books, list_id: str, column: str, change: Decimal, *, as_amount: bool = False) -> None:
    if not change:
        return
    row = books.storage.row(f"SELECT {column} FROM list_entries WHERE list_id = ?", list_id)  # noqa: S608 - our own names.
    if row is not None:
        value = number(row[column]) + change
        text = amount_text(value) if as_amount else plain_text(value)
        books.storage.update("list_entries", "list_id", list_id, **{column: text})
