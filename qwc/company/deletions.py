"""Owns deleting, voiding and merging, and the memory of what was deleted. It touches balances through effects only."""

from __future__ import annotations

import json
import sqlite3

from qwc.company import closing, conditions, data_extensions, effects, orders, settlement
from qwc.company.books import Books
from qwc.company.conditions import Conditions
from qwc.company.documents import Document, load, store, transaction_row
from qwc.company.lists import current_entry, touch_entry
from qwc.company.money import ZERO, number, plain_text
from qwc.company.reader import Node
from qwc.company.references import entry_of
from qwc.company.refusals import Refusal
from qwc.company.transactions import refresh_order

# QuickBooks lists these kinds, but refuses to delete them (qbxml.md 9).
_NEVER_DELETED = {"VehicleMileage": 3160, "UnitOfMeasureSet": 1000}
# What a list entry is used by besides other records: the company's own settings.
_OWN_SETTINGS = ("default_sales_tax_item", "taxable_code", "non_taxable_code", "home_currency")
# Deleted records can be asked for during 90 days (qbxml.md 6).
_REMEMBERED_DAYS = 90
_AMOUNTS = ("Amount", "Quantity", "TotalAmount", "QuantityDifference", "ValueDifference")


def delete_entry(books: Books, node: Node) -> Node:
    """ListDel; Refusal 3160 where the entry is in use, 3120 where there is none."""
    kind, list_id = node["ListDelType"], node["ListID"]
    row = current_entry(books, kind, list_id, None)
    if kind in _NEVER_DELETED:
        raise Refusal(_NEVER_DELETED[kind], value=list_id)
    reason = _use_of(books, row)
    if reason:
        raise Refusal(3160, value=list_id, reason=reason)
    books.storage.run("DELETE FROM list_entries WHERE list_id = ?", list_id)
    books.storage.run("DELETE FROM list_references WHERE owner_id = ?", list_id)
    data_extensions.forget(books, list_id)
    moment = _remember(books, "list", kind, list_id, row["full_name"], row["time_created"])
    return {"ListDelType": kind, "ListID": list_id, "TimeDeleted": moment, "FullName": row["full_name"]}


def _use_of(books: Books, row: sqlite3.Row) -> str:
    list_id = row["list_id"]
    if list_id in {books.settings.get(name) for name in _OWN_SETTINGS}:
        return "it is used in the preferences of the company"
    if "SpecialAccountType" in json.loads(row["body"]):
        return "QuickBooks itself needs this account"
    if books.storage.row("SELECT 1 FROM list_entries WHERE parent_list_id = ?", list_id):
        return "there are entries below it"
    used = books.storage.row("SELECT 1 FROM list_references WHERE list_id = ?", list_id)
    posted = books.storage.row("SELECT 1 FROM postings WHERE account_list_id = ?", list_id)
    moved = books.storage.row("SELECT 1 FROM stock_movements WHERE item_list_id = ?", list_id)
    return "it is used in other records" if used or posted or moved else ""


def delete_transaction(books: Books, node: Node) -> Node:
    """TxnDel; Refusal 3161 on or before the closing date, 3120 where there is none."""
    kind, txn_id = node["TxnDelType"], node["TxnID"]
    row = transaction_row(books, txn_id, kind)
    if kind in _NEVER_DELETED:
        raise Refusal(_NEVER_DELETED[kind], value=txn_id)
    closing.check(books, row["txn_date"], kind, code=3161)
    document = load(books, row)
    effects.take_back(books, txn_id)
    document.lines.clear()
    touched_orders = orders.keep_links(books, document)
    books.storage.run("DELETE FROM links WHERE to_txn_id = ? AND relation IN ('order', 'deposit')", txn_id)
    touched = settlement.unlink(books, txn_id)
    for table in ("transactions", "transaction_lines"):
        books.storage.run(f"DELETE FROM {table} WHERE txn_id = ?", txn_id)  # noqa: S608 - two fixed names.
    books.storage.run("DELETE FROM list_references WHERE owner_id = ?", txn_id)
    data_extensions.forget(books, txn_id)
    _refresh_all(books, touched, touched_orders)
    moment = _remember(books, "transaction", kind, txn_id, row["ref_number"] or "", row["time_created"])
    return {"TxnDelType": kind, "TxnID": txn_id, "TimeDeleted": moment, "RefNumber": row["ref_number"]}


def void_transaction(books: Books, node: Node) -> Node:
    """TxnVoid: the document stays, with zero amounts. Refusal 3185 where it is void already,
    3171 where the period is closed."""
    kind, txn_id = node["TxnVoidType"], node["TxnID"]
    row = transaction_row(books, txn_id, kind)
    if row["is_void"]:
        raise Refusal(3185, value=txn_id, reason="it is void already")
    closing.check(books, row["txn_date"], kind)
    document = load(books, row)
    document.is_void = True
    _empty(document)
    effects.take_back(books, txn_id)
    touched_orders = orders.keep_links(books, document)
    touched = settlement.unlink(books, txn_id)
    left = settlement.open_amount(books, kind, txn_id, ZERO)
    store(books, document, open_amount=left, is_open=False)
    _refresh_all(books, touched, touched_orders)
    row = transaction_row(books, txn_id, kind)
    names = {"TimeCreated": "time_created", "TimeModified": "time_modified", "RefNumber": "ref_number"}
    return {"TxnVoidType": kind, "TxnID": txn_id} | {name: row[column] for name, column in names.items()}


