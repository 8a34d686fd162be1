"""Owns what is still owed: payments, credits and refunds applied to documents, and open amounts. It posts nothing.

A link of relation `payment` or `credit` goes from what pays to what is owed; one of relation `refund` goes from the
refund to the credit it gives back.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from qwc.company.books import Books
from qwc.company.documents import touch_transaction, transaction_row
from qwc.company.money import ZERO, amount_text, number
from qwc.company.references import entry_of
from qwc.company.refusals import Refusal
from qwc.company.transaction_kinds import CREDITS, OWED_BY_CUSTOMERS, OWED_TO_VENDORS

_OWED = OWED_BY_CUSTOMERS + OWED_TO_VENDORS


def open_amount(books: Books, kind: str, txn_id: str, total: Decimal) -> Decimal | None:
    """What is still open of a document, credit or payment; None for kinds that are never open."""
    if kind in _OWED:
        return total - _sum(books, "to_txn_id", txn_id, ("payment", "credit"), with_discount=True)
    if kind in CREDITS:
        used = _sum(books, "from_txn_id", txn_id, ("credit",))
        return total - used - _sum(books, "to_txn_id", txn_id, ("refund",))
    if kind == "ReceivePayment":
        return total - _sum(books, "from_txn_id", txn_id, ("payment",)) - _sum(books, "to_txn_id", txn_id, ("refund",))
    return None


def _sum(books: Books, column: str, txn_id: str, relations: tuple[str, ...], *, with_discount: bool = False) -> Decimal:
    rows = books.storage.rows(f"SELECT relation, amount, discount FROM links WHERE {column} = ?", txn_id)  # noqa: S608 - two fixed names.
    taken = [row for row in rows if row["relation"] in relations]
    amounts = sum((number(row["amount"]) for row in taken), ZERO)
    return amounts + (sum((number(row["discount"]) for row in taken), ZERO) if with_discount else ZERO)


def refresh(books: Books, txn_id: str) -> None:
    """Bring the open amount of a document up to date; its EditSequence moves with it."""
    row = books.storage.row("SELECT kind, total, is_void FROM transactions WHERE txn_id = ?", txn_id)
    if row is None:
        return
    left = open_amount(books, row["kind"], txn_id, number(row["total"]))
    if left is not None:
        books.storage.update(
            "transactions",
            "txn_id",
            txn_id,
            open_amount=amount_text(left),
            is_open=int(bool(left) and not row["is_void"]),
        )
    touch_transaction(books, txn_id)


def owed_document(books: Books, txn_id: str, entity: str | None, kinds: tuple[str, ...]) -> sqlite3.Row:
    """The document a payment is applied to; Refusal 3120 where there is none, 3210 where it is somebody else's."""
    row = transaction_row(books, txn_id)
    if row["kind"] not in kinds or row["is_void"]:
        raise Refusal(3120, value=txn_id, reason="there is nothing owed on such a transaction")
    if _family_head(books, row["entity_list_id"]) != _family_head(books, entity):
        raise Refusal(3210, field="TxnID", value=txn_id, reason="the transaction belongs to somebody else")
    return row


def credit_document(books: Books, txn_id: str, entity: str | None, owed_kind: str) -> sqlite3.Row:
    """The credit that is used for a document of that kind; Refusal as for `owed_document`."""
    row = transaction_row(books, txn_id, field_name="CreditTxnID")
    if CREDITS.get(row["kind"]) != owed_kind and not (row["kind"] == "ReceivePayment" and owed_kind == "Invoice"):
        raise Refusal(3120, value=txn_id, reason="there is no credit with this id")
    if _family_head(books, row["entity_list_id"]) != _family_head(books, entity):
        raise Refusal(3210, field="CreditTxnID", value=txn_id, reason="the credit belongs to somebody else")
    return row


def _family_head(books: Books, entity: str | None) -> str | None:
    """The customer at the top: jobs of one customer may pay for each other."""
    row = entry_of(books, entity) if entity else None
    while row is not None and row["parent_list_id"]:
        row = entry_of(books, row["parent_list_id"])
    return row["list_id"] if row is not None else None


def apply_credit(
    books: Books, credit: sqlite3.Row, owed_id: str, amount: Decimal, left: Decimal, made_by: str | None
) -> None:
    """Use a credit for a document of which `left` is open; Refusal 3210 for more than there is on either side."""
    available = number(credit["open_amount"])
    if amount <= 0 or amount > available or amount > left:
        reason = "it is more than the credit has left or the document is open for"
        raise Refusal(3210, field="AppliedAmount", value=amount_text(amount), reason=reason)
    relation = "payment" if credit["kind"] == "ReceivePayment" else "credit"
    books.storage.insert(
        "links",
        relation=relation,
        from_txn_id=credit["txn_id"],
        to_txn_id=owed_id,
        amount=amount_text(amount),
        made_by_txn_id=made_by,
    )
    refresh(books, credit["txn_id"])


def unused_credits(books: Books, entity: str | None) -> Decimal:
    """All credit memos of a customer that are still open."""
    rows = books.storage.rows(
        "SELECT open_amount FROM transactions WHERE entity_list_id = ? AND kind = 'CreditMemo' AND is_open = 1", entity
    )
    return sum((number(row["open_amount"]) for row in rows), ZERO)


def unlink(books: Books, txn_id: str) -> set[str]:
    """Drop every payment, credit and refund from, to or made by a transaction; the others that this touches."""
    rows = books.storage.rows(
        "SELECT * FROM links WHERE (from_txn_id = :id OR to_txn_id = :id OR made_by_txn_id = :id)"
        " AND relation <> 'order'",
        id=txn_id,
    )
    for row in rows:
        books.storage.run("DELETE FROM links WHERE link_id = ?", row["link_id"])
    return {row[side] for row in rows for side in ("from_txn_id", "to_txn_id")} - {txn_id}
