"""Owns which records a query means: ids, names, or filters. It selects positions and shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qwc.company import conditions as where
from qwc.company.books import Books
from qwc.company.conditions import Conditions
from qwc.company.reader import Node
from qwc.company.references import FAMILIES, check_issued, family_of, name_key
from qwc.company.transaction_kinds import KINDS

_ACTIVE = {"ActiveOnly": "is_active = 1", "InactiveOnly": "is_active = 0", "All": "1"}
# The filters whose element stands for one column of the body.
_BODY_FILTERS = {"PaymentMethodType": "PaymentMethodType"}
_DONE = {"DoneOnly": "true", "NotDoneOnly": "false"}
_PAID = {"PaidOnly": "is_open = 0", "NotPaidOnly": "is_open = 1", "All": "1"}
_POSTING = tuple(name for name, kind in KINDS.items() if kind.posting)


@dataclass(slots=True)
class Selection:
    """Positions of the records meant, in order; `missing` is the first id or name that does not exist."""

    positions: list[int]
    missing: str | None = None


def select_entries(books: Books, kinds: tuple[str, ...], node: Node) -> Selection:
    """The list entries that a query means."""
    if "ListID" in node:
        return _named(books, "list_entries", "list_id", kinds, [check_issued(one, "ListID") for one in node["ListID"]])
    if "FullName" in node or "Name" in node:
        names = node.get("FullName") or node["Name"]
        return _by_full_name(books, kinds, names if isinstance(names, list) else [names])
    conditions = Conditions()
    conditions.among("kind", list(kinds))
    conditions.add(_ACTIVE[node.get("ActiveStatus", "ActiveOnly")])
    where.modified_between(books, conditions, "time_modified", node.get("FromModifiedDate"), node.get("ToModifiedDate"))
    if "NameFilter" in node:
        where.text_matches(conditions, "fold(name)", node["NameFilter"], "Name")
    if "NameRangeFilter" in node:
        ends = node["NameRangeFilter"]
        where.name_between(conditions, "fold(name)", ends.get("FromName"), ends.get("ToName"))
    _list_filters(books, conditions, node)
    return _run(books, "list_entries", conditions, "full_name_key, position")


def _list_filters(books: Books, conditions: Conditions, node: Node) -> None:
    if "TotalBalanceFilter" in node:
        where.total_balance(conditions, node["TotalBalanceFilter"])
    if "AccountType" in node:
        conditions.among("account_type", node["AccountType"])
    if "ClassFilter" in node:
        ids = where.entries_in_filter(books, conditions, node["ClassFilter"], ("Class",))
        conditions.among("json_extract(body, '$.ClassRef.ListID')", ids)
    if "CurrencyFilter" in node and books.is_on("multi_currency"):
        ids = where.entries_in_filter(books, conditions, node["CurrencyFilter"], ("Currency",))
        conditions.among("json_extract(body, '$.CurrencyRef.ListID')", ids)
    for name, field in _BODY_FILTERS.items():
        if name in node:
            conditions.among(f"json_extract(body, '$.{field}')", node[name])
    if node.get("DoneStatus") in _DONE:
        conditions.add("json_extract(body, '$.IsDone') = ?", _DONE[node["DoneStatus"]])


def select_transactions(books: Books, kinds: tuple[str, ...], node: Node) -> Selection:
    """The transactions that a query means."""
    if "TxnID" in node:
        return _named(books, "transactions", "txn_id", kinds, [check_issued(one, "TxnID") for one in node["TxnID"]])
    if "RefNumber" in node and "TransactionTypeFilter" not in node:
        return _by_ref_number(books, kinds, node["RefNumber"], case_sensitive=False)
    if "RefNumberCaseSensitive" in node:
        return _by_ref_number(books, kinds, node["RefNumberCaseSensitive"], case_sensitive=True)
    conditions = Conditions()
    conditions.among("kind", list(kinds))
    _time_filters(books, conditions, node)
    _party_filters(books, conditions, node)
    if "RefNumberFilter" in node:
        where.text_matches(conditions, "ref_number_key", node["RefNumberFilter"], "RefNumber")
    if "RefNumberRangeFilter" in node:
        where.ref_number_between(conditions, node["RefNumberRangeFilter"])
    if "PaidStatus" in node:
        conditions.add(_PAID[node["PaidStatus"]])
    _header_query_filters(conditions, node)
    return _run(books, "transactions", conditions, "position")


def _time_filters(books: Books, conditions: Conditions, node: Node) -> None:
    for name in ("ModifiedDateRangeFilter", "TransactionModifiedDateRangeFilter"):
        if name in node:
            ends = node[name]
            first, last = ends.get("FromModifiedDate"), ends.get("ToModifiedDate")
            if ends.get("DateMacro"):
                first, last = where.named_range(ends["DateMacro"], books.now().date())
            where.modified_between(books, conditions, "time_modified", first, last)
    for name in ("TxnDateRangeFilter", "TransactionDateRangeFilter"):
        if name in node:
            where.dated_between(books, conditions, "txn_date", node[name])


def _party_filters(books: Books, conditions: Conditions, node: Node) -> None:
    for name in ("EntityFilter", "TransactionEntityFilter", "TimeTrackingEntityFilter"):
        if name in node:
            _entity_filter(books, conditions, node[name])
    for name in ("AccountFilter", "TransactionAccountFilter"):
        if name in node:
            _account_filter(books, conditions, node[name])
    for name in ("ItemFilter", "TransactionItemFilter"):
        if name in node and "ItemTypeFilter" not in node[name]:
            ids = where.entries_in_filter(books, conditions, node[name], FAMILIES["Item"])
            _any_line(conditions, "SELECT txn_id FROM transaction_lines WHERE item_list_id IN", ids)
    if "TransactionClassFilter" in node:
        ids = where.entries_in_filter(books, conditions, node["TransactionClassFilter"], ("Class",))
        conditions.among("class_list_id", ids)
    if "CurrencyFilter" in node and books.is_on("multi_currency"):
        ids = where.entries_in_filter(books, conditions, node["CurrencyFilter"], ("Currency",))
        conditions.among("json_extract(body, '$.CurrencyRef.ListID')", ids)


def _entity_filter(books: Books, conditions: Conditions, node: Node) -> None:
    if "EntityTypeFilter" in node:
        conditions.add("entity_list_id IN (SELECT list_id FROM list_entries WHERE kind = ?)", node["EntityTypeFilter"])
    else:
        conditions.among("entity_list_id", where.entries_in_filter(books, conditions, node, FAMILIES["Entity"]))


def _account_filter(books: Books, conditions: Conditions, node: Node) -> None:
    if "AccountTypeFilter" in node:
        ids = [
            row["list_id"]
            for row in books.storage.rows(
                "SELECT list_id FROM list_entries WHERE kind = 'Account' AND account_type = ?",
                node["AccountTypeFilter"],
            )
        ]
    else:
        ids = where.entries_in_filter(books, conditions, node, ("Account",))
    _any_line(conditions, "SELECT txn_id FROM postings WHERE account_list_id IN", ids)


def _any_line(conditions: Conditions, select: str, ids: list[Any]) -> None:
    conditions.add(f"txn_id IN ({select} ({', '.join('?' * len(ids))}))", *ids)


def _header_query_filters(conditions: Conditions, node: Node) -> None:
    """The filters that only TransactionQuery has."""
    if "RefNumber" in node:
        conditions.among("ref_number_key", [name_key(one) for one in node["RefNumber"]])
    types = [one for one in node.get("TransactionTypeFilter", {}).get("TxnTypeFilter", []) if one != "All"]
    if types:
        conditions.among("kind", types)
    posting = node.get("TransactionPostingStatusFilter", "Either")
    if posting != "Either":
        marks = ", ".join(f"'{name}'" for name in _POSTING)
        conditions.add(f"kind {'IN' if posting == 'Posting' else 'NOT IN'} ({marks})")
    paid = node.get("TransactionPaidStatusFilter", "Either")
    if paid != "Either":
        conditions.add(f"is_open = {int(paid == 'Open')}")


def _named(books: Books, table: str, column: str, kinds: tuple[str, ...], values: list[str]) -> Selection:
    selection = Selection([])
    for value in values:
        row = books.storage.row(f"SELECT position, kind FROM {table} WHERE {column} = ?", value)  # noqa: S608
        if row is not None and row["kind"] in kinds:
            selection.positions.append(row["position"])
        else:
            selection.missing = selection.missing or value
    return selection


def _by_full_name(books: Books, kinds: tuple[str, ...], names: list[str]) -> Selection:
    """By name an inactive entry is found as well: ActiveStatus belongs to the filters (qbxml.md 6)."""
    selection = Selection([])
    for name in names:
        row = books.storage.row(
            "SELECT position, kind FROM list_entries WHERE family = ? AND full_name_key = ?",
            family_of(kinds[0]),
            name_key(name),
        )
        if row is not None and row["kind"] in kinds:
            selection.positions.append(row["position"])
        else:
            selection.missing = selection.missing or name
    return selection


def _by_ref_number(books: Books, kinds: tuple[str, ...], numbers: list[str], *, case_sensitive: bool) -> Selection:
    selection = Selection([])
    for ref_number in numbers:
        rows = books.storage.rows(
            f"SELECT position, ref_number FROM transactions WHERE kind IN ({', '.join('?' * len(kinds))})"  # noqa: S608
            " AND ref_number_key = ? ORDER BY position",
            *kinds,
            name_key(ref_number),
        )
        found = [row["position"] for row in rows if not case_sensitive or row["ref_number"] == ref_number]
        selection.positions.extend(found)
        if not found:
            selection.missing = selection.missing or ref_number
    return selection


def _run(books: Books, table: str, conditions: Conditions, order: str) -> Selection:
    rows = books.storage.rows(
        f"SELECT position FROM {table} WHERE {conditions.sql()} ORDER BY {order}",  # noqa: S608 - pieces are our own, values are bound.
        *conditions.values,
    )
    return Selection([row["position"] for row in rows], conditions.missing)
