"""Hands out the next message set: chosen, written, frozen and committed before QuickBooks sees a byte of it.

Never hands out a second set of writes while the outcome of one is unknown (the database holds that as well).
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service import catalogue
from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import (
    company_file,
    enqueue,
    entered,
    facts,
    list_reading,
    moves,
    outcome,
    read_first,
    recover,
    report,
    request,
    restored,
    unforeseen,
    write,
)
from service.exchange.entered import EnteredButNotFound, IsToBeEntered
from service.exchange.request import Edition, NeedsAnotherQuickBooks
from service.exchange.write import Ready
from service.qbxml import build
from service.store import agenda, events, message_sets, messages, requirements, sessions
from service.store.agenda import Agenda
from service.store.companies import Company
from service.store.identities import Identity
from service.store.messages import Message
from service.store.sessions import Session
from service.store.unit import Work

NOT_IN_THIS_EDITION = 1030
FAILS = json.dumps(["retry", "enter_manually", "skip"])
_REMEDIES: dict[type[Refusal], str] = {
    EnteredButNotFound: (
        "Look up the number in QuickBooks, give it, and press Retry. If it is not there any more, enter this by hand."
    ),
    unforeseen.NotForeseen: unforeseen.REMEDY,
}
"""What to do about a message that cannot be written, by the refusal, where it is not up to the order system."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What the Web Connector says with every `sendRequestXML`; `host_response` only with a session's first."""

    host_response: str
    company_file: str
    country: str
    version: tuple[int, int]


def next_request(work: Work, session: Session, visit: Visit) -> str:
    """The next document for QuickBooks, or '' when there is none; the session's trouble then says why."""
    company, stands = agenda.of_company(work, session.company_id, session.id)
    if not session.confirmed:
        trouble = company_file.confirm(
            work, session, company, visit.host_response, visit.company_file, visit.country, visit.version
        )
        if trouble is not None:
            sessions.change(work, session.id, trouble=trouble)
            return ""
        return next_request(work, _again(work, session), visit)
    outstanding = message_sets.outstanding(work, session.id) if stands.outstanding else None
    if outstanding is not None:
        # Asked twice without an answer between: the same bytes, which QuickBooks executes once.
        sessions.change(work, session.id)
        return message_sets.texts(work, outstanding.id)[0].decode("ascii")
    unanswered = message_sets.unanswered(work, company.id) if stands.unanswered else None
    if unanswered is not None:
        return recover.next_request(work, session, company, unanswered)
    if stands.unchecked:
        checked_first = restored.hand_out(work, session, company, _edition(company, session.qbxml_version))
        if checked_first is not None:
            sessions.change(work, session.id)
            return checked_first
    return _hand_out(work, session, company, stands)


def something_to_send(work: Work, company: Company, stands: Agenda, session: Session | None = None) -> bool:
    """Whether a list is to be read, or a message is ready that really can be written; others are failed on the way."""
    if stands.unchecked or (stands.reading and list_reading.is_waiting(work, company, session)):
        return True
    if not _is_released(company):
        return False
    # Before a session has said so, nobody knows whether QuickBooks was renewed since the last one: what needs a newer
    # one is judged when it is sent.
    edition = _edition(company, session.qbxml_version if session is not None else request.NEWEST)
    held = list_reading.held_kinds(work, company) if stands.reading else ()
    while candidates := messages.ready(work, company.id, 1, held):
        if _written(work, company, candidates, edition, session):
            return True
    return bool(messages.to_be_read(work, company.id, 1))


def new_recovery_id() -> str:
    """100 random bits as 20 characters of base 32: QuickBooks takes at most 23 (qbxml.md 13.1)."""
    return base64.b32encode(secrets.token_bytes(15))[:20].decode("ascii")


def _again(work: Work, session: Session) -> Session:
    changed = sessions.by_id(work, session.id)
    assert changed is not None
    return changed


def _is_released(company: Company) -> bool:
    """Whether messages may go: lists are read all the same, so that a first day begins before Start is pressed."""
    return not company.send_only_after_start or company.started_at is not None


def _hand_out(work: Work, session: Session, company: Company, stands: Agenda) -> str:
    if stands.unseen:
        enqueue.look_at_new_ones(work, company)
    if stands.due:
        messages.wake(work, company.id)
    edition = _edition(company, session.qbxml_version)
    released = _is_released(company)
    ready, all_are_ready = _next_set(work, session, company, edition, stands) if released else ([], True)
    may_have_to_read = stands.to_read or stands.unseen or stands.due or not all_are_ready
    questions = read_first.hand_out(work, session, company, edition) if released and may_have_to_read else None
    if questions is not None:
        # What is ready waits for a moment: what has to be read first may stand before it.
        sessions.change(work, session.id)
        return questions.decode("ascii")
    page = list_reading.hand_out(work, session, company, edition) if stands.reading and not ready else None
    if page is not None:
        sessions.change(work, session.id)
        return page
    if not ready:
        sessions.change(work, session.id, trouble=report.outcome(_again(work, session)))
        return ""
    writes = not ready[0].message.reads
    recovery_id = new_recovery_id() if writes else None
    text = build.message_set(
        [one.text for one in ready],
        version=edition.version,
        country=edition.country,
        new_message_set_id=recovery_id,
        old_message_set_id=company.unacknowledged if writes else None,
    )
    set_id = message_sets.add(
        work,
        company_id=company.id,
        session_id=session.id,
        purpose="write" if writes else "read",
        qbxml_version=edition.version,
        request=text,
        size=len(ready),
        recovery_id=recovery_id,
    )
    _put_in_flight(work, session, set_id, ready)
    return text.decode("ascii")


