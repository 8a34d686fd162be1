"""One value of one simple type becomes the text of an element. Never computes: a number keeps the digits it was given.

Each writer takes the value and the field it is for, and returns the text; it raises `Wrong` with the rule that is
broken and what would be right. The patterns are those of Intuit's XSD.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Protocol

from service.qbxml.complaints import Breach, shown


class Wrong(Exception):
    """A value that breaks a rule; `sentence` says which and what is allowed, without the path."""

    def __init__(self, kind: Breach, sentence: str) -> None:
        self.kind = kind
        self.sentence = sentence
        super().__init__(sentence)


class Limits(Protocol):
    """What a writer has to know of the field it writes."""

    @property
    def max_length(self) -> int | None: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def min_value(self) -> Decimal | None: ...
    @property
    def max_value(self) -> Decimal | None: ...


Writer = Callable[[object, Limits], str]

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_AMOUNT_AS_IS = re.compile(r"[+-]?[0-9]{1,13}\.[0-9]{2}")
_FIVE_DECIMALS_AS_IS = re.compile(r"[+-]?[0-9]{1,10}(?:\.[0-9]{1,5})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DAY = "1901-01-01"
_FIRST_MOMENT, _LAST_MOMENT = "1970-01-01", "2038-01-19"
_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:[+-]([0-9]{2}):([0-9]{2}))?)?)?)?"
)
_INTERVAL = re.compile(r"[+-]?PT(?=[0-9])(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?")
_GUID = re.compile(r"0|\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")
_BARE_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# A number with more digits than any field of QuickBooks takes is refused before it is turned into text: the text of
# Decimal("1E+999999") would be a megabyte of zeros.
_LONGEST_NUMBER = 40
_INTEGER_BITS = 31


def amount(value: object, field: Limits) -> str:
    """AMTTYPE: up to 13 digits and two decimals, always written with both."""
    if type(value) is str and _AMOUNT_AS_IS.fullmatch(value):
        return _bounded(value, field)
    text = _plain_decimal(value)
    if not text:
        return text
    return _bounded(_fitted(text, value, digits=13, least=2, most=2), field)


def five_decimals(value: object, field: Limits) -> str:
    """PRICETYPE, QUANTYPE and PERCENTTYPE: up to 10 digits and up to five decimals."""
    if type(value) is int and -(10**10) < value < 10**10:
        return _bounded(str(value), field)
    if type(value) is str and _FIVE_DECIMALS_AS_IS.fullmatch(value):
        return _bounded(value, field)
    text = _plain_decimal(value)
    if not text:
        return text
    return _bounded(_fitted(text, value, digits=10, least=0, most=5), field)


def any_decimal(value: object, field: Limits) -> str:
    """FLOATTYPE: a plain decimal. Its precision is open; the digits are written as they were given."""
    text = _plain_decimal(value)
    return _bounded(text, field) if text else text


def integer(value: object, field: Limits) -> str:
    """INTTYPE: a whole number. Its range is open; the safe reading is a signed number of 32 bits."""
    if type(value) is int and value.bit_length() <= _INTEGER_BITS:
        return _bounded(str(value), field)
    if type(value) is str and _INTEGER.fullmatch(value) and int(value).bit_length() <= _INTEGER_BITS:
        return _bounded(value, field)
    if isinstance(value, bool) or not isinstance(value, int | str | float | Decimal):
        raise Wrong(Breach.TYPE, f"{shown(value)} is not a whole number")
    if isinstance(value, int) or (isinstance(value, str) and value[1:].isdecimal()):
        raise Wrong(Breach.BOUNDS, f"{shown(value)} is beyond the whole numbers QuickBooks takes (2147483647)")
    hint = _integer_hint(value)
    raise Wrong(Breach.TYPE, f"{shown(value)} is not a whole number" + hint)


def boolean(value: object, _field: Limits) -> str:
    """BOOLTYPE: JSON's true and false, or qbXML's own spellings of them as text."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value in ("true", "false", "1", "0", "") and isinstance(value, str):
        return value
    raise Wrong(Breach.TYPE, f"{shown(value)} is not a yes or no; write true or false")


