"""Owns the simulated company file as a whole: making, opening, settings and mishaps. Rules stand elsewhere."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from qwc.company import data_extensions, mishaps, records, recovery, sample
from qwc.company.books import Books, Clock, system_clock
from qwc.company.connection import QuickBooksConnection
from qwc.company.mishaps import Mishap
from qwc.company.reader import Node
from qwc.company.schema import known_versions
from qwc.company.storage import Storage

EDITIONS: dict[str, dict[str, str]] = {
    "Pro": {"sales_orders": "false", "inventory_sites": "false", "units_of_measure": "false"},
    "Premier": {"sales_orders": "true", "inventory_sites": "false", "units_of_measure": "true"},
    "Enterprise": {"sales_orders": "true", "inventory_sites": "true", "units_of_measure": "true"},
}
COUNTRIES = ("US", "CA", "UK", "AU")
_FIRST_SETTINGS = {
    "file_mode": "MultiUser",
    "quickbooks_running": "true",
    "automatic_login": "true",
    "recovery_records": "one",
    "seconds_per_request": "0",
    "closing_date": "",
    "multi_currency": "false",
    "class_tracking": "true",
    "inventory": "true",
    "price_levels": "true",
    "estimates": "true",
    "sales_tax": "true",
    "other_file_open": "",
    "utc_offset": "-05:00",
}
_CHOICES = {
    "edition": tuple(EDITIONS),
    "country": COUNTRIES,
    "file_mode": ("SingleUser", "MultiUser"),
    "recovery_records": ("one", "many"),
    "qbxml_version": known_versions(),
}
_YES_OR_NO = ("true", "false")
# The form of settings that are neither a choice nor yes or no, and how it is told to people.
_FORMS = {
    "closing_date": (r"([0-9]{4}-[0-9]{2}-[0-9]{2})?", "a day such as 2026-01-31, or nothing"),
    "seconds_per_request": (r"[0-9]{1,4}(\.[0-9]+)?", "a number of seconds such as 0.5"),
    "utc_offset": (r"[+-][0-9]{2}:[0-9]{2}", "an offset such as -05:00"),
}


class UnknownSetting(Exception):
    """A setting was named or valued that the company file does not have."""

    def __init__(self, name: str, value: str, allowed: tuple[str, ...]) -> None:
        super().__init__(
            f'The company file cannot have the setting {name} = "{value}". Possible are: {", ".join(allowed)}.'
        )


def create(  # noqa: PLR0913 - each is a fact of the file; all but the path are named and have a default.
    path: str | PathLike[str],
    *,
    company_name: str = "Birchwood Supply Co.",
    edition: str = "Enterprise",
    country: str = "US",
    qbxml_version: str = "16.0",
    windows_path: str = r"C:\Companies\Birchwood Supply.qbw",
    pc: str = "FRONT-DESK",
    clock: Clock = system_clock,
    sleep: Callable[[float], None] = time.sleep,
    seed: bool = True,
    random_seed: int | None = None,
) -> CompanyFile:
    """Make a company file at `path`, which must be free, and open it.

    `edition` is Pro, Premier or Enterprise; `country` US, CA, UK or AU; `windows_path` the path under which programs
    on the PC know the file; `pc` the PC's name; `seed` fills in a small sample company. With a `clock` of your
    own and a `random_seed`, all that follows is the same every time. FileExistsError, UnknownSetting.
    """
    _check("edition", edition, _CHOICES["edition"])
    _check("country", country, COUNTRIES)
    _check("qbxml_version", qbxml_version, known_versions())
    with Storage.create(Path(path)) as storage, storage.writing():
        settings = _FIRST_SETTINGS | EDITIONS[edition]
        settings |= {"company_name": company_name, "edition": edition, "country": country, "pc": pc}
        settings |= {"qbxml_version": qbxml_version, "windows_path": windows_path}
        for name, value in settings.items():
            storage.put_setting(name, value)
        sample.lay_foundation(Books(storage, clock, storage.settings()))
        if seed:
            sample.fill(Books(storage, clock, storage.settings()))
    return CompanyFile(path, clock=clock, sleep=sleep, random_seed=random_seed)


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UnknownSetting(name, value, allowed)


def _check_setting(name: str, before: str, value: str) -> None:
    """UnknownSetting where a setting cannot have this value."""
    pattern, explained = _FORMS.get(name, (".*", ""))
    if not re.fullmatch(pattern, value):
        raise UnknownSetting(name, value, (explained,))
    _check(name, value, _CHOICES.get(name, _YES_OR_NO if before in _YES_OR_NO else (value,)))


class CompanyFile:
    """A simulated company file. Safe to use from several threads and processes at a time."""

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        random_seed: int | None = None,
    ) -> None:
        """Open the file at `path`; NotACompanyFile where there is none."""
        self.path = Path(path)
        self._clock = clock
        self._sleep = sleep
        self._chance = None if random_seed is None else random.Random(random_seed)  # noqa: S311 - not for secrets.
        with self._books():
            pass

    def connect(self) -> QuickBooksConnection:
        """A new connection to QuickBooks on the PC that has this file open; see `qwc.quickbooks.QuickBooks`."""
        return QuickBooksConnection(self.path, self._clock, self._sleep, self._chance)

    @property
    def pc(self) -> str:
        """The name of the PC on which QuickBooks runs."""
        return self.setting("pc")

    @property
    def windows_path(self) -> str:
        """The path under which programs on the PC know the file."""
        return self.setting("windows_path")

    def setting(self, name: str) -> str:
        """One setting; UnknownSetting where there is none of that name."""
        with self._books() as books:
            if name not in books.settings:
                raise UnknownSetting(name, "", tuple(sorted(books.settings)))
            return books.settings[name]

    def set(self, name: str, value: str | float | bool) -> None:  # noqa: FBT001 - the value of a setting may be yes or no.
        """Change one setting, such as `closing_date`, `edition`, `multi_currency`, `seconds_per_request`."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        with self._books() as books:
            if name not in books.settings:
                raise UnknownSetting(name, text, tuple(sorted(books.settings)))
            _check_setting(name, books.settings[name], text)
            with books.storage.writing():
                books.storage.put_setting(name, text)
                for feature, on in EDITIONS[text].items() if name == "edition" else ():
                    books.storage.put_setting(feature, on)

    def arrange(self, kind: Mishap, *, target: str = "", detail: str = "", times: int | None = 1) -> None:
        """Let something go wrong the next `times` times (None: always); see `Mishap` for kinds and details."""
        with self._books() as books, books.storage.writing():
            mishaps.arrange(books, kind, target=target, detail=detail, times=times)

    def clear_mishaps(self) -> None:
        """Let nothing go wrong any more."""
        with self._books() as books, books.storage.writing():
            books.storage.run("DELETE FROM mishaps")

    def lose_memory(self) -> None:
        """Lose the memory of message sets at once, as after a restored backup."""
        with self._books() as books, books.storage.writing():
            recovery.forget_all(books)

    def records(self, kind: str) -> list[Node]:
        """All records of a kind, in the order they were made: element names to values, `Lines` for lines."""
        with self._books() as books, books.storage.reading():
            return records.records(books, kind)

    def find(self, kind: str, name: str) -> list[Node]:
        """The records of a kind with that FullName (without case) or RefNumber."""
        with self._books() as books, books.storage.reading():
            return records.find(books, kind, name)

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind."""
        with self._books() as books, books.storage.reading():
            return records.counts(books)

    def company_data(self, owner_id: str) -> dict[str, str]:
        """The private data of an application on the company itself, such as FileID and AppLock."""
        with self._books() as books, books.storage.reading():
            found = data_extensions.values_of(books, data_extensions.COMPANY, [owner_id])
        return {one["DataExtName"]: one["DataExtValue"] for one in found}

    def message_sets(self) -> list[dict[str, str]]:
        """Which message sets the file remembers: application, set id, and when they were kept."""
        with self._books() as books:
            rows = books.storage.rows("SELECT application, set_id, kept_at FROM message_sets ORDER BY kept_at, set_id")
            return [dict(row) for row in rows]

    @contextmanager
    def _books(self) -> Iterator[Books]:
        storage = Storage(self.path)
        try:
            yield Books(storage, self._clock, storage.settings())
        finally:
            storage.close()
