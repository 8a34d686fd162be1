"""Finds and fills in the references of a content to records of the order system. Touches no database.

A content may name a record of the order system where QuickBooks wants an id or a name:
`"CustomerRef": {"record": "Customer:C-1042"}`, or `"TxnID": {"record": "Invoice:10248"}`. It may give its own key of
a line as `line`. Neither is qbXML: references become ids when the message is sent, and `line` is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from service.domain.record import Record
from service.domain.refusals import BadDocument, BadRecordName
from service.exchange import reference_kinds

UNRESOLVED = "0-0"
"""Stands for an id that is not known yet, so that the rest of the content can be checked."""


def found_in(content: Mapping[str, Any]) -> set[Record]:
    """The records that a content refers to. Raises BadDocument."""
    return {_record(value, path) for path, value in _references("", content)}


def complaints(content: Mapping[str, Any], kind: str | None) -> list[str]:
    """All that is wrong with the references of a content: their shape, their names, and what they can name there.

    `kind` is that of the record whose content it is. Each complaint begins with its path.
    """
    found = []
    for path, value in _references("", content):
        try:
            record = _record(value, path)
        except BadDocument as refusal:
            found.append(str(refusal))
            continue
        allowed = reference_kinds.allowed(path, kind)
        if allowed is not None and record.kind not in allowed:
            found.append(f"{path}: '{record}' is of the kind {record.kind}; allowed here: {', '.join(sorted(allowed))}")
    return found


def filled_in(content: Mapping[str, Any], id_of: Callable[[Record], str]) -> dict[str, Any]:
    """The content with each reference replaced by `id_of` it; the keys of lines are still in it. Raises BadDocument."""
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
    known = id_of(_record(value, path))
    return {"ListID": known} if name.endswith("Ref") else known


def _references(path: str, value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each reference of a content with its path, in the order of the content."""
    if isinstance(value, Mapping):
        if path and "record" in value:
            yield path, value
            return
        for name, inner in value.items():
            yield from _references(f"{path}/{name}" if path else name, inner)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _references(f"{path}[{number}]", item)


def _record(value: Mapping[str, Any], path: str) -> Record:
    if set(value) != {"record"}:
        raise BadDocument(path, "a reference to a record holds `record` and nothing else.")
    try:
        return Record.parse(value["record"])
    except BadRecordName as refusal:
        raise BadDocument(path, str(refusal)) from None
