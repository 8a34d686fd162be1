"""Manual entry: what a person is to type into QuickBooks, with all that is needed for it, and what was typed.

The page asks for the number under which it stands in QuickBooks. It makes no decision of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from service.catalogue.nouns import noun_for
from service.console import all_found, cases, decisions, facts, paging, rows, visit
from service.console.documents import Directory, Document, records_in
from service.console.facts import Fact, Line
from service.console.guard import needs
from service.console.visit import reading
from service.console.waiters import Waiters
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal, UnknownMessage
from service.exchange import decide, doubt
from service.store import companies, console_people, events, manual_pages, messages
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.events import Event
from service.store.messages import Message
from service.store.unit import Work

pages = Blueprint("manual_entry", __name__)

ROWS = 20
PRINTED = 200
"""So many entries are put on paper at once; then it says how many follow."""

ENTERED = 50
ENTERED_WITHIN = timedelta(days=7)

TOP = "As it stands at the top of the {noun} there."
ASKED_FOR: Mapping[str, tuple[str, str, str]] = {
    "Invoice": (
        "Invoice number in QuickBooks",
        f"{TOP} Deskpost uses it to find the invoice, so that later changes still reach it.",
        "QuickBooks number",
    ),
    "ReceivePayment": (
        "Payment number in QuickBooks",
        "The check number or reference there.",
        "QuickBooks check or payment number",
    ),
    "CreditMemo": ("Credit number in QuickBooks", TOP, "QuickBooks number"),
}
"""By kind: what the field for QuickBooks' number is called, its hint, and what stands on paper beside the line."""

OF_A_LIST = ("{Noun} name in QuickBooks", "Exactly as it stands {where}.", "Name in QuickBooks")
OF_A_TRANSACTION = ("{Noun} number in QuickBooks", TOP, "QuickBooks number")


@dataclass(frozen=True, slots=True)
class ToDo:
    """One entry of the list. `is_doubtful` says that QuickBooks may have it already."""

    id: int
    document: Document
    facts: Sequence[Fact]
    lines: Sequence[Line]
    total_label: str
    what: str
    is_doubtful: bool
    put_here: str
    waits: str
    label: str
    hint: str
    on_paper: str
    given: str
    mistake: str


@dataclass(frozen=True, slots=True)
class Done:
    """One row of what was entered by hand."""

    row: rows.Row
    number: str
    by: str
    at: datetime


@pages.get("/company/<company>/manual-entry")
@needs(Privilege.VIEW)
def page() -> str:
    return _page(0, "")


@pages.post("/company/<company>/manual-entry")
@needs(Privilege.SYNCHRONIZE)
def entering() -> Response | tuple[str, int]:
    """Somebody typed it into QuickBooks: note the number that it has there."""
    chosen = request.form.get("mark_entered", "")
    if not decisions.is_id(chosen):
        return visit.back_to("manual_entry.page")
    number = request.form.get(f"number-{chosen}", "").strip()
    objection = _objection(number)
    if objection is not None:
        return _page(int(chosen), str(objection)), 400
    if request.form.get(f"sure-{chosen}") != number and (warning := _warning(int(chosen), number)):
        return _page(int(chosen), warning, sure=number), 409
    decisions.carry_out("mark_entered", [int(chosen)])
    return visit.back_to("manual_entry.page")


def _objection(number: str) -> Refusal | None:
    """Why a number cannot be noted; said beside its field, before anything is decided."""
    if not number:
        return decide.NumberMissing()
    return decide.NumberTooLong(number) if len(number) > decide.LONGEST_NUMBER else None


def _warning(message_id: int, number: str) -> str:
    """What is to be looked at first, where another record has the number already; who presses again is sure."""
    with reading() as work:
        message = messages.by_id(work, message_id, lock=False)
        company = visit.company()
        if message.company_id != company.id:
            raise UnknownMessage(message_id)
        record = manual_pages.record_numbered(work, company.id, number, message)
        if record is None:
            return ""
        other = Directory(work, company.id).spoken(record)
    return (
        f"The {other} has the number {number} already. Look in QuickBooks whether it is the right one. "
        "If it is, press Save as entered again."
    )


