"""Reads a message as a caller gives it, at whatever door, into one checked shape. Touches no database.

The shape is the same for Python, SQL, JSON lines and HTTP:
`{"operation": "save", "record": "Invoice:10248", "content": {...}, "revision": 3, "idempotency_key": "...",
"priority": 5, "not_before": "2026-07-04T08:00:00+00:00", "company": "shop"}`; `raw` has `request` for `content`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from service.domain.operation import NEEDS_A_RECORD, Operation
from service.domain.record import Record
from service.domain.refusals import BadDocument, BadRecordName, DocumentMalformed, Refusal, UnknownOperation
from service.exchange import exact_json

_LARGEST = 2**31 - 1
_DEEPEST = 40
"""Objects and lists inside one another; the schema's own depth is about ten."""
_YEARS = range(1900, 9000)
"""Years that both databases keep and read back in whatever zone they are asked."""


class Document(NamedTuple):
    """What a caller asks for, its own shape checked; whether qbXML can say it is asked later."""

    operation: Operation
    record: Record | None
    content: Mapping[str, Any]
    text: str
    """The content as it is kept, as `canonical` writes it."""
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
    if not isinstance(text, str):  # SQLite keeps whatever it is given, also in a column of text.
        raise BadDocument("content", f"must be text, not {_kind(text)}.")
    try:
        given = exact_json.read(text)
    except json.JSONDecodeError as broken:
        raise BadDocument(f"column {broken.colno}", f"this is not JSON ({broken.msg}).") from None
    except RecursionError:
        raise BadDocument("", "this is nested too deeply.") from None
    except exact_json.NotTaken as broken:
        raise BadDocument("", f"{broken}.") from None
    if not isinstance(given, dict):
        raise BadDocument("", f"a message is an object in braces, not {_kind(given)}.")
    return given


def read(given: Mapping[str, Any]) -> Document:
    """Check the outer shape of a message.

    Raises BadDocument, UnknownOperation or BadRecordName, or DocumentMalformed where more than one thing is wrong.
    """
    values: dict[str, Any] = dict(_LEFT_OUT)
    wrong: list[Refusal] = []
    unclear: set[str] = set()
    for name, value in given.items():
        check = _FIELDS.get(name)
        if check is None:
            wrong.append(BadDocument(str(name), _unknown(str(name))))
        elif value is not None:
            try:
                values[name] = check(name, value)
            except Refusal as refusal:
                wrong.append(refusal)
                unclear.add(name)
    if given.get("operation") is None:
        wrong.append(UnknownOperation(None, list(Operation)))
    elif "operation" not in unclear:
        wrong += [one for one in _of_the_operation(values) if one.place not in unclear]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else DocumentMalformed([_with_place(one) for one in wrong])
    exact: _Exact = values.pop("content")
    return Document(content=exact.content, text=exact.text, **values)


def canonical(content: Mapping[str, Any], *, sort: bool = False) -> str:
    """The content as JSON text, decimals written as text; sorted, it is the same whenever the content is."""
    return (_SORTED if sort else _AS_GIVEN).encode(content)


def _of_the_operation(values: Mapping[str, Any]) -> Iterator[BadDocument]:
    """What does not go together with the operation."""
    operation, record, request = values["operation"], values["record"], values["request"]
    content = values["content"].content
    if operation is Operation.RAW:
        if request is None:
            yield BadDocument("request", "a raw message needs one qbXML request as text.")
        if content:
            yield BadDocument("content", "a raw message has its content in `request`.")
    elif request is not None:
        yield BadDocument("request", f"belongs to the operation 'raw' only, not to '{operation}'.")
    if record is None and operation in NEEDS_A_RECORD:
        yield BadDocument("record", f"the operation '{operation}' needs a record, such as 'Customer:C-1042'.")
    if not content and operation in _NEEDS_CONTENT:
        yield BadDocument("content", f"the operation '{operation}' needs content.")


