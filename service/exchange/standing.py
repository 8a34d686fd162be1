"""What the queue says of documents before they go in: used keys, newer revisions, circles, and what stands before them.

It is asked once for all documents that arrive together, of which no two are about the same record. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from service.domain.operation import Operation
from service.domain.refusals import IdempotencyKeyReused, RequirementsFormACircle, RevisionIsOlder
from service.domain.status import UNSETTLED, Status
from service.exchange import doubt
from service.exchange.document import Document
from service.store import arriving, requirements
from service.store.arriving import Earlier, Known
from service.store.messages import Message
from service.store.unit import Work

SUPERSEDABLE = (Status.PENDING, Status.FAILED)
_UNSETTLED = frozenset(status.value for status in UNSETTLED)
_SUPERSEDABLE = frozenset(status.value for status in SUPERSEDABLE)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the queue knows of the records and keys of some documents, as it was before they went in."""

    keys: Mapping[str, Known]
    newest: Mapping[str, int]
    """The highest revision by record."""
    earlier: Mapping[str, Sequence[Earlier]]
    required: Collection[str]
    """The documents' own records that something waits for, of those documents that wait for something themselves."""
    in_quickbooks: Collection[str]
    """The records that the documents refer to and whose identity is known."""


def of(
    work: Work,
    company_id: int,
    documents: Collection[Document],
    references: Mapping[str, Collection[str]],
    itself: int | None = None,
) -> Standing:
    """Ask the queue about documents. `references` are the records to which each record's document refers.

    `itself` is the message of a document that is in the queue already: what came after it stands not before it.
    """
    records = {str(one.record) for one in documents if one.record is not None}
    revised = {str(one.record) for one in documents if one.record is not None and one.revision is not None}
    keys = {one.idempotency_key for one in documents if one.idempotency_key is not None and itself is None}
    referred = {one for others in references.values() for one in others}
    return Standing(
        keys=arriving.by_keys(work, company_id, keys) if keys else {},
        newest=arriving.newest_revisions(work, company_id, revised, itself or 0) if revised else {},
        earlier=arriving.earlier(work, company_id, records, itself or arriving.LAST) if records else {},
        required=arriving.required(work, company_id, [one for one in references if references[one]])
        if referred
        else (),
        in_quickbooks=arriving.in_quickbooks(work, company_id, referred) if referred else (),
    )


def known_already(standing: Standing, document: Document) -> int | None:
    """The number of the message that stands for a document. Raises IdempotencyKeyReused when it says something else."""
    known = standing.keys.get(document.idempotency_key) if document.idempotency_key is not None else None
    if known is None:
        return None
    if known.fingerprint != document.fingerprint:
        raise IdempotencyKeyReused(str(document.idempotency_key), known.message_id)
    return known.message_id


def refuse_older(standing: Standing, document: Document) -> None:
    """Raise RevisionIsOlder when something newer of the record is known."""
    if document.revision is None or document.record is None:
        return
    newest = standing.newest.get(str(document.record), 0)
    if document.revision < newest:
        raise RevisionIsOlder(str(document.record), document.revision, newest)


def refuse_circle(
    work: Work, company_id: int, standing: Standing, document: Document, references: Collection[str]
) -> None:
    """Records that wait for each other would wait for ever: raises RequirementsFormACircle.

    A circle closes only at a record that something waits for.
    """
    record = str(document.record)
    if record not in standing.required:
        return
    way = requirements.way_to(work, company_id, references, record)
    if way is not None:
        raise RequirementsFormACircle([record, *way])


@dataclass(frozen=True, slots=True)
class Order:
    """What stands before a document: older saves that it replaces, and messages that it waits for, by their numbers."""

    replaces: Sequence[Message]
    waits_for: Sequence[int]


def in_order(work: Work, standing: Standing, documents: Sequence[Document]) -> Sequence[Order]:
    """What stands before each document. What is replaced is locked.

    The older saves of the same record that were never sent, or were refused, are replaced: the newer one says it all.
    Not so what QuickBooks may have all the same: it would be called replaced, and stand there if the newer one failed.
    """
    before = [standing.earlier.get(str(one.record), ()) for one in documents]
    replaceable = [
        [one.message_id for one in earlier if one.operation == Operation.SAVE.value and one.status in _SUPERSEDABLE]
        if document.operation is Operation.SAVE
        else []
        for document, earlier in zip(documents, before, strict=True)
    ]
    every = [number for numbers in replaceable for number in numbers]
    found = {one.id: one for one in arriving.to_replace(work, every, SUPERSEDABLE)} if every else {}
    perhaps_there = doubt.open_ones(work, [one.id for one in found.values() if one.attempts])
    # What was to be replaced and has moved since may be on its way: it comes first, until it is seen not to be.
    moved = set(every) - set(found)
    return [
        Order(
            replaces=[found[number] for number in numbers if number in found and number not in perhaps_there],
            waits_for=[
                one.message_id
                for one in earlier
                if one.message_id in moved
                or (one.status in _UNSETTLED and (one.message_id not in numbers or one.message_id in perhaps_there))
            ],
        )
        for numbers, earlier in zip(replaceable, before, strict=True)
    ]
