"""Old skipped transactions: what can be sent after all, and what cannot, with why and whom to ask. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from service.console import all_found, decisions, notices, paging, rows, visit
from service.console.documents import Directory
from service.console.guard import needs
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal, UnknownMessage
from service.exchange import old_skipped
from service.store import companies, console_people, events, messages, skipped_pages
from service.store import old_skipped as kept
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.events import Event
from service.store.skipped_pages import Skipped
from service.store.unit import Work

pages = Blueprint("old_skipped", __name__)

ROWS = 25
CLOSED = 25
"""Of what is closed, so many of the newest; the others are found in History."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: the message, why it was skipped, and whether it can be closed with a note."""

    row: rows.Row
    why: str
    is_old: bool


@pages.get("/company/<company>/old-skipped")
@needs(Privilege.VIEW)
def page() -> str:
    with reading() as work:
        company = companies.by_id(work, visit.company().id)
        sendable, stuck = (_part(work, company, with_document=whole) for whole in (True, False))
        can, cannot = skipped_pages.counts(work, company.id)
        return render_template(
            "old_skipped.html",
            tab="old_skipped",
            head=company,
            open_work=store_pages.open_work(work, company.id),
            can=can,
            cannot=cannot,
            sendable=sendable,
            sendable_lines=_lines(work, company, sendable.rows),
            stuck=stuck,
            stuck_lines=_lines(work, company, stuck.rows),
            closed=_closed(work, company),
            everything=all_found.of_status(work, company, "skipped", is_only_one=can == 1),
        )


@pages.post("/company/<company>/old-skipped/close")
@needs(Privilege.SYNCHRONIZE)
def closing() -> Response:
    """One was dealt with by other means: it leaves the list, with a note."""
    chosen = request.form.get("close", "")
    if not decisions.is_id(chosen):
        return visit.back_to("old_skipped.page")
    with writing() as work:
        message = messages.by_id(work, int(chosen))
        if message.company_id != visit.company().id:
            raise UnknownMessage(message.id)
        called = _lines(work, visit.company(), [Skipped(message, kept.of_message(work, message.id))])[
            0
        ].row.document.called
        try:
            old_skipped.close(work, message.id, request.form.get(f"note-{chosen}", ""), by=visit.person().name)
        except Refusal as refusal:
            told = str(refusal).replace(f"Message {message.id} ({message.document})", called)
            notices.tell(work, Notice("warn", told))
        else:
            notices.tell(
                work, Notice("good", f"{called} is closed. Its note stands in its history.", "open_again", [message.id])
            )
    return visit.back_to("old_skipped.page")


def _part(work: Work, company: Company, *, with_document: bool) -> paging.Page[Skipped]:
    return paging.read(
        lambda limit, after, before: skipped_pages.skipped(
            work, company.id, limit, with_document=with_document, after=after, before=before
        ),
        ROWS,
        lambda one: one.message.id,
        part="" if with_document else "stuck-",
    )


def _lines(work: Work, company: Company, found: Sequence[Skipped]) -> Sequence[Line]:
    listed = rows.listed(
        work, company, [one.message for one in found], visit.here().reader, Directory(work, company.id)
    )
    skips = events.last_of_each(work, [one.message.id for one in found if one.old is None], ["skip"])
    names = console_people.full_names(work)
    return [
        Line(row, _why(one, skips.get(one.message.id), names), one.old is not None)
        for row, one in zip(listed, found, strict=True)
    ]


def _closed(work: Work, company: Company) -> Sequence[Line]:
    """What was closed last, each with the note of who closed it."""
    found = skipped_pages.closed(work, company.id, CLOSED)
    return [
        replace(line, why=one.old.closing_note or "" if one.old else "")
        for line, one in zip(_lines(work, company, found), found, strict=True)
    ]


def _why(one: Skipped, skip: Event | None, names: Mapping[str, str]) -> str:
    """Why it was skipped: as the old module said, or who did it here, and when."""
    if one.old is not None:
        return one.old.reason
    if skip is None:
        return one.message.note or ""
    reader = visit.here().reader
    told = f"{names.get(skip.actor, skip.actor)} skipped it on {reader.day_in_list(reader.day_of(skip.at))}"
    return f"{told}: {skip.note}" if skip.note else told
