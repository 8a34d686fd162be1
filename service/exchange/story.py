"""Tells one visit of the Web Connector as a person would, from what the database holds. Changes nothing.

Times are those at which a call arrived: between a set and its answer lie QuickBooks and the way there and back;
between an answer and the next set lie the service and the Web Connector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from service import catalogue
from service.domain.refusals import Refusal
from service.store import companies, connections, events, message_sets, messages, sessions
from service.store.events import Event
from service.store.message_sets import MessageSet
from service.store.sessions import Session
from service.store.unit import Work

DETAILS_AT_MOST = 50
"""Messages that are told one by one; of more than that, only how many there were."""


class UnknownSession(Refusal):
    def __init__(self, session_id: int) -> None:
        super().__init__(f"There is no session {session_id}. `deskpost sessions` lists the latest.")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A visit: who came and to which file, what happened in its order, and what took how long."""

    facts: Sequence[tuple[str, object]]
    lines: Sequence[Line]
    in_quickbooks: timedelta
    in_between: timedelta


@dataclass(frozen=True, slots=True)
class _Visit:
    """What the database holds of a visit."""

    work: Work
    session: Session
    sets: Sequence[MessageSet]
    events: Sequence[Event]
    lost: Sequence[MessageSet]
    """Sets that were handed out in this visit, and again in a later one."""

    @property
    def end(self) -> datetime:
        return self.session.closed_at or self.work.now

    def is_answered(self, one: MessageSet) -> bool:
        """Whether an answer came in this visit, and not only in a later one that recovered the set."""
        return one.answered_at is not None and one.answered_at <= self.end


def tell(work: Work, session_id: int) -> Story:
    """The story of a visit. Raises UnknownSession."""
    visit = _read(work, session_id)
    told = sorted(_happened(visit), key=lambda one: one[:2])
    in_quickbooks, in_between = _times(visit)
    return Story(_facts(visit), [Line(at, text) for at, _, text in told], in_quickbooks, in_between)


def _read(work: Work, session_id: int) -> _Visit:
    session = sessions.by_id(work, session_id)
    if session is None:
        raise UnknownSession(session_id)
    sets = message_sets.of_session(work, session_id)
    happened = events.of_session(work, session_id)
    dispatched = {event.set_id for event in happened if event.action == "dispatch" and event.set_id is not None}
    gone_on = [message_sets.by_id(work, number) for number in sorted(dispatched - {one.id for one in sets})]
    return _Visit(work, session, sets, happened, [one for one in gone_on if one is not None])


def _facts(visit: _Visit) -> Sequence[tuple[str, object]]:
    session = visit.session
    company = companies.by_id(visit.work, session.company_id)
    issued = {one.id: one for one in connections.of_company(visit.work, company.id)}
    connection = issued[session.connection_id]
    return (
        ("session", session.id),
        ("company", company.name),
        ("connection", connection.user_name),
        ("came from", " at ".join(filter(None, (connection.pc or company.pc, session.address)))),
        ("Web Connector", session.client_version),
        ("company file", _file(session)),
        ("qbXML", " ".join(filter(None, (session.qbxml_version, session.country))) if session.qbxml_version else None),
        ("sets", _counted_sets(visit)),
        ("messages", _counted_messages(session)),
        ("progress", f"{session.progress}%" if session.progress else None),
        ("ended", _ENDS[session.state]),
        ("told", session.outcome or session.trouble if session.state not in _CUT_OFF else None),
    )


def _file(session: Session) -> str:
    if session.confirmed:
        return session.company_file_path or "confirmed"
    return "not confirmed, so nothing was sent"


_ENDS = {
    "open": "not yet",
    "closed": "closed by the Web Connector",
    "replaced": "cut off: the Web Connector came again before it was over",
    "expired": "cut off: nothing was heard of it for hours",
    "refused": "given up: QuickBooks could not be opened",
}
_CUT_OFF = ("replaced", "expired")
"""Ends of which nobody was told."""


