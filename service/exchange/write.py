"""Writes a message as the request that goes to QuickBooks, with the ids that are known now. Moves no message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.refusals import Refusal
from service.exchange import document, references, request
from service.exchange.request import Draft, Edition, Target
from service.qbxml import build
from service.store import identities
from service.store.identities import Identity
from service.store.messages import Message
from service.store.unit import Work


class NotInQuickBooks(Refusal):
    """A request needs QuickBooks' id of a record that is not known to be there."""

    def __init__(self, record: str) -> None:
        super().__init__(
            f"{record} is not known to be in QuickBooks. Save it first, or link it to the one that is there."
        )


def identities_for(work: Work, company_id: int, chosen: Iterable[Message]) -> Mapping[str, Identity]:
    """The identities that are known of the records that some messages are about or refer to, by record."""
    wanted: set[str] = set()
    for message in chosen:
        if message.record is not None:
            wanted.add(message.record)
        if message.content is not None and '"record"' in message.content:
            wanted.update(str(record) for record in references.found_in(document.parse_line(message.content)))
    return identities.of_records(work, company_id, wanted)


def drafted(message: Message, known: Mapping[str, Identity]) -> Draft:
    """The request for a message by qbXML's names. Raises NotInQuickBooks or DocumentRefused."""
    if message.request is not None:
        return request.with_external_guid(request.read_raw(message.request), message.external_guid)
    content = references.filled_in(
        document.parse_line(message.content or "{}"), lambda record: _identity(record, known).quickbooks_id
    )
    record = Record.parse(message.record)
    plain = request.draft(Operation(message.operation), record, content, target=_target(message, record, known))
    return request.with_external_guid(plain, message.external_guid)


def written(message: Message, known: Mapping[str, Identity], edition: Edition) -> build.Written:
    """The request for a message as text; its requestID is the message's number.

    Raises NotInQuickBooks, DocumentRefused, or NeedsAnotherQuickBooks when a newer QuickBooks would take it.
    """
    return request.written(message.document, drafted(message, known), str(message.id), edition)


def _target(message: Message, record: Record, known: Mapping[str, Identity]) -> Target:
    if message.operation in (Operation.SAVE.value, Operation.ADD.value):
        return request.SOMETHING
    identity = _identity(record, known)
    return Target(identity.quickbooks_id, identity.edit_sequence or "")


def _identity(record: Record, known: Mapping[str, Identity]) -> Identity:
    identity = known.get(str(record))
    if identity is None:
        raise NotInQuickBooks(str(record))
    return identity
