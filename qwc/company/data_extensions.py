"""Owns data extensions: custom fields (OwnerID 0) and private data of applications, also on the company itself."""

from __future__ import annotations

import json
import sqlite3

from qwc.company.books import Books
from qwc.company.documents import touch_transaction, transaction_row
from qwc.company.lists import touch_entry
from qwc.company.reader import Node
from qwc.company.references import FAMILIES, find, name_key
from qwc.company.refusals import Refusal
from qwc.company.schema import Element
from qwc.company.values import STATUS_OF_TYPE, read_value

COMPANY = "Company"
PUBLIC = "0"
# Custom fields are text on customers, vendors, employees and items only (qbxml.md 10).
_PUBLIC_OBJECTS = frozenset({"Customer", "Vendor", "Employee", "Item"})
_PUBLIC_TYPE = "STR255TYPE"
_LENGTHS = {"STR255TYPE": 255, "STR1024TYPE": 1024}
_LARGEST_PRIVATE_DATA = 4096


def add_definition(books: Books, node: Node) -> Node:
    """Define a data extension; Refusal 3180 where the owner has one of that name."""
    objects = node.get("AssignToObject", [])
    if node["OwnerID"] == PUBLIC:
        if node["DataExtType"] != _PUBLIC_TYPE:
            raise Refusal(3210, field="DataExtType", value=node["DataExtType"], reason="custom fields hold text only")
        _check_public_objects(node["DataExtName"], objects)
    if _definition(books, node["OwnerID"], node["DataExtName"]) is not None:
        raise Refusal(3180, kind="DataExtDef", reason=f'"{node["DataExtName"]}" already exists')
    books.storage.insert(
        "data_extension_definitions",
        owner_id=node["OwnerID"],
        name=node["DataExtName"],
        name_key=name_key(node["DataExtName"]),
        type=node["DataExtType"],
        objects=json.dumps(objects),
        list_require=node.get("DataExtListRequire") or "false",
        txn_require=node.get("DataExtTxnRequire") or "false",
        format=node.get("DataExtFormatString", ""),
    )
    return definition_answer(_needed(books, node["OwnerID"], node["DataExtName"]))


def change_definition(books: Books, node: Node) -> Node:
    """Rename a definition, or assign it to more or fewer kinds of object."""
    row = _needed(books, node["OwnerID"], node["DataExtName"])
    objects = [*json.loads(row["objects"]), *node.get("AssignToObject", [])]
    removed = set(node.get("RemoveFromObject", []))
    kept = [name for name in dict.fromkeys(objects) if name not in removed]
    if node["OwnerID"] == PUBLIC:
        _check_public_objects(node["DataExtName"], kept)
    name = node.get("DataExtNewName") or row["name"]
    taken = _definition(books, node["OwnerID"], name)
    if taken is not None and taken["data_ext_id"] != row["data_ext_id"]:
        raise Refusal(3180, kind="DataExtDef", reason=f'"{name}" already exists')
    books.storage.run(
        "UPDATE data_extension_definitions"
        " SET name = ?, name_key = ?, objects = ?, list_require = ?, txn_require = ?, format = ? WHERE data_ext_id = ?",
        name,
        name_key(name),
        json.dumps(kept),
        node.get("DataExtListRequire") or row["list_require"],
        node.get("DataExtTxnRequire") or row["txn_require"],
        node.get("DataExtFormatString", row["format"]),
        row["data_ext_id"],
    )
    books.storage.run(
        "UPDATE data_extensions SET name_key = ? WHERE owner_id = ? AND name_key = ?",
        name_key(name),
        row["owner_id"],
        row["name_key"],
    )
    return definition_answer(_needed(books, node["OwnerID"], name))


def delete_definition(books: Books, node: Node) -> Node:
    """Drop a definition with all its values."""
    row = _needed(books, node["OwnerID"], node["DataExtName"])
    for table in ("data_extension_definitions", "data_extensions"):
        books.storage.run(f"DELETE FROM {table} WHERE owner_id = ? AND name_key = ?", row["owner_id"], row["name_key"])  # noqa: S608
    return {"OwnerID": row["owner_id"], "DataExtName": row["name"], "TimeDeleted": books.time_text()}


