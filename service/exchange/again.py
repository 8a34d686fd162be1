"""Puts a message back among what is to be sent, as if it had never gone: after a failure, a doubt, or a skip.

Whether it may go again is for the caller to say; what is written here is what it then needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.domain.status import MOVES, Status
from service.exchange import moves, versions
from service.exchange.moves import Context
from service.store import messages, requirements
from service.store.messages import Message
from service.store.unit import Work

AGAIN: Mapping[str, Any] = {
    "status_code": None,
    "quickbooks_said": None,
    "what_happened": None,
    "what_to_do": None,
    "offers": None,
    "postponements": 0,
    "rereads": 0,
    "to_read": None,
    "present": None,
    "settled_at": None,
}
"""The columns of a message that is to be sent as if for the first time."""


class WithoutDocument(Refusal):
    def __init__(self, message_id: int, document: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) cannot be sent: it came without its document. Ask those who run the "
            "order system to send it anew, or enter it in QuickBooks by hand; then close it here with a note."
        )


def to_pending(work: Work, move: str, message_id: int, by: str) -> None:
    """Make a move that ends among what is to be sent. Raises WithoutDocument, ReplacedByNewer or UnlawfulMove."""
    message = messages.by_id(work, message_id)
    versions.refuse_replaced(work, message, move)
    refuse_without_document(message, move)
    # A time that the order system gave is kept; one that came of QuickBooks being busy is over.
    not_before = None if message.postponements else message.not_before
    moves.make_one(work, move, message, Context(actor=by), not_before=not_before, **AGAIN)
    waits_for = None
    if message.fingerprint is not None:
        waits_for = requirements.renew(work, message.company_id, message.id, message.record)
    # One that was never found to be well is looked at anew as a whole: with NULL it counts as not seen yet.
    messages.change(work, message.id, waits_for=waits_for)


def refuse_without_document(message: Message, move: str) -> None:
    """What came without its document cannot be written: raises WithoutDocument for a move that would send it."""
    needed = message.operation in (Operation.SAVE.value, Operation.ADD.value, Operation.MOD.value)
    if needed and message.content is None and Status(message.status) in MOVES[move].leaves:
        raise WithoutDocument(message.id, message.document)
