"""Takes messages into the queue: checked whole before a row is written, in order per record, each key once.

One goes the same way as a thousand, which are asked about and written with a few statements for all of them.
A message that came by SQL is looked at later by the same rules; what cannot be sent becomes failed there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.refusals import Refusal
from service.exchange import document as documents
from service.exchange import moves, standing, unforeseen
from service.exchange.checking import Checked, LookedAt, check, look_at
from service.exchange.document import Document
from service.exchange.standing import Order, Standing
from service.store import arriving, events, messages, requirements
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

LOOKED_AT_ONCE = 500
TAKEN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The message that stands for a document; `is_new` is False when the same document was here already."""

    message_id: int
    is_new: bool


def enqueue(work: Work, company: Company, document: Document, *, by: str) -> Enqueued:
    """Put a document into a company's queue, or return the message that stands for it already.

    `by` says through which door or by whom. Raises DocumentRefused with all complaints, IdempotencyKeyReused,
    RevisionIsOlder or RequirementsFormACircle; then nothing was written.
    """
    (outcome,) = enqueue_all(work, [look_at(document, company)], by=by)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def enqueue_all(work: Work, given: Sequence[LookedAt | Refusal], *, by: str) -> Sequence[Enqueued | Refusal]:
    """Put documents into their companies' queues as `enqueue` does one after another; returns what became of each.

    What is refused wrote nothing and holds up nothing else; a refusal that is given stays in its place.
    """
    outcomes: dict[int, Enqueued | Refusal] = {}
    for run in _runs(given, outcomes):
        rest = run
        while rest:
            taken = _take(work, rest[0][1].company, rest, by)
            outcomes.update(taken)
            rest = rest[len(taken) :]
    return [outcomes[place] for place in range(len(given))]


def look_at_new_ones(work: Work, company: Company) -> None:
    """Look at the messages that came in by SQL: check them, write what they require, or fail them."""
    for message in messages.unseen(work, company.id, LOOKED_AT_ONCE):
        try:
            checked = _checked(message, company)
            known = _standing(work, company, [(checked.document, checked)], itself=message.id)
            _refuse(work, company, known, checked)
        except Refusal as refusal:
            _fail_unreadable(work, message, refusal)
            continue
        (order,) = standing.in_order(work, known, [checked.document])
        required = _required(known, checked, order)
        messages.change(
            work,
            message.id,
            reads=checked.reads,
            fingerprint=checked.document.fingerprint,
            external_guid=message.external_guid or new_guid(),
            waits_for=_unsettled(required),
        )
        _supersede(work, [(order, message.id)])
        requirements.add(work, company.id, [{"message_id": message.id, **one} for one in required])


def _checked(message: Message, company: Company) -> Checked:
    try:
        return check(_read_back(message), company)
    except Refusal:
        raise
    except Exception as failure:  # Whatever it is, the others behind this one are to go on.
        raise unforeseen.refused(message, failure) from failure


def new_guid() -> str:
    """A fresh GUID in the form of qbXML's GUIDTYPE."""
    # Of version 4, written here because uuid's way of writing one takes as long as checking a document.
    digits = token_hex(16).upper()
    return f"{{{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-A{digits[17:20]}-{digits[20:]}}}"


Run = Sequence[tuple[int, LookedAt]]
"""Documents of one company with their places among those given; none changes what the queue says of another, but for
the circles that it closes with them."""


def _runs(given: Sequence[LookedAt | Refusal], outcomes: dict[int, Enqueued | Refusal]) -> Iterator[Run]:
    """Cut documents into runs, in their order; refusals among them are outcomes already.

    A new run begins where one has the record, the key or the GUID of one before it, or its record is one that one
    before it waits for: only then may it close a circle.
    """
    run: list[tuple[int, LookedAt]] = []
    taken: set[str | Record] = set()
    awaited: set[Record | None] = set()
    for place, one in enumerate(given):
        if isinstance(one, Refusal):
            outcomes[place] = one
            continue
        own = _own(one.document)
        meets = not taken.isdisjoint(own) or one.document.record in awaited
        if run and (meets or len(run) == TAKEN_AT_ONCE or run[0][1].company.id != one.company.id):
            yield run
            run, taken, awaited = [], set(), set()
        run.append((place, one))
        taken.update(own)
        if one.checked is not None:
            awaited |= one.checked.references
    if run:
        yield run


def _own(document: Document) -> list[str | Record]:
    """What no two documents of a run may have in common. A key is told from a GUID by what stands before it."""
    own: list[str | Record] = [] if document.record is None else [document.record]
    if document.idempotency_key is not None:
        own.append(f"key {document.idempotency_key}")
    if "ExternalGUID" in document.content:
        own.append(f"GUID {document.content['ExternalGUID']}")
    return own


