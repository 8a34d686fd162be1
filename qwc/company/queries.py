"""Owns the answering of queries: pages, iterators, counts, and which part of a record is shown. It changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from qwc.company.books import Books
from qwc.company.presentation import entry_answer, transaction_answer
from qwc.company.reader import MIXED, Node, Request
from qwc.company.references import FAMILIES, with_names
from qwc.company.refusals import NOTHING_FOUND, OK, Refusal
from qwc.company.selections import Selection, select_entries, select_transactions
from qwc.company.session import Session
from qwc.company.transaction_kinds import KINDS

Show = Callable[[sqlite3.Row], tuple[str, Node]]
_HEADERS_ONLY_WITHOUT = ("TimeTracking", "VehicleMileage")


@dataclass(slots=True)
class Found:
    """The outcome of a query: status, counts for the attributes, and the content."""

    code: int = 0
    message: str = OK
    content: Node = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)


def query_entries(books: Books, session: Session, request: Request) -> Found:
    """A query of one list, or of all kinds of a family at once (EntityQuery, ItemQuery, TermsQuery)."""
    kinds = FAMILIES.get(request.message.object, (request.message.object,))
    node = request.node

    def show(row: sqlite3.Row) -> tuple[str, Node]:
        return f"{row['kind']}Ret", entry_answer(books, row, node.get("OwnerID"))

    return _answer(books, session, request, "list_entries", lambda: select_entries(books, kinds, node), show)


def query_transactions(books: Books, session: Session, request: Request) -> Found:
    """A query of one kind of transaction."""
    node, kind = request.node, request.message.object
    linked = node.get("IncludeLinkedTxns") == "true"
    # Some kinds have no IncludeLineItems; their details always come.
    known = books.declared.message(request.message.name)
    has_switch = known is not None and any(getattr(one, "name", "") == "IncludeLineItems" for one in known.content)
    lines = node.get("IncludeLineItems") == "true" or not has_switch

    def show(row: sqlite3.Row) -> tuple[str, Node]:
        return f"{kind}Ret", transaction_answer(books, row, lines=lines, linked=linked, owners=node.get("OwnerID"))

    return _answer(books, session, request, "transactions", lambda: select_transactions(books, (kind,), node), show)


def query_headers(books: Books, session: Session, request: Request) -> Found:
    """TransactionQuery: the headers of all kinds except time tracking (qbxml.md 6)."""
    kinds = tuple(name for name in KINDS if name not in _HEADERS_ONLY_WITHOUT)

    def show(row: sqlite3.Row) -> tuple[str, Node]:
        header: Node = {
            "TxnType": row["kind"],
            "TxnID": row["txn_id"],
            "TimeCreated": row["time_created"],
            "TimeModified": row["time_modified"],
            "TxnDate": row["txn_date"],
            "RefNumber": row["ref_number"],
            "Amount": row["total"],
            "Memo": row["memo"],
        }
        for name, column in (("EntityRef", "entity_list_id"), ("AccountRef", "account_list_id")):
            if row[column]:
                header[name] = with_names(books, {"ListID": row[column]})
        return "TransactionRet", header

    return _answer(
        books, session, request, "transactions", lambda: select_transactions(books, kinds, request.node), show
    )


def _answer(
    books: Books,
    session: Session,
    request: Request,
    table: str,
    select: Callable[[], Selection],
    show: Show,
) -> Found:
    mode = request.attributes.get("iterator")
    found = Found()
    if mode == "Stop":
        session.left_of(request.attributes.get("iteratorID"))
        session.iterators.pop(request.attributes["iteratorID"])
        return found
    selection = Selection(session.left_of(request.attributes.get("iteratorID"))) if mode == "Continue" else select()
    page, left = _page(request.node, selection.positions)
    if request.attributes.get("metaData", "NoMetaData") != "NoMetaData":
        found.counts["retCount"] = str(len(selection.positions))
    if request.attributes.get("metaData") == "MetaDataOnly":
        page, left = [], []
    if mode is not None:
        _keep_rest(session, request, left, found)
    _fill(books, request, table, page, show, found)
    _set_status(found, selection, continued=mode == "Continue")
    return found


def _page(node: Node, positions: list[int]) -> tuple[list[int], list[int]]:
    most = int(node["MaxReturned"]) if node.get("MaxReturned") else len(positions)
    return positions[:most], positions[most:]


def _keep_rest(session: Session, request: Request, left: list[int], found: Found) -> None:
    if request.attributes["iterator"] == "Start":
        iterator_id = session.open_iterator(left)
    else:
        iterator_id = request.attributes["iteratorID"]
        session.iterators[iterator_id] = left
    if not left:
        session.iterators.pop(iterator_id, None)
    found.counts["iteratorRemainingCount"] = str(len(left))
    found.counts["iteratorID"] = iterator_id


def _fill(books: Books, request: Request, table: str, page: list[int], show: Show, found: Found) -> None:
    for position in page:
        row = books.storage.row(f"SELECT * FROM {table} WHERE position = ?", position)  # noqa: S608 - one of two names.
        if row is None:
            continue
        name, record = show(row)
        record = only_named(record, request.node.get("IncludeRetElement"))
        found.content.setdefault(name, []).append(record)
        found.content.setdefault(MIXED, []).append((name, record))


def only_named(record: Node, names: list[str] | None) -> Node:
    """A record with the top-level elements named; a wrong name yields nothing, and no error (qbxml.md 6)."""
    if not names:
        return record
    kept = {name: value for name, value in record.items() if name in names}
    if MIXED in record:
        kept[MIXED] = [pair for pair in record[MIXED] if pair[0] in names]
    return kept


def _set_status(found: Found, selection: Selection, *, continued: bool) -> None:
    if selection.missing is not None:
        found.code, found.message = 500, str(Refusal(500, value=selection.missing))
    elif not selection.positions and not continued:
        found.code, found.message = 1, NOTHING_FOUND
