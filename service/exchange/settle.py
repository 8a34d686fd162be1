"""Takes QuickBooks' answer to the set that a session handed out, and says how far the session is.

An answer counts only once, and only for the set that this session is waiting for. Whatever comes twice, late or for
another's set changes nothing. Each outcome of a whole set is one row of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from service import catalogue
from service.catalogue import Applied, Entry
from service.catalogue.treatment import Treatment
from service.exchange import dispatch, list_reading, moves, outcome, read_first, recover, report, restored
from service.exchange.arrival import Arrival
from service.exchange.moves import Context, Step
from service.exchange.outcome import Tally
from service.qbxml import schema
from service.store import agenda, companies, message_sets, messages, readings, sessions
from service.store.companies import Company
from service.store.message_sets import MessageSet
from service.store.sessions import Session
from service.store.unit import Work

STOP = -1
QUICK = timedelta(seconds=5)
SLOW = timedelta(seconds=10)
MOST_READS = 3
"""How often a query is tried that QuickBooks did not survive."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an arrival came to. With `trouble` the session ends there, and the sentence is shown to the person."""

    tally: Tally
    trouble: str | None = None


def receive(work: Work, session: Session, arrival: Arrival) -> int:
    """Settle an arrival; returns the percentage done (100: no more), or a negative number after which it ends."""
    waiting = message_sets.outstanding(work, session.id)
    if waiting is None or _is_a_late_one(work, session, waiting, arrival):
        return _uncalled_for(work, session)
    company = companies.by_id(work, session.company_id)
    context = Context(session_id=session.id, set_id=waiting.id)
    work.happened.append(_told_of(work, session, waiting))
    if waiting.recovers_id is not None:
        result = Result(*recover.receive(work, company, waiting, arrival, context))
    elif waiting.checks_identities:
        result = Result(Tally(), restored.receive(work, company, waiting, arrival))
    elif waiting.purpose == "prepare":
        result = _read(work, company, waiting, arrival, context)
    elif waiting.purpose == "read" and (reading := readings.of_set(work, waiting.id)) is not None:
        result = Result(Tally(), list_reading.receive(work, session, reading, waiting, arrival))
    elif arrival.hresult:
        result = _refused_whole(work, session, waiting, arrival, context)
    else:
        result = _answered(work, company, waiting, arrival, context)
    return _progress(work, session, result)


def _told_of(work: Work, session: Session, waiting: MessageSet) -> Mapping[str, object]:
    """That a set was answered, and the seconds between its commit and its answer: those of QuickBooks and the way."""
    return {
        "action": "answered",
        "company_id": session.company_id,
        "session_id": session.id,
        "set_id": waiting.id,
        "purpose": waiting.purpose,
        "size": waiting.size,
        "seconds": (work.now - waiting.handed_out_at).total_seconds(),
    }


def give_up_lost_questions(work: Work, company_id: int) -> None:
    """The answers to questions of sessions that are over will not come: what was asked then is asked again."""
    for lost in message_sets.lost_questions(work, company_id):
        context = Context(set_id=lost.id)
        tally = Tally(unknown=list(messages.in_flight(work, lost.id)))
        _read_again(work, tally, context)
        message_sets.answer(work, lost.id, "unknown")


def _read(work: Work, company: Company, waiting: MessageSet, arrival: Arrival, context: Context) -> Result:
    """Answers to questions that come before a message; a session that cannot ask them ends, and the next one asks."""
    tally = read_first.receive(work, company, waiting, arrival, context)
    if not arrival.hresult:
        return Result(tally)
    entry = catalogue.entry(arrival.hresult, request="QueryRq", message=arrival.message)
    return Result(tally, None if entry.treatment is Treatment.SPLIT else report.trouble(company, entry))


