"""Reads in QuickBooks what must be known before a message can go: the entry as it is now, or whose name it is.

Each reason to read is one row of a table: what is asked, and what the answer leads to. Only queries are sent from
here, so an answer that is lost is simply asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service import catalogue
from service.catalogue.treatment import Treatment
from service.domain.failure_log import log_failure
from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.status import Status
from service.exchange import document, frozen, moves, names, outcome, request
from service.exchange.arrival import Arrival
from service.exchange.forget import forget
from service.exchange.moves import Context
from service.exchange.outcome import Tally, Verdict
from service.exchange.request import Draft, Edition
from service.qbxml import build, schema
from service.qbxml.read import Response
from service.store import identities, message_sets, messages, requirements
from service.store.companies import Company
from service.store.engine import all_or_nothing
from service.store.identities import Identity
from service.store.message_sets import MessageSet
from service.store.messages import Message
from service.store.sessions import Session
from service.store.unit import Work

AT_ONCE = 50
"""Messages that one set reads for: an answer holds whole invoices with their lines."""

CURRENT, NAME, NUMBER = "current", "name", "number"

_READ_FOR = (Status.PENDING.value, Status.SYNCHRONIZED.value, Status.MANUALLY_ENTERED.value)
"""The statuses of a message whose answers count: it is to be sent, or it is in QuickBooks and to be known."""


def hand_out(work: Work, session: Session, company: Company, edition: Edition) -> bytes | None:
    """The next set of questions, kept as handed out; None when nothing has to be read."""
    waiting = _first_of_each_record(messages.to_be_read(work, company.id, AT_ONCE))
    texts: list[str] = []
    for message in waiting:
        queries = _READINGS[message.to_read or ""].ask(work, message)
        if not queries:
            _READINGS[message.to_read or ""].answer(work, company, message, [])
        for number, query in enumerate(queries):
            texts.append(request.written(message.document, query, f"{message.id}.{number}", edition).text)
    if not texts:
        return hand_out(work, session, company, edition) if waiting else None
    text = build.message_set(texts, version=edition.version, country=edition.country)
    message_sets.add(
        work,
        company_id=company.id,
        session_id=session.id,
        purpose="prepare",
        qbxml_version=edition.version,
        request=text,
        size=len(waiting),
    )
    return text


def _first_of_each_record(waiting: Sequence[Message]) -> Sequence[Message]:
    """What is learned of a record for one message may change what has to be asked for the next one."""
    first: dict[str | int, Message] = {}
    for message in waiting:
        first.setdefault(message.record or message.id, message)
    return list(first.values())


def receive(work: Work, company: Company, asked: MessageSet, arrival: Arrival, context: Context) -> Tally:
    """Take the answers; what has no usable answer is asked again later, a bounded number of times.

    Questions that QuickBooks was not there to take are simply asked at the next visit.
    """
    request_text, _ = message_sets.texts(work, asked.id)
    message_sets.answer(
        work, asked.id, "answered", answer=arrival.text, hresult=arrival.hresult, message=arrival.message
    )
    tally = Tally()
    if arrival.hresult and catalogue.entry(arrival.hresult, request="QueryRq").treatment is not Treatment.SPLIT:
        return tally
    responses = arrival.answer.responses if arrival.answer is not None else ()
    for number, asked_of_it in frozen.questions_in(request_text).items():
        message = messages.by_id(work, number)
        if message.to_read is None or message.company_id != company.id:
            continue
        if message.status not in _READ_FOR:
            # It was asked for something that is not to be sent any more.
            messages.change(work, message.id, to_read=None)
            continue
        own = [one for one in responses if (one.request_id or "").partition(".")[0] == str(number)]
        # Of some questions the answers mean nothing without the others': what is gone may be there under its number.
        if len(own) < asked_of_it or any(not 0 <= one.status_code < 1000 for one in own):
            tally.failed += _unanswered(work, message, own, context)
        else:
            tally.failed += _answered(work, company, message, own, context)
    return tally


def _answered(work: Work, company: Company, message: Message, own: Sequence[Response], context: Context) -> int:
    """Take the answers for one message; those at which the program fails are of no use, and hold up no others."""
    try:
        with all_or_nothing(work.connection):
            return _READINGS[message.to_read or ""].answer(work, company, message, own)
    except Exception as failure:  # noqa: BLE001 - Whatever it is, the answers for the others count.
        log_failure(f"Taking what was read for message {message.id}", failure)
        return _unanswered(work, message, own, context)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reason to read: the queries it takes, and what their answers do; `answer` returns how many failed."""

    ask: Callable[[Work, Message], Sequence[Draft]]
    answer: Callable[[Work, Company, Message, Sequence[Response]], int]


