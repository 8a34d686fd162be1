"""Reads lists of QuickBooks page by page at the Web Connector's visits, for whoever asked. Changes nothing there.

A reading is a row of questions; each set asks for one page of one of them. An iterator lives only as long as the
session that began it (qbxml.md 6), so a question that was cut off is begun anew, and what it had brought is replaced.
Every question is begun a bounded number of times, and the last time it is asked in one piece, for a QuickBooks that
forgets its iterators. Answers that are lost need no recovery: these sets only read and carry no id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from service import catalogue
from service.catalogue import Entry
from service.catalogue.treatment import Treatment
from service.domain.refusals import Refusal
from service.exchange import drift, reading_questions, report, request
from service.exchange.arrival import Arrival
from service.exchange.look_up import ENTITIES
from service.exchange.reading_questions import NUMBERS, PAGE, Question
from service.exchange.request import Draft, Edition
from service.qbxml import build, schema
from service.qbxml.read import Response, Ret
from service.store import companies, identities, message_sets, read_entries, readings, sessions
from service.store.companies import Company
from service.store.message_sets import MessageSet
from service.store.readings import Reading
from service.store.sessions import Session
from service.store.unit import Work

MOST_BEGINNINGS = 5
ITERATOR_TROUBLE = (3390, 3391)
LINK, DRIFT = "link", drift.PURPOSE


def is_waiting(work: Work, company: Company, session: Session | None) -> bool:
    """Whether a page of some list is still to be asked for; what was begun often enough is given up on the way."""
    while (reading := readings.next_unfinished(work, company.id)) is not None:
        if reading.attempts < MOST_BEGINNINGS or _goes_on(reading, session):
            return True
        _fail(work, reading, f"It was begun {MOST_BEGINNINGS} times, and QuickBooks' answers never came to an end.")
    return False


def percentage(work: Work, company: Company) -> int:
    """How far the reading under way is: answered questions, and of the present one the pages that came; at most 99."""
    reading = readings.next_unfinished(work, company.id)
    if reading is None:
        return 0
    came = reading.pages * PAGE
    share = came / (came + reading.remaining) if reading.remaining else 0
    return min(99, int(100 * (reading.answered + share) / len(reading_questions.read(reading.questions))))


def held_kinds(work: Work, company: Company) -> Collection[str]:
    """The kinds of records that are not created until somebody has decided what of them is linked."""
    reading = readings.open_one(work, company.id, LINK)
    return json.loads(reading.kinds) if reading is not None else ()


def hand_out(work: Work, session: Session, company: Company, edition: Edition) -> str | None:
    """The set that asks for the next page, kept as handed out; None when nothing is left to read."""
    while is_waiting(work, company, session):
        reading = readings.next_unfinished(work, company.id)
        assert reading is not None
        text = _next_page(work, session, reading, edition)
        if text is not None:
            return text.decode("ascii")
    return None


def receive(work: Work, session: Session, reading: Reading, asked: MessageSet, arrival: Arrival) -> str | None:
    """Keep a page that came, or begin its question anew; returns the trouble if the session cannot go on."""
    message_sets.answer(
        work, asked.id, "answered", answer=arrival.text, hresult=arrival.hresult, message=arrival.message
    )
    readings.change(work, reading.id, set_id=None)
    if arrival.hresult:
        return _refused(work, session, reading, asked, arrival)
    responses = arrival.answer.responses if arrival.answer is not None else ()
    response = next((one for one in responses if one.request_id == _number(reading)), None)
    if response is None or response.status_code in ITERATOR_TROUBLE or response.status_code < 0:
        _begin_anew(work, reading)
    elif response.status_code >= 1000:
        asked_for = response.name.removesuffix("Rs") + "Rq"
        entry = catalogue.entry(response.status_code, request=asked_for, message=response.message)
        _fail(work, reading, _trouble(work, session, entry))
    else:
        _take(work, session, reading, response)
    return None


# A page is asked for.


def _next_page(work: Work, session: Session, reading: Reading, edition: Edition) -> bytes | None:
    goes_on = _goes_on(reading, session)
    if not goes_on:
        _begin(work, reading)
    question = reading_questions.read(reading.questions)[reading.answered]
    in_one_piece = not goes_on and reading.attempts + 1 >= MOST_BEGINNINGS
    content = _asked(question, reading.iterator_id if goes_on else None, in_one_piece=in_one_piece)
    try:
        written = request.written(reading.asked, Draft(question.query, content), _number(reading), edition)
    except Refusal as refusal:
        _fail(work, reading, f"This QuickBooks cannot be asked for it. {refusal}")
        return None
    text = build.message_set([written.text], version=edition.version, country=edition.country)
    set_id = message_sets.add(
        work,
        company_id=session.company_id,
        session_id=session.id,
        purpose="read",
        qbxml_version=edition.version,
        request=text,
    )
    started_at = reading.started_at or work.now
    readings.change(work, reading.id, state="running", set_id=set_id, started_at=started_at)
    return text


def _goes_on(reading: Reading, session: Session | None) -> bool:
    """Whether its iterator lives: it dies with the session that began it."""
    return reading.iterator_id is not None and session is not None and reading.session_id == session.id


def _begin(work: Work, reading: Reading) -> None:
    """Ask a question from its beginning: what it brought before is dropped."""
    read_entries.forget_question(work, reading.id, reading.answered)
    readings.change(work, reading.id, attempts=reading.attempts + 1, **_NO_ITERATOR)


def _number(reading: Reading) -> str:
    """The requestID of a page."""
    return f"{reading.id}.{reading.answered}"


def _asked(question: Question, iterator_id: str | None, *, in_one_piece: bool) -> Mapping[str, Any]:
    if not question.pages or in_one_piece:
        return question.content
    iterator = {"@iterator": "Continue", "@iteratorID": iterator_id} if iterator_id else {"@iterator": "Start"}
    return {**iterator, "MaxReturned": PAGE, **question.content}


# A page came.


def _take(work: Work, session: Session, reading: Reading, response: Response) -> None:
    question = reading_questions.read(reading.questions)[reading.answered]
    if question.owners:
        _take_whereabouts(work, reading, question, response)
    else:
        rows = _KEPT[reading.purpose](work, reading, [_entry(ret) for ret in response.rets])
        read_entries.keep(work, reading.id, reading.answered, rows)
    readings.change(work, reading.id, pages=reading.pages + 1)
    left = response.iterator_remaining or 0
    if not left:
        _next_question(work, reading)
    elif response.iterator_id is None or (reading.remaining is not None and left >= reading.remaining):
        # An iterator that has no name, or does not come nearer to its end, would go on for ever.
        _begin_anew(work, reading)
    else:
        readings.change(work, reading.id, iterator_id=response.iterator_id, session_id=session.id, remaining=left)


def _entry(ret: Ret) -> Mapping[str, Any]:
    content = ret.content
    number = next((str(content[name]) for name in NUMBERS if content.get(name)), None)
    linked = [str(one["TxnID"]) for one in content.get("LinkedTxn", ()) if one.get("TxnID")]
    return {
        "kind": content.get("ListDelType") or content.get("TxnDelType") or ret.tag.removesuffix("Ret"),
        "quickbooks_id": content.get("ListID") or content.get("TxnID"),
        "full_name": next((str(content[name]) for name in _CALLED if content.get(name)), None),
        "number": number,
        "email": content.get("Email"),
        "edit_sequence": content.get("EditSequence"),
        "time_created": content.get("TimeCreated"),
        "time_modified": content.get("TimeModified"),
        "time_deleted": content.get("TimeDeleted"),
        "inactive": content.get("IsActive") is False,
        "linked": json.dumps(linked) if linked else None,
    }


_CALLED = ("RefNumber", "FullName", "Name", "Initial")


def _all_with_an_id(work: Work, reading: Reading, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [row for row in rows if row["quickbooks_id"]]


def _what_we_know(work: Work, reading: Reading, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Of a comparison only what stands for a record of the order system is kept."""
    known: set[tuple[str, str]] = set()
    for part in read_entries.in_parts(rows):
        ids = {str(row["quickbooks_id"]) for row in part if row["quickbooks_id"]}
        for identity in identities.by_quickbooks_id(work, reading.company_id, ids):
            known.add((identity.record.partition(":")[0], identity.quickbooks_id))
    return [row for row in rows if (row["kind"], row["quickbooks_id"]) in known]