def definitions(books: Books, node: Node) -> list[Node]:
    """All definitions of the owners named (all where none is named), or those for the kinds of object named."""
    owners, objects = node.get("OwnerID", []), set(node.get("AssignToObject", []))
    rows = books.storage.rows("SELECT * FROM data_extension_definitions ORDER BY data_ext_id")
    return [
        definition_answer(row)
        for row in rows
        if (not owners or row["owner_id"] in owners) and (not objects or objects & set(json.loads(row["objects"])))
    ]


def definition_answer(row: sqlite3.Row) -> Node:
    """A definition as its `...Ret`."""
    return {
        "OwnerID": row["owner_id"],
        "DataExtID": str(row["data_ext_id"]),
        "DataExtName": row["name"],
        "DataExtType": row["type"],
        "AssignToObject": json.loads(row["objects"]),
        "DataExtListRequire": row["list_require"],
        "DataExtTxnRequire": row["txn_require"],
        "DataExtFormatString": row["format"],
    }


def add_value(books: Books, node: Node) -> Node:
    """Set a first value; Refusal 3180 where there is one, 3351 where the field is not for that kind of record."""
    definition, target = _target(books, node)
    if _value(books, definition, target) is not None:
        raise Refusal(3180, kind="DataExt", reason=f'a value of "{definition["name"]}" already exists')
    return _put(books, definition, target, node["DataExtValue"])


def change_value(books: Books, node: Node) -> Node:
    """Change a value; Refusal 3120 where there is none yet."""
    definition, target = _target(books, node)
    if _value(books, definition, target) is None:
        raise Refusal(3120, value=node["DataExtName"], reason="the record has no such data yet")
    return _put(books, definition, target, node["DataExtValue"])


def delete_value(books: Books, node: Node) -> Node:
    """Clear a value."""
    definition, target = _target(books, node)
    if _value(books, definition, target) is None:
        raise Refusal(3120, value=node["DataExtName"], reason="the record has no such data")
    books.storage.run(
        "DELETE FROM data_extensions WHERE object_id = ? AND line_id = ? AND owner_id = ? AND name_key = ?",
        *_key(definition, target),
    )
    _touch(books, target)
    names = ("ListDataExtType", "ListObjRef", "TxnDataExtType", "TxnID", "TxnLineID", "OtherDataExtType")
    shown = {name: node[name] for name in names if name in node}
    return shown | {
        "OwnerID": definition["owner_id"],
        "DataExtName": definition["name"],
        "TimeDeleted": books.time_text(),
    }


def put_line_value(books: Books, kind: str, txn_id: str, line_id: str, sent: Node) -> None:
    """Set a value that came within a new line."""
    definition = _needed(books, sent["OwnerID"], sent["DataExtName"])
    if definition["owner_id"] != PUBLIC and kind not in json.loads(definition["objects"]):
        raise Refusal(3351, value=definition["name"])
    _check_value(definition, sent["DataExtValue"])
    _store(books, definition, (kind, txn_id, line_id), sent["DataExtValue"])


def values_of(books: Books, object_id: str, owners: list[str], line_id: str = "") -> list[Node]:
    """The data of one record that belongs to the owners named, as `DataExtRet`."""
    rows = books.storage.rows(
        "SELECT v.owner_id, d.name, d.type, v.value FROM data_extensions v JOIN data_extension_definitions d"
        " ON d.owner_id = v.owner_id AND d.name_key = v.name_key WHERE v.object_id = ? AND v.line_id = ?"
        " ORDER BY d.data_ext_id",
        object_id,
        line_id,
    )
    wanted = {owner.casefold() for owner in owners}
    return [_shown(row) for row in rows if row["owner_id"].casefold() in wanted]


def forget(books: Books, object_id: str) -> None:
    """Drop the data of a record that is deleted."""
    books.storage.run("DELETE FROM data_extensions WHERE object_id = ?", object_id)


def _shown(row: sqlite3.Row) -> Node:
    return {
        "OwnerID": row["owner_id"],
        "DataExtName": row["name"],
        "DataExtType": row["type"],
        "DataExtValue": row["value"],
    }


def _check_public_objects(name: str, objects: list[str]) -> None:
    if set(objects) - _PUBLIC_OBJECTS:
        raise Refusal(3351, value=name, reason="custom fields stand on customers, vendors, employees and items only")


