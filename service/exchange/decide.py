"""What people decide about a message. Each decision is one lawful move, says who made it, and posts nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.refusals import Refusal
from service.exchange import moves
from service.exchange.moves import Context
from service.store import messages, requirements
from service.store.messages import Message
from service.store.unit import Work

AGAIN = {
    "status_code": None,
    "what_happened": None,
    "what_to_do": None,
    "offers": None,
    "not_before": None,
    "postponements": 0,
    "settled_at": None,
}
"""The columns of a message that is to be sent again as if for the first time."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision over several messages: those that moved, and why others did not."""

    moved: Sequence[int]
    refused: Sequence[str]


def retry(work: Work, message_ids: Sequence[int], *, by: str) -> Decided:
    """Send failed messages again, under new message set ids: QuickBooks keeps the old outcome under the old one."""
    moved: list[int] = []
    refused: list[str] = []
    for message_id in message_ids:
        try:
            _to_pending(work, "retry", messages.by_id(work, message_id), by)
        except Refusal as refusal:
            refused.append(str(refusal))
        else:
            moved.append(message_id)
    return Decided(moved, refused)


def _to_pending(work: Work, move: str, message: Message, by: str) -> None:
    moves.make_one(work, move, message, Context(actor=by), **AGAIN)
    waits_for = requirements.renew(work, message.company_id, message.id, message.record)
    messages.change(work, message.id, waits_for=waits_for)
