"""History: all messages of a company, found by number, name, kind, status and date. Only shows."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from service.catalogue.nouns import known_objects
from service.console import all_found, paging, rows, searched, visit
from service.console.guard import needs
from service.console.kinds import plural
from service.console.searched import NOUNS, STATUSES, Asked
from service.console.visit import reading
from service.domain.privilege import Privilege
from service.store import history_pages, sessions
from service.store.companies import Company
from service.store.sessions import Session
from service.store.unit import Work

pages = Blueprint("history", __name__)

ROWS = 50


@pages.get("/company/<company>/history")
@needs(Privilege.VIEW)
def page() -> str:
    before, run = paging.number("before") or None, paging.number("run") or None
    first = max(1, paging.number("row"))
    asked = searched.asked(request.args, run)
    with reading() as work:
        company = visit.company()
        visited = _visited(work, company, run)
        exact = history_pages.named(work, company.id, asked.wanted, known_objects(), ROWS)
        found = history_pages.search(work, company.id, asked.wanted, before, ROWS, [one.id for one in exact])
        listed = [*(exact if before is None else ()), *found.messages]
        shown = rows.listed(work, company, listed, visit.here().reader)
        is_only_one = first == len(shown) == 1 and found.further is None
        decides = visit.person().may(Privilege.SYNCHRONIZE, company)
        return render_template(
            "history.html",
            asked=asked.given,
            run=visited,
            kinds=[(noun, plural(noun).capitalize()) for noun in NOUNS],
            statuses=STATUSES,
            rows=shown,
            several=all_found.for_rows(shown),
            everything=all_found.offered(work, company, asked, is_only_one=is_only_one)
            if decides and asked.is_narrowed
            else None,
            first=first,
            heading=_heading(asked, first + len(shown) - 1, is_all=found.further is None),
            looked_back_to=found.looked_back_to,
            next={
                **{name: value for name, value in asked.given.items() if value},
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


def _heading(asked: Asked, number: int, *, is_all: bool) -> str:
    if not number and is_all:
        return "Nothing found" if asked.given_at_all else "Nothing yet"
    return f"{number:,} found" if is_all else f"More than {number:,}" if number else "Nothing found yet"
