"""What a message does whose requirement stands in some status, once, as data: it goes, waits, or asks a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.domain.status import Status


class Dependant(StrEnum):
    """What becomes of a message that needs a record."""

    GOES = "goes"
    WAITS = "waits"
    ASKS = "asks"
    """It waits too, and a person has to do something about the record, or it waits for ever."""


@dataclass(frozen=True, slots=True)
class Rule:
    """For one status of the record's newest message: what its dependants do, and how that is said in brackets."""

    dependant: Dependant
    said: str


RULES: dict[Status, Rule] = {
    Status.PENDING: Rule(Dependant.WAITS, "to be sent"),
    Status.IN_FLIGHT: Rule(Dependant.WAITS, "being sent"),
    Status.IN_DOUBT: Rule(Dependant.ASKS, "in doubt: check in QuickBooks"),
    Status.SYNCHRONIZED: Rule(Dependant.GOES, "synchronized"),
    Status.FAILED: Rule(Dependant.ASKS, "failed"),
    Status.MANUAL_ENTRY: Rule(Dependant.ASKS, "to be entered by hand"),
    Status.MANUALLY_ENTERED: Rule(Dependant.WAITS, "entered by hand, looked up at the next visit"),
    Status.SKIPPED: Rule(Dependant.ASKS, "skipped"),
    Status.SUPERSEDED: Rule(Dependant.WAITS, "replaced by a newer version"),
}

UNHEARD_OF = Rule(Dependant.WAITS, "not here yet")
"""No message about the record has come so far; later in the day it may."""

NOT_FOUND = Rule(Dependant.ASKS, "entered by hand, but not found in QuickBooks under its number")
"""It stands as entered, or somebody saw it, and the look-up by the number that was noted found no single entry."""

GONE = Rule(Dependant.ASKS, "no longer in QuickBooks: it has to be saved again")
"""It was synchronized, and its identity was forgotten since: deleted, or lost with a backup that was restored."""
