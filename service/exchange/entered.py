"""Keeps a record from being added to QuickBooks a second time after a person entered it there. Moves no message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.domain.status import Status
from service.store import entered
from service.store.entered import ByHand
from service.store.identities import Identity
from service.store.messages import Message
from service.store.unit import Work


class EnteredButNotFound(Refusal):
    """It is in QuickBooks, somebody said, and it was not found there under the number that was noted."""

    def __init__(self, record: str, message_id: int, number: str) -> None:
        super().__init__(
            f"{record} was entered in QuickBooks by hand, and it was not found there under {number}; sent "
            f"now, there might be two of it. Give message {message_id} the number that QuickBooks shows, then retry."
        )


class IsToBeEntered(Exception):
    """Somebody has another version to enter by hand, which this message must wait for."""

    def __init__(self, message_id: int) -> None:
        super().__init__(message_id)
        self.message_id = message_id


def objections(
    work: Work, company_id: int, chosen: Iterable[Message], known: Mapping[str, Identity]
) -> Mapping[int, EnteredButNotFound | IsToBeEntered]:
    """Why some messages must not be sent as an Add, by their numbers; `known` are the identities that are known.

    What is to be entered is a requirement of others of its record. But where a person reopened an entry while the order
    system saved a newer version, neither transaction saw the other, and no requirement was written.
    """
    adds = {
        message.id: message.record
        for message in chosen
        if message.operation in (Operation.SAVE.value, Operation.ADD.value)
        and message.record is not None
        and message.record not in known
    }
    by_hand = {one.record: _objection(one) for one in entered.of_records(work, company_id, set(adds.values()))}
    return {number: by_hand[record] for number, record in adds.items() if record in by_hand}


def _objection(there: ByHand) -> EnteredButNotFound | IsToBeEntered:
    if there.status == Status.MANUAL_ENTRY.value:
        return IsToBeEntered(there.id)
    return EnteredButNotFound(there.record, there.id, str(there.quickbooks_number))
