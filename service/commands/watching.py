"""`watch`: a company's queue on the terminal, drawn anew while it changes. Changes nothing."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import click

from service.commands.sentences import on_one_line, open_store
from service.domain.status import Status
from service.store import activity_pages, companies, figures, messages, sessions
from service.store.activity_pages import Wanted
from service.store.events import Event
from service.store.figures import CompanyFigures
from service.store.sessions import Session
from service.store.unit import Store, StoreUnavailable, Work

SHOWN = 8
"""Lines of each list."""

BAR = 30

HOME, ERASE_LINE, ERASE_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


@click.command()
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--every", type=click.FloatRange(0.2, 3600), default=2, show_default=True, help="Seconds between looks.")
@click.option("--once", is_flag=True, help="Look once; so it is as well where the output is no terminal.")
def watch(company_name: str | None, *, every: float, once: bool) -> None:
    """Show a company's queue as it changes, until Ctrl-C."""
    with open_store() as (_, store):
        with store.reading() as work:
            company_id = companies.named(work, company_name).id
        if once or not sys.stdout.isatty():
            with store.reading() as work:
                click.echo("\n".join(screen(work, company_id)))
            return
        # Whoever sees it drawn must be able to end it, also where a shell had the signal ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _keep_drawing(store, company_id, every)


def screen(work: Work, company_id: int) -> Sequence[str]:
    """All that is shown, line by line, without anything that steers the terminal."""
    return [on_one_line(line) for line in _lines(work, company_id)]


def _lines(work: Work, company_id: int) -> Iterator[str]:
    company = companies.by_id(work, company_id)
    standing = figures.of_company(work, company_id)
    yield f"{company.name}: {company.pinned_company_name or 'no visit yet'}   {work.now:%Y-%m-%d %H:%M:%S} UTC"
    if company.mismatch:
        yield f"Stopped: {company.mismatch}"
    yield _visit(sessions.latest(work, company_id, 1), standing, work)
    yield ""
    yield from _numbers(standing, work)
    yield from _attention(work, company_id)
    yield from _latest(work, company_id)


def _visit(latest: Sequence[Session], standing: CompanyFigures, work: Work) -> str:
    if latest and latest[0].state == "open":
        (one,) = latest
        full = one.progress * BAR // 100
        return (
            f"Visit {one.id}  [{'#' * full}{'.' * (BAR - full)}] {one.progress} %  "
            f"{one.synchronized} synchronized, {one.failed} failed, last heard of {_ago(work.now - one.last_call_at)}"
        )
    if standing.last_visit_at is None:
        return "The Web Connector has not come yet."
    told = f": {latest[0].outcome}" if latest and latest[0].outcome else ""
    return f"The Web Connector came last {_ago(work.now - standing.last_visit_at)}{told}"


def _numbers(standing: CompanyFigures, work: Work) -> Iterator[str]:
    for status, number in standing.messages.items():
        if number:
            since = standing.oldest_pending_at if status == Status.PENDING else None
            more = "+" if number >= figures.COUNTED_UP_TO else ""
            waiting = f"   the oldest came {_ago(work.now - since)}" if since else ""
            yield f"  {status:<13}{number:>8}{more}{waiting}"
    if not any(standing.messages.values()):
        yield "  Nothing waits, and nothing needs anybody."


def _attention(work: Work, company_id: int) -> Iterator[str]:
    some = messages.needing_a_person(work, company_id, SHOWN)
    if some:
        yield from ("", "Needs attention:")
    for one in some:
        yield f"  {one.id}  {one.document}: {one.what_happened or one.status}"


def _latest(work: Work, company_id: int) -> Iterator[str]:
    found = activity_pages.search(work, Wanted(company_id), None, SHOWN).events
    documents = {
        one.id: one.document
        for one in activity_pages.messages_of(work, [event.message_id for event in found if event.message_id])
    }
    if found:
        yield from ("", "Just now:")
    for event in found:
        yield f"  {event.at:%H:%M:%S}  {_happened(event, documents.get(event.message_id or 0))}"


def _happened(event: Event, document: str | None) -> str:
    what = f"{event.from_status} to {event.to_status}" if event.to_status else event.action
    return f"{document}  {what}" if document else f"{what}, {event.actor}"


def _ago(time_since: timedelta) -> str:
    seconds = max(0, int(time_since.total_seconds()))
    for unit, length in (("days", 172_800), ("h", 7_200), ("min", 120)):
        if seconds >= length:
            return f"{seconds * 2 // length} {unit} ago"
    return f"{seconds} s ago"


def _keep_drawing(store: Store, company_id: int, every: float) -> None:
    """Draw until Ctrl-C. A database that is away for a while is said, and looked for again."""
    click.clear()
    try:
        while True:
            try:
                with store.reading() as work:
                    lines = screen(work, company_id)
            except StoreUnavailable as failure:
                lines = [on_one_line(str(failure))]
            _draw(lines)
            time.sleep(every)
    except KeyboardInterrupt:
        click.echo()


def _draw(lines: Sequence[str]) -> None:
    """Over what was there, within the window, so that nothing flickers and nothing scrolls away."""
    columns, rows = shutil.get_terminal_size()
    shown = "\n".join(line[: columns - 1] + ERASE_LINE for line in lines[: rows - 2])
    click.echo(f"{HOME}{shown}\n{ERASE_BELOW}", nl=False)
