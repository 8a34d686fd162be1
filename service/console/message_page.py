"""A message: what it is, what became of it, what to do; what it waits for and who waits for it; what was exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from service import catalogue
from service.catalogue.nouns import noun_for, plain_field
from service.console import cases, facts, rows, story, visit
from service.console.documents import Directory, Document, as_date, partners_in
from service.console.guard import needs
from service.console.visit import reading
from service.domain.privilege import Privilege
from service.domain.status import Status
from service.exchange import after_restore, doubt, exchanged_text, looked_up, possible
from service.exchange.looked_up import CameOf
from service.store import attention, console_people, events, messages, related, requirements, waiting
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

pages = Blueprint("message", __name__)

SENDINGS = 5
RELATED = 10
WAITERS = 10
MARK = "ExternalGUID"
"""The sentence says whether it is there; QuickBooks itself shows it nowhere, so nobody can look for it."""

LABELS: Mapping[str, str] = {
    "ListID": "Id in QuickBooks",
    "TxnID": "Id in QuickBooks",
    "TimeCreated": "Created",
}
"""What people call elements of qbXML that they look for; others have their plain words."""


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a message, if there is one."""

    words: str
    target: int | None


@dataclass(frozen=True, slots=True)
class Doubted:
    """How a doubt was looked up, and rows of a label, what was sent, and what was found."""

    sentence: str
    was_found: bool
    rows: Sequence[tuple[str, str, str]]


@pages.get("/company/<company>/message/<int:number>")
@needs(Privilege.VIEW)
def page(number: int) -> str:
    if number >= 2**63:
        raise NotFound
    with reading() as work:
        message = messages.by_id(work, number, lock=False)
        company = visit.company()
        if message.company_id != company.id:
            raise NotFound
        reader = visit.here().reader
        directory = Directory(work, company.id)
        row = rows.listed(work, company, [message], reader, directory)[0]
        document = row.document
        return render_template(
            "message.html",
            message=message,
            document=document,
            row=row,
            is_stuck=message.status in (Status.FAILED, Status.IN_DOUBT),
            buttons=_buttons(work, message),
            said=cases.said_by_quickbooks(message),
            doubted=_doubted(work, message, document),
            without_document=_is_without_document(message),
            taken=after_restore.of_message(work, company, message),
            facts=facts.facts(document, directory, reader),
            lines=facts.lines(message, document, directory, reader),
            total_label=_total_label(document),
            waits_for=_waits_for(work, directory, message),
            waiting=_waiting(work, directory, company, message),
            partner=_partner(directory, document),
            quickbooks_id=_quickbooks_id(directory, message),
            related=_related(work, company, message),
            related_title=_related_title(document),
            done=_done(message, row),
            story=_story(work, company, message, _done(message, row)),
            exchanges=exchanged_text.exchanges(work, message, SENDINGS),
            code_title=catalogue.entry(message.status_code).title if message.status_code is not None else "",
        )


def _buttons(work: Work, message: Message) -> Sequence[cases.Button]:
    """What can be done with it here, by its status; the suggested one first."""
    if message.status in (Status.FAILED, Status.IN_DOUBT):
        return cases.buttons_for(message)
    moves = {move.name for move in possible.moves_of(work, message)}
    found = []
    if "absent" in moves:
        found.append(cases.Button("absent", "It is not there", question=cases.QUESTIONS["absent"]))
    if "restore" in moves:
        found.append(cases.Button("send_after_all", "Send it after all"))
    if "hand over" in moves and not message.reads:
        found.append(cases.Button("hand_over", "Enter manually"))
    if "skip" in moves:
        found.append(cases.Button("skip", "Skip", "quiet"))
    return found


def _is_without_document(message: Message) -> bool:
    """Whether it is skipped and there is nothing that could be sent."""
    return message.status == Status.SKIPPED and message.content is None and message.request is None


