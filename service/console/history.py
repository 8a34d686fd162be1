"""History: all messages of a company, found by number, name, kind, status and date. Only shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from service.catalogue.nouns import known_objects
from service.console import paging, rows, visit
from service.console.guard import needs
from service.console.kinds import plural, with_noun
from service.console.visit import reading
from service.domain.privilege import Privilege
from service.domain.status import Status
from service.store import history_pages, sessions
from service.store.companies import Company
from service.store.history_pages import Wanted
from service.store.sessions import Session
from service.store.unit import Work

pages = Blueprint("history", __name__)

ROWS = 50
LONGEST_WORDS = 100

NOUNS = (
    "customer",
    "item",
    "vendor",
    "invoice",
    "payment",
    "credit memo",
    "sales receipt",
    "sales order",
    "estimate",
    "bill",
    "purchase order",
    "journal entry",
)
"""The kinds that can be chosen, as people call them."""


class Choice(NamedTuple):
    """A status that can be chosen, as the lists call it."""

    value: str
    label: str
    statuses: tuple[Status, ...]


STATUSES = (
    Choice("to_be_synchronized", "To be synchronized", (Status.PENDING, Status.IN_FLIGHT)),
    Choice("in_doubt", "Check in QuickBooks", (Status.IN_DOUBT,)),
    Choice("failed", "Needs attention", (Status.FAILED,)),
    Choice("manual_entry", "Manual entry", (Status.MANUAL_ENTRY,)),
    Choice("synchronized", "Synchronized", (Status.SYNCHRONIZED,)),
    Choice("manually_entered", "Entered by hand", (Status.MANUALLY_ENTERED,)),
    Choice("skipped", "Skipped", (Status.SKIPPED,)),
    Choice("superseded", "Replaced by a newer version", (Status.SUPERSEDED,)),
)


@pages.get("/company/<company>/history")
@needs(Privilege.VIEW)
def page() -> str:
    asked = {name: request.args.get(name, "").strip()[:LONGEST_WORDS] for name in ("q", "kind", "status", "since")}
    before, run = paging.number("before") or None, paging.number("run") or None
    first = max(1, paging.number("row"))
    wanted = _wanted(asked, run)
    with reading() as work:
        company = visit.company()
        visited = _visited(work, company, run)
        exact = history_pages.named(work, company.id, wanted, known_objects(), ROWS)
        found = history_pages.search(work, company.id, wanted, before, ROWS, [one.id for one in exact])
        shown = [*(exact if before is None else ()), *found.messages]
        return render_template(
            "history.html",
            asked=asked,
            run=visited,
            kinds=[(noun, plural(noun).capitalize()) for noun in NOUNS],
            statuses=STATUSES,
            rows=rows.listed(work, company, shown, visit.here().reader),
            first=first,
            heading=_heading(asked, first + len(shown) - 1, is_all=found.further is None),
            looked_back_to=found.looked_back_to,
            next={
                **{name: value for name, value in asked.items() if value},
                **({"run": run} if run else {}),
                "before": found.further,
                "row": first + len(shown),
            }
            if found.further is not None
            else None,
        )


def _visited(work: Work, company: Company, run: int | None) -> Session | None:
    """The visit that the address names; NotFound for another company's."""
    if run is None:
        return None
    found = sessions.by_id(work, run)
    if found is None or found.company_id != company.id:
        raise NotFound
    return found


def _wanted(asked: dict[str, str], run: int | None) -> Wanted:
    statuses: Sequence[Status] = next((one.statuses for one in STATUSES if one.value == asked["status"]), ())
    kinds = with_noun(asked["kind"]) if asked["kind"] in NOUNS else ()
    return Wanted(_words(asked["q"]), kinds, statuses, _since(asked["since"]), run)


def _words(given: str) -> str:
    """What is looked for; an amount as the order system writes it, without its sign and its commas."""
    if given.startswith("$"):
        return given[1:].replace(",", "").strip()
    return given


def _since(given: str) -> datetime | None:
    """The beginning of a day in the reader's zone; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(given), time(), visit.here().reader.zone)
    except (ValueError, OverflowError):
        return None


def _heading(asked: dict[str, str], number: int, *, is_all: bool) -> str:
    if not number and is_all:
        return "Nothing found" if any(asked.values()) else "Nothing yet"
    return f"{number:,} found" if is_all else f"More than {number:,}" if number else "Nothing found yet"