def _counted_sets(visit: _Visit) -> str | None:
    counted = Counter(_KINDS[one.purpose] for one in (*visit.sets, *visit.lost))
    told = [f"{number} {kind}" for kind, number in sorted(counted.items())]
    return ", ".join(told) if told else None


_KINDS = {
    "write": "to write",
    "read": "to read",
    "prepare": "to ask what must be known first",
    "status_check": "to ask what became of a lost one",
    "look_up": "to ask what became of a lost one",
}


def _counted_messages(session: Session) -> str | None:
    counted = {
        "handed out": session.handed_out,
        "synchronized": session.synchronized,
        "failed": session.failed,
        "released": session.released,
        "in doubt": session.doubted,
    }
    told = [f"{number} {name}" for name, number in counted.items() if number]
    return ", ".join(told) if told else None


# What happened, each with the moment, and the place among what happened in the same call.

_Told = tuple[datetime, int, str]
_OPENED, _ANSWERED, _HEARD, _MOVED, _NOTED, _HANDED_OUT, _ENDED = range(7)


def _happened(visit: _Visit) -> Iterator[_Told]:
    yield visit.session.opened_at, _OPENED, "The Web Connector came."
    yield from _handed_out(visit)
    yield from _answered(visit)
    yield from _moved(visit)
    yield from _noted(visit)
    if visit.session.closed_at is not None:
        yield visit.session.closed_at, _ENDED, f"The visit was {_ENDS[visit.session.state]}."


def _handed_out(visit: _Visit) -> Iterator[_Told]:
    dispatched: dict[int, list[Event]] = {}
    for event in visit.events:
        if event.action == "dispatch" and event.set_id is not None:
            dispatched.setdefault(event.set_id, []).append(event)
    for number, moved in dispatched.items():
        yield moved[0].at, _HANDED_OUT, f"Set {number} was handed out, with {_several(len(moved), 'message')}."
    for one in visit.sets:
        if one.id not in dispatched and one.recovers_id is None and one.purpose != "write":
            yield one.handed_out_at, _HANDED_OUT, f"Set {one.id} {_asked(one)}."


def _asked(one: MessageSet) -> str:
    if one.checks_identities:
        return f"asked for {_several(one.size, 'record')} that {_were(one.size)} learned after the restored backup"
    if one.purpose == "prepare":
        return f"asked what must be known before {_several(one.size, 'message')} can go"
    return "asked for a page of a list"


def _answered(visit: _Visit) -> Iterator[_Told]:
    for one in visit.sets:
        if visit.is_answered(one):
            assert one.answered_at is not None
            took = f"after {_seconds(one.answered_at - one.handed_out_at)}"
            yield (
                one.answered_at,
                _ANSWERED,
                f"Set {one.id}{_of_recovery(one)} {_OUTCOMES[one.state]} {took}{_why(one)}.",
            )
        elif visit.session.state != "open":
            yield visit.end, _ANSWERED, f"Set {one.id} got no answer in this visit{_later(visit, one)}."
    for one in visit.lost:
        yield visit.end, _ANSWERED, f"Set {one.id} got no answer in this visit{_later(visit, one)}."


_OUTCOMES = {
    "handed_out": "waits for its answer",
    "answered": "was answered",
    "refused": "was refused as a whole",
    "unknown": "was answered so that its outcome stayed open",
}


def _of_recovery(one: MessageSet) -> str:
    return f" (about set {one.recovers_id})" if one.recovers_id is not None else ""


def _why(one: MessageSet) -> str:
    if not one.hresult:
        return ""
    entry = catalogue.entry(one.hresult, message=one.hresult_message or "")
    return f" ({entry.title}, {one.hresult[:20]})"


def _later(visit: _Visit, one: MessageSet) -> str:
    """Which visit found out what became of a set."""
    if one.purpose != "write":
        return ", so it was asked again later"
    asked = message_sets.recoveries(visit.work, one.id)
    later = sorted({other.session_id for other in asked if other.session_id != visit.session.id})
    if not later:
        return "; the next visit asks QuickBooks what became of it" if one.answered_at is None else ""
    return f"; session {later[0]} asked QuickBooks what became of it"


