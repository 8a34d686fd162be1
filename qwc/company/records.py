"""Owns the reading side for people and tests: the company file's records as plain dicts. It goes around qbXML."""

from __future__ import annotations

from typing import Any

from qwc.company.books import Books
from qwc.company.presentation import entry_answer, transaction_answer
from qwc.company.reader import MIXED, Node
from qwc.company.references import FAMILIES, name_key
from qwc.company.transaction_kinds import KINDS

LINES = "Lines"


def records(books: Books, kind: str) -> list[Node]:
    """All records of a kind (or family, such as `Item`), in the order they were made, each with its lines."""
    kinds = FAMILIES.get(kind, (kind,))
    table = "transactions" if kind in KINDS else "list_entries"
    marks = ", ".join("?" * len(kinds))
    rows = books.storage.rows(f"SELECT * FROM {table} WHERE kind IN ({marks}) ORDER BY position", *kinds)  # noqa: S608
    return [_plain(books, row) for row in rows]


def find(books: Books, kind: str, name: str) -> list[Node]:
    """The records of a kind with that FullName (without case) or RefNumber."""
    kinds = FAMILIES.get(kind, (kind,))
    table, column = ("transactions", "ref_number_key") if kind in KINDS else ("list_entries", "full_name_key")
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT * FROM {table} WHERE kind IN ({marks}) AND {column} = ? ORDER BY position"  # noqa: S608
    return [_plain(books, row) for row in books.storage.rows(sql, *kinds, name_key(name))]


def counts(books: Books) -> dict[str, int]:
    """How many records there are of each kind."""
    tables = ("list_entries", "transactions")
    sql = " UNION ALL ".join(f"SELECT kind, COUNT(*) AS many FROM {table} GROUP BY kind" for table in tables)  # noqa: S608
    return {row["kind"]: row["many"] for row in books.storage.rows(sql)}


def _plain(books: Books, row: Any) -> Node:
    if row["kind"] not in KINDS:
        return {"Kind": row["kind"], "ExternalGUID": row["external_guid"]} | entry_answer(books, row)
    answer = transaction_answer(books, row)
    lines = [shown for _element, shown in answer.pop(MIXED, [])]
    for name in {element for element in answer if element.endswith(("LineRet", "GroupRet"))}:
        answer.pop(name)
    extra = {"Kind": row["kind"], "Total": row["total"], "IsVoid": "true" if row["is_void"] else "false"}
    return extra | {"ExternalGUID": row["external_guid"]} | answer | {LINES: lines}
