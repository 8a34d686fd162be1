"""Writes a message as the request that goes to QuickBooks, with the ids that are known now. Moves no message.

Here a `save` becomes an Add or a Mod: a Mod if the record's identity is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.refusals import Refusal
from service.exchange import document, references, request, update
from service.exchange.request import Draft, Edition, Target
from service.exchange.update import KnownLine, SentLine
from service.qbxml.build import Written
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


class CannotBeChanged(Refusal):
    """qbXML has no Mod of this object."""

    def __init__(self, record: str, kind: str) -> None:
        super().__init__(
            f"{record} is in QuickBooks already, and QuickBooks lets no program change a {kind}. "
            "Change it there by hand, then press Skip."
        )


class MustBeReadFirst(Exception):
    """What QuickBooks has now must be read before this message can be written."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A request by qbXML's names, the lines of a Mod in the order in which it sends them, and what to tell a person."""

    draft: Draft
    lines: Sequence[SentLine] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A message with the request that says it, as text."""

    message: Message
    text: str
    lines: Sequence[SentLine]
    notes: Sequence[str]


def identities_for(work: Work, company_id: int, chosen: Iterable[Message]) -> Mapping[str, Identity]:
    """The identities that are known of the records that some messages are about or refer to, by record."""
    wanted: set[str] = set()
    for message in chosen:
        if message.record is not None:
            wanted.add(message.record)
        wanted.update(_referred_to(message))
    return identities.of_records(work, company_id, wanted)


def _referred_to(message: Message) -> Iterable[str]:
    if message.content is None or '"record"' not in message.content:
        return ()
    try:
        return [str(record) for record in references.found_in(document.parse_line(message.content))]
    except Refusal:
        return ()  # What cannot be read is refused when it is written.


def drafted(message: Message, known: Mapping[str, Identity]) -> Drafted:
    """The request for a message by qbXML's names.

    Raises NotInQuickBooks, CannotBeChanged, DocumentRefused, or MustBeReadFirst.
    """
    if message.request is not None:
        return Drafted(request.with_external_guid(request.read_raw(message.request), message.external_guid))
    record = Record.parse(message.record)
    operation = Operation(message.operation)
    content = references.filled_in(
        document.parse_line(message.content or "{}"), lambda other: _identity(other, known).quickbooks_id
    )
    if operation is Operation.SAVE and str(record) in known:
        return _update(message, record, content, known[str(record)])
    if operation in (Operation.SAVE, Operation.ADD):
        plain = request.draft(operation, record, content)
        return Drafted(request.with_external_guid(plain, message.external_guid))
    identity = _identity(record, known)
    if operation is Operation.MOD and identity.edit_sequence is None and message.present is None:
        raise MustBeReadFirst
    return Drafted(request.draft(operation, record, content, target=_target(identity, _present(message))))


def written(message: Message, known: Mapping[str, Identity], edition: Edition) -> Ready:
    """The request for a message as text; its requestID is the message's number.

    Raises as `drafted`, and NeedsAnotherQuickBooks when a newer QuickBooks would take it.
    """
    told = drafted(message, known)
    text: Written = request.written(message.document, told.draft, str(message.id), edition)
    notes = [*told.notes, *(str(substitution) for substitution in text.substitutions)]
    return Ready(message, text.text, told.lines, notes)


def known_lines(identity: Identity) -> Sequence[KnownLine]:
    """The lines of a record that we posted, as they were learned."""
    return [KnownLine(key, line_id) for key, line_id in json.loads(identity.lines or "[]")]


def _update(message: Message, record: Record, content: Mapping[str, Any], identity: Identity) -> Drafted:
    if not update.can_be_changed(record.kind):
        raise CannotBeChanged(str(record), record.kind)
    present = _present(message)
    if present is None and (identity.edit_sequence is None or update.needs_reading(record.kind, content)):
        raise MustBeReadFirst
    told = update.as_mod(record.kind, content, present, known_lines(identity))
    target = _target(identity, present)
    return Drafted(request.draft(Operation.MOD, record, told.content, target=target), told.lines, told.notes)


def _target(identity: Identity, present: Mapping[str, Any] | None) -> Target:
    newest = (present or {}).get("EditSequence") or identity.edit_sequence
    return Target(identity.quickbooks_id, newest or "")


def _present(message: Message) -> Mapping[str, Any] | None:
    if message.present is None:
        return None
    present: Mapping[str, Any] = json.loads(message.present)
    return present


def _identity(record: Record, known: Mapping[str, Identity]) -> Identity:
    identity = known.get(str(record))
    if identity is None:
        raise NotInQuickBooks(str(record))
    return identity