def _doubted(work: Work, message: Message, document: Document) -> Doubted | None:
    """What is known about a message in doubt, for whoever looks for it in QuickBooks."""
    looked = looked_up.of_doubt(work, message) if message.status == Status.IN_DOUBT else None
    if looked is None:
        return None
    reader = visit.here().reader
    when = reader.moment(looked.at) if looked.at is not None else ""
    return Doubted(
        looked.sentence(when, document.noun),
        looked.came_of is CameOf.FOUND,
        [
            (LABELS.get(name) or _capital(plain_field(name.removesuffix("Ref"))), _read(name, sent), _read(name, found))
            for name, sent, found in doubt.side_by_side(work, message)
            if name != MARK
        ],
    )


def _read(name: str, value: str) -> str:
    """A value as QuickBooks shows it where somebody looks for it."""
    reader = visit.here().reader
    day = as_date(value) if name == "TxnDate" else None
    if day is not None:
        return reader.day_to_look_for(day)
    with suppress(ValueError, OverflowError):
        return reader.moment(datetime.fromisoformat(value)) if name == "TimeCreated" and value else value
    return value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _total_label(document: Document) -> str:
    return "Total before sales tax" if document.content.get("ItemSalesTaxRef") else "Total, no sales tax"


def _waits_for(work: Work, directory: Directory, message: Message) -> Sequence[Link]:
    if message.status != Status.PENDING:
        return []
    found = []
    for record, earlier in requirements.unsettled(work, message.id):
        if record is not None:
            found.append(Link(directory.spoken(record), directory.message_id(record)))
        elif earlier is not None:
            standing = waiting.statuses(work, [earlier])[earlier]
            found.append(Link(rows.version_in_words(message, earlier, standing), earlier))
    if not found:
        kept_back = waiting.kept_back_by(work, [message.id])
        found += [Link(rows.version_in_words(message, *by), by[0]) for by in kept_back.values()]
    return found


def _waiting(work: Work, directory: Directory, company: Company, message: Message) -> Sequence[Link]:
    """The first few of those who wait for this record, and how many more there are."""
    if message.record is None:
        return []
    kinds = attention.waiting_for(work, company.id, [message.record]).get(message.record, ())
    total = sum(number for _, number, _ in kinds)
    waiters = related.waiting_for(work, company.id, message.record, WAITERS) if total else []
    documents = directory.documents(waiters)
    links = [Link("its newer version", number) for number in _versions_behind(work, company, message)]
    links += [Link(documents[one.id].called, one.id) for one in waiters]
    return [*links, *([Link(f"and {total - len(waiters):,} more", None)] if total > len(waiters) else [])]


def _versions_behind(work: Work, company: Company, message: Message) -> Sequence[int]:
    """The messages of the same record that go once this one is settled."""
    if message.record is None or message.status not in (Status.IN_FLIGHT, Status.IN_DOUBT, Status.MANUAL_ENTRY):
        return []
    return waiting.pending_of(work, company.id, message.record)


def _partner(directory: Directory, document: Document) -> tuple[str, str] | None:
    """What the one is called whom it is with, and QuickBooks' id of that one."""
    for record in partners_in(document.content):
        known = directory.known(record)
        if known.quickbooks_id:
            return noun_for(record.partition(":")[0]).noun, known.quickbooks_id
    return None


def _quickbooks_id(directory: Directory, message: Message) -> str | None:
    known = directory.known(message.record).quickbooks_id if message.record else None
    return message.quickbooks_id or known


def _related(work: Work, company: Company, message: Message) -> Sequence[rows.Row]:
    if message.record is None:
        return []
    found = related.referring_to(work, company.id, message.record, RELATED)
    return rows.listed(work, company, found, visit.here().reader)


def _related_title(document: Document) -> str:
    if document.kind == "Invoice":
        return "Payments of this invoice"
    with_or_of = "with" if document.noun == "item" else "of"
    return f"Transactions {with_or_of} this {document.noun}"


def _done(message: Message, row: rows.Row) -> str:
    """What QuickBooks did with it: added, changed, linked; empty while it did nothing."""
    return row.state.words.partition(" ")[0].lower() if message.status == Status.SYNCHRONIZED else ""


def _story(work: Work, company: Company, message: Message, done: str) -> Sequence[story.Told]:
    pc = company.pc or "the PC with QuickBooks"
    names = console_people.full_names(work)
    return story.told(message, events.of_message(work, message.id), names, pc, done or "took")
