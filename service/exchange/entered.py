"""Keeps a record from being added to QuickBooks a second time after a person entered it there. Moves no message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.store import entered
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


def objections(
    work: Work, company_id: int, chosen: Iterable[Message], known: Mapping[str, Identity]
) -> Mapping[int, Refusal]:
    """Why some messages must not be sent as an Add, by their numbers; `known` are the identities that are known."""
    adds = {
        message.id: message.record
        for message in chosen
        if message.operation in (Operation.SAVE.value, Operation.ADD.value)
        and message.record is not None
        and message.record not in known
    }
    found = entered.not_found(work, company_id, set(adds.values()))
    return {number: EnteredButNotFound(record, *found[record]) for number, record in adds.items() if record in found}