def day(value: object, _field: Limits) -> str:
    """DATETYPE: `2026-01-31`, or a date; QuickBooks takes 1901-01-01 to 9999-12-31 (Intuit: dates of transactions)."""
    if value == "":
        return ""
    text = value.isoformat() if type(value) is date else value
    if type(text) is str and _DATE.fullmatch(text) and _is_day(text):
        if text < _FIRST_DAY:
            raise Wrong(
                Breach.BOUNDS, f"{shown(text)} is out of bounds; the first day that QuickBooks takes is {_FIRST_DAY}"
            )
        return text
    raise Wrong(Breach.TYPE, f"{shown(_iso(value))} is not a date; write it as 2026-01-31")


def moment(value: object, _field: Limits) -> str:
    """DATETIMETYPE: a day, perhaps with a time, perhaps with the time's offset; no fractions of a second, no Z.

    It is the type of filters by time, which must lie between 1970 and 2038 (Intuit).
    """
    if type(value) is date or (isinstance(value, datetime) and not value.microsecond):
        value = value.isoformat()
    if value == "":
        return ""
    if type(value) is str:
        found = _DATETIME.fullmatch(value)
        if found and _is_day(found[1]) and _is_time(found.groups()[1:]):
            if not _FIRST_MOMENT <= found[1] <= _LAST_MOMENT:
                allowed = f"QuickBooks compares times from {_FIRST_MOMENT} to {_LAST_MOMENT} only"
                raise Wrong(Breach.BOUNDS, f"{shown(value)} is out of bounds; {allowed}")
            return value
    raise Wrong(
        Breach.TYPE,
        f"{shown(_iso(value))} is not a date with time; write it as 2026-01-31T14:05:00 or 2026-01-31T14:05:00-08:00",
    )


def interval(value: object, _field: Limits) -> str:
    """TIMEINTERVALTYPE: `PT2H30M0S`."""
    if value == "" or (type(value) is str and _INTERVAL.fullmatch(value)):
        return str(value)
    raise Wrong(Breach.TYPE, f"{shown(value)} is not a length of time; write two and a half hours as PT2H30M0S")


def guid(value: object, _field: Limits) -> str:
    """GUIDTYPE: a GUID in braces, or 0 for the custom fields that users see."""
    if type(value) is str and _GUID.fullmatch(value):
        return value
    if type(value) is int and value == 0:
        return "0"
    hint = f"write it as {{{value}}}" if isinstance(value, str) and _BARE_GUID.fullmatch(value) else ""
    raise Wrong(
        Breach.TYPE,
        f"{shown(value)} is not a GUID; "
        + (hint or "write it in braces, as {6B063959-81B0-4622-85D6-F548C8CCB517}, or 0 for custom fields"),
    )


def one_of(value: object, field: Limits) -> str:
    """ENUMTYPE: one of the schema's own values, exact in spelling and case."""
    if type(value) is str and value in field.values:
        return value
    allowed = field.values
    near = [one for one in allowed if isinstance(value, str) and one.lower() == value.lower()]
    if near:
        raise Wrong(Breach.VALUE, f"{shown(value)} is not allowed; write it as '{near[0]}'")
    raise Wrong(Breach.VALUE, f"{shown(value)} is not allowed; allowed are: {', '.join(allowed)}")


def text_given(value: object) -> str:
    """What was given for a text, as text: a whole number is taken too, since a document's number is often one."""
    if isinstance(value, str):
        return value
    if type(value) is int and value.bit_length() < 200:
        return str(value)
    if isinstance(value, dict | list | tuple):
        raise Wrong(Breach.SHAPE, f"{shown(value)} was given where a text belongs")
    raise Wrong(Breach.TYPE, f"{shown(value)} is not a text; put it in quotes")


WRITERS: dict[str, Writer] = {
    "AMTTYPE": amount,
    "BOOLTYPE": boolean,
    "DATETIMETYPE": moment,
    "DATETYPE": day,
    "ENUMTYPE": one_of,
    "FLOATTYPE": any_decimal,
    "GUIDTYPE": guid,
    "INTTYPE": integer,
    "PERCENTTYPE": five_decimals,
    "PRICETYPE": five_decimals,
    "QUANTYPE": five_decimals,
    "TIMEINTERVALTYPE": interval,
}
"""The writers of the types that are not text."""

