"""Messages: put into the queue, one or a thousand, and read with what became of them. Decides nothing about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint
from flask import request

from service.api import caller, problems
from service.api.caller import needs
from service.api.problems import Problem
from service.api.shapes import (
    BatchIn,
    BatchOut,
    EnqueuedOut,
    MessageIn,
    MessageOut,
    MessagesOut,
    PageIn,
    QueueOut,
    RecordOut,
    Responses,
)
from service.domain.api_scope import Scope
from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.refusals import BadDocument, Refusal, UnknownMessage
from service.domain.status import MEANINGS, Status
from service.exchange import document, waiting_for
from service.exchange.checking import LookedAt, look_again, look_at
from service.exchange.enqueue import Enqueued, enqueue_all
from service.store import api_pages, figures, identities, messages
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Conflict, Work

routes = APIBlueprint("messages", __name__, tag="Messages")

OPEN_SHOWN = 100
KEY_HEADER = "Idempotency-Key"
ALREADY: Responses = {
    200: {
        "description": "The same is here already",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EnqueuedOut"}}},
    }
}


@routes.post("/companies/<company>/messages")
@needs(Scope.ENQUEUE)
@routes.input(MessageIn, arg_name="given")
@routes.output(EnqueuedOut, status_code=201)
@routes.doc(responses=ALREADY)
def enqueue_one(company: str, given: MessageIn) -> tuple[EnqueuedOut, int]:
    """Put a message into the queue.

    201 when it is new, 200 when the same is here already. The header `Idempotency-Key` is as good as the field.
    """
    asked = _with_key_of_header(given.model_dump(exclude_unset=True))
    (outcome,) = _enqueued(company, [asked])
    if isinstance(outcome, Refusal):
        raise outcome
    return _taken(outcome), 201 if outcome.is_new else 200


@routes.post("/companies/<company>/batches")
@needs(Scope.ENQUEUE)
@routes.input(BatchIn, arg_name="given")
@routes.output(BatchOut)
def enqueue_batch(company: str, given: BatchIn) -> BatchOut:
    """Put up to 1,000 messages into the queue, in one transaction.

    Each has its own outcome: those that are refused do not hold up the others, and the others are all committed or,
    if this request fails as a whole, none.
    """
    if request.headers.get(KEY_HEADER):
        raise Problem(HTTPStatus.BAD_REQUEST, f"A batch has no {KEY_HEADER}: give each message an `idempotency_key`.")
    outcomes = _enqueued(company, given.messages)
    refused = sum(isinstance(one, Refusal) for one in outcomes)
    told = {"taken": len(outcomes) - refused, "refused": refused, "outcomes": [_outcome(one) for one in outcomes]}
    return BatchOut.model_validate(told)


@routes.get("/companies/<company>/messages")
@needs(Scope.READ)
@routes.input(PageIn, location="query", arg_name="asked")
@routes.output(MessagesOut)
def list_messages(company: str, asked: PageIn) -> MessagesOut:
    """Read messages, oldest first, of one status, of one record or changed since a time if you say so.

    Go on with `after` as `next` says, until it is null. A page may hold fewer than asked for, or none.
    """
    record = None if asked.record is None else str(Record.parse(asked.record))
    with caller.store().reading() as work:
        found = caller.company(work, company)
        shown, following = api_pages.page(
            work, found.id, asked.after, asked.limit, status=asked.status, record=record, since=asked.since
        )
        return MessagesOut(messages=[told(work, one) for one in shown], next=following)


@routes.get("/companies/<company>/messages/<int:message_id>")
@needs(Scope.READ)
@routes.output(MessageOut)
def read_message(company: str, message_id: int) -> MessageOut:
    """Read one message: how it stands, what it waits for, and what to do about it."""
    with caller.store().reading() as work:
        return told(work, of_company(work, caller.company(work, company), message_id, lock=False))


@routes.get("/companies/<company>/records/<path:record>")
@needs(Scope.READ)
@routes.output(RecordOut)
def read_record(company: str, record: str) -> RecordOut:
    """Read what is known of a record: QuickBooks' id and number of it, and its messages that are not settled."""
    name = str(Record.parse(record))
    with caller.store().reading() as work:
        found = caller.company(work, company)
        identity = identities.of_record(work, found.id, name)
        waiting = api_pages.open_of_record(work, found.id, name, OPEN_SHOWN)
        return RecordOut(
            record=name,
            quickbooks_id=identity.quickbooks_id if identity else None,
            quickbooks_number=identity.quickbooks_number if identity else None,
            learned_at=identity.learned_at if identity else None,
            revision=identity.revision if identity else None,
            open_messages=[told(work, one) for one in waiting],
        )