# The entry as it is now.


def _ask_current(work: Work, message: Message) -> Sequence[Draft]:
    identity = _identity(work, message)
    if identity is None:
        return []
    return [query_by_id(Record.parse(message.record).kind, identity.quickbooks_id)]


def query_by_id(kind: str, quickbooks_id: str) -> Draft:
    """The query for one entry, with its lines where it has any."""
    name = f"{kind}QueryRq"
    content: dict[str, Any] = {"ListID" if schema.is_list(kind) else "TxnID": [quickbooks_id]}
    if any(part["name"] == "IncludeLineItems" for part in schema.elements(schema.request(name).content)):
        content["IncludeLineItems"] = True
    return Draft(name, content)


def _current_told(work: Work, company: Company, message: Message, responses: Sequence[Response]) -> int:
    entries = [ret.content for response in responses for ret in response.rets]
    if not responses:
        messages.change(work, message.id, to_read=None)
        return 0
    if message.status == Status.SYNCHRONIZED.value:
        # It was found again after a loss, and now its lines are known as well.
        outcome.learn(work, [(message, outcome.identity_with_lines(message, entry)) for entry in entries[:1]])
        messages.change(work, message.id, to_read=None)
        return 0
    if not entries:
        return _gone(work, message)
    present = json.dumps(entries[0], ensure_ascii=False)
    messages.change(work, message.id, to_read=None, present=present)
    return 0


def _gone(work: Work, message: Message) -> int:
    """It is no longer in QuickBooks: a person decides whether it is to be created again."""
    kind = Record.parse(message.record).kind
    entry = catalogue.entry(500, request=f"{kind}ModRq")
    moves.make_one(
        work,
        "fail",
        message,
        to_read=None,
        present=None,
        status_code=500,
        settled_at=work.now,
        **outcome.explained(work, message, entry),
    )
    return 1


# Whose name it is.


def _ask_name(work: Work, message: Message) -> Sequence[Draft]:
    return names.queries_for(Record.parse(message.record).kind, document.parse_line(message.content or "{}"))


def _name_told(work: Work, company: Company, message: Message, responses: Sequence[Response]) -> int:
    record = Record.parse(message.record)
    content = document.parse_line(message.content or "{}")
    holders = names.holders(record.kind, content, responses)
    one = holders[0] if len(holders) == 1 and holders[0].kind == record.kind else None
    if one is not None and company.link_existing and message.operation == Operation.SAVE.value:
        link(work, message, one.entry, by=moves.SERVICE)
        messages.change(work, message.id, to_read=None, present=json.dumps(one.entry, ensure_ascii=False))
        return 0
    told = names.explained(work, message, holders)
    moves.make_one(
        work,
        "fail",
        message,
        to_read=None,
        present=json.dumps(one.entry, ensure_ascii=False) if one is not None else None,
        status_code=3100,
        settled_at=work.now,
        **told,
    )
    return 1


def link(work: Work, message: Message, entry: Mapping[str, Any], *, by: str) -> None:
    """Take an entry of QuickBooks for a message's record, and let go whoever waited for it.

    Whose its lines are is not known until they are read: those that were known may be of an older version.
    """
    assert message.record is not None
    known = {**outcome.identity_in(entry), "lines": identities.NOBODY_KNOWS_WHOSE}
    identities.learn(work, message.company_id, [{"record": message.record, **known}])
    requirements.settle_records(work, message.company_id, [message.record])
    moves.note(work, message, "link", by, f"linked to {entry.get('FullName') or entry.get('Name')} in QuickBooks")


# What was entered by hand, by the number that was noted.


def _ask_number(work: Work, message: Message) -> Sequence[Draft]:
    """What has the number that was noted, and whether what was known of the record before is still there."""
    kind = Record.parse(message.record).kind
    number = message.quickbooks_number
    if not number or "Query" not in schema.object_requests(kind):
        return []
    name = f"{kind}QueryRq"
    elements = {part["name"] for part in schema.elements(schema.request(name).content)}
    for element in ("FullName",) if schema.is_list(kind) else ("RefNumberCaseSensitive", "RefNumber"):
        if element in elements:
            known = _identity(work, message)
            before = [query_by_id(kind, known.quickbooks_id)] if known is not None else []
            return [*before, Draft(name, {element: [number]})]
    return []


