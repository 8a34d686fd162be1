"""Finds out what became of a message set whose answer never came, before anything else is written.

The order of the questions and what each answer leads to are the tables of this module; they are those of qbxml.md
13.5. Never sends a document a second time under a new id unless QuickBooks was seen not to have it, and never decides
a doubt by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from service import catalogue
from service.catalogue import Applied
from service.domain.status import Status
from service.exchange import frozen, look_up, moves, outcome, report, request
from service.exchange.arrival import Arrival
from service.exchange.look_up import Finding, Found
from service.exchange.moves import Context, Step
from service.exchange.outcome import Tally, Verdict
from service.exchange.request import Draft, Edition
from service.qbxml import build
from service.store import companies, events, message_sets, messages, sessions
from service.store.companies import Company
from service.store.message_sets import MessageSet
from service.store.messages import Message
from service.store.sessions import Session
from service.store.unit import Work

MOST_SENDS = 3
"""How often the same bytes are handed out before people are asked."""

DOUBT = {
    "what_happened": "QuickBooks may or may not have it: its answer never came, and looking for it settled nothing.",
    "what_to_do": "Look for it in QuickBooks, then say whether it is there. It is not sent again before that.",
    "offers": json.dumps(["it_is_there", "it_is_not_there", "enter_manually"]),
    # What the look-up found, if anything; never QuickBooks' words about an earlier try.
    "quickbooks_said": None,
}


def next_request(work: Work, session: Session, company: Company, lost: MessageSet) -> str | None:
    """The next question about a lost set, or the set itself once more; None when nothing about it is left to do."""
    text = _next_step(work, lost)(work, session, company, lost)
    if text is None:
        return None
    sessions.change(work, session.id)
    return text.decode("ascii")


def receive(
    work: Work, company: Company, asked: MessageSet, arrival: Arrival, context: Context
) -> tuple[Tally, str | None]:
    """Take the answer to a question about a lost set: what it settled, and the trouble if the session cannot go on."""
    assert asked.recovers_id is not None
    lost = message_sets.by_id(work, asked.recovers_id)
    assert lost is not None
    trouble = _trouble(arrival)
    if trouble is not None:
        message_sets.answer(work, asked.id, "refused", hresult=arrival.hresult, message=arrival.message)
        return Tally(), trouble
    message_sets.answer(
        work, asked.id, "answered", answer=arrival.text, hresult=arrival.hresult, message=arrival.message
    )
    context = Context(session_id=context.session_id, set_id=lost.id)
    tally = _RECEIVED[asked.purpose](work, lost, arrival, context)
    if not messages.of_set(work, lost.id, Status.IN_FLIGHT):
        message_sets.answer(work, lost.id, "answered")
        cleared = lost.recovery_id if lost.times_sent == 1 else None
        companies.change(work, company.id, unacknowledged=cleared, set_size=max(1, company.set_size // 2))
    return tally, None


# The questions, in their order.


def _check_status(work: Work, session: Session, company: Company, lost: MessageSet) -> bytes:
    """Ask QuickBooks' memory: the old id and the new one are the same, and the body is empty (qbxml.md 13.1)."""
    text = build.message_set(
        [],
        version=session.qbxml_version or lost.qbxml_version,
        country=company.country,
        new_message_set_id=lost.recovery_id,
        old_message_set_id=lost.recovery_id,
    )
    _keep(work, session, lost, "status_check", text, "asks QuickBooks what became of the set")
    return text


def _look_up(work: Work, session: Session, company: Company, lost: MessageSet) -> bytes | None:
    """Look for each message of the set that is still open; those that cannot be looked for are put in doubt."""
    edition = Edition(session.qbxml_version or lost.qbxml_version, company.country)
    requests: list[str] = []
    hopeless: list[Message] = []
    for message, draft in _open_messages(work, lost):
        queries = look_up.queries_for(draft)
        if _is_repeatable(draft):
            continue
        if not queries:
            hopeless.append(message)
        for number, query in enumerate(queries):
            requests.append(request.written("look-up", query, f"{message.id}.{number}", edition).text)
    context = Context(session_id=session.id, set_id=lost.id)
    moves.make(work, "doubt", [Step(message, DOUBT, note="cannot be looked up") for message in hopeless], context)
    if hopeless:
        sessions.count(work, session.id, progress=session.progress, doubted=len(hopeless))
    if not messages.of_set(work, lost.id, Status.IN_FLIGHT):
        message_sets.answer(work, lost.id, "answered")
        return None
    if not requests:
        return _send_again(work, session, company, lost)
    text = build.message_set(requests, version=edition.version, country=edition.country)
    _keep(work, session, lost, "look_up", text, "looks for the documents of the set")
    return text


def _send_again(work: Work, session: Session, company: Company, lost: MessageSet) -> bytes | None:
    """QuickBooks has none of it: the same bytes under the same id, so that a record kept after all is no duplicate.

    Only a whole set goes out again; what is left of one whose other part is settled goes in a set of its own.
    """
    in_flight = messages.of_set(work, lost.id, Status.IN_FLIGHT)
    context = Context(session_id=session.id, set_id=lost.id)
    if len(in_flight) < lost.size:
        moves.make(
            work, "release", [Step(message, {}, note="QuickBooks does not have it") for message in in_flight], context
        )
        message_sets.answer(work, lost.id, "answered")
        return None
    if lost.times_sent >= MOST_SENDS:
        moves.make(work, "doubt", [Step(message, DOUBT, note="sent often enough") for message in in_flight], context)
        sessions.count(work, session.id, progress=session.progress, doubted=len(in_flight))
        message_sets.answer(work, lost.id, "answered")
        return None
    message_sets.send_again(work, lost.id, session.id)
    _note(work, session, lost, "sends the same set again under the same id")
    return message_sets.texts(work, lost.id)[0]