def _with_place(refusal: Refusal) -> str:
    """A refusal as one of several complaints; those of the whole house say no place."""
    return f"{refusal.place}: {refusal}" if isinstance(refusal, UnknownOperation | BadRecordName) else str(refusal)


_NEEDS_CONTENT = (Operation.SAVE, Operation.ADD, Operation.MOD)


def _operation(_: str, given: object) -> Operation:
    try:
        return Operation(str(given))
    except ValueError:
        raise UnknownOperation(given, list(Operation)) from None


def _record(_: str, given: object) -> Record:
    return Record.parse(given)


class _Exact(NamedTuple):
    """Content as it is kept: no binary fractions, nothing that JSON does not have, and nobody else's to change."""

    content: Mapping[str, Any]
    text: str


def _content(name: str, given: object) -> _Exact:
    if type(given) is not dict and not isinstance(given, Mapping):
        raise BadDocument(name, f"must be an object with qbXML's element names, not {_kind(given)}.")
    try:
        exact: Mapping[str, Any] = _EXACT.decode(canonical(given))
    except (TypeError, ValueError, RecursionError) as broken:
        raise BadDocument(name, f"cannot be written as JSON: {broken}.") from None
    text = canonical(exact)
    _refuse_unwritable(name, text)
    # Brackets within texts count as well, so only what has many of them is looked at more closely.
    if text.count("{") + text.count("[") > _DEEPEST and _is_too_deep(exact):
        raise BadDocument(name, f"is nested too deeply; {_DEEPEST} objects and lists inside one another are the most.")
    return _Exact(exact, text)


def _is_too_deep(content: Mapping[str, Any]) -> bool:
    level: list[Any] = [content]
    for _ in range(_DEEPEST):
        inside = [one.values() if isinstance(one, dict) else one for one in level]
        level = [value for values in inside for value in values if isinstance(value, dict | list)]
    return bool(level)


def _text(longest: int) -> Callable[[str, object], str]:
    def check(name: str, given: object) -> str:
        if not isinstance(given, str):
            raise BadDocument(name, f"must be text, not {_kind(given)}.")
        if not given.strip():
            raise BadDocument(name, "is empty. Leave it out, or say something in it.")
        if len(given) > longest:
            raise BadDocument(name, f"is {len(given)} characters long; at most {longest} are allowed.")
        _refuse_unwritable(name, given)
        return given

    return check


def _refuse_unwritable(name: str, text: str) -> None:
    """Half a character (a lone surrogate) and the character NUL fit into no database."""
    if "\x00" in text or (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)):
        raise BadDocument(name, "holds a character that is none (NUL, or half of one).")


def _whole_number(least: int, most: int) -> Callable[[str, object], int]:
    def check(name: str, given: object) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            raise BadDocument(name, f"must be a whole number from {least} to {most}, not {_shown(given)}.")
        return given

    return check


def _moment(name: str, given: object) -> datetime:
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
    "revision": _whole_number(0, _LARGEST),
    "idempotency_key": _text(200),
    "priority": _whole_number(1, 9),
    "not_before": _moment,
    "company": _text(200),
}
_LEFT_OUT: Mapping[str, Any] = {**dict.fromkeys(_FIELDS), "content": _Exact({}, "{}"), "priority": 5}
"""What a field that is left out stands for; an operation has to be there."""


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


def _writer(*, sort: bool) -> json.JSONEncoder:
    return json.JSONEncoder(default=_exact, ensure_ascii=False, allow_nan=False, sort_keys=sort, separators=(",", ":"))


# Made once: json's own functions make a new one for each text, which takes as long as the text.
_AS_GIVEN, _SORTED = _writer(sort=False), _writer(sort=True)
_EXACT = json.JSONDecoder(parse_float=str)


_KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}


def _kind(given: object) -> str:
    return _KINDS.get(type(given), "a number" if isinstance(given, int | float | Decimal) else type(given).__name__)


def _shown(given: object) -> str:
    return repr(str(given)[:60]) if isinstance(given, str) else str(given)[:60]