@routes.get("/companies/<company>/queue")
@needs(Scope.READ)
@routes.output(QueueOut)
def read_queue(company: str) -> QueueOut:
    """Read the state of the queue: how many messages stand where, and what others wait for."""
    with caller.store().reading() as work:
        found = caller.company(work, company)
        standing = figures.of_company(work, found.id)
        return QueueOut(
            company=found.name,
            messages=dict(standing.messages),
            waiting=[str(one) for one in waiting_for.crowds(work, found.id)[:OPEN_SHOWN]],
            oldest_pending_at=standing.oldest_pending_at,
            last_visit_at=standing.last_visit_at,
            session_open=standing.session_open,
            stopped_because=found.mismatch,
        )


def of_company(work: Work, company: Company, message_id: int, *, lock: bool) -> Message:
    """The message of that number, if it is the company's; raises UnknownMessage."""
    if message_id >= 2**63:
        raise UnknownMessage(message_id)
    message = messages.by_id(work, message_id, lock=lock)
    if message.company_id != company.id:
        raise UnknownMessage(message_id)
    return message


def told(work: Work, message: Message) -> MessageOut:
    """A message as it is answered; never its content, which whoever reads it has."""
    status = Status(message.status)
    return MessageOut(
        id=message.id,
        operation=Operation(message.operation),
        record=message.record,
        revision=message.revision,
        idempotency_key=message.idempotency_key,
        priority=message.priority,
        not_before=message.not_before,
        status=status,
        status_in_words=MEANINGS[status],
        waits_for=[str(awaited) for awaited in waiting_for.waits_for(work, message)],
        attempts=message.attempts,
        status_code=message.status_code,
        what_happened=message.what_happened,
        what_to_do=message.what_to_do,
        quickbooks_said=message.quickbooks_said,
        quickbooks_id=message.quickbooks_id,
        quickbooks_number=message.quickbooks_number,
        enqueued_by=message.enqueued_by,
        enqueued_at=message.created_at,
        changed_at=message.changed_at,
        settled_at=message.settled_at,
    )


def _enqueued(company: str, given: Sequence[object]) -> Sequence[Enqueued | Refusal]:
    """Enqueue in one transaction; when another call brought the same key meanwhile, once more, which then finds it.

    All is checked before it begins, so that a thousand hold up nobody else's writing for longer than they are written.
    """
    with caller.store().reading() as work:
        found = caller.company(work, company)
    looked = [_looked_at(found, one) for one in given]

    def put(work: Work) -> Sequence[Enqueued | Refusal]:
        now = caller.company(work, company)
        again = [one if isinstance(one, Refusal) else look_again(one, now) for one in looked]
        return enqueue_all(work, again, by=caller.name())

    try:
        return caller.store().write(put)
    except Conflict:
        return caller.store().write(put)


def _looked_at(company: Company, asked: object) -> LookedAt | Refusal:
    try:
        if not isinstance(asked, Mapping):
            raise BadDocument("", "a message is an object in braces.")
        read = document.read(asked)
        if read.company not in (None, company.name):
            raise BadDocument("company", f"is '{read.company}', and the address says '{company.name}': leave it out.")
    except Refusal as refusal:
        return refusal
    return look_at(read, company)


def _outcome(outcome: Enqueued | Refusal) -> dict[str, Any]:
    return {"problem": problems.described(outcome)} if isinstance(outcome, Refusal) else _taken(outcome).model_dump()


def _taken(taken: Enqueued) -> EnqueuedOut:
    return EnqueuedOut(message_id=taken.message_id, is_new=taken.is_new)


def _with_key_of_header(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    given = request.headers.get(KEY_HEADER)
    if given is None:
        return asked
    if not given.strip():
        # Whoever sends it relies on it: without a key, the same order sent again would be a second one.
        raise Problem(HTTPStatus.BAD_REQUEST, f"The header {KEY_HEADER} is empty: give it a key, or leave it out.")
    if not given.isascii():
        raise Problem(HTTPStatus.BAD_REQUEST, f"Write the header {KEY_HEADER} in ASCII; the field takes all letters.")
    if asked.get("idempotency_key") not in (None, given):
        raise Problem(HTTPStatus.BAD_REQUEST, f"The header {KEY_HEADER} and `idempotency_key` say different keys.")
    return {**asked, "idempotency_key": given}
