"""Finds out what became of a message set whose answer never came, before anything else is written.

What each answer leads to is the table of `lost_message`; here are the questions, in their order. What no question can
settle is decided when the last answer comes, so that a visit ends there and not with an empty request. Never sends a
document a second time under a new id unless QuickBooks was seen not to have it, and never decides a doubt by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service import catalogue
from service.catalogue import Applied
from service.domain.failure_log import log_failure
from service.exchange import doubt, frozen, look_up, lost_message, moves, outcome, report, request
from service.exchange.arrival import Arrival
from service.exchange.look_up import Finding, Found
from service.exchange.lost_message import WHAT_FOLLOWS, Known, Then
from service.exchange.moves import Context
from service.exchange.outcome import Tally, Verdict
from service.exchange.request import Draft, Edition
from service.qbxml import build
from service.qbxml.read import Response
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


@dataclass(frozen=True, slots=True)
class Case:
    """One message that was lost and what is known about it now.

    `verdict` is that of an outcome which QuickBooks kept, `entry` what the look-up found, `identity` what either told.
    """

    message: Message
    known: Known
    verdict: Verdict | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)
    identity: Mapping[str, Any] | None = None


def next_request(work: Work, session: Session, company: Company, lost: MessageSet) -> str:
    """The next question about a lost set, or the set itself once more."""
    text = _next_step(work, lost)(work, session, company, lost)
    sessions.change(work, session.id)
    return text.decode("ascii")


def receive(
    work: Work, company: Company, asked: MessageSet, arrival: Arrival, context: Context
) -> tuple[Tally, str | None]:
    """Take the answer to a question about a lost set: what it settled, and the trouble if the session cannot go on."""
    assert asked.recovers_id is not None
    lost = message_sets.by_id(work, asked.recovers_id)
    assert lost is not None
    trouble = _trouble(company, arrival)
    if trouble is not None:
        message_sets.answer(work, asked.id, "refused", hresult=arrival.hresult, message=arrival.message)
        return Tally(), trouble
    message_sets.answer(
        work, asked.id, "answered", answer=arrival.text, hresult=arrival.hresult, message=arrival.message
    )
    context = Context(session_id=context.session_id, set_id=lost.id)
    cases = _CASES[asked.purpose](work, asked, lost, arrival)
    _note(work, company.id, asked.session_id, lost, "recovery answer", lost_message.summary(one.known for one in cases))
    tally = _decide(work, lost, cases, context)
    if not messages.in_flight(work, lost.id):
        message_sets.answer(work, lost.id, "answered")
        cleared = lost.recovery_id if lost.times_sent == 1 else None
        companies.change(work, company.id, unacknowledged=cleared, set_size=max(1, company.set_size // 2))
    return tally, None


def set_named_by_answer(work: Work, asked: MessageSet) -> str | None:
    """The set that the answer to a question names: a status check repeats the lost one's id, a look-up has none."""
    assert asked.recovers_id is not None
    lost = message_sets.by_id(work, asked.recovers_id)
    return lost.recovery_id if lost is not None and asked.purpose == "status_check" else None


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


def _look_up(work: Work, session: Session, company: Company, lost: MessageSet) -> bytes:
    """Look for each message of the set that is still open and must not be done twice."""
    edition = Edition(session.qbxml_version or lost.qbxml_version, company.country)
    sought = [one for one in _open_messages(work, lost) if not lost_message.is_harmless(one[1])]
    if not sought:
        return _send_again(work, session, company, lost)
    requests = [
        request.written("look-up", query, f"{message.id}.{number}", edition).text
        for message, draft in sought
        for number, query in enumerate(look_up.queries_for(draft))
    ]
    if not requests:
        # A program that could have looked for it asked the memory; this one lets the memory's answer decide.
        return _check_status(work, session, company, lost)
    text = build.message_set(requests, version=edition.version, country=edition.country)
    _keep(work, session, lost, "look_up", text, "looks for the documents of the set")
    return text


