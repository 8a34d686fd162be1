"""Finds and fills in the references of a content to records of the order system. Touches no database.

A content may name a record of the order system where QuickBooks wants an id or a name:
`"CustomerRef": {"record": "Customer:C-1042"}`, or `"TxnID": {"record": "Invoice:10248"}`. It may give its own key of
a line as `line`. Neither is qbXML: references become ids when the message is sent, and `line` is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service.domain.record import Record
from service.domain.refusals import BadDocument

UNRESOLVED = "0-0"
"""Stands for an id that is not known yet, so that the rest of the content can be checked."""


def found_in(content: Mapping[str, Any]) -> set[Record]:
    """The records that a content refers to. Raises BadDocument or BadRecordName."""
    records: set[Record] = set()

    def note(record: Record) -> str:
        records.add(record)
        return UNRESOLVED

    filled_in(content, note)
    return records


def filled_in(content: Mapping[str, Any], id_of: Callable[[Record], str]) -> dict[str, Any]:
    """The content with each reference replaced by `id_of` it; the keys of lines are still in it."""
    return {name: _value(name, value, id_of, name) for name, value in content.items()}


def without_line_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with each `line` left out: qbXML's names alone."""
    return {name: _plain(value) for name, value in content.items() if name != "line"}


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return without_line_keys(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _value(name: str, value: object, id_of: Callable[[Record], str], path: str) -> Any:
    if isinstance(value, Mapping):
        if "record" in value:
            return _reference(name, value, id_of, path)
        return {inner: _value(inner, content, id_of, f"{path}/{inner}") for inner, content in value.items()}
    if isinstance(value, list):
        return [_value(name, item, id_of, f"{path}[{number}]") for number, item in enumerate(value, start=1)]
    return value


def _reference(name: str, value: Mapping[str, Any], id_of: Callable[[Record], str], path: str) -> Any:
    if set(value) != {"record"}:
        raise BadDocument(path, "a reference to a record holds `record` and nothing else.")
    known = id_of(Record.parse(value["record"]))
    return {"ListID": known} if name.endswith("Ref") else known
