"""Owns the links between orders and what fulfils them: sales orders and invoices, purchase orders and bills.

How much of an order is done is never stored on the order: it is the sum of the links to its lines.
"""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

from qwc.company.books import Books
from qwc.company.documents import Document, Line, touch_transaction, transaction_row
from qwc.company.money import ZERO, amount_text, cents, number, plain_text
from qwc.company.reader import Node
from qwc.company.refusals import SENTENCES, Refusal

ORDERS = ("SalesOrder", "PurchaseOrder")
# What an order line hands on to the line that fulfils it. A bill line calls the rate Cost.
_HANDED_ON = ("ItemRef", "Desc", "UnitOfMeasure", "Rate", "RatePercent", "ClassRef", "SalesTaxCodeRef", "CustomerRef")
_NOT_BESIDE_A_LINK = ("ItemRef",)


def take_over_orders(books: Books, document: Document, node: Node) -> None:
    """Bring whole orders in by LinkToTxnID.

    Refusal 3177 for the same order twice, 3000 where a line links to it as well, 3180 where nothing is left to save;
    a closed order is skipped with warning 570 (qbxml.md 7).
    """
    order_ids: list[str] = node.get("LinkToTxnID", [])
    in_lines = {line.order[0] for line in document.lines if line.order}
    for place, order_id in enumerate(order_ids):
        if order_id in order_ids[:place]:
            raise Refusal(3177, value=order_id)
        if order_id in in_lines:
            raise Refusal(3000, value=order_id, field="LinkToTxnID", reason="the order is linked by line as well")
        order = _order(books, document, order_id)
        if not order["is_open"]:
            books.warn(570, SENTENCES[570].format(value=order_id))
            continue
        for row in _lines_of(books, order_id):
            left = remaining(books, row)
            if left is None or left > 0:
                line = Line(_element_for(document), books.new_txn_id(), {})
                _hand_on(document, line, row, left)
                document.lines.append(line)
    if order_ids and not document.lines:
        raise Refusal(3180, kind=document.kind.name, reason="the orders named are closed, and nothing is left to save")


def take_over_line(books: Books, document: Document, line: Line, sent: Node) -> None:
    """Bring one order line in by LinkToTxn; Refusal 3151 where the item is there too, 3177 for one taken twice."""
    for name in _NOT_BESIDE_A_LINK:
        if name in sent:
            raise Refusal(3151, field=name, reason="a line that links to an order takes its item from there")
    order_id, line_id = sent["LinkToTxn"]["TxnID"], sent["LinkToTxn"]["TxnLineID"]
    order = _order(books, document, order_id)
    row = next((row for row in _lines_of(books, order_id) if row["txn_line_id"] == line_id), None)
    if row is None:
        raise Refusal(3120, value=line_id, reason="the order has no such line")
    if any(other.order == (order_id, line_id) for other in document.lines):
        raise Refusal(3177, value=order_id)
    left = remaining(books, row)
    if not order["is_open"] or (left is not None and left <= 0):
        raise Refusal(3180, kind=document.kind.name, reason="the order line is closed, and nothing is left of it")
    _hand_on(document, line, row, number(sent["Quantity"]) if sent.get("Quantity") else left)


def _order(books: Books, document: Document, order_id: str) -> sqlite3.Row:
    order = transaction_row(books, order_id, field_name="LinkToTxnID")
    if order["kind"] != document.kind.links_to or order["entity_list_id"] != document.ref(document.kind.entity):
        raise Refusal(3000, value=order_id, field="LinkToTxnID", reason="this transaction cannot be linked here")
    return order


def _lines_of(books: Books, order_id: str) -> list[sqlite3.Row]:
    sql = "SELECT * FROM transaction_lines WHERE txn_id = ? AND element NOT LIKE '%Group%' ORDER BY position"
    return books.storage.rows(sql, order_id)


def _element_for(document: Document) -> str:
    return "InvoiceLineRet" if document.kind.name == "Invoice" else "ItemLineRet"