def _page(wrong: int, mistake: str, sure: str = "") -> str:
    with reading() as work:
        company = companies.by_id(work, visit.company().id)
        size = PRINTED if request.args.get("rows") == "all" else ROWS
        listed = paging.read(
            lambda limit, after, before: manual_pages.to_enter(work, company.id, limit, after=after, before=before),
            size,
            lambda message: message.id,
        )
        return render_template(
            "manual_entry.html",
            tab="manual_entry",
            head=company,
            open_work=store_pages.open_work(work, company.id),
            listed=listed,
            size=size,
            printed=PRINTED,
            todo=_todo(work, company, listed.rows, wrong, mistake),
            everything=all_found.of_status(work, company, "manual_entry"),
            not_there=cases.QUESTIONS["absent"],
            mistake=mistake,
            sure=sure,
            done=_done(work, company),
        )


def _todo(work: Work, company: Company, found: Sequence[Message], wrong: int, mistake: str) -> Sequence[ToDo]:
    directory = Directory(work, company.id)
    documents = directory.documents(found)
    handed_over = events.last_of_each(work, [one.id for one in found], ["hand over"])
    doubtful = doubt.open_ones(work, [one.id for one in found])
    waiters = Waiters(work, directory, company)
    waiters.look_up(one.record for one in found)
    directory.look_up(str(one.record) for one in found if one.record)
    directory.look_up(record for document in documents.values() for record in records_in(document.content))
    names = console_people.full_names(work)
    return [
        _entry(
            directory,
            waiters,
            message,
            documents[message.id],
            _put_here(message, handed_over.get(message.id), names),
            mistake if message.id == wrong else "",
            is_doubtful=message.id in doubtful,
        )
        for message in found
    ]


def _entry(
    directory: Directory,
    waiters: Waiters,
    message: Message,
    document: Document,
    put_here: str,
    mistake: str,
    *,
    is_doubtful: bool,
) -> ToDo:
    reader = visit.here().reader
    label, hint, on_paper = _asked_for(document)
    given = request.form.get(f"number-{message.id}") if mistake else None
    return ToDo(
        id=message.id,
        document=document,
        facts=facts.facts(document, directory, reader),
        lines=facts.lines(message, document, directory, reader),
        total_label="Total before sales tax" if document.content.get("ItemSalesTaxRef") else "Total, no sales tax",
        what=_what_to_do(directory, message),
        is_doubtful=is_doubtful,
        put_here=put_here,
        waits=waiters.sentence([message.record], document.noun) if message.record else "",
        label=label,
        hint=hint,
        on_paper=on_paper,
        given=_suggested(document) if given is None else given,
        mistake=mistake,
    )


def _asked_for(document: Document) -> Sequence[str]:
    told = ASKED_FOR.get(document.kind) or (OF_A_LIST if document.is_list else OF_A_TRANSACTION)
    noun = document.noun
    where = noun_for(document.kind).where
    return [text.format(noun=noun, Noun=noun[:1].upper() + noun[1:], where=where) for text in told]


def _suggested(document: Document) -> str:
    """What the number in QuickBooks most likely is: a payment's is that of the check, and nothing is made up."""
    if document.is_list:
        return document.name
    if document.kind == "ReceivePayment" or not document.kind:
        return str(document.content.get("RefNumber") or "")
    return document.number


def _what_to_do(directory: Directory, message: Message) -> str:
    """What to do in QuickBooks, where that is not simply to enter something new."""
    known = directory.known(message.record) if message.record else None
    called = f" as {known.quickbooks_number}" if known and known.quickbooks_number else ""
    if message.operation in ("void", "delete"):
        return f"It is in QuickBooks{called}. {message.operation.capitalize()} it there."
    if known is not None and known.quickbooks_id:
        return f"It is in QuickBooks already{called}. Change it there."
    return ""


def _put_here(message: Message, event: Event | None, names: Mapping[str, str]) -> str:
    """Who put it on this list, when, and what was wrong with it."""
    if event is None:
        return ""
    reader = visit.here().reader
    day = reader.day_of(event.at)
    who = names.get(event.actor, event.actor)
    why = f" {message.what_happened}" if message.what_happened else ""
    return f"{who} put it here on {day.strftime('%B')} {day.day}.{why}"


def _done(work: Work, company: Company) -> Sequence[Done]:
    found = manual_pages.entered_since(work, company.id, work.now - ENTERED_WITHIN, ENTERED)
    listed = rows.listed(work, company, [one.message for one in found], visit.here().reader)
    names = console_people.full_names(work)
    return [
        Done(row, one.message.quickbooks_number or "", names.get(one.by, one.by), one.at)
        for row, one in zip(listed, found, strict=True)
    ]
