"""Owns a transaction in memory, and its way into the tables and back. It applies no rule of QuickBooks."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qwc.company.books import Books
from qwc.company.money import ZERO, amount_text, number
from qwc.company.reader import Node
from qwc.company.references import check_issued, keep_references, name_key
from qwc.company.refusals import Refusal
from qwc.company.transaction_kinds import KINDS, TransactionKind

_LINE_COLUMNS = (
    "txn_id",
    "txn_line_id",
    "position",
    "group_line_id",
    "element",
    "item_list_id",
    "account_list_id",
    "quantity",
    "amount",
    "body",
)


@dataclass(slots=True)
class Line:
    """One line in the shape of the answer.

    A group line holds its members; `order` is the order line it takes over, `extensions` the data sent along with it.
    """

    element: str
    line_id: str
    body: Node
    members: list[Line] = field(default_factory=list)
    order: tuple[str, str] | None = None
    extensions: list[Node] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """The line's own amount; zero where it has none."""
        return number(self.body.get("Amount"))

    @property
    def quantity(self) -> Decimal:
        """The quantity as sent; zero where it has none."""
        return number(self.body.get("Quantity"))

    def ref(self, name: str) -> str | None:
        """The ListID of a reference of the line."""
        return list_id_in(self.body, name)


@dataclass(slots=True)
class Document:
    """One transaction: its header in the shape of the answer, its lines, and its total."""

    kind: TransactionKind
    txn_id: str
    body: Node
    lines: list[Line] = field(default_factory=list)
    total: Decimal = ZERO
    is_void: bool = False
    row: sqlite3.Row | None = None

    def ref(self, name: str) -> str | None:
        """The ListID of a reference of the header."""
        return list_id_in(self.body, name)

    def detail_lines(self) -> list[Line]:
        """All lines that carry amounts, members of groups included, groups themselves not."""
        return [detail for line in self.lines for detail in (line.members if is_group(line) else [line])]


def list_id_in(body: Node, name: str) -> str | None:
    """The ListID of a reference in a stored body."""
    ref = body.get(name)
    return ref["ListID"] if isinstance(ref, dict) else None


def is_group(line: Line) -> bool:
    """Whether a line stands for an item group."""
    return "GroupRet" in line.element or "GroupLineRet" in line.element


def transaction_row(books: Books, txn_id: str, kind: str | None = None, *, field_name: str = "TxnID") -> sqlite3.Row:
    """The row of a transaction; Refusal 3000 for an impossible id, 3120 where there is none of that kind."""
    row = books.storage.row("SELECT * FROM transactions WHERE txn_id = ?", check_issued(txn_id, field_name))
    if row is None or (kind is not None and row["kind"] != kind):
        raise Refusal(3120, value=txn_id, reason=f"there is no {kind or 'transaction'} with this TxnID")
    return row


def load(books: Books, row: sqlite3.Row) -> Document:
    """A stored transaction with its lines in order."""
    return Document(
        KINDS[row["kind"]],
        row["txn_id"],
        json.loads(row["body"]),
        load_lines(books, row["txn_id"]),
        number(row["total"]),
        bool(row["is_void"]),
        row,
    )


def load_lines(books: Books, txn_id: str) -> list[Line]:
    """The lines of a transaction in QuickBooks' own order, members within their groups."""
    lines: list[Line] = []
    groups: dict[str, Line] = {}
    for row in books.storage.rows("SELECT * FROM transaction_lines WHERE txn_id = ? ORDER BY position", txn_id):
        line = Line(row["element"], row["txn_line_id"], json.loads(row["body"]))
        if row["group_line_id"]:
            groups[row["group_line_id"]].members.append(line)
        else:
            lines.append(line)
            groups[line.line_id] = line
    return lines


def store(books: Books, document: Document, *, open_amount: Decimal | None, is_open: bool) -> None:
    """Write a new or changed transaction with its lines; EditSequence and TimeModified move."""
    columns = _columns(document, open_amount, is_open=is_open)
    moment = books.time_text()
    if document.row is None:
        books.storage.insert(
            "transactions",
            txn_id=document.txn_id,
            kind=document.kind.name,
            txn_number=books.storage.next_number("txn_number"),
            edit_sequence=books.next_edit_sequence(),
            time_created=moment,
            time_modified=moment,
            **columns,
        )
    else:
        sequence = books.next_edit_sequence(document.row["edit_sequence"])
        books.storage.update(
            "transactions", "txn_id", document.txn_id, edit_sequence=sequence, time_modified=moment, **columns
        )
    _store_lines(books, document)
    keep_references(books, document.txn_id, document.body, [line.body for line in _flat(document.lines)])


def _columns(document: Document, open_amount: Decimal | None, *, is_open: bool) -> dict[str, Any]:
    body = document.body
    ref_number = body.get("RefNumber")
    account = document.kind.account
    return {
        "ref_number": ref_number,
        "ref_number_key": name_key(ref_number) if ref_number else None,
        "txn_date": body.get("TxnDate") or body.get("TripEndDate") or "",
        "due_date": body.get("DueDate"),
        "entity_list_id": document.ref(document.kind.entity) if document.kind.entity else None,
        "account_list_id": document.ref(account) if account else None,
        "class_list_id": document.ref("ClassRef"),
        "total": amount_text(document.total),
        "open_amount": None if open_amount is None else amount_text(open_amount),
        "is_open": int(is_open),
        "is_void": int(document.is_void),
        "memo": body.get("Memo"),
        "external_guid": body.get("ExternalGUID"),
        "body": json.dumps(body),
    }


def _store_lines(books: Books, document: Document) -> None:
    if document.row is not None:
        books.storage.run("DELETE FROM transaction_lines WHERE txn_id = ?", document.txn_id)
    rows: list[tuple[Any, ...]] = []
    for line in document.lines:
        rows.append(_line_row(document.txn_id, line, len(rows), None))
        rows.extend(
            _line_row(document.txn_id, member, position, line.line_id)
            for position, member in enumerate(line.members, start=len(rows))
        )
    books.storage.insert_rows("transaction_lines", _LINE_COLUMNS, rows)


def _line_row(txn_id: str, line: Line, position: int, group_id: str | None) -> tuple[Any, ...]:
    return (
        txn_id,
        line.line_id,
        position,
        group_id,
        line.element,
        line.ref("ItemRef") or line.ref("ItemGroupRef"),
        line.ref("AccountRef"),
        line.body.get("Quantity"),
        line.body.get("Amount") or line.body.get("TotalAmount"),
        json.dumps(line.body),
    )


def _flat(lines: list[Line]) -> list[Line]:
    return [one for line in lines for one in (line, *line.members)]


def touch_transaction(books: Books, txn_id: str) -> None:
    """Give a transaction a new EditSequence and TimeModified, because something it depends on changed."""
    row = books.storage.row("SELECT edit_sequence FROM transactions WHERE txn_id = ?", txn_id)
    if row is not None:
        sequence = books.next_edit_sequence(row["edit_sequence"])
        books.storage.update("transactions", "txn_id", txn_id, edit_sequence=sequence, time_modified=books.time_text())
