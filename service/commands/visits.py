"""`sessions` and `session`: the latest visits of the Web Connector, and the story of one of them. Changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from service.commands.sentences import MESSAGE_ID, facts, moment, open_store, say, table
from service.exchange import story
from service.store import companies
from service.store import sessions as visits
from service.store.sessions import Session


@click.command("sessions")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--last", type=click.IntRange(1, 1000), default=20, show_default=True, help="So many at most.")
def sessions(company_name: str | None, last: int) -> None:
    """List the latest visits of the Web Connector."""
    with open_store() as (_, store), store.reading() as work:
        found = visits.latest(work, companies.named(work, company_name).id, last)
        now = work.now
    if not found:
        say("The Web Connector has not come yet, or had nothing to do.")
        return
    head = ("session", "when", "took", "synchronized", "failed", "again later", "in doubt", "what it was told")
    say(table(head, [_line(one, now) for one in found]))


@click.command("session")
@click.argument("session_id", type=MESSAGE_ID)
def session(session_id: int) -> None:
    """Tell what happened in one visit of the Web Connector."""
    with open_store() as (_, store), store.reading() as work:
        told = story.tell(work, session_id)
    say(facts(told.facts))
    say("")
    for line in told.lines:
        say(f"{moment(line.at)}  {line.text}")
    if told.in_quickbooks:
        say("")
        say(f"With QuickBooks, and on the way: {told.in_quickbooks.total_seconds():.1f} s")
        say(f"In Deskpost and the Web Connector, between the sets: {told.in_between.total_seconds():.1f} s")


def _line(one: Session, now: datetime) -> tuple[object, ...]:
    took: timedelta = (one.closed_at or now) - one.opened_at
    return (
        one.id,
        moment(one.opened_at),
        str(took).partition(".")[0],
        one.synchronized,
        one.failed,
        one.released,
        one.doubted,
        one.outcome or one.trouble or ("still open" if one.state == "open" else one.state),
    )
