"""Owns decimal arithmetic: amounts, rates and quantities in qbXML's spelling, never floats. It knows no documents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from qwc.company.refusals import Refusal

ZERO = Decimal(0)
_CENT = Decimal("0.01")
_FIVE_PLACES = Decimal("0.00001")
# AMTTYPE holds thirteen digits before the point (qbxml.md 3.1); the calculation may not go beyond.
_LARGEST = Decimal(10) ** 13


def number(text: object) -> Decimal:
    """A stored or sent number; an empty or missing one is zero."""
    return Decimal(str(text)) if text not in (None, "") else ZERO


def cents(value: Decimal) -> Decimal:
    """Rounded half up to two decimals; Refusal 3101 where it is too large for QuickBooks."""
    if abs(value) >= _LARGEST:
        raise Refusal(3101)
    return value.quantize(_CENT, ROUND_HALF_UP)


def amount_text(value: Decimal) -> str:
    """AMTTYPE: always two decimals."""
    return str(cents(value) + ZERO)


def plain_text(value: Decimal) -> str:
    """PRICETYPE, QUANTYPE, PERCENTTYPE: up to five decimals, no trailing zeros, no exponent."""
    rounded = value.quantize(_FIVE_PLACES, ROUND_HALF_UP).normalize()
    return f"{rounded if rounded else ZERO:f}"


def price_text(value: Decimal) -> str:
    """A rate or price as answers show it: at least two decimals, up to five."""
    text = plain_text(value)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"