def _is_a_late_one(work: Work, session: Session, waiting: MessageSet, arrival: Arrival) -> bool:
    """An answer that names another set than the one that is waited for: it came twice, or after a detour.

    Of those to a write only a settled set of this company counts as late; any other leaves it open what ran.
    """
    named = arrival.answer.new_message_set_id if arrival.answer is not None else None
    if named is None:
        return False
    if waiting.recovers_id is not None:
        return named != recover.set_named_by_answer(work, waiting)
    return named != waiting.recovery_id and message_sets.is_settled(work, session.company_id, named)


def _uncalled_for(work: Work, session: Session) -> int:
    """An answer to nothing: after a set was settled it is a repetition, and gets what the first one got."""
    if session.progress:
        return session.progress
    sessions.change(work, session.id, trouble=report.UNKNOWN_SESSION)
    return STOP


def _answered(work: Work, company: Company, waiting: MessageSet, arrival: Arrival, context: Context) -> Result:
    in_flight = messages.in_flight(work, waiting.id)
    if arrival.answer is None or _is_anothers(waiting, arrival):
        return _left_open(work, waiting, arrival, context, report.CHECKED_FIRST)
    tally = outcome.apply(work, in_flight, arrival.answer.responses, context)
    if tally.unknown and waiting.purpose == "read":
        _read_again(work, tally, context)
    message_sets.answer(work, waiting.id, "unknown" if tally.unknown else "answered", answer=arrival.text)
    if waiting.recovery_id is not None and not tally.unknown:
        companies.change(
            work,
            company.id,
            # One that was sent twice is never cleared: whoever got it first may still run it, and then QuickBooks'
            # memory is what keeps it from being posted again.
            unacknowledged=waiting.recovery_id if waiting.times_sent == 1 else None,
            set_size=_next_size(company, waiting, work.now - waiting.handed_out_at),
        )
    return Result(tally)


def _is_anothers(waiting: MessageSet, arrival: Arrival) -> bool:
    """QuickBooks repeats the id of the set; an answer that names another one is not the answer to ours."""
    assert arrival.answer is not None
    named = arrival.answer.new_message_set_id
    return named is not None and waiting.recovery_id is not None and named != waiting.recovery_id


def _left_open(work: Work, waiting: MessageSet, arrival: Arrival, context: Context, trouble: str) -> Result:
    """It may have run: writes stay where they are until they are recovered; queries are simply asked again."""
    tally = Tally()
    if waiting.purpose == "read":
        tally.unknown = list(messages.in_flight(work, waiting.id))
        _read_again(work, tally, context)
        state = "answered"
    else:
        state = "unknown"
    message_sets.answer(work, waiting.id, state, answer=arrival.text, hresult=arrival.hresult, message=arrival.message)
    return Result(tally, trouble)


def _read_again(work: Work, tally: Tally, context: Context) -> None:
    """Queries may be repeated blindly, though not for ever."""
    again = [message for message in tally.unknown if message.attempts < MOST_READS]
    given_up = [message for message in tally.unknown if message.attempts >= MOST_READS]
    moves.make(work, "release", [Step(message, {}, note="asked again") for message in again], context)
    happened = {
        "what_happened": f"QuickBooks gave no usable answer, {MOST_READS} times.",
        "what_to_do": "Press Retry once QuickBooks works again on that PC.",
        "settled_at": work.now,
    }
    moves.make(work, "fail", [Step(message, happened) for message in given_up], context)
    tally.released += len(again)
    tally.failed += len(given_up)
    tally.unknown = []


def _refused_whole(work: Work, session: Session, waiting: MessageSet, arrival: Arrival, context: Context) -> Result:
    entry = catalogue.entry(arrival.hresult, message=arrival.message)
    if entry.applied is not Applied.NO or (waiting.times_sent > 1 and entry.treatment is not Treatment.SPLIT):
        # A set that was lost before may have run then, whatever became of this sending.
        return _left_open(work, waiting, arrival, context, _trouble(work, session, entry))
    message_sets.answer(work, waiting.id, "refused", hresult=arrival.hresult, message=arrival.message)
    return _REFUSED.get(entry.treatment, _stop)(work, session, waiting, arrival, context, entry)


