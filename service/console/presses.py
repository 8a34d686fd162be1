"""The buttons as one table: which decision each makes, how its outcome is told, and what takes it back.

The decisions themselves are made in the exchange; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request

from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import decide, moves, old_skipped
from service.store import messages
from service.store.unit import Work


def number_given(message_id: int) -> str | None:
    """QuickBooks' number of a document that somebody saw there, where it was asked for."""
    return request.form.get(f"number-{message_id}")


Decide = Callable[[Work, int, str], None]
"""A decision about one message, by the name of the person who makes it."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button: its decision, what is told of one message and of several, and the press that takes it back.

    In what is told, {Called} is the message at the beginning of a sentence, and {number} how many there were. `moves`
    are those of which it makes one: a message that stands where none of them begins was moved by somebody else.
    """

    decide: Decide
    one: str
    several: str
    moves: tuple[str, ...]
    undo: str | None = None
    tone: str = "good"


def _retry(work: Work, message_id: int, by: str) -> None:
    decided = decide.retry(work, [message_id], by=by)
    if decided.refused:
        raise Refusal(decided.refused[0])


def _create_again(work: Work, message_id: int, by: str) -> None:
    decide.create_again(work, message_id, by=by)
    moves.note(work, messages.by_id(work, message_id), "create again", by, "to be created again")


def _hand_over_skipped(work: Work, message_id: int, by: str) -> None:
    decide.restore(work, message_id, by=by)
    decide.hand_over(work, message_id, by=by)


PRESSES: Mapping[str, Press] = {
    "retry": Press(_retry, "{Called} is to be sent again.", "{number} are to be sent again.", moves=("retry",)),
    "hand_over": Press(
        lambda work, number, by: decide.hand_over(work, number, by=by),
        "{Called} now stands under Manual entry.",
        "{number} now stand under Manual entry.",
        moves=("hand over",),
        undo="restore",
        tone="tell",
    ),
    "skip": Press(
        lambda work, number, by: decide.skip(work, number, by=by),
        "{Called} is skipped. It stands under Old skipped transactions.",
        "{number} are skipped. They stand under Old skipped transactions.",
        moves=("skip",),
        undo="restore",
        tone="tell",
    ),
    "link": Press(
        lambda work, number, by: decide.link(work, number, by=by),
        "{Called} is linked.{goes}",
        "{number} are linked. What waits for them goes with the next run.",
        moves=("retry",),
    ),
    "create_again": Press(
        _create_again, "{Called} is to be created again.", "{number} are to be created again.", moves=("retry",)
    ),
    "found": Press(
        lambda work, number, by: decide.it_is_there(work, number, number_given(number), by=by),
        "{Called} is settled: it is in QuickBooks.",
        "",
        moves=("found",),
    ),
    "absent": Press(
        lambda work, number, by: decide.it_is_not_there(work, number, by=by),
        "{Called} is to be sent again.",
        "",
        moves=("absent", "restore"),
    ),
    "restore": Press(
        lambda work, number, by: decide.restore(work, number, by=by),
        "{Called} is to be sent.",
        "{number} are to be sent.",
        moves=("restore",),
    ),
    "send_after_all": Press(
        lambda work, number, by: decide.restore(work, number, by=by),
        "{Called} is to be sent.",
        "{number} are to be sent.",
        moves=("restore",),
        undo="hand_over",
    ),
    "send_skipped": Press(
        lambda work, number, by: decide.restore(work, number, by=by),
        "{Called} is to be sent again.",
        "{number} are to be sent again.",
        moves=("restore",),
        undo="skip",
    ),
    "hand_over_skipped": Press(
        _hand_over_skipped,
        "{Called} now stands under Manual entry.",
        "{number} now stand under Manual entry.",
        moves=("restore",),
        undo="skip",
        tone="tell",
    ),
    "mark_entered": Press(
        lambda work, number, by: decide.mark_entered(work, number, number_given(number) or "", by=by),
        "{Called} is marked as entered, QuickBooks number {known_as}.",
        "",
        moves=("mark entered",),
        undo="reopen",
    ),
    "reopen": Press(
        lambda work, number, by: decide.reopen(work, number, by=by),
        "{Called} is to be entered again.",
        "{number} are to be entered again.",
        moves=("reopen",),
        tone="tell",
    ),
    "open_again": Press(
        lambda work, number, by: old_skipped.open_again(work, number, by=by),
        "{Called} stands on the list again.",
        "{number} stand on the list again.",
        moves=(),
        tone="tell",
    ),
}
"""The buttons of the pages; `restore` is Undo of Synchronize, and Send it after all on a message's page."""

TAKES_BACK = ("restore", "hand_over", "skip", "reopen", "open_again")

SINCE: Mapping[Status, str] = {
    Status.PENDING: "is to be sent already",
    Status.IN_FLIGHT: "is being sent just now",
    Status.IN_DOUBT: "has to be looked up in QuickBooks first",
    Status.SYNCHRONIZED: "is in QuickBooks already",
    Status.FAILED: "needs attention",
    Status.MANUAL_ENTRY: "stands under Manual entry",
    Status.MANUALLY_ENTERED: "is marked as entered",
    Status.SKIPPED: "is skipped",
    Status.SUPERSEDED: "was replaced by a newer version",
}
"""What somebody is told who comes too late, by how the message stands since."""
