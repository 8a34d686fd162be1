"""The statuses of a message and the lawful moves between them, once, as data. Never decides which move to make.

A newer version of a record replaces an older one that failed as well as one that waits: the older one must not be
retried over the newer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a message stands in its life. The values stand in the database and in every document."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    IN_DOUBT = "in_doubt"
    SYNCHRONIZED = "synchronized"
    FAILED = "failed"
    MANUAL_ENTRY = "manual_entry"
    MANUALLY_ENTERED = "manually_entered"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"


MEANINGS: dict[Status, str] = {
    Status.PENDING: "to be sent; perhaps waiting for a requirement or a time",
    Status.IN_FLIGHT: "in a message set that was handed out and not yet answered; QuickBooks may have it",
    Status.IN_DOUBT: "QuickBooks may or may not have it; neither its memory nor a look-up could tell, so someone looks",
    Status.SYNCHRONIZED: "QuickBooks answered that it is done; its identity is known",
    Status.FAILED: "QuickBooks refused it, or it could not be written; the catalogue says what to do",
    Status.MANUAL_ENTRY: "a person will type it into QuickBooks",
    Status.MANUALLY_ENTERED: "a person typed it into QuickBooks and noted its number",
    Status.SKIPPED: "will not be sent",
    Status.SUPERSEDED: "a newer version of the same record replaced it before it was sent",
}

UNSETTLED = (Status.PENDING, Status.IN_FLIGHT, Status.IN_DOUBT, Status.MANUAL_ENTRY)
"""The statuses in which a message still has its turn before it: a later message of its record waits.

One that a person is about to type is among them: sent beside it, a newer version would be there a second time.
"""

NEEDS_A_PERSON = (Status.IN_DOUBT, Status.FAILED)
"""The statuses in which nothing goes on until somebody decides."""


@dataclass(frozen=True, slots=True)
class Move:
    """A lawful change of status. `by_person` says whether people may ask for it; `sentence` is what it does."""

    name: str
    leaves: tuple[Status, ...]
    reaches: Status
    by_person: bool
    sentence: str


def _moves(*moves: Move) -> dict[str, Move]:
    return {move.name: move for move in moves}


MOVES: dict[str, Move] = _moves(
    Move("dispatch", (Status.PENDING,), Status.IN_FLIGHT, False, "is handed out in a message set"),
    Move("synchronize", (Status.IN_FLIGHT,), Status.SYNCHRONIZED, False, "QuickBooks answered that it is done"),
    Move("fail", (Status.PENDING, Status.IN_FLIGHT), Status.FAILED, False, "was refused, or cannot be written"),
    Move("release", (Status.IN_FLIGHT,), Status.PENDING, False, "did not run and is to be sent again"),
    Move("doubt", (Status.IN_FLIGHT,), Status.IN_DOUBT, False, "may or may not be in QuickBooks"),
    Move("found", (Status.IN_DOUBT,), Status.SYNCHRONIZED, True, "somebody saw it in QuickBooks"),
    Move("absent", (Status.IN_DOUBT,), Status.PENDING, True, "somebody saw that QuickBooks does not have it"),
    Move("retry", (Status.FAILED,), Status.PENDING, True, "is to be sent again"),
    Move(
        "hand over",
        (Status.PENDING, Status.IN_DOUBT, Status.FAILED),
        Status.MANUAL_ENTRY,
        True,
        "a person will type it into QuickBooks",
    ),
    Move("skip", (Status.PENDING, Status.FAILED, Status.MANUAL_ENTRY), Status.SKIPPED, True, "will not be sent"),
    Move("mark entered", (Status.MANUAL_ENTRY,), Status.MANUALLY_ENTERED, True, "was typed into QuickBooks"),
    Move("reopen", (Status.MANUALLY_ENTERED,), Status.MANUAL_ENTRY, True, "was marked as entered by mistake"),
    Move("restore", (Status.MANUAL_ENTRY, Status.SKIPPED), Status.PENDING, True, "is to be sent after all"),
    # People ask for it by Undo alone, and only what failed before comes back to it: never a choice of its own.
    Move("take back", (Status.PENDING,), Status.FAILED, False, "needs attention again: a decision was taken back"),
    Move(
        "supersede",
        (Status.PENDING, Status.FAILED),
        Status.SUPERSEDED,
        False,
        "was replaced by a newer version of its record",
    ),
)


def moves_from(status: Status, *, by_person: bool) -> list[Move]:
    """The moves that lead out of a status, for people or for the service, in the order of the table."""
    return [move for move in MOVES.values() if status in move.leaves and move.by_person == by_person]
