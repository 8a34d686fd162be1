"""What goes on right now, as the panel on top of Synchronize says it. Decides which of its states it is in.

The states are those of a company: sending, stopped, started, ready, waiting, finished, nothing. A number on the panel
is true at the time that stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.console import next_run
from service.console.next_run import Pace
from service.exchange import after_restore
from service.exchange.sign_in import FREE_TRIES, LONGEST_WAIT
from service.store import console_people, pages, sessions
from service.store import under_way as store_under_way
from service.store.companies import Company
from service.store.pages import OpenWork
from service.store.sessions import Session
from service.store.unit import Work

JUST_NOW = timedelta(hours=1)
"""How long a run counts as the last news when nothing is left to be sent."""

SILENT_AFTER_START = timedelta(hours=1)
QUIET = timedelta(minutes=3)
LOOKED_BACK = 10
PACE_FROM = 100
"""So many messages must the last run have moved, or its pace says nothing."""

EVERY: Mapping[str, int] = {"sending": 2, "started": 5}
"""Seconds until the page looks again; else every 30."""

LISTS_EVERY = 10
"""While a run goes on only the panel is made anew that often, and what stands below it after so many seconds."""

HEADINGS: Mapping[str, tuple[str, str]] = {
    "sending": ("Synchronizing: {done} of {total} done", "{done} of {total} done"),
    "stopped": ("Stopped before the end: {done} of {total} done", "Stopped"),
    "started": ("Started. Waiting for {pc}", "Started"),
    "ready": ("{number} to be synchronized", "{number} to be synchronized"),
    "waiting": ("{number} to be synchronized", "{number} to be synchronized"),
    "finished": ("Finished: {synchronized} synchronized, {attention}", "Finished"),
    "perfect": ("Finished: {all_of_them}{synchronized} synchronized", "Finished"),
    "nothing": ("Nothing to synchronize", ""),
}
"""For each state the heading of the panel, and what the page's title says of it in front."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The state with its numbers; the sentences stand in the template."""

    state: str
    heading: str
    title: str
    pc: str
    every: int
    run: Session | None
    done: int
    total: int
    attention: int
    waiting: int
    to_be_sent: int
    started_by: str | None
    started_at: datetime | None
    minutes: int | None
    stopped_because: str
    pace: Pace
    is_quiet: bool
    """A run goes on, and nothing was heard of it for minutes."""

    @property
    def to_go(self) -> int:
        """What this run can still send; what is held back by something else is not in it."""
        return max(0, self.total - self.done)

    @property
    def lists_every(self) -> int:
        """Seconds between two looks at what stands below the panel, or 0 when it is looked at with it."""
        return LISTS_EVERY if self.state == "sending" else 0

    @property
    def offers_start(self) -> bool:
        return self.state in ("ready", "waiting")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that stays on top until it is solved: its kind, with the time, PC or number that belongs to it."""

    kind: str
    at: object = None
    pc: str = ""
    number: int = 0


def look(work: Work, company: Company, open_work: OpenWork) -> Panel:
    """The panel of a company as it is now."""
    runs = sessions.latest(work, company.id, LOOKED_BACK)
    newest = runs[0] if runs else None
    state = _state(work, company, open_work, newest)
    run = newest if state in ("sending", "stopped") else next((one for one in runs if _moved(one)), None)
    start = console_people.last_start(work, company.id)
    name, at = start or (None, None)
    if _counts(state, run, at):
        name = console_people.full_names(work).get(name or "", name)
    return _made(work, company, state, run, open_work, name, at, next_run.of_company(work, company))


def under_way(work: Work, company: Company) -> Panel | None:
    """The panel of a run that goes on, from one statement, for it is looked at every few seconds; else None."""
    found = store_under_way.of_company(work, company.id)
    if found is None:
        return None
    numbers = OpenWork(0, found.waiting, found.in_flight, in_doubt=0, failed=0, manual_entry=0, skipped=0)
    return _made(work, company, "sending", found.run, numbers, found.started_by, found.started_at, next_run.UNKNOWN)


def changes_at(company: Company, now: Panel) -> Sequence[datetime]:
    """When something that the panel or an alarm says changes with time alone; some of these times are past."""
    run = now.run
    times = [now.pace.next_at]
    if run is not None:
        times.append(run.closed_at + JUST_NOW if run.closed_at is not None else run.last_call_at + QUIET)
    if company.last_visit_at is not None:
        times.append(company.last_visit_at + now.pace.silent_after)
    if company.started_at is not None:
        times.append(company.started_at + SILENT_AFTER_START)
    return [one for one in times if one is not None]


def alarms(work: Work, company: Company, open_work: OpenWork) -> Sequence[Alarm]:
    """What is wrong with the way to QuickBooks, or with what is there, until somebody has mended it."""
    found = []
    if company.mismatch:
        found.append(Alarm("other file"))
    for pc, failures, next_try in pages.refused_sign_ins(work, company.id):
        wait = min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 6)), LONGEST_WAIT)
        found.append(Alarm("password", next_try - wait if failures > FREE_TRIES else next_try, pc))
    if open_work.to_be_sent and _is_silent(work, company):
        found.append(Alarm("silent", company.last_visit_at))
    if lacking := sum(one.saved_again is None for one in after_restore.found(work, company)):
        found.append(Alarm("backup", number=lacking))
    return found


def _made(
    work: Work,
    company: Company,
    state: str,
    run: Session | None,
    open_work: OpenWork,
    started_by: str | None,
    started_at: datetime | None,
    pace: Pace,
) -> Panel:
    """The panel of a state, with the numbers of the run that it tells of."""
    done = _done(run) if run else 0
    # What came to light on the way is handed out as well, and was not counted when the run began.
    handed_out = open_work.in_flight if state in ("sending", "stopped") else 0
    total = max(run.total, done + handed_out) if run else 0
    counts = _counts(state, run, started_at)
    pc = company.pc or ""
    heading, title = _heading(state, run, done, total, open_work, pc)
    return Panel(
        state=state,
        heading=heading,
        title=title,
        pc=pc,
        every=EVERY.get(state, 30),
        run=run,
        done=done,
        total=total,
        attention=run.failed + run.doubted if run else 0,
        waiting=open_work.waiting,
        to_be_sent=open_work.to_be_sent,
        started_by=started_by if counts else None,
        started_at=started_at if counts else None,
        minutes=_minutes(run, open_work.ready) if state in ("ready", "started") else None,
        stopped_because=(run.trouble or run.outcome or "") if run and state == "stopped" else "",
        pace=pace,
        is_quiet=state == "sending" and run is not None and work.now - run.last_call_at > QUIET,
    )


def _counts(state: str, run: Session | None, started_at: datetime | None) -> bool:
    """Whether a press of Start is told of: it is waited for, or it led to the run."""
    return started_at is not None and (state == "started" or (run is not None and _led_to(started_at, run)))


def _state(work: Work, company: Company, open_work: OpenWork, newest: Session | None) -> str:
    if newest is not None and newest.state == "open":
        return "sending"
    if company.started_at is not None and open_work.ready and not (newest and newest.opened_at > company.started_at):
        return "started"
    if newest is not None and _broke_off(newest) and not company.mismatch and open_work.to_be_sent:
        return "stopped"
    if open_work.ready:
        return "ready"
    is_news = newest is not None and _moved(newest) and work.now - (newest.closed_at or work.now) < JUST_NOW
    if is_news or (newest is not None and _moved(newest) and open_work.attention):
        return "finished"
    return "waiting" if open_work.to_be_sent else "nothing"


def _broke_off(run: Session) -> bool:
    if run.state in ("replaced", "expired", "refused"):
        return True
    return run.progress < 100 and bool(run.trouble or run.handed_out) and _done(run) < run.total


def _moved(run: Session) -> bool:
    return bool(run.handed_out or _done(run))


def _done(run: Session) -> int:
    return run.synchronized + run.failed + run.doubted


def _led_to(started_at: datetime, run: Session) -> bool:
    """Whether a press of Start came before a run, and not so long before that others came between."""
    end = run.closed_at or run.last_call_at
    return run.opened_at - timedelta(days=1) <= started_at <= end


def _heading(state: str, run: Session | None, done: int, total: int, open_work: OpenWork, pc: str) -> tuple[str, str]:
    """The heading of the panel, and what the title of the page says of it in front, in a word or two."""
    attention = run.failed + run.doubted if run else 0
    heading, title = HEADINGS["perfect" if state == "finished" and not attention else state]
    synchronized = run.synchronized if run else 0
    facts = {
        "done": f"{done:,}",
        "total": f"{total:,}",
        "pc": pc or "the PC with QuickBooks",
        "number": f"{open_work.to_be_sent:,}",
        "synchronized": f"{synchronized:,}",
        "all_of_them": "all " if synchronized > 1 else "",
        "attention": f"{attention:,} {'needs' if attention == 1 else 'need'} attention",
    }
    return heading.format(**facts), title.format(**facts)


def _minutes(run: Session | None, ready: int) -> int | None:
    """How long it takes at the pace of the last run, rounded to 5 minutes; None when that is not known."""
    if run is None or run.closed_at is None or _done(run) < PACE_FROM:
        return None
    seconds = (run.closed_at - run.opened_at).total_seconds() / _done(run) * ready
    return round(seconds / 300) * 5 or None


def _is_silent(work: Work, company: Company) -> bool:
    if company.last_visit_at is None:
        return False
    since = work.now - company.last_visit_at
    started = company.started_at
    waited = started is not None and work.now - started > SILENT_AFTER_START and started > company.last_visit_at
    return since > next_run.of_company(work, company).silent_after or waited
