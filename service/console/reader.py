"""How the reader of a page sees times, dates, money and numbers: as QuickBooks shows them, in the company's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NAMES = {
    "UTC": "UTC",
    "America/New_York": "Eastern Time",
    "America/Detroit": "Eastern Time",
    "America/Toronto": "Eastern Time",
    "America/Chicago": "Central Time",
    "America/Winnipeg": "Central Time",
    "America/Denver": "Mountain Time",
    "America/Edmonton": "Mountain Time",
    "America/Phoenix": "Mountain Time (Arizona)",
    "America/Los_Angeles": "Pacific Time",
    "America/Vancouver": "Pacific Time",
    "America/Anchorage": "Alaska Time",
    "Pacific/Honolulu": "Hawaii Time",
    "America/Halifax": "Atlantic Time",
    "America/St_Johns": "Newfoundland Time",
    "Europe/London": "UK Time",
}
"""What people call their time zone, where that is not the city in the zone's name."""

MINUS = "\N{MINUS SIGN}"
SYMBOLS = {"UK": "£"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Writes for one reader. `now` is the time of the page; `country` is that of the company file."""

    zone: tzinfo
    now: datetime
    country: str = "US"

    @property
    def zone_name(self) -> str:
        """The zone as people call it: Eastern Time, or the time of Berlin."""
        key = self.zone.key if isinstance(self.zone, ZoneInfo) else "UTC"
        return NAMES.get(key) or key.rpartition("/")[2].replace("_", " ") + " time"

    @property
    def midnight(self) -> datetime:
        """When the next day begins, and today becomes yesterday."""
        return datetime.combine(self._here(self.now).date() + timedelta(days=1), time(), self.zone)

    # Times.

    def clock(self, moment: datetime) -> str:
        """2:05 PM"""
        return _clock(self._here(moment), "%I:%M %p")

    def clock_with_seconds(self, moment: datetime) -> str:
        """2:07:41 PM"""
        return _clock(self._here(moment), "%I:%M:%S %p")

    def moment(self, moment: datetime) -> str:
        """today, 2:05 PM; yesterday, 5:42 PM; Friday, March 6, 5:40 PM; January 22, 2026, 5:02 PM"""
        there = self._here(moment)
        return f"{self._day(there.date(), there.strftime('%A, %B ') + str(there.day))}, {self.clock(moment)}"

    def moment_in_list(self, moment: datetime) -> str:
        """2:07 PM on the same day, else Jan 22, 5:02 PM"""
        there = self._here(moment)
        if there.date() == self._here(self.now).date():
            return self.clock(moment)
        return f"{self.day_in_list(there.date())}, {self.clock(moment)}"

    def day_of(self, moment: datetime) -> date:
        """The day on which it was, in the reader's zone."""
        return self._here(moment).date()

    # Dates.

    def day(self, day: date) -> str:
        """March 9, 2026"""
        return f"{day.strftime('%B')} {day.day}, {day.year}"

    def day_in_list(self, day: date) -> str:
        """Mar 9, or Nov 12, 2025 in another year"""
        short = f"{day.strftime('%b')} {day.day}"
        return short if day.year == self._here(self.now).year else f"{short}, {day.year}"

    def day_to_look_for(self, day: date) -> str:
        """03/09/2026, as QuickBooks shows it in its lists; 09/03/2026 in the United Kingdom"""
        return day.strftime("%d/%m/%Y" if self.country == "UK" else "%m/%d/%Y")

    # Money and numbers.

    def money(self, amount: Decimal, currency: str | None = None) -> str:
        """$1,284.00, with a real minus before it below zero; CAD 1,284.00 for a foreign currency."""
        sign = MINUS if amount < 0 else ""
        figures = f"{abs(amount):,.2f}"
        if currency:
            return f"{sign}{currency} {figures}"
        return f"{sign}{SYMBOLS.get(self.country, '$')}{figures}"

    def number(self, number: Decimal | int) -> str:
        """10,412; 2.5"""
        text = f"{number:,}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def _here(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _day(self, day: date, within_a_week: str) -> str:
        age = (self._here(self.now).date() - day).days
        if age in (0, 1):
            return ("today", "yesterday")[age]
        return within_a_week if 1 < age < 7 else self.day(day)


def zone_named(*names: str | None) -> tzinfo:
    """The first of some time zones that this machine knows; UTC when it knows none of them."""
    for name in names:
        try:
            return ZoneInfo(name or "")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC


def _clock(moment: datetime, shape: str) -> str:
    return moment.strftime(shape).lstrip("0")
