"""Reads a message as a caller gives it, at whatever door, into one checked shape. Touches no database.

The shape is the same for Python, SQL, JSON lines and HTTP:
`{"operation": "save", "record": "Invoice:10248", "content": {...}, "revision": 3, "idempotency_key": "...",
"priority": 5, "not_before": "2026-07-04T08:00:00+00:00", "company": "shop"}`; `raw` has `request` for `content`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from service.domain.operation import NEEDS_A_RECORD, Operation
from service.domain.record import Record
from service.domain.refusals import BadDocument, UnknownOperation

_LARGEST = 2**31 - 1
_DEEPEST = 40
"""Objects and lists inside one another; the schema's own depth is about ten."""
_YEARS = range(1900, 9000)
"""Years that both databases keep and read back in whatever zone they are asked."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a caller asks for, its own shape checked; whether qbXML can say it is asked later."""

    operation: Operation
    record: Record | None
    content: Mapping[str, Any]
    request: str | None
    revision: int | None
    idempotency_key: str | None
    priority: int
    not_before: datetime | None
    company: str | None

    @property
    def fingerprint(self) -> str:
        """The same for two documents that ask for the same thing."""
        told = [self.operation.value, str(self.record or ""), self.request or "", canonical(self.content, sort=True)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def parse_line(text: str) -> Mapping[str, Any]:
    """Read one JSON object; decimals stay exact. Raises BadDocument that says where the text breaks."""
    try:
        given = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except json.JSONDecodeError as broken:
        raise BadDocument(f"column {broken.colno}", f"this is not JSON ({broken.msg}).") from None
    except RecursionError:
        raise BadDocument("", "this is nested too deeply.") from None
    except ValueError as broken:
        raise BadDocument("", f"{broken}.") from None
    if not isinstance(given, dict):
        raise BadDocument("", f"a message is an object in braces, not {_kind(given)}.")
    return given


def read(given: Mapping[str, Any]) -> Document:
    """Check the outer shape of a message. Raises BadDocument, UnknownOperation or BadRecordName."""
    for name in given:
        if name not in _FIELDS:
            raise BadDocument(str(name), _unknown(str(name)))
    values = {name: check(name, given.get(name)) for name, check in _FIELDS.items()}
    document = Document(**values)
    _belong_together(document)
    return document


def canonical(content: Mapping[str, Any], *, sort: bool = False) -> str:
    """The content as JSON text, decimals written as text; sorted, it is the same whenever the content is."""
    return json.dumps(
        content, default=_exact, ensure_ascii=False, allow_nan=False, sort_keys=sort, separators=(",", ":")
    )


def _belong_together(document: Document) -> None:
    raw = document.operation is Operation.RAW
    if raw and document.request is None:
        raise BadDocument("request", "a raw message needs one qbXML request as text.")
    if raw and document.content:
        raise BadDocument("content", "a raw message has its content in `request`.")
    if not raw and document.request is not None:
        raise BadDocument("request", f"belongs to the operation 'raw' only, not to '{document.operation}'.")
    if document.operation in NEEDS_A_RECORD and document.record is None:
        raise BadDocument("record", f"the operation '{document.operation}' needs a record, such as 'Customer:C-1042'.")
    if document.operation in (Operation.SAVE, Operation.ADD, Operation.MOD) and not document.content:
        raise BadDocument("content", f"the operation '{document.operation}' needs content.")


def _operation(_: str, given: object) -> Operation:
    try:
        return Operation(str(given))
    except ValueError:
        raise UnknownOperation(given, list(Operation)) from None


def _record(_: str, given: object) -> Record | None:
    return None if given is None else Record.parse(given)


def _content(name: str, given: object) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadDocument(name, f"must be an object with qbXML's element names, not {_kind(given)}.")
    try:
        exact: Mapping[str, Any] = json.loads(canonical(given), parse_float=str)
    except (TypeError, ValueError, RecursionError) as broken:
        raise BadDocument(name, f"cannot be written as JSON: {broken}.") from None
    text = canonical(exact)
    _refuse_unwritable(name, text)
    # Brackets within texts count as well, so only what has many of them is looked at more closely.
    if text.count("{") + text.count("[") > _DEEPEST and _is_too_deep(exact):
        raise BadDocument(name, f"is nested too deeply; {_DEEPEST} objects and lists inside one another are the most.")
    return exact


def _is_too_deep(content: Mapping[str, Any]) -> bool:
    level: list[Any] = [content]
    for _ in range(_DEEPEST):
        inside = [one.values() if isinstance(one, Mapping) else one for one in level]
        level = [value for values in inside for value in values if isinstance(value, Mapping | list)]
    return bool(level)


def _text(longest: int) -> Callable[[str, object], str | None]:
    def check(name: str, given: object) -> str | None:
        if given is None:
            return None
        if not isinstance(given, str) or not given.strip():
            raise BadDocument(name, f"must be text, not {_kind(given)}.")
        if len(given) > longest:
            raise BadDocument(name, f"is {len(given)} characters long; at most {longest} are allowed.")
        _refuse_unwritable(name, given)
        return given

    return check


def _refuse_unwritable(name: str, text: str) -> None:
    """Half a character (a lone surrogate) and the character NUL fit into no database."""
    if "\x00" in text or (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)):
        raise BadDocument(name, "holds a character that is none (NUL, or half of one).")


def _whole_number(least: int, most: int, default: int | None) -> Callable[[str, object], int | None]:
    def check(name: str, given: object) -> int | None:
        if given is None:
            return default
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            raise BadDocument(name, f"must be a whole number from {least} to {most}, not {_shown(given)}.")
        return given

    return check


def _moment(name: str, given: object) -> datetime | None:
    if given is None:
        return None
    try:
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        raise BadDocument(name, f"{_shown(given)} is no time; write it as 2026-07-04T08:00:00+00:00.") from None
    if moment.year not in _YEARS:
        raise BadDocument(name, f"{_shown(given)} lies too far away; write a year from {_YEARS[0]} to {_YEARS[-1]}.")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


_FIELDS: dict[str, Callable[[str, Any], Any]] = {
    "operation": _operation,
    "record": _record,
    "content": _content,
    "request": _text(10_000_000),
    "revision": _whole_number(0, _LARGEST, None),
    "idempotency_key": _text(200),
    "priority": _whole_number(1, 9, 5),
    "not_before": _moment,
    "company": _text(200),
}


def _unknown(name: str) -> str:
    near = get_close_matches(name, _FIELDS, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"A message has {', '.join(_FIELDS)}."
    return f"a message has no such field. {hint}"


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


_KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}


def _kind(given: object) -> str:
    return _KINDS.get(type(given), "a number" if isinstance(given, int | float | Decimal) else type(given).__name__)


def _shown(given: object) -> str:
    return repr(str(given)[:60]) if isinstance(given, str) else str(given)[:60]