def _send_again(work: Work, session: Session, company: Company, lost: MessageSet) -> bytes:
    """QuickBooks has none of it: the same bytes under the same id, so that a record kept after all is no duplicate."""
    message_sets.send_again(work, lost.id, session.id)
    _note(work, session.company_id, session.id, lost, "recover", "sends the same set again under the same id")
    return message_sets.texts(work, lost.id)[0]


_Step = Callable[[Work, Session, Company, MessageSet], bytes]

_QUESTIONS: dict[str, _Step] = {"status_check": _check_status, "look_up": _look_up}
"""What is asked in turn, each time that the set was handed out, before it is sent again."""


def _next_step(work: Work, lost: MessageSet) -> _Step:
    """The first question that was not answered as often as the set was sent. No clock has a say: it may be set back."""
    answered = message_sets.answered_recoveries(work, lost.id)
    return next((ask for name, ask in _QUESTIONS.items() if answered[name] < lost.times_sent), _send_again)


# The answers.


def _memory_answered(work: Work, asked: MessageSet, lost: MessageSet, arrival: Arrival) -> Sequence[Case]:
    """What QuickBooks kept. 600, 9001, 9002, 9005, or no responses at all say nothing about any message.

    QuickBooks remembers for each program by itself (qbxml.md 13.4). What was refused to one may have been done for
    another that the set was sent to after it.
    """
    is_of_the_last = lost.times_sent == 1 or _connection_of(work, asked) == _connection_of(work, lost)
    answer = arrival.answer
    kept = answer.responses if answer is not None and answer.message_set_status_code in (0, None) else ()
    by_number = {response.request_id: response for response in kept}
    cases = []
    for message, draft in _open_messages(work, lost):
        response = by_number.get(str(message.id))
        verdict = outcome.judge(work, message, response)
        says_it_all = is_of_the_last or verdict.move == "synchronize"
        if response is None or verdict.move is None or not says_it_all:
            cases.append(Case(message, lost_message.without_memory(draft)))
        else:
            cases.append(Case(message, Known.KEPT, verdict, identity=outcome.named_in(message, response)))
    return cases


def _connection_of(work: Work, sent: MessageSet) -> int | None:
    """The connection, to QuickBooks a program of its own, in whose session a set was sent last."""
    session = sessions.by_id(work, sent.session_id)
    return session.connection_id if session is not None else None


def _look_up_answered(work: Work, _: MessageSet, lost: MessageSet, arrival: Arrival) -> Sequence[Case]:
    responses = arrival.answer.responses if arrival.answer is not None else ()
    cases = []
    for message, draft in _open_messages(work, lost):
        if lost_message.is_harmless(draft):
            cases.append(Case(message, Known.HARMLESS))
            continue
        own = [one for one in responses if (one.request_id or "").partition(".")[0] == str(message.id)]
        found = _found(message, draft, own)
        identity = outcome.identity_in(found.entry) if found.finding is Finding.OURS else None
        cases.append(Case(message, lost_message.BY_LOOK_UP[found.finding], entry=found.entry, identity=identity))
    return cases


def _found(message: Message, sent: Draft, responses: Sequence[Response]) -> Found:
    try:
        return look_up.judge(sent, responses)
    except Exception as failure:  # noqa: BLE001 - Whatever it is, a person can look, and the others are settled.
        log_failure(f"Judging what was found of message {message.id}", failure)
        return Found(Finding.CANNOT_TELL, {})


_CASES: dict[str, Callable[[Work, MessageSet, MessageSet, Arrival], Sequence[Case]]] = {
    "status_check": _memory_answered,
    "look_up": _look_up_answered,
}


