"""Owns the reading of single values: types, lengths, and characters that QuickBooks can store. It never walks a tree.

A value that is malformed fails its own request with the status of its type (qbxml.md 1: points 5 and 6 do not make
QuickBooks refuse the set; status-codes.json 3010 to 3085). A bad choice of a fixed list is a breach of the schema and
is not judged here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from qwc.company.refusals import Refusal
from qwc.company.schema import Element, facts

STATUS_OF_TYPE: dict[str, int] = {
    "BOOL": 3010,
    "DATE": 3020,
    "DATETIME": 3020,
    "TIMEINTERVAL": 3035,
    "AMT": 3040,
    "PRICE": 3045,
    "FLOAT": 3045,
    "PERCENT": 3050,
    "QUAN": 3060,
    "GUID": 3065,
    "INT": 3085,
}
# All other types have an empty value, which clears a field (qbxml-schema.json, `accepts_empty`).
_NEVER_EMPTY = frozenset({"GUID", "INT"})
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_FLOAT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")
_INT = re.compile(r"[+-]?[0-9]{1,10}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Transaction dates run from 1901-01-01 to 9999-12-31 (qbxml.md 3.2).
_FIRST_DATE = dt.date(1901, 1, 1)


def storable(text: str) -> str:
    """The text as QuickBooks keeps it: Latin-1 as it is, everything beyond becomes `?`.

    What happens to U+0080 to U+009F is open (qbxml.md 17.9); the safe reading is that they are lost as well.
    """
    if text.isascii():
        return text
    return "".join("?" if char > "ÿ" or "\x80" <= char <= "\x9f" else char for char in text)


def read_value(element: Element, text: str) -> str:
    """The value in its stored spelling; Refusal with the status of its type where it cannot be read."""
    if element.type == "STR" or element.type not in STATUS_OF_TYPE:
        return _read_text(element, storable(text))
    stripped = text.strip()
    if not stripped and element.type not in _NEVER_EMPTY:
        return ""
    read = _READERS.get(element.type, _read_by_pattern)(element, stripped)
    if read is None or not _within_bounds(element, read):
        raise Refusal(STATUS_OF_TYPE[element.type], value=text, field=element.name)
    return read


def _read_text(element: Element, text: str) -> str:
    if element.length is not None and len(text) > element.length:
        raise Refusal(3070, value=text, field=element.name)
    return text


def _read_bool(_element: Element, text: str) -> str | None:
    return _BOOLEANS.get(text)


def _read_date(_element: Element, text: str) -> str | None:
    try:
        day = dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
    return None if day is None or day < _FIRST_DATE else text


def _read_datetime(_element: Element, text: str) -> str | None:
    return text if _pattern("DATETIME").fullmatch(text) and moment_of(text) is not None else None


def _read_int(_element: Element, text: str) -> str | None:
    return str(int(text)) if _INT.fullmatch(text) else None


def _within_bounds(element: Element, text: str) -> bool:
    if not text or (element.low is None and element.high is None):
        return True
    number = Decimal(text)
    return (element.low is None or number >= element.low) and (element.high is None or number <= element.high)


def _read_float(_element: Element, text: str) -> str | None:
    return text if _FLOAT.fullmatch(text) else None


def _read_by_pattern(element: Element, text: str) -> str | None:
    return text if _pattern(element.type).fullmatch(text) else None


_READERS: dict[str, Callable[[Element, str], str | None]] = {
    "BOOL": _read_bool,
    "DATE": _read_date,
    "DATETIME": _read_datetime,
    "INT": _read_int,
    "FLOAT": _read_float,
}


@cache
def _pattern(type_name: str) -> re.Pattern[str]:
    return re.compile(facts()["types"][type_name] or ".*")


def moment_of(text: str, *, end_of_day: bool = False) -> dt.datetime | None:
    """A DATETIMETYPE value as a moment, naive where it names no offset; None where there is no such day or hour.

    A date without a time means its first second, or its last one with `end_of_day` (qbxml.md 3.2).
    """
    day, _, rest = text.partition("T")
    clock, sign, offset = _split_offset(rest)
    try:
        year, month, date = (int(part) for part in day.split("-"))
        if not clock:
            hours = (23, 59, 59) if end_of_day else (0, 0, 0)
            return dt.datetime(year, month, date, *hours)  # noqa: DTZ001 - the PC's own offset is added later.
        hour, minute, second = (*(int(part) for part in clock.split(":")), 0, 0)[:3]
        moment = dt.datetime(year, month, date, hour, minute, second)  # noqa: DTZ001
        if offset:
            hours_off, minutes_off = (int(part) for part in offset.split(":"))
            delta = dt.timedelta(hours=hours_off, minutes=minutes_off)
            moment = moment.replace(tzinfo=dt.timezone(-delta if sign == "-" else delta))
    except ValueError:
        return None
    return moment


def _split_offset(text: str) -> tuple[str, str, str]:
    for sign in "+-":
        if sign in text:
            clock, _, offset = text.partition(sign)
            return clock, sign, offset
    return text, "", ""
