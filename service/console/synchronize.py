"""Synchronize: is it in QuickBooks, and if not, what do I do? What needs a person first, what waits next, what is done.

Before the first visit of the Web Connector, how to connect the PC stands here instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from service.catalogue.nouns import noun_for
from service.console import all_found, cases, connect, live, panel, rows, visit
from service.console.all_found import AllFound, Button
from service.console.documents import Directory
from service.console.guard import needs
from service.console.kinds import plural, with_noun
from service.console.live import Mark
from service.console.panel import Panel
from service.console.rows import Row
from service.console.visit import reading
from service.domain.privilege import Privilege
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.pages import OpenWork, Place, Turn
from service.store.unit import Work

pages = Blueprint("synchronize", __name__)

CASES = 20
ROWS = 25
JUST_DONE = 10
KINDS_FROM = 100
"""From so many on, the kinds with their numbers stand above the list."""

WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Kind:
    """A link above the list: all of a kind, or all that wait."""

    label: str
    value: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A page of what is to be sent, with where the pages before and after it begin."""

    rows: Sequence[Row]
    total: int
    first: int
    kinds: Sequence[Kind]
    kind: str
    next: Mapping[str, object] | None
    previous: Mapping[str, object] | None
    goes_by_itself: bool
    """Nothing is ready: each goes once what it waits for is in."""
    several: Sequence[Button]
    """The buttons for those that are ticked."""
    everything: AllFound | None
    """The buttons for all of the kind that is chosen."""


@pages.get("/company/<company>/synchronize")
@needs(Privilege.VIEW)
def page() -> Response:
    with reading() as work:
        mark = live.mark(work)
        return live.nothing_changed(mark) or _page(work, mark)


@pages.get("/company/<company>/synchronize/progress")
@needs(Privilege.VIEW)
def progress() -> Response:
    """The panel alone, for the page that refreshes itself while a run goes on."""
    if not visit.is_live():
        return visit.back_to("synchronize.page")
    with reading() as work:
        mark = live.mark(work)
        return live.nothing_changed(mark) or _progress(work, mark)


def _page(work: Work, mark: Mark) -> Response:
    company = mark.company
    open_work = store_pages.open_work(work, company.id)
    if company.last_visit_at is None:
        return _first_day(work, mark, open_work)
    now = panel.look(work, company, open_work)
    after = request.args.get("attention", "")
    written = mark.until(panel.changes_at(company, now))
    return live.made(
        render_template(
            "synchronize.html",
            tab="synchronize",
            mark=written,
            open_work=open_work,
            head=company,
            panel=now,
            alarms=panel.alarms(work, company, open_work),
            sending=_being_sent(work, company) if now.state == "sending" else "",
            attention=cases.listed(work, company, after, CASES) if open_work.attention else None,
            attention_from=after,
            all_failed=all_found.of_status(work, company, "failed") if open_work.failed > 1 else None,
            pending=_pending(work, company, open_work),
            done=_done(work, company, now),
        ),
        written,
    )


def _progress(work: Work, mark: Mark) -> Response:
    """The panel; when the run has ended, that of what it came to, by which the page knows to look at the rest."""
    company = mark.company
    now, open_work = panel.under_way(work, company), None
    if now is None:
        open_work = store_pages.open_work(work, company.id)
        now = panel.look(work, company, open_work)
    sending = _being_sent(work, company) if now.state == "sending" else ""
    written = mark.until(panel.changes_at(company, now))
    shown = {"mark": written, "head": company, "panel": now, "open_work": open_work, "sending": sending}
    return live.made(render_template("progress.html", **shown), written)


def _first_day(work: Work, mark: Mark, open_work: OpenWork) -> Response:
    written = mark.until(())
    return live.made(
        render_template(
            "first_day.html",
            tab="synchronize",
            mark=written,
            open_work=open_work,
            head=mark.company,
            guide=connect.guide(work, mark.company),
            intervals=connect.INTERVALS,
            troubles=connect.troubles(),
        ),
        written,
    )


