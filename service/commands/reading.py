"""`queue` and `message`: the state at a glance, and one message's whole life. Changes nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import click

from service.catalogue.nouns import noun_for
from service.commands import commands_of_moves
from service.commands.sentences import MESSAGE_ID, facts, moment, on_one_line, open_store, say, table
from service.domain.status import MEANINGS, Status
from service.exchange import doubt, looked_up, waiting_for
from service.exchange.exchanged_text import REMOVED
from service.exchange.looked_up import CameOf
from service.store import companies, events, message_sets, messages, readings
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

SHOWN_AT_MOST = 50
LINE_LENGTH = 100


@click.command()
@click.option("--company", "company_name", help="One company only.")
def queue(company_name: str | None) -> None:
    """Show how many messages stand where, and what needs somebody."""
    with open_store() as (_, store), store.reading() as work:
        shown = [companies.named(work, company_name)] if company_name else companies.everyone(work)
        if not shown:
            companies.named(work, None)
        for one in shown:
            _glance(work, one)


@click.command()
@click.argument("message_id", type=MESSAGE_ID)
@click.option("--texts", is_flag=True, help="Show the request and the answer as they were sent.")
def message(message_id: int, *, texts: bool) -> None:
    """Show one message: its status, reason, remedy and history."""
    with open_store() as (_, store), store.reading() as work:
        one = messages.by_id(work, message_id, lock=False)
        _facts(work, one)
        _doubt(work, one)
        _possible(work, one)
        _history(work, one)
        if texts and one.set_id is not None:
            request, answer = message_sets.texts(work, one.set_id)
            say(f"\nThe set as it was sent:\n{request.decode('ascii') or REMOVED}")
            say(f"\nThe answer:\n{answer.decode('utf-8', 'replace') if answer else 'none'}")


def _glance(work: Work, company: Company) -> None:
    counted = messages.counts(work, company.id)
    say(on_one_line(f"{company.name}: {company.pinned_company_name or 'no visit of the Web Connector yet'}"))
    if company.mismatch:
        say(_wrapped(company.mismatch, "  "))
    rows = [(status.value, counted[status], MEANINGS[status]) for status in Status if counted[status]]
    say(table(("status", "messages", ""), rows) if rows else "Nothing was enqueued yet.")
    to_link = readings.open_one(work, company.id, "link")
    if to_link is not None:
        say(f"Nothing new of {to_link.asked} is created until somebody has decided: see `deskpost link`.")
    _needing_attention(messages.needing_a_person(work, company.id, SHOWN_AT_MOST))
    crowds = waiting_for.crowds(work, company.id)[:SHOWN_AT_MOST]
    if crowds:
        say("\nWaiting:")
    for crowd in crowds:
        say(f"  {on_one_line(str(crowd))}")
    say("")


def _needing_attention(some: Sequence[Message]) -> None:
    if some:
        say("\nNeeds attention:")
    for one in some:
        say(f"  {on_one_line(f'{one.id}  {one.document}')}")
        for sentences in filter(None, (one.what_happened, one.what_to_do)):
            say(_wrapped(sentences, "      "))


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(on_one_line(text), LINE_LENGTH, initial_indent=indent, subsequent_indent=indent)


def _facts(work: Work, one: Message) -> None:
    rows: Sequence[tuple[str, object]] = (
        ("message", one.id),
        ("asks for", f"{one.operation} {one.document}"),
        ("status", f"{one.status}: {MEANINGS[Status(one.status)]}"),
        ("waits for", "; ".join(str(awaited) for awaited in waiting_for.waits_for(work, one))),
        ("not before", moment(one.not_before) if one.not_before else None),
        ("what happened", one.what_happened),
        ("what to do", one.what_to_do),
        ("QuickBooks said", f"{one.status_code}: {one.quickbooks_said}" if one.quickbooks_said else None),
        ("in QuickBooks", " ".join(filter(None, (one.quickbooks_number, one.quickbooks_id)))),
        ("enqueued", f"{moment(one.created_at)} by {one.enqueued_by}"),
        ("archived", f"{moment(one.archived_at)}, with its history" if one.archived_at else None),
        ("content", one.content or one.request),
    )
    say(facts(rows))


def _doubt(work: Work, one: Message) -> None:
    looked = looked_up.of_doubt(work, one)
    if looked is None:
        return
    rows = doubt.side_by_side(work, one)
    say("")
    say(_wrapped(looked.sentence(moment(looked.at), noun_for(one.document.partition(":")[0]).noun), ""))
    if looked.came_of is CameOf.FOUND:
        say(table(("", "what was sent", "what was found in QuickBooks"), rows))
    elif rows:
        say(table(("", "what was sent"), [row[:2] for row in rows]))


def _possible(work: Work, one: Message) -> None:
    possible = commands_of_moves.possible_for(work, one)
    if possible:
        say("\nWhat can be done with it:")
    for command, sentence in possible:
        say(f"  {command:<42}  {sentence}")


def _history(work: Work, one: Message) -> None:
    rows = [
        (
            moment(event.at),
            event.actor,
            event.action,
            f"{event.from_status} to {event.to_status}" if event.from_status else "",
            event.note,
        )
        for event in events.of_message(work, one.id)
    ]
    say("")
    say(table(("when", "who", "what", "status", "note"), rows))