def _moved(visit: _Visit) -> Iterator[_Told]:
    groups: dict[tuple[datetime, int | None], list[Event]] = {}
    for event in visit.events:
        if event.to_status is not None and event.action != "dispatch":
            groups.setdefault((event.at, event.set_id), []).append(event)
    told_one_by_one = 0
    for (at, set_id), moved in groups.items():
        counted = Counter(_MOVES.get(event.action, event.action) for event in moved)
        summary = ", ".join(f"{number} {name}" for name, number in counted.items())
        yield at, _MOVED, f"{f'Set {set_id}' if set_id is not None else 'Before it was sent'}: {summary}."
        for event in moved:
            if event.action in _WORTH_TELLING and told_one_by_one < DETAILS_AT_MOST:
                told_one_by_one += 1
                yield at, _MOVED, f"  {_named(visit, event)} {_MOVES[event.action]}{_because(event)}."
    left = sum(event.action in _WORTH_TELLING and event.to_status is not None for event in visit.events)
    if left > told_one_by_one:
        yield visit.end, _MOVED, f"  ... and {left - told_one_by_one} more that did not go as they should."


_MOVES: Mapping[str, str] = {
    "synchronize": "synchronized",
    "fail": "failed",
    "release": "to be sent again",
    "doubt": "in doubt",
    "supersede": "replaced by a newer version",
}
_WORTH_TELLING = ("fail", "release", "doubt")


def _named(visit: _Visit, event: Event) -> str:
    if event.message_id is None:
        return "A message"
    message = messages.by_id(visit.work, event.message_id, lock=False)
    return f"message {message.id} ({message.record})" if message.record else f"message {message.id}"


def _because(event: Event) -> str:
    reasons = []
    if event.status_code:
        reasons.append(f"{catalogue.entry(event.status_code).title} ({event.status_code})")
    if event.note:
        reasons.append(event.note.rstrip("."))
    return f": {'; '.join(reasons)}" if reasons else ""


def _noted(visit: _Visit) -> Iterator[_Told]:
    introduced: set[int | None] = set()
    for event in visit.events:
        if event.to_status is not None or event.action == "authenticate":
            continue
        if event.action == "recover":
            begins = f"About set {event.set_id}" if event.set_id in introduced else f"Set {event.set_id} had no answer"
            introduced.add(event.set_id)
            yield event.at, _NOTED, f"{begins}: Deskpost {event.note}."
        elif event.action == "recovery answer":
            yield event.at, _HEARD, f"About set {event.set_id}: {event.note}."
        else:
            yield (
                event.at,
                _NOTED,
                f"{_BEGINNINGS.get(event.action, event.action.capitalize() + ': ')}{_note_of(event)}.",
            )


_BEGINNINGS = {
    "pin company file": "From now on only this company file is used: ",
    "refuse company file": "Nothing was sent: ",
    "connection error": "QuickBooks could not be opened: ",
    "check after restore": "",
}
"""How a note begins, where the name of what happened does not read well."""


def _note_of(event: Event) -> str:
    return (event.note or "").rstrip(".")


# How long it took.


def _times(visit: _Visit) -> tuple[timedelta, timedelta]:
    """With QuickBooks (from a set to its answer), and in between (from an answer to the next set)."""
    answered = [one for one in visit.sets if visit.is_answered(one)]
    with_quickbooks = sum(
        ((one.answered_at or one.handed_out_at) - one.handed_out_at for one in answered), start=timedelta()
    )
    moments = sorted((one.handed_out_at, one.answered_at or one.handed_out_at) for one in answered)
    between = sum(
        (max(timedelta(), after[0] - before[1]) for before, after in pairwise(moments)),
        start=moments[0][0] - visit.session.opened_at if moments else timedelta(),
    )
    return with_quickbooks, between


def _seconds(took: timedelta) -> str:
    seconds = took.total_seconds()
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
