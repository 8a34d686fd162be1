"""Owns what every part needs while one request runs: the file, its settings, the clock, the schemas. No rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import Any

from qwc.company.reader import Node
from qwc.company.schema import Edition, edition, version_of
from qwc.company.storage import Storage

Clock = Callable[[], dt.datetime]


def system_clock() -> dt.datetime:
    """The present moment."""
    return dt.datetime.now(tz=dt.UTC)


class Books:
    """One company file at work. `declared` is the schema that the request's set named; `full` all this file knows."""

    def __init__(
        self, storage: Storage, clock: Clock, settings: dict[str, str], declared: Edition | None = None
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.settings = settings
        self.full = edition(version_of(settings["qbxml_version"]), settings["country"])
        self.declared = declared or self.full
        self.names: dict[str, str] = {}
        self.items: dict[str, Any] = {}
        self.warning: tuple[int, str] | None = None

    def is_on(self, setting: str) -> bool:
        """Whether a yes/no setting is on."""
        return self.settings.get(setting) == "true"

    @cached_property
    def offset(self) -> dt.timezone:
        """The time zone of the PC on which QuickBooks runs, as a fixed offset (qbxml.md 3.2)."""
        sign, hours, minutes = self.settings["utc_offset"][0], *self.settings["utc_offset"][1:].split(":")
        delta = dt.timedelta(hours=int(hours), minutes=int(minutes))
        return dt.timezone(-delta if sign == "-" else delta)

    def now(self) -> dt.datetime:
        """The present second, in the PC's own time."""
        return self.clock().astimezone(self.offset).replace(microsecond=0)

    def time_text(self) -> str:
        """The present second as TimeCreated and TimeModified show it."""
        return self.now().isoformat()

    def today(self) -> str:
        """The present day on the PC, as DATETYPE."""
        return self.now().date().isoformat()

    def next_edit_sequence(self, last: str | None = None) -> str:
        """The epoch second of the change, made to differ from the last one (qbxml.md 5)."""
        seconds = int(self.clock().timestamp())
        return str(seconds if last is None else max(seconds, int(last) + 1))

    def new_list_id(self) -> str:
        """A fresh ListID, such as 80000001-1700000000."""
        return f"{self.storage.next_number('list_id', 0x80000001):08X}-{int(self.clock().timestamp())}"

    def new_txn_id(self) -> str:
        """A fresh TxnID or TxnLineID, such as 1C9684-1783534817; they share one counter."""
        return f"{self.storage.next_number('txn_id', 0x1000):X}-{int(self.clock().timestamp())}"

    def warn(self, code: int, message: str) -> None:
        """The request is done but deserves a warning; the first one is answered."""
        self.warning = self.warning or (code, message)


def reference(list_id: str) -> Node:
    """How a stored body refers to a list entry; the name is added when it is shown."""
    return {"ListID": list_id}
