"""The buttons as one table: which decision each makes, how its outcome is told, and what takes it back.

The decisions themselves are made in the exchange; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask import request

from service.domain.status import MOVES, Status
from service.exchange import decide, moves, old_skipped
from service.exchange.take_back import take_back
from service.store import messages, retried
from service.store.unit import Work


def number_given(message_id: int) -> str | None:
    """QuickBooks' number of a document that somebody saw there, where it was asked for."""
    return request.form.get(f"number-{message_id}")


Decide = Callable[[Work, int, str], None]
"""A decision about one message, by the name of the person who makes it."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button: its decision, what is told of one message and of several, and the press that takes it back.

    In what is told, {Called} is the message at the beginning of a sentence, and {number} how many there were. `leaves`
    are the statuses in which it begins: a message that stands elsewhere was moved by somebody else. `question` is what
    is asked first, and what it is about, before several are changed by what nothing takes back.
    """

    decide: Decide
    one: str
    several: str
    leaves: Collection[Status]
    undo: str | None = None
    tone: str = "good"
    question: tuple[str, str] | None = None


def _retry(work: Work, message_id: int, by: str) -> None:
    message = messages.by_id(work, message_id)
    decide.send_again(work, message_id, by=by)
    retried.keep(work, message)


def _send(work: Work, message_id: int, by: str) -> None:
    if messages.by_id(work, message_id).status in MOVES["restore"].leaves:
        decide.restore(work, message_id, by=by)
    else:
        _retry(work, message_id, by)


def _hand_over(work: Work, message_id: int, by: str) -> None:
    if messages.by_id(work, message_id).status == Status.SKIPPED:
        decide.restore(work, message_id, by=by)
    decide.hand_over(work, message_id, by=by)


def _create_again(work: Work, message_id: int, by: str) -> None:
    decide.create_again(work, message_id, by=by)
    moves.note(work, messages.by_id(work, message_id), "create again", by, "to be created again")


def _taking_back(*decisions: str) -> Press:
    """Undo: it takes the place of the button that was pressed, and is pressed by whoever pressed that."""
    return Press(
        lambda work, number, by: take_back(work, number, decisions, by=by),
        "{Called} is back where it was.",
        "{number} are back where they were.",
        leaves=(),
        tone="tell",
    )


RETRIED = ("{Called} is to be sent again.", "{number} are to be sent again.")

PRESSES: Mapping[str, Press] = {
    "retry": Press(_retry, *RETRIED, leaves=MOVES["retry"].leaves, undo="not_sent"),
    "send": Press(_send, *RETRIED, leaves=MOVES["retry"].leaves + MOVES["restore"].leaves, undo="not_sent"),
    "send_after_all": Press(
        lambda work, number, by: decide.restore(work, number, by=by),
        "{Called} is to be sent.",
        "{number} are to be sent.",
        leaves=MOVES["restore"].leaves,
        undo="not_sent",
    ),
    "hand_over": Press(
        _hand_over,
        "{Called} now stands under Manual entry.",
        "{number} now stand under Manual entry.",
        leaves=(*MOVES["hand over"].leaves, Status.SKIPPED),
        undo="not_by_hand",
        tone="tell",
    ),
    "skip": Press(
        lambda work, number, by: decide.skip(work, number, by=by),
        "{Called} is skipped. It stands under Old skipped transactions.",
        "{number} are skipped. They stand under Old skipped transactions.",
        leaves=MOVES["skip"].leaves,
        undo="not_skipped",
        tone="tell",
    ),
    "link": Press(
        lambda work, number, by: decide.link(work, number, by=by),
        "{Called} is linked.{goes}",
        "{number} are linked. What waits for them goes with the next run.",
        leaves=MOVES["retry"].leaves,
        question=(
            "Link {number} to what QuickBooks has?",
            "The next run brings QuickBooks' entries of these names up to date. This cannot be undone.",
        ),
    ),
    "create_again": Press(
        _create_again,
        "{Called} is to be created again.",
        "{number} are to be created again.",
        leaves=MOVES["retry"].leaves,
        question=(
            "Create {number} again?",
            "Deskpost forgets what they were in QuickBooks, and the next run creates them. This cannot be undone.",
        ),
    ),
    "found": Press(
        lambda work, number, by: decide.it_is_there(work, number, number_given(number), by=by),
        "{Called} is settled: it is in QuickBooks.",
        "",
        leaves=MOVES["found"].leaves,
    ),
    "absent": Press(
        lambda work, number, by: decide.it_is_not_there(work, number, by=by),
        "{Called} is to be sent again.",
        "",
        leaves=MOVES["absent"].leaves + MOVES["restore"].leaves,
    ),
    "mark_entered": Press(
        lambda work, number, by: decide.mark_entered(work, number, number_given(number) or "", by=by),
        "{Called} is marked as entered, QuickBooks number {known_as}.",
        "",
        leaves=MOVES["mark entered"].leaves,
        undo="reopen",
    ),
    "reopen": Press(
        lambda work, number, by: decide.reopen(work, number, by=by),
        "{Called} is to be entered again.",
        "{number} are to be entered again.",
        leaves=MOVES["reopen"].leaves,
        tone="tell",
        question=(
            "Enter {number} again?",
            "They go back to Manual entry, and the numbers noted for them are forgotten. This cannot be undone.",
        ),
    ),
    "open_again": Press(
        lambda work, number, by: old_skipped.open_again(work, number, by=by),
        "{Called} stands on the list again.",
        "{number} stand on the list again.",
        leaves=(),
        tone="tell",
    ),
    "not_sent": _taking_back("retry", "restore"),
    "not_by_hand": _taking_back("hand over"),
    "not_skipped": _taking_back("skip"),
}
"""The buttons of the pages, and the ones of Undo."""

TAKES_BACK = ("not_sent", "not_by_hand", "not_skipped", "reopen", "open_again")

SINCE: Mapping[Status, tuple[str, str]] = {
    Status.PENDING: ("is to be sent already", "are to be sent already"),
    Status.IN_FLIGHT: ("is being sent just now", "are being sent just now"),
    Status.IN_DOUBT: ("has to be looked up in QuickBooks first", "have to be looked up in QuickBooks first"),
    Status.SYNCHRONIZED: ("is in QuickBooks already", "are in QuickBooks already"),
    Status.FAILED: ("needs attention", "need attention"),
    Status.MANUAL_ENTRY: ("stands under Manual entry", "stand under Manual entry"),
    Status.MANUALLY_ENTERED: ("is marked as entered", "are marked as entered"),
    Status.SKIPPED: ("is skipped", "are skipped"),
    Status.SUPERSEDED: ("was replaced by a newer version", "were replaced by newer versions"),
}
"""What somebody is told who comes too late, by how the message stands since: of one, and of several."""
