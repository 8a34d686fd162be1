"""How one value of each simple type is written, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.qbxml import values
from service.qbxml.values import Wrong


@dataclass(frozen=True)
class Limits:
    max_length: int | None = None
    values: tuple[str, ...] = ()
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    later: dict[str, str] = field(default_factory=dict)


def written(kind: str, value: object, **limits: Any) -> str:
    return values.WRITERS[kind](value, Limits(**limits))


def refusal(kind: str, value: object, **limits: Any) -> str:
    with pytest.raises(Wrong) as wrong:
        written(kind, value, **limits)
    return wrong.value.sentence


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("AMTTYPE", "14", "14.00"),
        ("AMTTYPE", 14, "14.00"),
        ("AMTTYPE", 14.5, "14.50"),
        ("AMTTYPE", "14.500", "14.50"),
        ("AMTTYPE", Decimal("-0.1"), "-0.10"),
        ("AMTTYPE", "+5.25", "+5.25"),
        ("AMTTYPE", ".5", "0.50"),
        ("AMTTYPE", Decimal("1E+3"), "1000.00"),
        ("AMTTYPE", "9999999999999.99", "9999999999999.99"),
        ("AMTTYPE", "00000000000000012.00", "12.00"),
        ("AMTTYPE", "", ""),
        ("PRICETYPE", "14.12345", "14.12345"),
        ("QUANTYPE", 12, "12"),
        ("QUANTYPE", 1e-05, "0.00001"),
        ("QUANTYPE", 0.1, "0.1"),
        ("QUANTYPE", "2.5000000", "2.5"),
        ("PERCENTTYPE", "7.25", "7.25"),
        ("PERCENTTYPE", Decimal("7"), "7"),
        ("FLOATTYPE", "1.082512345", "1.082512345"),
        ("FLOATTYPE", 1.0825, "1.0825"),
        ("INTTYPE", 7, "7"),
        ("INTTYPE", "-7", "-7"),
        ("INTTYPE", 2147483647, "2147483647"),
        ("BOOLTYPE", True, "true"),
        ("BOOLTYPE", False, "false"),
        ("BOOLTYPE", "true", "true"),
        ("BOOLTYPE", "0", "0"),
        ("DATETYPE", "2026-01-31", "2026-01-31"),
        ("DATETYPE", date(2024, 2, 29), "2024-02-29"),
        ("DATETYPE", "1901-01-01", "1901-01-01"),
        ("DATETYPE", "9999-12-31", "9999-12-31"),
        ("DATETYPE", "", ""),
        ("DATETIMETYPE", "2026-01-31", "2026-01-31"),
        ("DATETIMETYPE", "2026-01-31T14:05:00", "2026-01-31T14:05:00"),
        ("DATETIMETYPE", "2026-01-31T14:05:00-08:00", "2026-01-31T14:05:00-08:00"),
        ("DATETIMETYPE", date(2026, 1, 31), "2026-01-31"),
        ("DATETIMETYPE", datetime(2026, 1, 31, 14, 5, tzinfo=UTC), "2026-01-31T14:05:00+00:00"),
        (
            "DATETIMETYPE",
            datetime(2026, 1, 31, 14, 5, tzinfo=timezone(timedelta(hours=-8))),
            "2026-01-31T14:05:00-08:00",
        ),
        ("TIMEINTERVALTYPE", "PT2H30M0S", "PT2H30M0S"),
        ("TIMEINTERVALTYPE", "PT90M", "PT90M"),
        ("GUIDTYPE", "{6B063959-81B0-4622-85D6-F548C8CCB517}", "{6B063959-81B0-4622-85D6-F548C8CCB517}"),
        ("GUIDTYPE", "0", "0"),
        ("GUIDTYPE", 0, "0"),
    ],
)
def test_a_value_is_written_as_quickbooks_reads_it(kind: str, value: object, text: str) -> None:
    assert written(kind, value) == text


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("QUANTYPE", "2,5", "'2,5' is not a number; write it as 2.5"),
        ("AMTTYPE", "1,234.50", "'1,234.50' is not a number; write it as 1234.50"),
        ("AMTTYPE", "$5", "'$5' is not a number; write it as 5"),
        ("PERCENTTYPE", "7%", "'7%' is not a number; write it as 7"),
        ("QUANTYPE", "1e3", "'1e3' is not a number; write it as 1000"),
        ("QUANTYPE", "a dozen", "'a dozen' is not a number; write it as 1234.5"),
        ("QUANTYPE", " 5", "' 5' is not a number; write it as 5"),
        ("QUANTYPE", "٣", "'٣' is not a number; write it as 3"),
        ("QUANTYPE", True, "true is not a number"),
        ("QUANTYPE", [1], "a list is not a number"),
        ("AMTTYPE", "14.505", "'14.505' has 3 decimals; at most 2 are allowed, so round it"),
        ("QUANTYPE", 0.1 + 0.2, "0.30000000000000004 has 17 decimals; at most 5 are allowed, so round it"),
        ("AMTTYPE", 10**13, "10000000000000 is too large; at most 13 digits stand before the point"),
        ("PRICETYPE", "12345678901", "'12345678901' is too large; at most 10 digits stand before the point"),
        ("AMTTYPE", float("nan"), "nan is not a number that QuickBooks takes"),
        ("AMTTYPE", float("inf"), "inf is not a number that QuickBooks takes"),
        ("AMTTYPE", Decimal("1E+999999"), "1E+999999 is not a number that QuickBooks takes"),
        ("INTTYPE", "2147483648", "'2147483648' is beyond the whole numbers QuickBooks takes (2147483647)"),
        ("INTTYPE", "2.0", "'2.0' is not a whole number; write it as 2"),
        ("INTTYPE", 2.5, "2.5 is not a whole number"),
        ("INTTYPE", "", "'' is not a whole number"),
        ("INTTYPE", True, "true is not a whole number"),
        ("BOOLTYPE", "True", "'True' is not a yes or no; write true or false"),
        ("BOOLTYPE", "yes", "'yes' is not a yes or no; write true or false"),
        ("BOOLTYPE", 1, "1 is not a yes or no; write true or false"),
        ("DATETYPE", "0026-01-31", "'0026-01-31' is out of bounds; the first day that QuickBooks takes is 1901-01-01"),
        (
            "DATETYPE",
            date(1900, 12, 31),
            "'1900-12-31' is out of bounds; the first day that QuickBooks takes is 1901-01-01",
        ),
        (
            "DATETIMETYPE",
            "1969-12-31T23:59:59",
            "'1969-12-31T23:59:59' is out of bounds; QuickBooks compares times from 1970-01-01 to 2038-01-19 only",
        ),
        (
            "DATETIMETYPE",
            date(2039, 1, 1),
            "'2039-01-01' is out of bounds; QuickBooks compares times from 1970-01-01 to 2038-01-19 only",
        ),
        ("DATETYPE", "31.01.2026", "'31.01.2026' is not a date; write it as 2026-01-31"),
        ("DATETYPE", "2026-02-29", "'2026-02-29' is not a date; write it as 2026-01-31"),
        ("DATETYPE", "20260131", "'20260131' is not a date; write it as 2026-01-31"),
        (
            "DATETYPE",
            datetime(2026, 1, 31, tzinfo=UTC),
            "'2026-01-31T00:00:00+00:00' is not a date; write it as 2026-01-31",
        ),
        ("TIMEINTERVALTYPE", "2:30", "'2:30' is not a length of time; write two and a half hours as PT2H30M0S"),
        ("TIMEINTERVALTYPE", "PT", "'PT' is not a length of time; write two and a half hours as PT2H30M0S"),
        (
            "GUIDTYPE",
            "6B063959-81B0-4622-85D6-F548C8CCB517",
            "'6B063959-81B0-4622-85D6-F548C8CCB517' is not a GUID; write it as {6B063959-81B0-4622-85D6-F548C8CCB517}",
        ),
    ],
)
def test_what_quickbooks_would_not_read_is_refused_with_the_right_spelling(
    kind: str, value: object, sentence: str
) -> None:
    assert refusal(kind, value) == sentence


@pytest.mark.parametrize(
    "value",
    ["2026-01-31T14:05:00Z", "2026-01-31T14:05:00.5", "2026-01-31T25:00:00", "2026-01-31 14:05", "2026-13-01", 5],
)
def test_a_time_has_no_fraction_and_no_z(value: object) -> None:
    assert "write it as 2026-01-31T14:05:00 or 2026-01-31T14:05:00-08:00" in refusal("DATETIMETYPE", value)


def test_a_number_of_very_many_digits_is_refused_before_it_is_spelled() -> None:
    huge = 10**100_000

    assert refusal("AMTTYPE", huge) == "a number of very many digits has more digits than QuickBooks takes"
    assert refusal("INTTYPE", huge).startswith("a number of very many digits is beyond the whole numbers")


def test_a_value_of_a_list_is_exact_in_case() -> None:
    allowed = ("Awarded", "NotAwarded")

    assert written("ENUMTYPE", "Awarded", values=allowed) == "Awarded"
    assert refusal("ENUMTYPE", "awarded", values=allowed) == "'awarded' is not allowed; write it as 'Awarded'"
    assert refusal("ENUMTYPE", "Won", values=allowed) == "'Won' is not allowed; allowed are: Awarded, NotAwarded"
    assert refusal("ENUMTYPE", "", values=allowed) == "'' is not allowed; allowed are: Awarded, NotAwarded"


def test_a_number_out_of_its_bounds_is_refused() -> None:
    month = {"min_value": Decimal(1), "max_value": Decimal(12)}

    assert written("INTTYPE", 12, **month) == "12"
    assert refusal("INTTYPE", 13, **month) == "13 is out of bounds; allowed is from 1 to 12"
    assert refusal("INTTYPE", "0", min_value=Decimal(1)) == "0 is out of bounds; allowed is at least 1"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_keeps_its_value_whatever_type_it_comes_in(amount: Decimal) -> None:
    for given_value in (amount, str(amount), float(amount)):
        assert Decimal(written("AMTTYPE", given_value)) == amount


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=30), st.dates()))
def test_no_value_ends_in_anything_but_a_text_or_a_refusal(value: object) -> None:
    for kind in values.WRITERS:
        try:
            assert written(kind, value, values=("A",)).isascii()
        except Wrong as wrong:
            assert wrong.sentence
