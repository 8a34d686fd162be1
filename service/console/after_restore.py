"""What a restored backup lacks: each of it with when it had been synchronized, what to do, and the buttons for that.

Deciding about it is deciding about messages, and needs the same privilege; that a backup was restored is said by those
who manage the company file. What a button does is in `restore_presses`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from service.catalogue.nouns import noun_for
from service.console import notices, paging, restore_presses, rows, visit
from service.console.decisions import NOTHING_SELECTED, is_id
from service.console.guard import needs
from service.console.notices import Notice
from service.console.restore_presses import PRESSES
from service.console.rows import Row
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.exchange import after_restore, file_changes
from service.exchange.after_restore import Taken
from service.store import companies, company_pages, console_people
from service.store.companies import Company
from service.store.events import Event
from service.store.unit import Work

pages = Blueprint("after_restore", __name__)

ROWS = 25
LEFT = 25
"""Of what was left as it is, so many of the last; Activity has them all."""

YEARS = range(1990, 9000)
"""Years in which a backup may have been made, and in which every zone has a time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record that a restored backup lacks. `row` is the message that QuickBooks did last, if there was one."""

    taken: Taken
    title: str
    name: str
    row: Row | None
    decided: str = ""
    """Who left it as it is, and when."""

    @property
    def whole_name(self) -> str:
        return self.row.whole_name if self.row is not None else f"{self.title} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Glance:
    """How much of what a restored backup lacks is undecided, on its way, and still to be looked for.

    `said` is the event of whoever said that it was restored.
    """

    lacking: int
    coming: int
    looked_for: int
    said: Event | None


class NotAMoment(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(f"'{given[:40]}' is no day with a time: give those at which the backup was made.")


class StillToCome(Refusal):
    def __init__(self, told: str) -> None:
        super().__init__(f"{told[:1].upper()}{told[1:]}, is still to come: give when the backup was made.")


@pages.get("/company/<company>/company-file/restored")
@needs(Privilege.VIEW)
def page() -> str:
    with reading() as work:
        company = companies.by_id(work, visit.company().id)
        found = after_restore.found(work, company)
        parts = {
            "sendable": [one for one in found if one.can_be_sent],
            "asked": [one for one in found if not one.can_be_sent and one.saved_again is None],
            "coming": [one for one in found if one.saved_again is not None],
        }
        shown = {name: _page_of(name, taken) for name, taken in parts.items()}
        return render_template(
            "after_restore.html",
            head=company,
            glance=glance(work, company),
            said_by=_said_by(work, company),
            numbers={name: len(taken) for name, taken in parts.items()},
            listed=shown,
            lines={name: _lines(work, company, listed.rows) for name, listed in shown.items()},
            left=_left(work, company),
            newest=max((one.number for one in found), default=0),
        )


@pages.post("/company/<company>/company-file/restored")
@needs(Privilege.SYNCHRONIZE)
def deciding() -> Response | str:
    """A button was pressed: about one, about those that are ticked, or about all up to the newest that was seen."""
    press, chosen = _pressed()
    if press and restore_presses.asks(PRESSES[press], len(chosen)):
        return restore_presses.question(PRESSES[press], len(chosen))
    if press and not chosen:
        with writing() as work:
            notices.tell(work, Notice("warn", NOTHING_SELECTED))
    elif press:
        restore_presses.carry_out(PRESSES[press], chosen)
    return visit.back_to("after_restore.page")


@pages.post("/company/<company>/company-file/backup-restored")
@needs(Privilege.MANAGE_COMPANY)
def saying_so() -> Response:
    """Somebody says that a backup was restored, and when it was made."""
    try:
        made_at = _moment(request.form.get("made_at", ""))
        with writing() as work:
            company = companies.by_id(work, visit.company().id)
            number = file_changes.restored(work, company, made_at, by=visit.person().name)
            notices.tell(work, _told_of_backup(number))
    except Refusal as refusal:
        with writing() as work:
            notices.tell(work, Notice("warn", str(refusal)))
        return visit.back_to("company_file.page", _anchor="backup")
    return visit.back_to("company_file.page")


def glance(work: Work, company: Company) -> Glance:
    """What the page of the company file says of a restored backup; nothing is read where none was restored."""
    said = company_pages.newest(work, company.id, ["restore company file"])
    if said is None:
        return Glance(0, 0, 0, None)
    found = after_restore.found(work, company)
    coming = sum(one.saved_again is not None for one in found)
    return Glance(len(found) - coming, coming, after_restore.still_looked_for(work, company), said)


def _said_by(work: Work, company: Company) -> str:
    said = company_pages.newest(work, company.id, ["restore company file"])
    return console_people.full_names(work).get(said.actor, said.actor) if said is not None else ""


def _told_of_backup(number: int) -> Notice:
    if not number:
        return Notice("good", "Nothing was synchronized after that backup was made, so nothing is missing.")
    told = f"Of what was synchronized since, {number:,} {'is' if number == 1 else 'are'} looked for in QuickBooks"
    return Notice("good", f"The backup is noted. {told} at the next visit, before anything is sent.")


def _moment(given: str) -> datetime:
    """The moment that a field for a day and a time gives, in the zone in which the pages show times."""
    reader = visit.here().reader
    try:
        made_at = datetime.fromisoformat(given)
    except ValueError:
        raise NotAMoment(given) from None
    if made_at.year not in YEARS:
        raise NotAMoment(given)
    made_at = made_at if made_at.tzinfo is not None else made_at.replace(tzinfo=reader.zone)
    if made_at > visit.here().now:
        raise StillToCome(reader.moment(made_at))
    return made_at


def _page_of(part: str, taken: Sequence[Taken]) -> paging.Page[Taken]:
    def fetch(limit: int, after: int, before: int | None) -> Sequence[Taken]:
        between = [one for one in taken if one.number > after and (before is None or one.number < before)]
        return between[-limit:] if before is not None else between[:limit]

    return paging.read(fetch, ROWS, lambda one: one.number, part=f"{part}-")


def _lines(work: Work, company: Company, taken: Sequence[Taken]) -> Sequence[Line]:
    last = [one.last for one in taken if one.last is not None]
    listed = {row.id: row for row in rows.listed(work, company, last, visit.here().reader)}
    return [_line(one, listed.get(one.last.id) if one.last is not None else None) for one in taken]


def _line(taken: Taken, row: Row | None) -> Line:
    if row is not None:
        return Line(taken, row.document.title, row.document.name, row)
    kind, _, key = taken.record.partition(":")
    noun = noun_for(kind).noun
    return Line(taken, noun[:1].upper() + noun[1:], taken.called or key, None)


def _left(work: Work, company: Company) -> Sequence[Line]:
    left = after_restore.left_as_it_is(work, company, LEFT)
    names, reader = console_people.full_names(work), visit.here().reader
    lines = _lines(work, company, [one.taken for one in left])
    return [
        Line(line.taken, line.title, line.name, line.row, f"{names.get(one.by, one.by)}, {reader.moment(one.at)}")
        for line, one in zip(lines, left, strict=True)
    ]


def _pressed() -> tuple[str, Sequence[int]]:
    """Which button was pressed, and the numbers that it is about."""
    for name in PRESSES:
        if name in request.form:
            return name, [int(one) for one in [request.form[name]] if is_id(one)]
    press, _, which = request.form.get("do", "").partition(" ")
    if press not in PRESSES:
        return "", ()
    if which == "selected":
        return press, [int(one) for one in request.form.getlist("taken") if is_id(one)]
    up_to = request.form.get("up_to", "")
    with reading() as work:
        found = after_restore.found(work, visit.company()) if is_id(up_to) else ()
    return press, [one.number for one in found if one.number <= int(up_to) and _is_of(which, one)]


def _is_of(part: str, one: Taken) -> bool:
    """Whether a button for all of a part of the page is about it; what is on its way is in neither part."""
    return one.saved_again is None and one.can_be_sent == (part == "sendable") and part in ("sendable", "asked")