def _empty(document: Document) -> None:
    document.total = ZERO
    memo = document.body.get("Memo", "")
    document.body["Memo"] = f"VOID: {memo}" if memo else "VOID:"
    for name in ("Subtotal", "SalesTaxTotal"):
        if name in document.body:
            document.body[name] = "0.00"
    for line in document.lines:
        for one in (line, *line.members):
            for name in _AMOUNTS:
                if name in one.body:
                    one.body[name] = "0" if "Quantity" in name else "0.00"


def _refresh_all(books: Books, touched: set[str], touched_orders: set[str]) -> None:
    for txn_id in sorted(touched):
        settlement.refresh(books, txn_id)
    for txn_id in sorted(touched_orders):
        refresh_order(books, txn_id)


def _remember(books: Books, what: str, kind: str, record_id: str, name: str, created: str) -> str:
    moment = books.time_text()
    books.storage.insert(
        "deletions", what=what, kind=kind, id=record_id, name=name, time_created=created, time_deleted=moment
    )
    return moment


def query_deleted(books: Books, what: str, node: Node) -> list[Node]:
    """ListDeletedQuery and TxnDeletedQuery, over the last 90 days."""
    kinds: list[str] = node["ListDelType"] if what == "list" else node["TxnDelType"]
    wanted = Conditions()
    wanted.add("what = ?", what)
    wanted.among("kind", kinds)
    oldest = books.now().timestamp() - _REMEMBERED_DAYS * 86400
    wanted.add("CAST(strftime('%s', time_deleted) AS INTEGER) >= ?", int(oldest))
    ends = node.get("DeletedDateRangeFilter", {})
    conditions.modified_between(books, wanted, "time_deleted", ends.get("FromDeletedDate"), ends.get("ToDeletedDate"))
    type_name, id_name, name = (
        ("ListDelType", "ListID", "FullName") if what == "list" else ("TxnDelType", "TxnID", "RefNumber")
    )
    rows = books.storage.rows(f"SELECT * FROM deletions WHERE {wanted.sql()} ORDER BY position", *wanted.values)  # noqa: S608
    return [
        {
            type_name: row["kind"],
            id_name: row["id"],
            "TimeCreated": row["time_created"],
            "TimeDeleted": row["time_deleted"],
            name: row["name"],
        }
        for row in rows
    ]


def merge_entries(books: Books, node: Node) -> Node:
    """ListMerge: what pointed to the one entry points to the other. Refusal 3162 in multi-user mode, 3500 otherwise."""
    if books.settings["file_mode"] == "MultiUser":
        raise Refusal(3162)
    kind = node["ListMergeType"]
    gone = current_entry(books, kind, node["MergeFrom"]["ListID"], node["MergeFrom"]["EditSequence"])
    kept = current_entry(books, kind, node["MergeTo"]["ListID"], node["MergeTo"]["EditSequence"])
    same_parent = gone["parent_list_id"] == kept["parent_list_id"]
    has_children = books.storage.row("SELECT 1 FROM list_entries WHERE parent_list_id = ?", gone["list_id"])
    if gone["list_id"] == kept["list_id"] or not same_parent or has_children:
        raise Refusal(3500, reason="they are the same entry, stand below different parents, or have entries below them")
    _point_to(books, gone["list_id"], kept["list_id"])
    effects_moved = ("balance", "quantity_on_hand", "stock_value", "quantity_on_order", "quantity_on_sales_order")
    sums = {name: plain_text(number(gone[name]) + number(kept[name])) for name in effects_moved}
    books.storage.update("list_entries", "list_id", kept["list_id"], **sums)
    books.storage.run("DELETE FROM list_entries WHERE list_id = ?", gone["list_id"])
    moment = _remember(books, "list", kind, gone["list_id"], gone["full_name"], gone["time_created"])
    touch_entry(books, kept["list_id"])
    row = entry_of(books, kept["list_id"])
    assert row is not None
    merged_to = {
        "ListID": row["list_id"],
        "TimeCreated": row["time_created"],
        "TimeModified": row["time_modified"],
        "EditSequence": row["edit_sequence"],
        "FullName": row["full_name"],
    }
    merged_from = {"ListID": gone["list_id"], "TimeDeleted": moment, "FullName": gone["full_name"]}
    return {"ListMergeType": kind, "MergedFrom": merged_from, "MergedTo": merged_to}


def _point_to(books: Books, gone: str, kept: str) -> None:
    old, new = json.dumps({"ListID": gone}), json.dumps({"ListID": kept})
    for table in ("list_entries", "transactions", "transaction_lines"):
        books.storage.run(f"UPDATE {table} SET body = replace(body, ?, ?) WHERE instr(body, ?)", old, new, old)  # noqa: S608
    for table, column in (
        ("transactions", "entity_list_id"),
        ("transactions", "account_list_id"),
        ("transactions", "class_list_id"),
        ("transaction_lines", "item_list_id"),
        ("transaction_lines", "account_list_id"),
        ("postings", "account_list_id"),
        ("postings", "entity_list_id"),
        ("stock_movements", "item_list_id"),
    ):
        books.storage.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", kept, gone)  # noqa: S608 - fixed names.
    books.storage.run("UPDATE OR IGNORE list_references SET list_id = ? WHERE list_id = ?", kept, gone)
    books.storage.run("DELETE FROM list_references WHERE list_id = ?", gone)
