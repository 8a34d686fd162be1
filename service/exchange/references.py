"""Finds and fills in the references of a content to records of the order system. Touches no database.

A content may name a record of the order system where QuickBooks wants an id or a name:
`"CustomerRef": {"record": "Customer:C-1042"}`, or `"TxnID": {"record": "Invoice:10248"}`. It may give its own key of
a line as `line`. Neither is qbXML: references become ids when the message is sent, and `line` is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.record import Record
from service.domain.refusals import BadDocument, BadRecordName
from service.exchange import reference_kinds

UNRESOLVED = "0-0"
"""Stands for an id that is not known yet, so that the rest of the content can be checked."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one look through a content finds."""

    records: frozenset[Record]
    complaints: tuple[str, ...]
    """All that is wrong with the references, each beginning with its path."""
    plain: Mapping[str, Any]
    """The content in qbXML's names alone, UNRESOLVED in the place of each reference, whatever is wrong with it."""


def found_in(content: Mapping[str, Any]) -> set[Record]:
    """The records that a content refers to. Raises BadDocument."""
    return {_record(value, path) for path, value in _references("", content)}


def looked_through(content: Mapping[str, Any], text: str, record: Record | None, element: str = "") -> Found:
    """Find the references of a content and what is wrong with them: shape, names, and what they can name there.

    `text` is the content as JSON text, `record` what it is the content of, and `element` that of the request in which
    it stands, such as `InvoiceAdd`, for the paths.
    """
    if '"record"' not in text:
        return Found(frozenset(), (), content if '"line"' not in text else without_line_keys(content))
    look = _Look(record)
    plain = look.through(content, element)
    return Found(frozenset(look.records), tuple(look.complaints), plain)


class _Look:
    """One look through one content. A content as it is kept is made of dicts and lists, so no other are asked for."""

    def __init__(self, record: Record | None) -> None:
        self.records: set[Record] = set()
        self.complaints: list[str] = []
        self._about = record

    def through(self, content: Mapping[str, Any], path: str) -> dict[str, Any]:
        plain = {}
        for name, value in content.items():
            inside = value
            if type(value) is dict or type(value) is list:
                inside = self._inside(name, value, f"{path}/{name}" if path else name)
            if name != "line":
                plain[name] = inside
        return plain

    def _inside(self, name: str, value: object, path: str) -> Any:
        if type(value) is dict:
            return self._reference(name, value, path) if "record" in value else self.through(value, path)
        if type(value) is list:
            return [self._inside(name, one, f"{path}[{number}]") for number, one in enumerate(value, start=1)]
        return value

    def _reference(self, name: str, value: Mapping[str, Any], path: str) -> Any:
        try:
            record = _record(value, path)
        except BadDocument as refusal:
            self.complaints.append(str(refusal))
        else:
            self.records.add(record)
            self._judge(record, path)
        return _filled(name, UNRESOLVED)

    def _judge(self, record: Record, path: str) -> None:
        allowed = reference_kinds.allowed(path, self._about.kind if self._about else None)
        if allowed is not None and record.kind not in allowed:
            kinds = ", ".join(sorted(allowed))
            self.complaints.append(f"{path}: '{record}' is of the kind {record.kind}; allowed here: {kinds}")
        if record == self._about:
            self.complaints.append(f"{path}: {record} refers to itself")


def filled_in(content: Mapping[str, Any], id_of: Callable[[Record], str]) -> dict[str, Any]:
    """The content with each reference replaced by `id_of` it; the keys of lines are still in it. Raises BadDocument."""
    return {name: _value(name, value, id_of, name) for name, value in content.items()}


def without_line_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with each `line` left out: qbXML's names alone."""
    return {name: _plain(value) for name, value in content.items() if name != "line"}


def _plain(value: object) -> Any:
    if type(value) is dict:
        return without_line_keys(value)
    if type(value) is list:
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
    return _filled(name, id_of(_record(value, path)))


def _filled(name: str, quickbooks_id: str) -> Any:
    return {"ListID": quickbooks_id} if name.endswith("Ref") else quickbooks_id


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