_Step = Callable[[Work, Session, Company, MessageSet], bytes | None]

_QUESTIONS: dict[str, _Step] = {"status_check": _check_status, "look_up": _look_up}
"""What is asked in turn, each time that the set was handed out, before it is sent again."""


def _next_step(work: Work, lost: MessageSet) -> _Step:
    """The first question that was not answered as often as the set was sent. No clock has a say: it may be set back."""
    answered = message_sets.answered_recoveries(work, lost.id)
    return next((ask for name, ask in _QUESTIONS.items() if answered[name] < lost.times_sent), _send_again)


# The answers.


def _memory_answered(work: Work, lost: MessageSet, arrival: Arrival, context: Context) -> Tally:
    """Settle by what QuickBooks kept. 600, 9001, 9002, 9005, or no responses at all leave it to the look-up."""
    answer = arrival.answer
    if answer is None or answer.message_set_status_code not in (0, None):
        return Tally()
    return outcome.apply(work, messages.of_set(work, lost.id, Status.IN_FLIGHT), answer.responses, context)


def _look_up_answered(work: Work, lost: MessageSet, arrival: Arrival, context: Context) -> Tally:
    responses = arrival.answer.responses if arrival.answer is not None else ()
    judged: list[tuple[Message, Verdict]] = []
    learned: list[tuple[Message, Mapping[str, object]]] = []
    absent: list[Message] = []
    for message, draft in _open_messages(work, lost):
        if _is_repeatable(draft):
            absent.append(message)
            continue
        own = [one for one in responses if (one.request_id or "").partition(".")[0] == str(message.id)]
        found = look_up.judge(draft, own)
        if found.finding is Finding.ABSENT:
            absent.append(message)
            continue
        judged.append((message, _FOUND[found.finding](work, message, found)))
        if found.finding is Finding.OURS:
            learned.append((message, outcome.identity_in(found.entry)))
    tally = outcome.settle(work, judged, context)
    outcome.learn(work, learned)
    if absent and len(absent) < lost.size:
        # Only a part is missing: the same bytes would post the other part again, so these go in a set of their own.
        moves.make(
            work, "release", [Step(message, {}, note="QuickBooks does not have it") for message in absent], context
        )
    return tally


_RECEIVED = {"status_check": _memory_answered, "look_up": _look_up_answered}


def _is_there(work: Work, message: Message, found: Found) -> Verdict:
    identity = outcome.identity_in(found.entry)
    return Verdict(
        "synchronize",
        {
            "status_code": 0,
            "quickbooks_id": identity["quickbooks_id"],
            "quickbooks_number": identity["quickbooks_number"],
            "settled_at": work.now,
            "to_read": outcome.still_to_read(message),
        },
        note="found in QuickBooks by its ExternalGUID",
    )


def _nobody_knows(_work: Work, _message: Message, found: Found) -> Verdict:
    seen = {name: found.entry[name] for name in _SHOWN if name in found.entry}
    return Verdict("doubt", {**DOUBT, "quickbooks_said": json.dumps(seen) if seen else None}, note=found.finding.value)


_SHOWN = (
    "Name",
    "FullName",
    "RefNumber",
    "TxnDate",
    "CustomerRef",
    "VendorRef",
    "EntityRef",
    "Memo",
    "Subtotal",
    "ListID",
    "TxnID",
    "EditSequence",
    "ExternalGUID",
    "TimeCreated",
)

_FOUND: dict[Finding, Callable[[Work, Message, Found], Verdict]] = {
    Finding.OURS: _is_there,
    Finding.PERHAPS_OURS: _nobody_knows,
    Finding.CANNOT_TELL: _nobody_knows,
}
"""What a look-up leads to; what it did not find is sent again, or released if only a part is missing."""


def _open_messages(work: Work, lost: MessageSet) -> Sequence[tuple[Message, Draft]]:
    """The messages of a lost set that are still open, each with the request exactly as it was sent."""
    sent = frozen.requests_in(message_sets.texts(work, lost.id)[0])
    return [(message, sent[str(message.id)]) for message in messages.of_set(work, lost.id, Status.IN_FLIGHT)]


def _is_repeatable(draft: Draft) -> bool:
    """Whether doing it a second time does no harm: a Mod that ran changed the EditSequence, so it fails with 3200."""
    return draft.name.endswith(("ModRq", "VoidRq")) or draft.name in ("ListDelRq", "TxnDelRq")


def _trouble(arrival: Arrival) -> str | None:
    """The sentence for a question that QuickBooks did not take; the next visit asks again.

    A question that was refused as unreadable is an answer too: then there is no memory to be had.
    """
    if not arrival.hresult:
        return None if arrival.answer is not None else report.CHECKED_FIRST
    entry = catalogue.entry(arrival.hresult, message=arrival.message)
    if entry.applied is Applied.NO and entry.treatment is catalogue.Treatment.SPLIT:
        return None
    told = catalogue.explain(entry)
    return f"{told.what_happened} {told.what_to_do}"


def _keep(work: Work, session: Session, lost: MessageSet, purpose: str, text: bytes, note: str) -> None:
    message_sets.add(
        work,
        company_id=session.company_id,
        session_id=session.id,
        purpose=purpose,
        qbxml_version=session.qbxml_version or lost.qbxml_version,
        request=text,
        recovers_id=lost.id,
    )
    _note(work, session, lost, note)


def _note(work: Work, session: Session, lost: MessageSet, note: str) -> None:
    events.add(
        work,
        [
            {
                "actor": moves.SERVICE,
                "action": "recover",
                "company_id": session.company_id,
                "session_id": session.id,
                "set_id": lost.id,
                "note": note,
            }
        ],
    )