def _number_told(work: Work, company: Company, message: Message, responses: Sequence[Response]) -> int:
    entries = [ret.content for response in responses for ret in response.rets]
    messages.change(work, message.id, to_read=None)
    known = _identity(work, message)
    if known is not None:
        same = next((one for one in entries if outcome.identity_in(one)["quickbooks_id"] == known.quickbooks_id), None)
        if same is not None or not responses:
            _still_there(work, message, known, same)
            return 0
        # It was entered anew, or nobody knows where: what is known leads to something that is gone.
        forget(work, message.company_id, [known.record])
        messages.change(work, message.id, quickbooks_id=None)
    why_not = _why_not_linked(work, message, entries)
    if why_not is None:
        _linked(work, message, entries[0])
    else:
        note = f"{why_not} under {message.quickbooks_number}, so it is not linked"
        moves.note(work, message, "look up", moves.SERVICE, note)
    return 0


def _still_there(work: Work, message: Message, known: Identity, entry: Mapping[str, Any] | None) -> None:
    """A change was typed in, or seen: the record is the entry that it was, and whose its lines are is not known."""
    if message.status == Status.SYNCHRONIZED.value and entry is not None:
        _linked(work, message, entry)
    else:
        messages.change(work, message.id, quickbooks_id=known.quickbooks_id)


def _linked(work: Work, message: Message, entry: Mapping[str, Any]) -> None:
    link(work, message, entry, by=moves.SERVICE)
    seen = message.status == Status.SYNCHRONIZED.value
    messages.change(
        work,
        message.id,
        quickbooks_id=outcome.identity_in(entry)["quickbooks_id"],
        to_read=outcome.still_to_read(message) if seen else None,
    )


def _why_not_linked(work: Work, message: Message, entries: Sequence[Mapping[str, Any]]) -> str | None:
    """What speaks against taking what was found under a number for the message's record; None if nothing does.

    Two records of the order system may be one customer of QuickBooks, but never one transaction: then the number is
    a slip, and changes of the one would be written over the other.
    """
    if len(entries) != 1:
        return f"{len(entries)} were found" if entries else "nothing was found"
    quickbooks_id = outcome.identity_in(entries[0])["quickbooks_id"]
    if schema.is_list(Record.parse(message.record).kind):
        return None
    known = identities.by_quickbooks_id(work, message.company_id, [quickbooks_id])
    other = next((one.record for one in known if one.record != message.record), None)
    return f"{other} was found" if other is not None else None


_READINGS: dict[str, _Reading] = {
    CURRENT: _Reading(_ask_current, _current_told),
    NAME: _Reading(_ask_name, _name_told),
    NUMBER: _Reading(_ask_number, _number_told),
}
"""What may have to be read, by `messages.to_read`."""


def _identity(work: Work, message: Message) -> Identity | None:
    return identities.of_record(work, message.company_id, str(message.record))


def _unanswered(work: Work, message: Message, own: Sequence[Response], context: Context) -> int:
    """No usable answer: asked again, a bounded number of times, a pending message after a pause, others at once.

    Others are in QuickBooks already; a newer version of theirs must not go before it is known what they are there.
    """
    if message.status != Status.PENDING.value:
        _ask_again(work, message)
        return 0
    if message.postponements < len(outcome.PAUSES):
        messages.change(
            work,
            message.id,
            not_before=work.now + outcome.PAUSES[message.postponements],
            postponements=message.postponements + 1,
        )
        return 0
    refused = next((one for one in own if one.status_code >= 1000), None)
    code = refused.status_code if refused is not None else 1000
    entry = catalogue.entry(code, request="QueryRq", message=refused.message if refused is not None else "")
    verdict = Verdict(
        "fail",
        {"to_read": None, "status_code": code, "settled_at": work.now, **outcome.explained(work, message, entry)},
    )
    outcome.settle(work, [(message, verdict)], context)
    return 1


def _ask_again(work: Work, message: Message) -> None:
    if message.rereads < outcome.MOST_REREADS:
        messages.change(work, message.id, rereads=message.rereads + 1)
        return
    messages.change(work, message.id, to_read=None)
    moves.note(work, message, "look up", moves.SERVICE, "QuickBooks gave no usable answer, so it is not looked up")
