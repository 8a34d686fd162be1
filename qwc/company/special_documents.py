"""Owns the few documents that are not like the others: charges, builds, deposits, stock adjustments."""

from __future__ import annotations

import json
from decimal import Decimal

from qwc.company.books import Books, reference
from qwc.company.documents import Document, Line, list_id_in, transaction_row
from qwc.company.items import average_cost, item_of
from qwc.company.line_amounts import complete_line
from qwc.company.money import ZERO, amount_text, cents, number, plain_text
from qwc.company.postings import components
from qwc.company.reader import Node
from qwc.company.references import entry_of
from qwc.company.refusals import Refusal

_OWED_BY = {"AccountsReceivable": "Customer", "AccountsPayable": "Vendor"}
_DEPOSITED = ("ReceivePayment", "SalesReceipt")


def check_parties(books: Books, document: Document) -> None:
    """Refusal 3150 where QuickBooks must know who it is about.

    A journal line on accounts receivable needs a customer, one on accounts payable a vendor; billable time needs
    customer and service item (qbxml.md 7).
    """
    for line in document.lines if document.kind.rules == "journal" else []:
        account, entity = line.ref("AccountRef"), line.ref("EntityRef")
        wanted = _OWED_BY.get(_column(books, account, "account_type"))
        if wanted is not None and _column(books, entity, "kind") != wanted:
            raise Refusal(3150, field="EntityRef", reason=f"a line on this account needs a {wanted}")
    if document.kind.name == "TimeTracking" and document.body.get("BillableStatus") == "Billable":
        for name in ("CustomerRef", "ItemServiceRef"):
            if document.ref(name) is None:
                raise Refusal(3150, field=name, reason="billable time needs it")


def _column(books: Books, list_id: str | None, column: str) -> str:
    row = entry_of(books, list_id) if list_id else None
    return str(row[column]) if row is not None else ""


def complete_charge(books: Books, document: Document, node: Node) -> None:
    """A charge is a document with one line in its header."""
    line = Line("ChargeRet", document.txn_id, document.body)
    complete_line(books, line, node, [], None)
    item = document.ref("ItemRef")
    if item and document.row is None:
        document.body.setdefault("Desc", item_of(books, item).sales_description)
    document.total = cents(line.amount)


def complete_build(books: Books, document: Document, node: Node) -> None:
    """Refusal 3060 for a part of a piece, 3180 where parts are missing and it may not wait for them."""
    wanted = number(document.body["QuantityToBuild"])
    if wanted != wanted.to_integral_value() or wanted <= 0:
        raise Refusal(3060, value=document.body["QuantityToBuild"], field="QuantityToBuild")
    document.body["QuantityToBuild"] = plain_text(wanted)
    assembly = document.body["ItemInventoryAssemblyRef"]["ListID"]
    short = [item for item, pieces in components(books, assembly, wanted) if _on_hand(books, item) < pieces]
    if short and node.get("MarkPendingIfRequired") != "true":
        raise Refusal(3180, kind="BuildAssembly", reason="there are not enough components in stock")
    document.body["IsPending"] = "true" if short else "false"
    document.lines = [
        Line(
            "ComponentItemLineRet",
            books.new_txn_id(),
            {
                "ItemRef": reference(item),
                "Desc": item_of(books, item).sales_description,
                "QuantityOnHand": plain_text(_on_hand(books, item)),
                "QuantityNeeded": plain_text(pieces),
            },
        )
        for item, pieces in components(books, assembly, wanted)
    ]


def _on_hand(books: Books, item: str) -> Decimal:
    row = entry_of(books, item)
    assert row is not None
    return number(row["quantity_on_hand"]) if item_of(books, item).is_stocked else Decimal(10**9)


def complete_deposit_line(books: Books, line: Line, sent: Node) -> None:
    """A line that takes a payment out of Undeposited Funds; Refusal 3180 where it has been deposited before."""
    payment_id = sent.get("PaymentTxnID")
    if not payment_id:
        if line.ref("AccountRef") is None:
            raise Refusal(3150, field="AccountRef", reason="a line of a deposit must name an account or a payment")
        line.body["Amount"] = amount_text(line.amount)
        return
    row = transaction_row(books, payment_id, field_name="PaymentTxnID")
    if row["kind"] not in _DEPOSITED:
        raise Refusal(3120, value=payment_id, reason="there is no payment with this id")
    if books.storage.row("SELECT 1 FROM links WHERE to_txn_id = ? AND relation = 'deposit'", payment_id):
        raise Refusal(3180, kind="Deposit", reason="the payment has been deposited already")
    payment: Node = json.loads(row["body"])
    account = list_id_in(payment, "DepositToAccountRef")
    line.body |= {
        "TxnType": row["kind"],
        "TxnID": payment_id,
        "Amount": row["total"],
        "AccountRef": reference(account or ""),
    }
    if row["entity_list_id"]:
        line.body["EntityRef"] = reference(row["entity_list_id"])
    for name, override in (("Memo", "OverrideMemo"), ("CheckNumber", "OverrideCheckNumber")):
        if sent.get(override):
            line.body[name] = sent[override]


def link_deposited(books: Books, document: Document) -> None:
    """Note which payments a deposit took to the bank."""
    if document.kind.rules != "deposit":
        return
    books.storage.run("DELETE FROM links WHERE from_txn_id = ? AND relation = 'deposit'", document.txn_id)
    for line in document.lines:
        if line.body.get("TxnID") and not document.is_void:
            books.storage.insert(
                "links",
                relation="deposit",
                from_txn_id=document.txn_id,
                from_line_id=line.line_id,
                to_txn_id=line.body["TxnID"],
                amount=line.body["Amount"],
                made_by_txn_id=document.txn_id,
            )


def complete_adjustment_line(books: Books, line: Line, sent: Node) -> None:
    """A new quantity or value as a difference to what is there; Refusal 3280 for an item that is not stocked."""
    item_id = line.ref("ItemRef")
    if item_id is None:
        raise Refusal(3150, field="ItemRef", reason="a new line must name its item")
    item = item_of(books, item_id)
    if not item.is_stocked:
        raise Refusal(3280, value=item.kind)
    row = entry_of(books, item.list_id)
    assert row is not None
    wanted: Node = sent.get("QuantityAdjustment") or sent.get("ValueAdjustment") or sent
    before = line.body
    pieces = _difference(wanted, "Quantity", number(row["quantity_on_hand"]), before)
    value = _difference(wanted, "Value", number(row["stock_value"]), {} if "QuantityAdjustment" in sent else before)
    pieces = ZERO if pieces is None else pieces
    line.body["QuantityDifference"] = plain_text(pieces)
    line.body["ValueDifference"] = amount_text(pieces * average_cost(books, item.list_id) if value is None else value)


def _difference(wanted: Node, what: str, present: Decimal, before: Node) -> Decimal | None:
    """The difference asked for: to a new state, as such, or the one the line has already; None where there is none."""
    if wanted.get(f"New{what}"):
        return number(wanted[f"New{what}"]) - present
    difference = wanted.get(f"{what}Difference") or before.get(f"{what}Difference")
    return number(difference) if difference else None