def _take(work: Work, company: Company, run: Run, by: str) -> Mapping[int, Enqueued | Refusal]:
    """Put the documents of a run into the queue, up to one that may close a circle with those before it."""
    known = _standing(work, company, [(one.document, one.checked) for _, one in run])
    outcomes: dict[int, Enqueued | Refusal] = {}
    accepted: list[tuple[int, Checked]] = []
    for place, one in run:
        if accepted and str(one.document.record) in known.required:
            break
        judged = _judged(work, company, known, one)
        if isinstance(judged, Checked):
            accepted.append((place, judged))
        else:
            outcomes[place] = judged
    numbers = _put(work, company, known, [checked for _, checked in accepted], by)
    for (place, _), number in zip(accepted, numbers, strict=True):
        outcomes[place] = Enqueued(number, is_new=True)
    return outcomes


def _standing(
    work: Work, company: Company, looked: Sequence[tuple[Document, Checked | None]], itself: int | None = None
) -> Standing:
    referring = {
        str(document.record): [str(one) for one in checked.references]
        for document, checked in looked
        if checked is not None and checked.references
    }
    return standing.of(work, company.id, [document for document, _ in looked], referring, itself)


def _judged(work: Work, company: Company, known: Standing, looked: LookedAt) -> Checked | Enqueued | Refusal:
    """The document if it is to be taken, else what becomes of it."""
    try:
        number = standing.known_already(known, looked.document)
        if number is not None:
            return Enqueued(number, is_new=False)
        if looked.checked is not None:
            _refuse(work, company, known, looked.checked)
    except Refusal as refusal:
        return refusal
    outcome = looked.checked or looked.refusal
    assert outcome is not None
    return outcome


def _refuse(work: Work, company: Company, known: Standing, checked: Checked) -> None:
    standing.refuse_older(known, checked.document)
    references = [str(one) for one in checked.references]
    standing.refuse_circle(work, company.id, known, checked.document, references)


def _put(work: Work, company: Company, known: Standing, accepted: Sequence[Checked], by: str) -> Sequence[int]:
    """Write the rows of documents: messages, events, what they replace and what they require; returns their numbers."""
    if not accepted:
        return []
    orders = standing.in_order(work, known, [checked.document for checked in accepted])
    required = [_required(known, checked, order) for checked, order in zip(accepted, orders, strict=True)]
    rows = [_columns(checked, _unsettled(one)) for checked, one in zip(accepted, required, strict=True)]
    numbers = arriving.add(work, {"company_id": company.id, "enqueued_by": by}, rows)
    put = list(zip(accepted, numbers, strict=True))
    events.add(work, [_event(company, checked, number, by) for checked, number in put])
    _supersede(work, list(zip(orders, numbers, strict=True)))
    requirements.add(
        work,
        company.id,
        [{"message_id": number, **one} for number, own in zip(numbers, required, strict=True) for one in own],
    )
    return numbers


def _supersede(work: Work, orders: Sequence[tuple[Order, int]]) -> None:
    over = {"settled_at": work.now, "to_read": None}
    steps = [
        moves.Step(message, over, note=f"replaced by message {newer_id}")
        for order, newer_id in orders
        for message in order.replaces
    ]
    moves.make(work, "supersede", steps)


def _required(known: Standing, checked: Checked, order: Order) -> Sequence[Mapping[str, Any]]:
    """The requirements of a message: records whose identity must be known, and what stands before it."""
    records = sorted(str(reference) for reference in checked.references)
    return [
        *({"record": one, "earlier_id": None, "settled": one in known.in_quickbooks} for one in records),
        *({"record": None, "earlier_id": one, "settled": False} for one in order.waits_for),
    ]


def _unsettled(required: Sequence[Mapping[str, Any]]) -> int:
    return sum(not one["settled"] for one in required)


def _event(company: Company, checked: Checked, message_id: int, by: str) -> Mapping[str, Any]:
    return {
        "actor": by,
        "action": "enqueue",
        "company_id": company.id,
        "message_id": message_id,
        "note": "; ".join(checked.notes) or None,
    }


def _columns(checked: Checked, waits_for: int) -> Mapping[str, Any]:
    document = checked.document
    return {
        "operation": document.operation.value,
        "record": str(document.record) if document.record else None,
        "content": None if document.operation is Operation.RAW else document.text,
        "request": document.request,
        "revision": document.revision,
        "idempotency_key": document.idempotency_key,
        "fingerprint": document.fingerprint,
        "priority": document.priority,
        "not_before": document.not_before,
        "waits_for": waits_for,
        "external_guid": document.content.get("ExternalGUID") or new_guid(),
        "reads": checked.reads,
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
    corrected = "Have the order system send a corrected version; then this one is replaced by it."
    moves.make_one(
        work,
        "fail",
        message,
        what_happened=f"It cannot be written for QuickBooks. {refusal}",
        what_to_do=unforeseen.REMEDY if isinstance(refusal, unforeseen.NotForeseen) else corrected,
        offers=json.dumps(["retry", "enter_manually", "skip"]),
        waits_for=0,
        settled_at=work.now,
    )
