"""Takes messages into the queue: checked whole before a row is written, in order per record, each key once.

A message that came by SQL is looked at later by the same rules; what cannot be sent becomes failed there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.refusals import (
    DocumentRefused,
    IdempotencyKeyReused,
    Refusal,
    RequirementsFormACircle,
    RevisionIsOlder,
)
from service.domain.status import Status
from service.exchange import document as documents
from service.exchange import moves, references, request
from service.exchange.document import Document
from service.exchange.request import Edition
from service.store import events, identities, messages, requirements
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

SUPERSEDABLE = (Status.PENDING, Status.FAILED)
LOOKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The message that stands for a document; `is_new` is False when the same document was here already."""

    message_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that qbXML can say, with the records it refers to."""

    document: Document
    references: frozenset[Record]
    reads: bool
    notes: tuple[str, ...]


def enqueue(work: Work, company: Company, document: Document, *, by: str) -> Enqueued:
    """Put a document into a company's queue, or return the message that stands for it already.

    `by` says through which door or by whom. Raises DocumentRefused with all complaints, IdempotencyKeyReused or
    RevisionIsOlder; then nothing was written.
    """
    known = _known_already(work, company, document)
    if known is not None:
        return Enqueued(known.id, is_new=False)
    checked = check(document, company)
    _refuse_older(work, company, document)
    _refuse_circle(work, company, checked)
    superseded = _superseded_by(work, company, document)
    message_id = messages.add(work, **_columns(company, document, checked, by))
    note = "; ".join(checked.notes) or None
    events.add(
        work,
        [{"actor": by, "action": "enqueue", "company_id": company.id, "message_id": message_id, "note": note}],
    )
    _supersede(work, superseded, message_id)
    _require(work, company, message_id, checked, written=0)
    return Enqueued(message_id, is_new=True)


def check(document: Document, company: Company) -> Checked:
    """Check that qbXML can say a document, for the company's country. Raises DocumentRefused with all complaints."""
    described = str(document.record or document.operation)
    edition = Edition(country=company.country, substitute=company.substitute_characters)
    if document.request is not None:
        drafted, referred = request.read_raw(document.request, edition), set[Record]()
    else:
        referred = _references(described, document)
        content = references.filled_in(document.content, lambda _: references.UNRESOLVED)
        drafted = request.draft(document.operation, document.record, content)
    notes = request.examined(described, drafted, edition)
    return Checked(document, frozenset(referred), drafted.reads, notes)


def look_at_new_ones(work: Work, company: Company) -> None:
    """Look at the messages that came in by SQL: check them, write what they require, or fail them."""
    for message in messages.unseen(work, company.id, LOOKED_AT_ONCE):
        try:
            document = _read_back(message)
            checked = check(document, company)
            _refuse_older(work, company, document, besides=message.id)
            _refuse_circle(work, company, checked)
        except Refusal as refusal:
            _fail_unreadable(work, message, refusal)
            continue
        _supersede(work, _superseded_by(work, company, document, before=message.id), message.id)
        messages.change(
            work,
            message.id,
            reads=checked.reads,
            fingerprint=document.fingerprint,
            external_guid=message.external_guid or new_guid(),
        )
        _require(work, company, message.id, checked)


def new_guid() -> str:
    """A fresh GUID in the form of qbXML's GUIDTYPE."""
    return "{" + str(uuid4()).upper() + "}"


def _references(described: str, document: Document) -> set[Record]:
    complaints = references.complaints(document.content, document.record.kind if document.record else None)
    if complaints:
        raise DocumentRefused(described, complaints)
    referred = references.found_in(document.content)
    if document.record in referred:
        raise DocumentRefused(described, [f"{document.record} refers to itself"])
    return referred


def _known_already(work: Work, company: Company, document: Document) -> Message | None:
    if document.idempotency_key is None:
        return None
    known = messages.by_idempotency_key(work, company.id, document.idempotency_key)
    if known is not None and known.fingerprint != document.fingerprint:
        raise IdempotencyKeyReused(document.idempotency_key, known.id)
    return known


def _refuse_older(work: Work, company: Company, document: Document, besides: int | None = None) -> None:
    if document.revision is None or document.record is None:
        return
    record = str(document.record)
    newest = messages.newest_revision(work, company.id, record, besides)
    identity = identities.of_record(work, company.id, record)
    known = max(newest or 0, (identity.revision if identity else None) or 0)
    if document.revision < known:
        raise RevisionIsOlder(record, document.revision, known)


def _refuse_circle(work: Work, company: Company, checked: Checked) -> None:
    """Records that wait for each other would wait for ever."""
    if checked.document.record is None or not checked.references:
        return
    record = str(checked.document.record)
    way = requirements.way_to(work, company.id, [str(one) for one in checked.references], record)
    if way is not None:
        raise RequirementsFormACircle([record, *way])


def _superseded_by(work: Work, company: Company, document: Document, before: int | None = None) -> list[Message]:
    """The older saves of the same record that were never sent, or were refused: the newer one says it all."""
    if document.operation is not Operation.SAVE or document.record is None:
        return []
    older = messages.of_record(work, company.id, str(document.record), SUPERSEDABLE)
    return [
        message
        for message in older
        if message.operation == Operation.SAVE.value and (before is None or message.id < before)
    ]


def _supersede(work: Work, older: list[Message], newer_id: int) -> None:
    note = f"replaced by message {newer_id}"
    over = {"settled_at": work.now, "to_read": None}
    moves.make(work, "supersede", [moves.Step(message, over, note=note) for message in older])


def _require(work: Work, company: Company, message_id: int, checked: Checked, written: int | None = None) -> None:
    """Keep what a message requires; `written` is how much its row says already that it waits for."""
    record = checked.document.record
    earlier = requirements.earlier_messages(work, company.id, str(record), message_id) if record else []
    records = [str(reference) for reference in checked.references]
    waits_for = requirements.write(work, company.id, message_id, records=records, earlier=earlier)
    if waits_for != written:
        messages.change(work, message_id, waits_for=waits_for)


def _columns(company: Company, document: Document, checked: Checked, by: str) -> Mapping[str, Any]:
    raw = document.operation is Operation.RAW
    return {
        "company_id": company.id,
        "operation": document.operation.value,
        "record": str(document.record) if document.record else None,
        "content": None if raw else documents.canonical(document.content),
        "request": document.request,
        "revision": document.revision,
        "idempotency_key": document.idempotency_key,
        "fingerprint": document.fingerprint,
        "priority": document.priority,
        "not_before": document.not_before,
        "waits_for": 0,
        "external_guid": document.content.get("ExternalGUID") or new_guid(),
        "reads": checked.reads,
        "enqueued_by": by,
    }


def _read_back(message: Message) -> Document:
    content = documents.parse_line(message.content) if message.content else None
    return documents.read(
        {
            "operation": message.operation,
            "record": message.record,
            "content": content,
            "request": message.request,
            "revision": message.revision,
            "idempotency_key": message.idempotency_key,
            "priority": message.priority,
            "not_before": message.not_before,
        }
    )


def _fail_unreadable(work: Work, message: Message, refusal: Refusal) -> None:
    moves.make_one(
        work,
        "fail",
        message,
        what_happened=f"It cannot be written for QuickBooks. {refusal}",
        what_to_do="Have the order system send a corrected version; then this one is replaced by it.",
        offers=json.dumps(["retry", "enter_manually", "skip"]),
        waits_for=0,
        settled_at=work.now,
    )
