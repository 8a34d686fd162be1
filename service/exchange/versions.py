"""The versions of one record: which one is newer, and which one must not go before or after another. Moves nothing."""

from __future__ import annotations

from collections.abc import Collection

from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.domain.status import MOVES, Status
from service.store import identities, messages, requirements
from service.store.messages import Message
from service.store.unit import Work

_WENT_OR_GOING = (
    Status.PENDING,
    Status.IN_FLIGHT,
    Status.IN_DOUBT,
    Status.SYNCHRONIZED,
    Status.MANUAL_ENTRY,
    Status.MANUALLY_ENTERED,
)
"""The statuses in which a newer version forbids that an older one is sent after it."""


class ReplacedByNewer(Refusal):
    def __init__(self, message_id: int, document: str, newer: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) stays as it is: {newer} is a newer version of it. Skip this one."
        )


class EarlierComesFirst(Refusal):
    def __init__(self, message_id: int, document: str, earlier_id: int) -> None:
        super().__init__(
            f"Message {message_id} ({document}) stays as it is: message {earlier_id} of the same record comes first, "
            "and typed in before it, there might be two of it. Settle that one, then decide about this one."
        )


class NewerIsThere(Refusal):
    def __init__(self, message_id: int, document: str, newer_id: int) -> None:
        super().__init__(
            f"Message {message_id} ({document}) stays as it is: message {newer_id} of the same record came after it "
            "and builds on it. Take that one back first; if QuickBooks has it already, correct it there by hand."
        )


_BUILDS_ON_IT = (
    Status.IN_FLIGHT,
    Status.IN_DOUBT,
    Status.SYNCHRONIZED,
    Status.MANUAL_ENTRY,
    Status.MANUALLY_ENTERED,
)
"""The statuses in which a later message counts on what an earlier one brought into QuickBooks."""


def refuse_built_on(work: Work, message: Message) -> None:
    """What was entered is not taken back from under a later message: raises NewerIsThere."""
    if message.record is None:
        return
    later = messages.of_record(work, message.company_id, message.record, _BUILDS_ON_IT)
    newer_id = next((one.id for one in later if one.id > message.id), None)
    if newer_id is not None:
        raise NewerIsThere(message.id, message.document, newer_id)


def refuse_replaced(work: Work, message: Message, move: str) -> None:
    """Older content must not be sent or typed over newer: raises ReplacedByNewer for a move that would do it."""
    replacing = newer(work, message) if Status(message.status) in MOVES[move].leaves else None
    if replacing is not None:
        raise ReplacedByNewer(message.id, message.document, replacing)


def refuse_before_earlier(work: Work, message: Message, move: str) -> None:
    """What is typed in before an earlier version that may still be sent is there twice: raises EarlierComesFirst."""
    if message.record is None or Status(message.status) not in MOVES[move].leaves:
        return
    earlier = requirements.earlier_messages(work, message.company_id, message.record, message.id)
    if earlier:
        raise EarlierComesFirst(message.id, message.document, earlier[0])


def newer(work: Work, message: Message) -> str | None:
    """What is newer than a save: another save of the record that went or is going, or what QuickBooks has of it."""
    return _newer(work, message, _WENT_OR_GOING)


def is_replaced_in_quickbooks(work: Work, message: Message) -> bool:
    """Whether QuickBooks has a newer version of a save, so that it does not matter any more whether it ran."""
    return _newer(work, message, (Status.SYNCHRONIZED, Status.MANUALLY_ENTERED)) is not None


def _newer(work: Work, message: Message, standing: Collection[Status]) -> str | None:
    if message.operation != Operation.SAVE.value or message.record is None:
        return None
    number = messages.newer_save(work, message.company_id, message.record, message.id, standing, message.revision)
    if number is not None:
        return f"message {number}"
    identity = identities.of_record(work, message.company_id, message.record)
    if message.revision is not None and identity is not None and (identity.revision or 0) > message.revision:
        return f"revision {identity.revision}, which is in QuickBooks,"
    return None
