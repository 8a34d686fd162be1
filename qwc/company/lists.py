"""Owns adding and changing list entries of every kind: names, levels, EditSequence. Rules of one kind stand elsewhere.

One engine over the schema: what a kind holds is read from its `...Ret`; what makes a kind special is in `list_rules`.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from qwc.company import list_rules
from qwc.company.addresses import check_addresses
from qwc.company.books import Books
from qwc.company.reader import Node
from qwc.company.references import (
    check_issued,
    entry_named,
    entry_of,
    family_of,
    find,
    keep_references,
    name_key,
    resolve_all,
)
from qwc.company.refusals import Refusal
from qwc.company.schema import Element
from qwc.company.shape import merge, refuse_blank_requirements, to_answer_shape, without_blanks

# Names and levels of a FullName; five levels fill its 209 characters (qbxml.md 3.4).
_DEEPEST_SUBLEVEL = 4


def add_entry(books: Books, kind: str, node: Node) -> str:
    """Add one list entry from an `...Add`; its new ListID. Refusal where QuickBooks would not save it."""
    list_rules.check_feature(books, kind)
    list_rules.check_content(books, kind, node)
    refuse_blank_requirements(books, kind, node)
    body = without_blanks(to_answer_shape(books.full, f"{kind}Ret", node))
    list_rules.complete_new(books, kind, body, node)
    check_addresses(body)
    name = _name_from(kind, body)
    parent = _parent(books, kind, body.pop("ParentRef", None))
    resolve_all(books, body, kind)
    list_rules.check_accounts(books, kind, body)
    full_name = _full_name(parent, name)
    key = _free_key(books, kind, full_name, None)
    list_id, moment = books.new_list_id(), books.time_text()
    books.storage.insert(
        "list_entries",
        list_id=list_id,
        family=family_of(kind),
        kind=kind,
        name=name,
        full_name=full_name,
        full_name_key=key,
        parent_list_id=parent["list_id"] if parent else None,
        sublevel=parent["sublevel"] + 1 if parent else 0,
        is_active=int(body.pop("IsActive", "true") == "true"),
        account_type=body.get("AccountType"),
        edit_sequence=books.next_edit_sequence(),
        time_created=moment,
        time_modified=moment,
        external_guid=body.get("ExternalGUID"),
        body=json.dumps(body),
    )
    keep_references(books, list_id, body)
    list_rules.after_add(books, kind, list_id, node)
    return list_id


def change_entry(books: Books, kind: str, node: Node) -> str:
    """Change one list entry from an `...Mod`; its ListID. Refusal 3120, 3200, 3190 and the like change nothing."""
    list_rules.check_feature(books, kind)
    row = current_entry(books, kind, node["ListID"], node["EditSequence"])
    list_rules.check_content(books, kind, node)
    change = to_answer_shape(books.full, f"{kind}Ret", node)
    for name in ("ListID", "EditSequence"):
        change.pop(name, None)
    list_rules.check_change(kind, row, change)
    columns = _changed_columns(books, kind, row, change)
    body = merge(books.full, f"{kind}Ret", json.loads(row["body"]), change, _clearable(books, kind))
    list_rules.complete_changed(books, kind, body, node)
    check_addresses(body)
    resolve_all(books, body, kind)
    list_rules.check_accounts(books, kind, body)
    columns |= _renamed(books, kind, row, body, columns.get("parent_list_id", row["parent_list_id"]))
    books.storage.update(
        "list_entries",
        "list_id",
        row["list_id"],
        **columns,
        account_type=body.get("AccountType"),
        body=json.dumps(body),
    )
    keep_references(books, row["list_id"], body)
    touch_entry(books, row["list_id"])
    return str(row["list_id"])


def current_entry(books: Books, kind: str, list_id: str, edit_sequence: str | None) -> sqlite3.Row:
    """The entry to be changed; Refusal 3000 or 3120 where there is none, 3200 where the EditSequence is stale."""
    row = entry_of(books, check_issued(list_id, "ListID"))
    if row is None or row["kind"] != kind:
        raise Refusal(3120, value=list_id, reason=f"there is no {kind} with this ListID")
    if edit_sequence is not None and edit_sequence != row["edit_sequence"]:
        raise Refusal(3200, value=edit_sequence)
    return row


def touch_entry(books: Books, list_id: str) -> None:
    """Give an entry a new EditSequence and TimeModified."""
    row = entry_of(books, list_id)
    assert row is not None
    sequence = books.next_edit_sequence(row["edit_sequence"])
    books.storage.update("list_entries", "list_id", list_id, edit_sequence=sequence, time_modified=books.time_text())


def _name_from(kind: str, body: Node) -> str:
    """Take the name out of the content; Refusal 3090 for a colon, which separates levels."""
    field = list_rules.NAME_FIELDS.get(kind, "Name")
    name = str(body.pop(field, "")).strip()
    if not name and kind not in list_rules.WITHOUT_NAMES:
        raise Refusal(3150, field=field)
    if ":" in name and kind not in list_rules.COLON_ALLOWED:
        raise Refusal(3090, value=name, field=field, reason="a name cannot hold a colon")
    return name


def _parent(books: Books, kind: str, ref: Node | None) -> sqlite3.Row | None:
    """The parent of the same kind; Refusal 3130 where it does not exist."""
    if not ref or not (ref.get("ListID") or ref.get("FullName")):
        return None
    row = find(books, (kind,), ref)
    if row is None:
        raise Refusal(3130, value=ref.get("ListID") or ref.get("FullName", ""), kind=kind)
    if row["sublevel"] >= _DEEPEST_SUBLEVEL:
        raise Refusal(3180, kind=kind, reason="a list can have five levels at most")
    return row


def _full_name(parent: sqlite3.Row | None, name: str) -> str:
    return f"{parent['full_name']}:{name}" if parent else name


def _free_key(books: Books, kind: str, full_name: str, own_id: str | None) -> str | None:
    """The key of a name that nobody else in the family has, inactive entries and other kinds included."""
    if kind in list_rules.WITHOUT_NAMES:
        return None
    taken = entry_named(books, family_of(kind), full_name)
    if taken is not None and taken["list_id"] != own_id:
        if kind in list_rules.DUPLICATE_IS_3180:
            raise Refusal(3180, kind=kind, reason=f'"{full_name}" already exists')
        raise Refusal(3100, value=full_name)
    return name_key(full_name)


def _changed_columns(books: Books, kind: str, row: sqlite3.Row, change: Node) -> dict[str, Any]:
    """What a Mod says about activity and parent; both live in columns of their own."""
    columns: dict[str, Any] = {}
    if "IsActive" in change:
        value = change.pop("IsActive")
        if not value:
            raise Refusal(3190, field="IsActive")
        columns["is_active"] = int(value == "true")
    if "ParentRef" in change:
        parent = _parent(books, kind, change.pop("ParentRef"))
        if parent is not None and _is_within(books, parent, row["list_id"]):
            raise Refusal(3180, kind=kind, reason="an entry cannot be below itself")
        columns["parent_list_id"] = parent["list_id"] if parent else None
        columns["sublevel"] = parent["sublevel"] + 1 if parent else 0
    return columns


def _is_within(books: Books, row: sqlite3.Row | None, list_id: str) -> bool:
    while row is not None:
        if row["list_id"] == list_id:
            return True
        row = entry_of(books, row["parent_list_id"]) if row["parent_list_id"] else None
    return False


def _clearable(books: Books, kind: str) -> Any:
    required = {
        element.name for element in books.full.fields(f"{kind}Add").values() if element.least
    } | list_rules.NEVER_EMPTY

    def may_be_cleared(element: Element) -> bool:
        return element.name not in required and element.type != "BOOL"

    return may_be_cleared


def _renamed(books: Books, kind: str, row: sqlite3.Row, body: Node, parent_id: str | None) -> dict[str, Any]:
    """The columns of a new name or place, and the same for everything below it."""
    field = list_rules.NAME_FIELDS.get(kind, "Name")
    name = _name_from(kind, body) if field in body else row["name"]
    parent = entry_of(books, parent_id) if parent_id else None
    full_name = _full_name(parent, name)
    if (name, full_name) == (row["name"], row["full_name"]):
        return {}
    key = _free_key(books, kind, full_name, row["list_id"])
    _rename_below(books, row["list_id"], full_name, parent["sublevel"] + 1 if parent else 0)
    books.names.clear()
    return {"name": name, "full_name": full_name, "full_name_key": key}


def _rename_below(books: Books, list_id: str, full_name: str, sublevel: int) -> None:
    children = books.storage.rows("SELECT list_id, name FROM list_entries WHERE parent_list_id = ?", list_id)
    for child in children:
        below = f"{full_name}:{child['name']}"
        books.storage.update(
            "list_entries",
            "list_id",
            child["list_id"],
            full_name=below,
            full_name_key=name_key(below),
            sublevel=sublevel + 1,
        )
        _rename_below(books, child["list_id"], below, sublevel + 1)