def _being_sent(work: Work, company: Company) -> str:
    """The first of what is being sent, in words."""
    found = store_pages.to_be_sent(work, company.id, 1, turns=(Turn.BEING_SENT,))
    return Directory(work, company.id).spoken_of(found[0][1]) if found else ""


def _done(work: Work, company: Company, now: Panel) -> Sequence[Row]:
    if now.run is None or not now.run.synchronized:
        return []
    found = store_pages.just_done(work, now.run.id, JUST_DONE)
    return rows.done(work, company, found, visit.here().reader)


def _pending(work: Work, company: Company, open_work: OpenWork) -> Pending | None:
    if not open_work.to_be_sent:
        return None
    counted = store_pages.kinds_to_be_sent(work, company.id)
    kind = request.args.get("kind", "")
    names = [] if kind in ("", WAITING) else with_noun(kind) or [kind]
    turns = (Turn.WAITING,) if kind == WAITING else tuple(Turn)
    after, before = _place(request.args.get("after", "")), _place(request.args.get("before", ""))
    first = _number(request.args.get("row", "")) if after or before else 1
    found = list(
        store_pages.to_be_sent(
            work, company.id, ROWS + 1, after=after, before=before, kinds=_among(names, counted), turns=turns
        )
    )
    more = len(found) > ROWS
    shown = (found[1:] if more else found) if before else found[:ROWS]
    if before and not more:
        first = 1
    total = _total(kind, counted, open_work)
    listed = rows.listed(work, company, [message for _, message in shown], visit.here().reader)
    has_next = bool(shown) and (before is not None or more)
    has_previous = bool(shown) and (more if before else after is not None)
    return Pending(
        rows=listed,
        total=total,
        first=first,
        kinds=_kinds(counted, open_work, kind) if open_work.to_be_sent >= KINDS_FROM or kind else (),
        kind=kind,
        next={"after": _written(shown[-1][0]), "row": first + len(shown)} if has_next else None,
        previous={"before": _written(shown[0][0]), "row": max(1, first - ROWS)} if has_previous else None,
        goes_by_itself=not open_work.ready and not open_work.in_flight,
        several=all_found.for_rows(listed),
        everything=all_found.of_status(work, company, "to_be_synchronized", kind, is_only_one=total == 1)
        if with_noun(kind)
        else None,
    )


def _among(names: Sequence[str], counted: Mapping[str, int]) -> Sequence[str]:
    """The kinds that there are at all, so that the query stays short."""
    return [name for name in names if name in counted] or list(names[:1])


def _kinds(counted: Mapping[str, int], open_work: OpenWork, current: str) -> Sequence[Kind]:
    """The links above the list, the kinds of which there are most first."""
    by_noun = _by_noun(counted)
    found = [Kind(f"All {open_work.to_be_sent:,}", "", is_current=not current)]
    for noun, number in sorted(by_noun.items(), key=lambda one: (-one[1], one[0])):
        label = f"{plural(noun).capitalize()} {number:,}"
        found.append(Kind(label, noun, is_current=current == noun))
    if open_work.waiting:
        found.append(Kind(f"Waiting {open_work.waiting:,}", WAITING, is_current=current == WAITING))
    return found


def _by_noun(counted: Mapping[str, int]) -> Mapping[str, int]:
    by_noun: dict[str, int] = {}
    for kind, number in counted.items():
        noun = noun_for(kind).noun if kind else "request"
        by_noun[noun] = by_noun.get(noun, 0) + number
    return by_noun


def _total(kind: str, counted: Mapping[str, int], open_work: OpenWork) -> int:
    if kind == WAITING:
        return open_work.waiting
    return _by_noun(counted).get(kind, 0) if kind else open_work.to_be_sent


def _place(text: str) -> Place | None:
    """A place as an address names it: 1.5.10248; None for what is none."""
    parts = [_number(part) for part in text.split(".")]
    if len(parts) != 3 or not all(parts[2:]) or parts[0] not in list(Turn):
        return None
    return Place(Turn(parts[0]), parts[1], parts[2])


def _written(place: Place) -> str:
    return f"{int(place.turn)}.{place.priority}.{place.id}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