def _definition(books: Books, owner: str, name: str) -> sqlite3.Row | None:
    return books.storage.row(
        "SELECT * FROM data_extension_definitions WHERE owner_id = ? COLLATE NOCASE AND name_key = ?",
        owner,
        name_key(name),
    )


def _needed(books: Books, owner: str, name: str) -> sqlite3.Row:
    row = _definition(books, owner, name)
    if row is None:
        raise Refusal(3120, value=name, reason="there is no data extension of this owner and name")
    return row


Target = tuple[str, str, str]


def _target(books: Books, node: Node) -> tuple[sqlite3.Row, Target]:
    definition = _needed(books, node["OwnerID"], node["DataExtName"])
    target = _object(books, node)
    if target[0] not in json.loads(definition["objects"]):
        raise Refusal(3351, value=definition["name"], reason=f"it is not switched on for {target[0]}")
    return definition, target


def _object(books: Books, node: Node) -> Target:
    if "OtherDataExtType" in node:
        return COMPANY, COMPANY, ""
    if "TxnDataExtType" in node:
        row = transaction_row(books, node["TxnID"], node["TxnDataExtType"])
        line_id = node.get("TxnLineID", "")
        found = books.storage.row(
            "SELECT 1 FROM transaction_lines WHERE txn_id = ? AND txn_line_id = ?", row["txn_id"], line_id
        )
        if line_id and found is None:
            raise Refusal(3120, value=line_id, reason="the transaction has no such line")
        return row["kind"], row["txn_id"], line_id
    object_type = node["ListDataExtType"]
    entry = find(books, FAMILIES.get(object_type, (object_type,)), node["ListObjRef"])
    if entry is None:
        value = node["ListObjRef"].get("ListID") or node["ListObjRef"].get("FullName", "")
        raise Refusal(3120, value=value, reason=f"there is no {object_type} of this id or name")
    return object_type, entry["list_id"], ""


def _key(definition: sqlite3.Row, target: Target) -> tuple[str, str, str, str]:
    return target[1], target[2], definition["owner_id"], definition["name_key"]


def _value(books: Books, definition: sqlite3.Row, target: Target) -> sqlite3.Row | None:
    return books.storage.row(
        "SELECT * FROM data_extensions WHERE object_id = ? AND line_id = ? AND owner_id = ? AND name_key = ?",
        *_key(definition, target),
    )


def _put(books: Books, definition: sqlite3.Row, target: Target, value: str) -> Node:
    if not value:
        raise Refusal(3190, field="DataExtValue", reason="a value is cleared with DataExtDel")
    _check_value(definition, value)
    _store(books, definition, target, value)
    _touch(books, target)
    return {
        "OwnerID": definition["owner_id"],
        "DataExtName": definition["name"],
        "DataExtType": definition["type"],
        "DataExtValue": value,
    }


def _check_value(definition: sqlite3.Row, value: str) -> None:
    type_name = definition["type"].removesuffix("TYPE")
    if definition["type"] in _LENGTHS and len(value) > _LENGTHS[definition["type"]]:
        raise Refusal(3070, value=value, field="DataExtValue")
    if type_name in STATUS_OF_TYPE:
        read_value(Element("DataExtValue", type_name, "", 1, 1), value)


def _store(books: Books, definition: sqlite3.Row, target: Target, value: str) -> None:
    object_id, line_id, owner, key = _key(definition, target)
    books.storage.run(
        "INSERT OR REPLACE INTO data_extensions (object, object_id, line_id, owner_id, name_key, value)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        target[0],
        object_id,
        line_id,
        owner,
        key,
        value,
    )
    row = books.storage.row(
        "SELECT SUM(LENGTH(value)) AS size FROM data_extensions WHERE object_id = ? AND owner_id <> '0'", object_id
    )
    if row is not None and (row["size"] or 0) > _LARGEST_PRIVATE_DATA:
        raise Refusal(3180, kind="DataExt", reason="all private data of one record may come to 4096 bytes at most")


def _touch(books: Books, target: Target) -> None:
    """Writing one changes TimeModified and EditSequence of the record it belongs to (qbxml.md 10)."""
    kind, object_id, _line = target
    if kind == COMPANY:
        return
    if books.storage.row("SELECT 1 FROM list_entries WHERE list_id = ?", object_id):
        touch_entry(books, object_id)
    else:
        touch_transaction(books, object_id)
