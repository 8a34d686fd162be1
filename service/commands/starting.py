"""`start`: releases the work of a company for the next visit. Sends nothing itself: the Web Connector comes for it."""

from __future__ import annotations

import click

from service.commands.sentences import open_store, operator, say
from service.exchange import pages
from service.store import companies, messages

COUNTED_AT_MOST = 10_000


@click.command()
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
def start(company_name: str | None) -> None:
    """Release what waits, for the next visit.

    For a company that sends only after Start; and what waits because QuickBooks was busy is brought forward.
    """
    with open_store() as (_, store), store.writing() as work:
        one = companies.named(work, company_name)
        released = pages.start(work, one, ready=messages.count_ready(work, one.id, COUNTED_AT_MOST), by=operator())
    noun = "message is" if released == 1 else "messages are"
    say(f"{released} {noun} released: {one.pc or 'the PC'} sends at Update Selected, or at its next automatic run.")