def _next_set(
    work: Work, session: Session, company: Company, edition: Edition, stands: Agenda
) -> tuple[Sequence[Ready], bool]:
    """The next messages that can be written, and whether all could that were looked at.

    Those that cannot are failed, or have to be read for first, and the next ones are looked at.
    """
    size = min(company.set_size, company.set_limit)
    held = list_reading.held_kinds(work, company) if stands.reading else ()
    all_are_ready = True
    while candidates := messages.ready(work, company.id, size, held):
        chosen = _together(candidates)
        ready = _written(work, company, chosen, edition, session)
        all_are_ready = all_are_ready and len(ready) == len(chosen)
        if ready:
            return ready, all_are_ready
    return [], all_are_ready


def _together(candidates: Sequence[Message]) -> Sequence[Message]:
    """The first candidates that may share a set: all read or all write, and none is to be more alone than that.

    After QuickBooks refused a set, `set_cap` says how many may share one with each of its messages. Of one record only
    the first may go: where two were enqueued at the same instant, no requirement says so.
    """
    reads, cap, chosen, records = candidates[0].reads, len(candidates), list[Message](), set[str]()
    for message in candidates:
        cap = min(cap, message.set_cap or cap)
        if message.reads != reads or len(chosen) >= cap or message.record in records:
            break
        chosen.append(message)
        if message.record is not None:
            records.add(message.record)
    return chosen


def _written(
    work: Work, company: Company, chosen: Sequence[Message], edition: Edition, session: Session | None
) -> Sequence[Ready]:
    known = write.identities_for(work, company.id, chosen)
    objections = entered.objections(work, company.id, chosen, known)
    ready = []
    for message in chosen:
        try:
            ready.append(_ready(message, objections, known, edition))
        except write.MustBeReadFirst:
            messages.change(work, message.id, to_read=read_first.CURRENT)
        except IsToBeEntered as first:
            _let_wait(work, message, messages.by_id(work, first.message_id))
        except Refusal as refusal:
            _fail(work, message, refusal, session)
        except Exception as failure:  # noqa: BLE001 - Whatever it is, the others behind this one are to go on.
            _fail(work, message, unforeseen.refused(message, failure), session)
    return ready


def _ready(
    message: Message, objections: Mapping[int, Exception], known: Mapping[str, Identity], edition: Edition
) -> Ready:
    if message.id in objections:
        raise objections[message.id]
    return write.written(message, known, edition)


def _let_wait(work: Work, message: Message, to_be_entered: Message) -> None:
    """Let a message wait for one that is locked now, unless it was settled meanwhile: then it is looked at again."""
    if to_be_entered.status == Status.MANUAL_ENTRY.value:
        waits_for = requirements.renew(work, message.company_id, message.id, message.record)
        messages.change(work, message.id, waits_for=waits_for)


def _fail(work: Work, message: Message, refusal: Refusal, session: Session | None) -> None:
    moves.make_one(
        work,
        "fail",
        message,
        moves.Context(session_id=session.id if session else None),
        **_cannot_be_written(work, message, refusal),
        settled_at=work.now,
    )
    if session is not None:
        sessions.count(work, session.id, progress=session.progress, failed=1)


def _cannot_be_written(work: Work, message: Message, refusal: Refusal) -> Mapping[str, Any]:
    """The columns that tell a person why it was not sent, and what to do."""
    if isinstance(refusal, NeedsAnotherQuickBooks):
        kind = (message.record or "").partition(":")[0]
        entry = catalogue.entry(NOT_IN_THIS_EDITION, request=f"{kind}AddRq" if kind else "")
        told = outcome.explained(work, message, entry, facts.of_version(refusal.needs))
        return {**told, "what_happened": f"{told['what_happened']} {refusal}"}
    return {
        "what_happened": f"It cannot be written for this QuickBooks. {refusal}",
        "what_to_do": _REMEDIES.get(type(refusal), "Have the order system send a corrected version of it."),
        "offers": FAILS,
    }


def _put_in_flight(work: Work, session: Session, set_id: int, ready: Sequence[Ready]) -> None:
    moved = messages.dispatch(work, [one.message.id for one in ready], set_id)
    assert moved == len(ready), "a claimed message was moved by somebody else"
    for one in ready:
        if one.lines:
            sent = json.dumps([[line.key, line.ours] for line in one.lines])
            messages.change(work, one.message.id, sent_lines=sent)
    events.add(
        work,
        [
            {
                "actor": moves.SERVICE,
                "action": "dispatch",
                "company_id": session.company_id,
                "session_id": session.id,
                "set_id": set_id,
                "message_id": one.message.id,
                "from_status": Status.PENDING.value,
                "to_status": Status.IN_FLIGHT.value,
                "note": "; ".join(one.notes) or None,
            }
            for one in ready
        ],
    )
    sessions.count(work, session.id, progress=session.progress, handed_out=len(ready))


def _edition(company: Company, version: str | None) -> Edition:
    return Edition(version or request.NEWEST, company.country, company.substitute_characters)
