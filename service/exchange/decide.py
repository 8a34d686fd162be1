"""What people decide about a message. Each decision is one lawful move, says who made it, and posts nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import moves, outcome, read_first
from service.exchange.moves import Context
from service.store import identities, messages, requirements
from service.store.messages import Message
from service.store.unit import Work

AGAIN: Mapping[str, Any] = {
    "status_code": None,
    "quickbooks_said": None,
    "what_happened": None,
    "what_to_do": None,
    "offers": None,
    "not_before": None,
    "postponements": 0,
    "rereads": 0,
    "to_read": None,
    "present": None,
    "settled_at": None,
}
"""The columns of a message that is to be sent as if for the first time."""


class NothingToLinkTo(Refusal):
    def __init__(self, document: str) -> None:
        super().__init__(f"{document} cannot be linked: no single entry of its kind has its name in QuickBooks.")


class ReplacedByNewer(Refusal):
    def __init__(self, message_id: int, document: str, newer_id: int) -> None:
        super().__init__(
            f"Message {message_id} ({document}) stays as it is: message {newer_id} brought a newer version of it."
        )


class NumberMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Give the number that QuickBooks shows for it, such as 20379.")


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision over several messages: those that moved, and why others did not."""

    moved: Sequence[int]
    refused: Sequence[str]


def for_each(work: Work, message_ids: Sequence[int], decision: Callable[[Work, int], None]) -> Decided:
    """Make one decision about several messages; those that it does not apply to are left as they are, with a reason."""
    moved: list[int] = []
    refused: list[str] = []
    for message_id in message_ids:
        try:
            decision(work, message_id)
        except Refusal as refusal:
            refused.append(str(refusal))
        else:
            moved.append(message_id)
    return Decided(moved, refused)


def retry(work: Work, message_ids: Sequence[int], *, by: str) -> Decided:
    """Send failed messages again, under new message set ids: QuickBooks keeps the old outcome under the old one."""
    return for_each(work, message_ids, lambda work, number: _to_pending(work, "retry", number, by))


def link(work: Work, message_id: int, *, by: str) -> None:
    """Take the entry of QuickBooks that has the name for the message's record, and bring it up to date.

    Raises NothingToLinkTo or UnlawfulMove.
    """
    message = messages.by_id(work, message_id)
    entry = json.loads(message.present) if message.present and message.status_code == 3100 else None
    if entry is None or message.operation not in (Operation.SAVE.value, Operation.ADD.value):
        raise NothingToLinkTo(message.document)
    _to_pending(work, "retry", message_id, by)
    read_first.link(work, message, entry, by=by)
    if message.operation == Operation.ADD.value:
        # An `add` only wanted it to be there, and it is.
        messages.change(work, message_id, operation=Operation.SAVE.value)


def create_again(work: Work, message_id: int, *, by: str) -> None:
    """Forget an entry that is gone in QuickBooks, and send the message as a new one."""
    message = messages.by_id(work, message_id)
    _to_pending(work, "retry", message_id, by)
    identities.forget(work, message.company_id, [str(message.record)])


def hand_over(work: Work, message_id: int, *, by: str) -> None:
    """Put a message on the list of what a person types into QuickBooks."""
    moves.make_one(work, "hand over", messages.by_id(work, message_id), Context(actor=by), to_read=None)


def mark_entered(work: Work, message_id: int, number: str, *, by: str) -> None:
    """A person typed it into QuickBooks: note QuickBooks' number; the next visit looks it up and learns its identity.

    Raises NumberMissing or UnlawfulMove.
    """
    if not number.strip():
        raise NumberMissing
    message = messages.by_id(work, message_id)
    moves.make_one(
        work,
        "mark entered",
        message,
        Context(actor=by),
        quickbooks_number=number.strip()[:209],
        to_read=read_first.NUMBER if message.record is not None else None,
        settled_at=work.now,
    )


def reopen(work: Work, message_id: int, *, by: str) -> None:
    """It was marked as entered by mistake."""
    message = messages.by_id(work, message_id)
    moves.make_one(work, "reopen", message, Context(actor=by), to_read=None, settled_at=None)
    if message.record is not None and message.quickbooks_id is not None:
        identities.forget(work, message.company_id, [message.record])
        messages.change(work, message_id, quickbooks_id=None)


def skip(work: Work, message_id: int, note: str | None = None, *, by: str) -> None:
    """Do not send it."""
    message = messages.by_id(work, message_id)
    moves.make_one(work, "skip", message, Context(actor=by), note=note, to_read=None, settled_at=work.now)


def restore(work: Work, message_id: int, *, by: str) -> None:
    """Send it after all."""
    _to_pending(work, "restore", message_id, by)


def it_is_there(work: Work, message_id: int, number: str | None = None, *, by: str) -> None:
    """A person saw in QuickBooks that it is there: link what the look-up found, or look it up by its number."""
    message = messages.by_id(work, message_id)
    found = json.loads(message.quickbooks_said) if message.quickbooks_said else {}
    values: dict[str, Any] = {"settled_at": work.now, "what_happened": "Somebody saw it in QuickBooks."}
    if number is None and not (found.get("ListID") or found.get("TxnID")):
        raise NumberMissing
    if number is not None:
        values["quickbooks_number"] = number.strip()[:209]
    moves.make_one(work, "found", message, Context(actor=by), **values)
    if message.record is None:
        return
    if number is None:
        read_first.link(work, message, found, by=by)
        messages.change(work, message_id, quickbooks_id=outcome.identity_in(found)["quickbooks_id"])
    else:
        messages.change(work, message_id, to_read=read_first.NUMBER)


def it_is_not_there(work: Work, message_id: int, *, by: str) -> None:
    """A person saw in QuickBooks that it is not there: send it again, as a new set."""
    _to_pending(work, "absent", message_id, by)


def _to_pending(work: Work, move: str, message_id: int, by: str) -> None:
    message = messages.by_id(work, message_id)
    _refuse_replaced(work, message)
    moves.make_one(work, move, message, Context(actor=by), **AGAIN)
    waits_for = requirements.renew(work, message.company_id, message.id, message.record)
    messages.change(work, message.id, waits_for=waits_for)


def _refuse_replaced(work: Work, message: Message) -> None:
    """Older content must not be sent over newer: a newer save of the record that went or is going forbids it."""
    if message.operation != Operation.SAVE.value or message.record is None:
        return
    newer = messages.newer_save(work, message.company_id, message.record, message.id, list(_WENT_OR_GOING))
    if newer is not None:
        raise ReplacedByNewer(message.id, message.document, newer)


_WENT_OR_GOING = (Status.PENDING, Status.IN_FLIGHT, Status.IN_DOUBT, Status.SYNCHRONIZED, Status.MANUALLY_ENTERED)