def _hand_on(document: Document, line: Line, row: sqlite3.Row, quantity: Decimal | None) -> None:
    source: Node = json.loads(row["body"])
    body = {name: source[name] for name in _HANDED_ON if name in source}
    if quantity is not None:
        body["Quantity"] = plain_text(quantity)
        body["Amount"] = amount_text(cents(quantity * number(source.get("Rate"))))
    elif source.get("Amount"):
        body["Amount"] = source["Amount"]
    if document.kind.name != "Invoice" and "Rate" in body:
        body["Cost"] = body.pop("Rate")
    line.body = body
    line.order = (row["txn_id"], row["txn_line_id"])


def done(books: Books, order_id: str, line_id: str) -> tuple[Decimal, int]:
    """How many pieces of an order line are fulfilled, and by how many lines."""
    rows = books.storage.rows(
        "SELECT quantity FROM links WHERE to_txn_id = ? AND to_line_id = ? AND relation = 'order'", order_id, line_id
    )
    return sum((number(row["quantity"]) for row in rows), ZERO), len(rows)


def remaining(books: Books, row: sqlite3.Row) -> Decimal | None:
    """What is left of an order line; None for one without a quantity that nobody has taken yet."""
    if json.loads(row["body"]).get("IsManuallyClosed") == "true":
        return ZERO
    pieces, lines = done(books, row["txn_id"], row["txn_line_id"])
    if row["quantity"] is None:
        return ZERO if lines else None
    return max(number(row["quantity"]) - pieces, ZERO)


def keep_links(books: Books, document: Document) -> set[str]:
    """Note which order lines this document fulfils; the orders that this touches."""
    storage = books.storage
    present = {line.line_id: line for line in document.lines}
    touched: set[str] = set()
    for link in storage.rows("SELECT * FROM links WHERE from_txn_id = ? AND relation = 'order'", document.txn_id):
        line = present.get(link["from_line_id"])
        if line is None or document.is_void:
            storage.run("DELETE FROM links WHERE link_id = ?", link["link_id"])
            touched.add(link["to_txn_id"])
        elif plain_text(line.quantity) != link["quantity"]:
            quantity, amount = plain_text(line.quantity), amount_text(line.amount)
            storage.run(
                "UPDATE links SET quantity = ?, amount = ? WHERE link_id = ?", quantity, amount, link["link_id"]
            )
            touched.add(link["to_txn_id"])
    for line in document.lines:
        if line.order is not None:
            storage.insert(
                "links",
                relation="order",
                from_txn_id=document.txn_id,
                from_line_id=line.line_id,
                to_txn_id=line.order[0],
                to_line_id=line.order[1],
                amount=amount_text(line.amount),
                quantity=plain_text(line.quantity),
                made_by_txn_id=document.txn_id,
            )
            touched.add(line.order[0])
    return touched


def is_order_open(books: Books, order_id: str, body: Node) -> bool:
    """Whether anything of an order is still to be fulfilled."""
    if body.get("IsManuallyClosed") == "true":
        return False
    rows = _lines_of(books, order_id)
    return any(left is None or left > 0 for left in (remaining(books, row) for row in rows if row["item_list_id"]))


def fulfilment(books: Books, order_id: str, line: Line) -> Node:
    """What an answer says about how far an order line is done."""
    pieces, lines = done(books, order_id, line.line_id)
    shown = {"Invoiced": plain_text(pieces), "ReceivedQuantity": plain_text(pieces)}
    unbilled = max(line.quantity - pieces, ZERO)
    closed = bool(lines) and unbilled == 0
    return shown | {
        "UnbilledQuantity": plain_text(unbilled),
        "IsBilled": "true" if closed else "false",
        "IsManuallyClosed": line.body.get("IsManuallyClosed", "false"),
    }


def refresh_state(books: Books, order_id: str) -> None:
    """Bring an order's open state up to date after its links changed."""
    row = books.storage.row("SELECT body FROM transactions WHERE txn_id = ?", order_id)
    if row is not None:
        is_open = is_order_open(books, order_id, json.loads(row["body"]))
        books.storage.update("transactions", "txn_id", order_id, is_open=int(is_open))
        touch_transaction(books, order_id)
