"""Times, dates and money stand on the pages as QuickBooks shows them, in the company's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from service.console.reader import Reader, zone_named

NOW = datetime(2026, 3, 10, 18, 7, 41, tzinfo=UTC)  # A Tuesday, 2:07:41 PM in New York, in daylight saving time.
READER = Reader(zone_named("America/New_York"), NOW)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 3, 10, 18, 5, tzinfo=UTC), "today, 2:05 PM"),
        (datetime(2026, 3, 10, 4, 0, tzinfo=UTC), "today, 12:00 AM"),
        (datetime(2026, 3, 10, 3, 59, tzinfo=UTC), "yesterday, 11:59 PM"),
        (datetime(2026, 3, 6, 22, 40, tzinfo=UTC), "Friday, March 6, 5:40 PM"),
        (datetime(2026, 3, 4, 17, 0, tzinfo=UTC), "Wednesday, March 4, 12:00 PM"),
        (datetime(2026, 3, 3, 17, 0, tzinfo=UTC), "March 3, 2026, 12:00 PM"),
        (datetime(2023, 12, 14, 22, 8, tzinfo=UTC), "December 14, 2023, 5:08 PM"),
        (datetime(2026, 3, 11, 17, 0, tzinfo=UTC), "March 11, 2026, 1:00 PM"),
    ],
)
def test_a_moment_in_a_sentence(moment: datetime, told: str) -> None:
    assert READER.moment(moment) == told


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 3, 10, 18, 5, tzinfo=UTC), "2:05 PM"),
        (datetime(2026, 1, 22, 22, 2, tzinfo=UTC), "Jan 22, 5:02 PM"),
        (datetime(2025, 11, 12, 22, 2, tzinfo=UTC), "Nov 12, 2025, 5:02 PM"),
    ],
)
def test_a_moment_in_a_list(moment: datetime, told: str) -> None:
    assert READER.moment_in_list(moment) == told


def test_dates_in_lists_in_sentences_and_for_looking_them_up() -> None:
    assert READER.day_in_list(date(2026, 3, 9)) == "Mar 9"
    assert READER.day_in_list(date(2025, 11, 12)) == "Nov 12, 2025"
    assert READER.day(date(2026, 3, 9)) == "March 9, 2026"
    assert READER.day_to_look_for(date(2026, 3, 9)) == "03/09/2026"
    assert Reader(UTC, NOW, "UK").day_to_look_for(date(2026, 3, 9)) == "09/03/2026"


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("1284", None, "$1,284.00"),
        ("-45", None, "\N{MINUS SIGN}$45.00"),
        ("0", None, "$0.00"),
        ("1234567.891", None, "$1,234,567.89"),
        ("1284", "CAD", "CAD 1,284.00"),
        ("-1284", "CAD", "\N{MINUS SIGN}CAD 1,284.00"),
    ],
)
def test_money(amount: str, currency: str | None, told: str) -> None:
    assert READER.money(Decimal(amount), currency) == told


def test_money_of_a_british_company_file_is_in_pounds() -> None:
    assert Reader(UTC, NOW, "UK").money(Decimal("3.5")) == "£3.50"


def test_numbers() -> None:
    assert READER.number(10412) == "10,412"
    assert READER.number(Decimal("11")) == "11"
    assert READER.number(Decimal("2.50")) == "2.5"
    assert READER.number(Decimal("100")) == "100"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/New_York", "Eastern Time"),
        ("Europe/Berlin", "Berlin time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
    ],
)
def test_the_zone_is_named_as_people_call_it(zone: str, name: str) -> None:
    assert Reader(zone_named(zone), NOW).zone_name == name


def test_a_zone_that_nobody_knows_is_passed_over() -> None:
    assert Reader(zone_named("Mars/Olympus", "../etc/passwd", "", None, "Europe/Paris"), NOW).zone_name == "Paris time"
    assert Reader(zone_named("Mars/Olympus"), NOW).zone_name == "UTC"
