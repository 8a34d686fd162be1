"""Activity: who did what, and how the runs went, day by day in words. Only shows.

What belongs to no company, such as signing in, is shown to those alone who manage users: another company's people
are nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from flask import Blueprint, render_template, request

from service.catalogue.nouns import noun_for
from service.console import paging, visit
from service.console.activity_words import COMPANY_FILE, MESSAGES, NOT_TOLD, RUNS, words_for
from service.console.documents import Directory, Document
from service.console.guard import needs
from service.console.kinds import counted
from service.console.visit import reading
from service.domain.privilege import Privilege
from service.exchange.moves import SERVICE
from service.store import activity_pages, companies, console_people, user_pages
from service.store.activity_pages import Wanted
from service.store.companies import Company
from service.store.events import Event
from service.store.messages import Message
from service.store.sessions import Session
from service.store.unit import Work

pages = Blueprint("activity", __name__)

ROWS = 50
LONGEST_WORDS = 100
WEB_CONNECTOR = "Web Connector"
ABOUT = (
    ("", "Everything"),
    ("runs", "Runs"),
    ("messages", "Messages"),
    ("company_file", "Company file"),
    ("users", "Users"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: `before` and `after` stand around `what`, which leads to a message where `target` is its number.

    `run` is the number of a visit that settled something, whose messages History shows.
    """

    at: datetime
    before: str
    what: str
    after: str
    target: int | None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day, newest first."""

    title: str
    entries: Sequence[Told]


@pages.get("/company/<company>/activity")
@needs(Privilege.VIEW)
def page() -> str:
    asked = {name: request.args.get(name, "").strip()[:LONGEST_WORDS] for name in ("q", "who", "about", "until")}
    manages_users = visit.person().may(Privilege.MANAGE_USERS)
    if asked["about"] == "users" and not manages_users:
        asked["about"] = ""
    before = paging.number("before") or None
    with reading() as work:
        company = companies.by_id(work, visit.company().id)
        found = activity_pages.search(work, _wanted(asked, company), before, ROWS)
        told = _Teller(work, company, found.events).told()
        return render_template(
            "activity.html",
            asked=asked,
            people=_people(work, company),
            about=[one for one in ABOUT if one[0] != "users" or manages_users],
            days=_days(told),
            is_first=before is None,
            number=len(found.events),
            looked_back_to=found.looked_back_to,
            older={**{name: value for name, value in asked.items() if value}, "before": found.further}
            if found.further is not None
            else None,
        )


def _wanted(asked: Mapping[str, str], company: Company) -> Wanted:
    about = asked["about"]
    actions = {"runs": RUNS, "messages": MESSAGES, "company_file": COMPANY_FILE}.get(about, {})
    return Wanted(
        company_id=None if about == "users" else company.id,
        words=asked["q"],
        actor=asked["who"],
        actions=tuple(actions),
        not_actions=() if actions else NOT_TOLD,
        beside=about in ("runs", "company_file", "users"),
        until=_until(asked["until"]),
    )


def _until(given: str) -> datetime | None:
    """The end of a day in the reader's zone; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(given) + timedelta(days=1), time(), visit.here().reader.zone)
    except (ValueError, OverflowError):
        return None


def _people(work: Work, company: Company) -> Sequence[tuple[str, str]]:
    """Those who can sign in and know of the company, by the names of their sign-ins and their full names."""
    return [
        (one.name, one.full_name or one.name)
        for one in user_pages.everybody(work)
        if one.can_sign_in and any(where in (None, company.id) for _, where in one.grants)
    ]


def _days(told: Sequence[Told]) -> Sequence[Day]:
    reader = visit.here().reader
    return [Day(_title(day), list(entries)) for day, entries in groupby(told, key=lambda one: reader.day_of(one.at))]


def _title(day: date) -> str:
    """Today, March 10; Friday, March 6; November 12, 2025"""
    reader = visit.here().reader
    today = reader.day_of(reader.now)
    age = (today - day).days
    if age >= 7:
        return reader.day(day)
    name = ("Today", "Yesterday")[age] if age in (0, 1) else day.strftime("%A")
    return f"{name}, {day.strftime('%B')} {day.day}"


class _Teller:
    """Tells some events, with all that their words need read in one go."""

    def __init__(self, work: Work, company: Company, events: Sequence[Event]) -> None:
        self._events = events
        self._pc = company.pc or "The PC with QuickBooks"
        self._names = console_people.full_names(work)
        found = activity_pages.messages_of(work, {one.message_id for one in events if one.message_id is not None})
        self._messages: Mapping[int, Message] = {one.id: one for one in found}
        self._documents: Mapping[int, Document] = Directory(work, company.id).documents(found)
        visits = {one.session_id for one in events if one.action == "authenticate" and one.session_id is not None}
        self._visits: Mapping[int, Session] = {one.id: one for one in activity_pages.sessions_of(work, visits)}

    def told(self) -> Sequence[Told]:
        return [self._entry(together) for together in self._together()]

    def _together(self) -> Iterator[Sequence[Event]]:
        """What one press did with several messages is one entry."""

        def press(event: Event) -> tuple[object, ...]:
            return event.actor, event.action, event.at, event.message_id is None and event.id

        for _, group in groupby(self._events, key=press):
            yield list(group)

    def _entry(self, group: Sequence[Event]) -> Told:
        event = group[0]
        words = words_for(event.action, is_beside=event.message_id is None)
        text = f"{self._who(event, words.who)} {words.text}".strip()
        before, _, after = text.partition("{what}")
        alone = len(group) == 1
        note = f"{words.note}{event.note.rstrip('.')}" if words.note and event.note and alone else ""
        target = event.message_id if alone else None
        what = self._what(group) if "{what}" in text else ""
        more = self._more(event) if alone else ""
        return Told(event.at, before, what, f"{after}{note}{more}.", target, self._run(event))

    def _run(self, event: Event) -> int | None:
        run = self._visits.get(event.session_id or 0) if event.action == "authenticate" else None
        return run.id if run is not None and run.synchronized + run.failed + run.doubted else None

    def _who(self, event: Event, who: str) -> str:
        if not who:
            return ""
        if who == "pc" or event.actor == WEB_CONNECTOR:
            return self._pc
        return "Deskpost" if event.actor == SERVICE else self._names.get(event.actor, event.actor)

    def _what(self, group: Sequence[Event]) -> str:
        """The message by its name, or several by their number and what they are."""
        ids = [one.message_id for one in group if one.message_id in self._documents]
        if not ids:
            return "it" if group[0].message_id is not None else "something"
        documents = [self._documents[number] for number in ids if number is not None]
        if len(documents) == 1:
            return documents[0].spoken
        nouns = {noun_for(one.kind).noun if one.kind else "request" for one in documents}
        return counted(nouns.pop() if len(nouns) == 1 else "message", len(documents))

    def _more(self, event: Event) -> str:
        """What is told besides: a visit's outcome, and under which number something was entered."""
        if event.action == "authenticate":
            run = self._visits.get(event.session_id or 0)
            if run is None:
                return ""
            return f": {run.outcome.rstrip('.')}" if run.outcome else ", and is at work"
        message = self._messages.get(event.message_id or 0)
        if event.action == "mark entered" and message is not None and message.quickbooks_number:
            return f", QuickBooks number {message.quickbooks_number}"
        return ""
