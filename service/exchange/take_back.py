"""Takes back what somebody has just decided about a message: it stands again where it stood before, and says the same.

Only one's own last decision, and only while nothing has happened to the message since: what a colleague decided, and
what QuickBooks may have, is never taken back. A doubt that was put aside is none of these either: somebody looks in
QuickBooks first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import decide, moves, versions
from service.exchange.moves import Context
from service.store import events, messages, retried
from service.store.events import Event
from service.store.messages import Message
from service.store.unit import Work


class MovedSince(Refusal):
    def __init__(self, message_id: int, document: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) stays as it is: more happened to it since, or somebody else decided."
        )


def take_back(work: Work, message_id: int, decisions: Collection[str], *, by: str) -> None:
    """Undo the last move of a message, which has to be one of `decisions` (names of moves) and made by the same person.

    Raises MovedSince, or what refuses to send, skip or hand over a message that stands as it would then.
    """
    message = messages.by_id(work, message_id)
    last = events.last_move(work, message_id)
    if last is None or last.actor != by or last.action not in decisions or last.to_status != message.status:
        raise MovedSince(message_id, message.document)
    back = _BACK.get((Status(message.status), _stood(work, last)))
    if back is None:
        raise MovedSince(message_id, message.document)
    back(work, message, by)


def _stood(work: Work, last: Event) -> Status:
    """Where the message stood before the press; one that was skipped is put under Manual entry by two moves at once."""
    stood = Status(str(last.from_status))
    if last.action != "hand over" or stood is not Status.PENDING:
        return stood
    before = events.move_before(work, last)
    at_once = before is not None and before.action == "restore" and (before.actor, before.at) == (last.actor, last.at)
    return Status(str(before.from_status)) if before is not None and at_once else stood


def _send(work: Work, message: Message, by: str) -> None:
    decide.restore(work, message.id, by=by)


def _skip(work: Work, message: Message, by: str) -> None:
    decide.skip(work, message.id, message.note, by=by)


def _by_hand(work: Work, message: Message, by: str) -> None:
    """To be typed in, with all that it told before. A newer version that came since must not be typed over."""
    if message.status == Status.SKIPPED.value:
        moves.make_one(work, "restore", message, Context(actor=by))
    decide.hand_over(work, message.id, by=by)


def _failed_before_it_was_put_aside(work: Work, message: Message, by: str) -> None:
    """To what needs attention, past the status from which alone it can come there; it is not sent in between."""
    versions.refuse_replaced(work, message, "restore")
    moves.make_one(work, "restore", message, Context(actor=by))
    moves.make_one(work, "take back", messages.by_id(work, message.id), Context(actor=by), settled_at=work.now)


def _failed_before_it_was_retried(work: Work, message: Message, by: str) -> None:
    told = retried.told(work, message.id)
    if told is None:
        raise MovedSince(message.id, message.document)
    moves.make_one(work, "take back", message, Context(actor=by), **told, settled_at=work.now)


_BACK: Mapping[tuple[Status, Status], Callable[[Work, Message, str], None]] = {
    (Status.PENDING, Status.FAILED): _failed_before_it_was_retried,
    (Status.PENDING, Status.MANUAL_ENTRY): _by_hand,
    (Status.PENDING, Status.SKIPPED): _skip,
    (Status.MANUAL_ENTRY, Status.PENDING): _send,
    (Status.MANUAL_ENTRY, Status.FAILED): _failed_before_it_was_put_aside,
    (Status.MANUAL_ENTRY, Status.SKIPPED): _skip,
    (Status.SKIPPED, Status.PENDING): _send,
    (Status.SKIPPED, Status.FAILED): _failed_before_it_was_put_aside,
    (Status.SKIPPED, Status.MANUAL_ENTRY): _by_hand,
}
"""How a message gets back, by where it stands and where it stood."""