_Kept = Callable[[Work, Reading, Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]

_KEPT: Mapping[str, _Kept] = {LINK: _all_with_an_id, DRIFT: _what_we_know}
"""What is kept of a page, by the purpose of its reading."""


def _take_whereabouts(work: Work, reading: Reading, question: Question, response: Response) -> None:
    """Whose a document is now, where its owner is gone: then the owner was merged into that one."""
    for ret in response.rets:
        owner = question.owners.get(str(ret.content.get("TxnID")))
        entity = next((ret.content[name] for name in ENTITIES if ret.content.get(name)), None)
        if owner and entity and entity.get("ListID") not in (None, owner[1]) and entity.get("FullName"):
            read_entries.merged(work, reading.id, owner[0], owner[1], str(entity["FullName"]))


def _next_question(work: Work, reading: Reading) -> None:
    answered = reading.answered + 1
    readings.change(work, reading.id, answered=answered, attempts=0, **_NO_ITERATOR)
    if answered < len(reading_questions.read(reading.questions)):
        return
    more = drift.follow_up(work, reading) if reading.purpose == DRIFT else []
    if more:
        questions = [*reading_questions.read(reading.questions), *more]
        readings.change(work, reading.id, questions=reading_questions.written(questions))
        return
    readings.change(work, reading.id, state="done", finished_at=work.now, **_closing(work, reading))
    if reading.purpose == DRIFT:
        drift.settle(work, reading)


def _closing(work: Work, reading: Reading) -> Mapping[str, Any]:
    """A comparison is over when it is read; lists that are to be linked wait for somebody who decides."""
    return {"closed_at": work.now} if reading.purpose == DRIFT else {}


# It did not come, or not so.


def _refused(work: Work, session: Session, reading: Reading, asked: MessageSet, arrival: Arrival) -> str | None:
    """QuickBooks did not take the set: another version or the next visit, or never if it is the question's fault."""
    entry = catalogue.entry(arrival.hresult, request="QueryRq", message=arrival.message)
    told = _trouble(work, session, entry)
    known = schema.facts().versions
    if entry.treatment is Treatment.SPLIT:
        _fail(work, reading, told)
        return None
    _begin_anew(work, reading)
    if entry.treatment is Treatment.LOWER_VERSION and asked.qbxml_version in known[1:]:
        sessions.change(work, session.id, qbxml_version=known[known.index(asked.qbxml_version) - 1])
        return None
    return told


def _begin_anew(work: Work, reading: Reading) -> None:
    readings.change(work, reading.id, **_NO_ITERATOR)


def _fail(work: Work, reading: Reading, why: str) -> None:
    readings.change(
        work,
        reading.id,
        state="failed",
        what_happened=why,
        finished_at=work.now,
        set_id=None,
        **_NO_ITERATOR,
        **_closing(work, reading),
    )


def _trouble(work: Work, session: Session, entry: Entry) -> str:
    return report.trouble(companies.by_id(work, session.company_id), entry)


_NO_ITERATOR: Mapping[str, Any] = {"iterator_id": None, "session_id": None, "remaining": None}
