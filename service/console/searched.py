"""What a search asks for, as its address and its forms write it: words, kind, status, day, run. Reads no message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from service.console import visit
from service.console.kinds import with_noun
from service.domain.status import Status
from service.store.history_pages import Wanted

LONGEST_WORDS = 100
FIELDS = ("q", "kind", "status", "since")

NOUNS = (
    "customer",
    "item",
    "vendor",
    "invoice",
    "payment",
    "credit memo",
    "sales receipt",
    "sales order",
    "estimate",
    "bill",
    "purchase order",
    "journal entry",
)
"""The kinds that can be chosen, as people call them; a link can name others."""


class Choice(NamedTuple):
    """A status that can be chosen, as the lists call it."""

    value: str
    label: str
    statuses: tuple[Status, ...]


STATUSES = (
    Choice("to_be_synchronized", "To be synchronized", (Status.PENDING, Status.IN_FLIGHT)),
    Choice("in_doubt", "Check in QuickBooks", (Status.IN_DOUBT,)),
    Choice("failed", "Needs attention", (Status.FAILED,)),
    Choice("manual_entry", "Manual entry", (Status.MANUAL_ENTRY,)),
    Choice("synchronized", "Synchronized", (Status.SYNCHRONIZED,)),
    Choice("manually_entered", "Entered by hand", (Status.MANUALLY_ENTERED,)),
    Choice("skipped", "Skipped", (Status.SKIPPED,)),
    Choice("superseded", "Replaced by a newer version", (Status.SUPERSEDED,)),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: what was given, by the names of its fields, and the number of the visit that it is narrowed to."""

    given: Mapping[str, str]
    run: int | None

    @property
    def understood(self) -> Mapping[str, str]:
        """What was given and means something. A field that means nothing narrows nothing, and is left out."""
        known = {"q": True, "kind": self._kinds(), "status": self._statuses(), "since": self._since() is not None}
        return {name: value for name, value in self.given.items() if value and known[name]}

    @property
    def given_at_all(self) -> Sequence[str]:
        """The fields that are not empty, whether they mean something or not."""
        return [name for name, value in self.given.items() if value]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.understood) or self.run is not None

    @property
    def wanted(self) -> Wanted:
        return Wanted(self._words(), self._kinds(), self._statuses(), self._since(), self.run)

    def _kinds(self) -> tuple[str, ...]:
        return tuple(with_noun(self.given["kind"]))

    def _statuses(self) -> tuple[Status, ...]:
        return next((one.statuses for one in STATUSES if one.value == self.given["status"]), ())

    def _words(self) -> str:
        """What is looked for; an amount as the order system writes it, without its sign and its commas."""
        given = self.given["q"]
        return given[1:].replace(",", "").strip() if given.startswith("$") else given

    def _since(self) -> datetime | None:
        """The beginning of a day in the reader's zone; None for what is no day."""
        try:
            return datetime.combine(date.fromisoformat(self.given["since"]), time(), visit.here().reader.zone)
        except (ValueError, OverflowError):
            return None


def asked(values: Mapping[str, str], run: int | None) -> Asked:
    """The search that an address or a form asks for."""
    return Asked({name: values.get(name, "").strip()[:LONGEST_WORDS] for name in FIELDS}, run)