_Refused = Callable[[Work, Session, MessageSet, Arrival, Context, Entry], Result]


def _split(
    work: Work, session: Session, waiting: MessageSet, arrival: Arrival, context: Context, entry: Entry
) -> Result:
    """Nothing ran: send halves, until the one that QuickBooks cannot read is alone, and fail that one."""
    in_flight = messages.in_flight(work, waiting.id)
    if len(in_flight) > 1:
        half = (len(in_flight) + 1) // 2
        steps = [Step(message, {"set_cap": half}, note="the set was refused whole") for message in in_flight]
        moves.make(work, "release", steps, context)
        return Result(Tally())
    for message in in_flight:
        moves.make_one(
            work,
            "fail",
            message,
            context,
            settled_at=work.now,
            **outcome.explained(work, message, entry),
        )
    return Result(Tally(failed=len(in_flight)))


def _lower_version(
    work: Work, session: Session, waiting: MessageSet, arrival: Arrival, context: Context, entry: Entry
) -> Result:
    known = schema.facts().versions
    lower = known[known.index(waiting.qbxml_version) - 1] if waiting.qbxml_version in known[1:] else None
    if lower is None:
        return _stop(work, session, waiting, arrival, context, entry)
    sessions.change(work, session.id, qbxml_version=lower)
    _release_all(work, waiting, context, f"qbXML {waiting.qbxml_version} was refused; {lower} is tried")
    return Result(Tally())


def _stop(
    work: Work, session: Session, waiting: MessageSet, arrival: Arrival, context: Context, entry: Entry
) -> Result:
    released = _release_all(work, waiting, context, f"{arrival.hresult}: nothing of the set ran")
    return Result(Tally(released=released), _trouble(work, session, entry))


_REFUSED: dict[Treatment, _Refused] = {
    Treatment.SPLIT: _split,
    Treatment.LOWER_VERSION: _lower_version,
}
"""What a set that QuickBooks refused whole comes to, by treatment; all others stop the session."""


def _release_all(work: Work, waiting: MessageSet, context: Context, note: str) -> int:
    in_flight = messages.in_flight(work, waiting.id)
    moves.make(work, "release", [Step(message, {}, note=note) for message in in_flight], context)
    return len(in_flight)


def _trouble(work: Work, session: Session, entry: Entry) -> str:
    return report.trouble(companies.by_id(work, session.company_id), entry)


def _next_size(company: Company, waiting: MessageSet, took: timedelta) -> int:
    """Sets grow while QuickBooks answers quickly and shrink when it is slow, within the company's limit."""
    if took > SLOW:
        return max(1, waiting.size // 2)
    grown = company.set_size * 2 if took < QUICK and waiting.size >= company.set_size else company.set_size
    return min(grown, company.set_limit)


def _progress(work: Work, session: Session, result: Result) -> int:
    """Done out of what is left in this session; 100 only when really nothing more can be sent."""
    counters = result.tally.counters
    if result.trouble is not None:
        sessions.count(work, session.id, progress=session.progress, **counters)
        sessions.change(work, session.id, trouble=result.trouble)
        return STOP
    company, stands = agenda.of_company(work, session.company_id)
    if not stands.unanswered and not dispatch.something_to_send(work, company, stands, session):
        sessions.count(work, session.id, progress=100, **counters)
        return 100
    done = (
        session.synchronized + session.failed + session.doubted + sum(counters.values()) - counters.get("released", 0)
    )
    total = session.total
    if done >= total:
        total = done + max(1, messages.count_ready(work, company.id, 10_000))
        sessions.change(work, session.id, total=total)
    # What came to light on the way makes the bar wait, never go back.
    of_lists = list_reading.percentage(work, company) if stands.reading else 0
    progress = max(1, session.progress, of_lists, min(99, done * 100 // total))
    sessions.count(work, session.id, progress=progress, **counters)
    return progress