def _decide(work: Work, lost: MessageSet, cases: Sequence[Case], context: Context) -> Tally:
    """Do what the table says. What is then still open is looked up next, or sent again as a whole."""
    judged = [
        (case.message, _VERDICTS[WHAT_FOLLOWS[case.known]](work, case))
        for case in cases
        if WHAT_FOLLOWS[case.known] in _VERDICTS
    ]
    again = [case for case in cases if WHAT_FOLLOWS[case.known] is Then.SEND_AGAIN]
    if len(judged) + len(again) == len(cases):
        judged += _that_cannot_be_sent_again(lost, again)
        _remember_what_may_have_run(work, again)
    tally = outcome.settle(work, judged, context)
    outcome.learn(work, [(case.message, case.identity) for case in cases if case.identity])
    return tally


def _that_cannot_be_sent_again(lost: MessageSet, again: Sequence[Case]) -> list[tuple[Message, Verdict]]:
    """What becomes of messages that QuickBooks does not have, if they must not go out again under the old id."""
    if len(again) < lost.size:
        # Only a part is missing: the same bytes would post the other part again, so these go in a set of their own.
        return [(case.message, Verdict("release", note=case.known.value)) for case in again]
    if lost.times_sent >= MOST_SENDS:
        return [(case.message, Verdict("doubt", DOUBT, note="sent often enough")) for case in again]
    return []


def _remember_what_may_have_run(work: Work, again: Sequence[Case]) -> None:
    """A harmless one goes again without anybody knowing whether it ran: until it is settled, that must not be lost."""
    for case in again:
        if case.known is Known.HARMLESS:
            moves.note(work, case.message, doubt.PERHAPS_DONE, moves.SERVICE, case.known.value)


def _as_it_was_kept(_work: Work, case: Case) -> Verdict:
    assert case.verdict is not None
    return case.verdict


def _is_there(work: Work, case: Case) -> Verdict:
    assert case.identity is not None
    return Verdict(
        "synchronize",
        {
            "status_code": 0,
            "quickbooks_id": case.identity["quickbooks_id"],
            "quickbooks_number": case.identity["quickbooks_number"],
            "settled_at": work.now,
            "to_read": outcome.still_to_read(case.message),
        },
        note=case.known.value,
    )


def _nobody_knows(_work: Work, case: Case) -> Verdict:
    seen = {name: case.entry[name] for name in _SHOWN if name in case.entry}
    return Verdict("doubt", {**DOUBT, "quickbooks_said": json.dumps(seen) if seen else None}, note=case.known.value)


_VERDICTS: dict[Then, Callable[[Work, Case], Verdict]] = {
    Then.SETTLE: _as_it_was_kept,
    Then.LINK: _is_there,
    Then.ASK_A_PERSON: _nobody_knows,
}
"""What settles a message at once; the others stay in flight until they are looked up or sent again."""

_SHOWN = (
    *("Name", "FullName", "RefNumber", "TxnDate", "CustomerRef", "VendorRef", "EntityRef", "Memo", "Subtotal"),
    *("ListID", "TxnID", "EditSequence", "ExternalGUID", "TimeCreated"),
)


def _open_messages(work: Work, lost: MessageSet) -> Sequence[tuple[Message, Draft]]:
    """The messages of a lost set that are still open, each with the request exactly as it was sent."""
    sent = frozen.requests_in(message_sets.texts(work, lost.id)[0])
    return [(message, sent[str(message.id)]) for message in messages.in_flight(work, lost.id)]


def _trouble(company: Company, arrival: Arrival) -> str | None:
    """The sentence for a question that QuickBooks did not take; the next visit asks again.

    A question that was refused as unreadable is an answer too: then there is no memory to be had.
    """
    if not arrival.hresult:
        return None if arrival.answer is not None else report.CHECKED_FIRST
    entry = catalogue.entry(arrival.hresult, message=arrival.message)
    if entry.applied is Applied.NO and entry.treatment is catalogue.Treatment.SPLIT:
        return None
    return report.trouble(company, entry)


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
    _note(work, session.company_id, session.id, lost, "recover", note)


def _note(work: Work, company_id: int, session_id: int, lost: MessageSet, action: str, note: str) -> None:
    event = {"company_id": company_id, "session_id": session_id, "set_id": lost.id, "action": action, "note": note}
    events.add(work, [{"actor": moves.SERVICE, **event}])