TEXT_TYPES = frozenset({"STRTYPE", "IDTYPE", "UUIDTYPE", "MACROTYPE"})


def _plain_decimal(value: object) -> str:
    """The number in plain decimal notation, digits as given; empty for empty. Floats count by their exact repr."""
    if type(value) is int and value.bit_length() < 200:
        return str(value)
    if isinstance(value, str):
        if not value:
            return ""
        if len(value) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(value):
            raise Wrong(Breach.TYPE, f"{shown(value)} is not a number" + _decimal_hint(value))
        return _with_digits_around_the_point(value)
    if isinstance(value, float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else value
        if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
            raise Wrong(Breach.TYPE, f"{shown(value)} is not a number that QuickBooks takes")
        return format(number, "f")
    if isinstance(value, int) and not isinstance(value, bool):
        raise Wrong(Breach.BOUNDS, f"{shown(value)} has more digits than QuickBooks takes")
    raise Wrong(Breach.TYPE, f"{shown(value)} is not a number")


def _with_digits_around_the_point(text: str) -> str:
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    whole, point, decimals = digits.partition(".")
    return sign + (whole or "0") + (point + decimals if decimals else "")


def _fitted(text: str, value: object, *, digits: int, least: int, most: int) -> str:
    """The same number with as many decimals as the type wants, if that loses nothing."""
    whole, _, decimals = text.partition(".")
    if len(decimals) > most:
        decimals = decimals.rstrip("0")
        if len(decimals) > most:
            raise Wrong(
                Breach.TYPE, f"{shown(value)} has {len(decimals)} decimals; at most {most} are allowed, so round it"
            )
    if len(whole.lstrip("+-")) > digits:
        whole = ("-" if whole[0] == "-" else "") + whole.lstrip("+-0")
        if len(whole.lstrip("-")) > digits:
            raise Wrong(Breach.BOUNDS, f"{shown(value)} is too large; at most {digits} digits stand before the point")
    decimals = decimals.ljust(least, "0")
    return f"{whole or '0'}.{decimals}" if decimals else whole


def _bounded(text: str, field: Limits) -> str:
    low, high = field.min_value, field.max_value
    if low is None and high is None:
        return text
    number = Decimal(text)
    if (low is not None and number < low) or (high is not None and number > high):
        if low is not None and high is not None:
            allowed = f"from {low} to {high}"
        else:
            allowed = f"at least {low}" if low is not None else f"at most {high}"
        raise Wrong(Breach.BOUNDS, f"{text} is out of bounds; allowed is {allowed}")
    return text


def _decimal_hint(value: str) -> str:
    """The number that was probably meant, if only its spelling is in the way."""
    bare = value.strip().strip("$%\u20ac\u00a3").strip()
    if bare.count(",") == 1 and "." not in bare and len(bare.rpartition(",")[2]) != 3:
        bare = bare.replace(",", ".")
    elif re.fullmatch(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", bare):
        bare = bare.replace(",", "")
    if len(bare) <= _LONGEST_NUMBER and _DECIMAL.fullmatch(bare):
        return f"; write it as {bare}"
    try:
        number = Decimal(bare) if len(bare) <= _LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite() and abs(number.adjusted()) < _LONGEST_NUMBER:
        return f"; write it as {number:f}"
    return "; write it as 1234.5"


def _integer_hint(value: str | float | Decimal) -> str:
    try:
        number = Decimal(str(value)[:_LONGEST_NUMBER].strip())
    except InvalidOperation:
        return ""
    if number.is_finite() and abs(number.adjusted()) < 10 and number == number.to_integral_value():
        return f"; write it as {int(number)}"
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_time(parts: tuple[str | None, ...]) -> bool:
    most = (23, 59, 59, 14, 59)
    return all(part is None or int(part) <= limit for part, limit in zip(parts, most, strict=True))


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
