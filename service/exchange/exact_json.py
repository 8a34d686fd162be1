"""Reads JSON at its word: decimals stay exact, and nothing that stands in it is lost. Knows no shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

SHOWN = 60
"""Characters of what was given that a sentence repeats."""


class NotTaken(ValueError):
    """JSON that cannot be taken at its word; the sentence says why, without its stop."""


def read(text: str | bytes) -> Any:
    """What a text of JSON says, decimals as Decimal.

    Raises JSONDecodeError for what is no JSON, NotTaken for what would be lost or cannot be held, UnicodeDecodeError
    for bytes that are not UTF-8, and RecursionError for what is nested too deeply.
    """
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_refuse, object_pairs_hook=_with_each_name_once)
    except (json.JSONDecodeError, UnicodeDecodeError, NotTaken):
        raise
    except ValueError:  # Python reads no whole number of more than some thousand digits.
        raise NotTaken("it holds a number of thousands of digits") from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotTaken(f"{text[:SHOWN]} is too far from zero to be a number here") from None


def _refuse(name: str) -> None:
    raise NotTaken(f"{name} is not a number")


def _with_each_name_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object; whoever writes a name twice, as in XML, would otherwise lose all but the last: lines of an invoice."""
    read_in = dict(pairs)
    if len(read_in) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise NotTaken(f"'{twice[:SHOWN]}' stands twice in one object; several of a kind are one list in brackets")
    return read_in
