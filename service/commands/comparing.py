"""`drift`: what somebody changed in QuickBooks since it was synchronized. Changes nothing by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from service.commands.sentences import moment, on_one_line, open_store, operator, say
from service.domain.refusals import Refusal
from service.exchange import drift as comparison
from service.store import companies, readings
from service.store.companies import Company
from service.store.readings import Reading
from service.store.unit import Work


class NotADay(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(f"{given[:40]!r} is no day: write it as 2026-03-01.")


def _day(_context: click.Context, _parameter: click.Parameter, given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise NotADay(given) from None


@click.command()
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--again", "is_again", is_flag=True, help="Compare once more, at the next visit.")
@click.option("--since", metavar="DAY", callback=_day, help="Compare what changed since that day.")
@click.option("--seen", "is_seen", is_flag=True, help="Take what is listed as seen: it is listed no more.")
def drift(company_name: str | None, since: datetime | None, *, is_again: bool, is_seen: bool) -> None:
    """Show what somebody changed in QuickBooks.

    Also what was merged, deactivated or deleted there since it was synchronized.

    The first time, it asks for a comparison, and the next visit of the Web Connector makes it. Then type the command
    again. Nothing is changed in QuickBooks or in the queue.
    """
    with open_store() as (_, store), store.writing() as work:
        company = companies.named(work, company_name)
        if is_seen:
            count = comparison.accept(work, company, by=operator())
            say(f"{count} taken as seen.")
            return
        reading = readings.latest(work, company.id, comparison.PURPOSE)
        if reading is None or (reading.closed_at is not None and (is_again or since is not None)):
            reading = comparison.ask(work, company, by=operator(), since=since)
        _show(work, company, reading)


_UNFINISHED = {
    "waiting": "QuickBooks is compared at the next visit of the Web Connector. Type `deskpost drift` again after it.",
    "running": "QuickBooks is being compared since {started}. Type `deskpost drift` again later.",
    "failed": "QuickBooks was not compared. {why}\nType `deskpost drift --again` to have it tried again.",
}
"""What is shown of a comparison that is not done, by its state."""


def _show(work: Work, company: Company, reading: Reading) -> None:
    if reading.state in _UNFINISHED:
        say(_UNFINISHED[reading.state].format(started=moment(reading.started_at), why=reading.what_happened))
        return
    found = comparison.found(work, company)
    say(f"Compared on {moment(reading.started_at)}, with what changed in QuickBooks since {moment(reading.since)}.")
    if comparison.may_have_missed_deletions(reading):
        say("QuickBooks remembers for 90 days what was deleted; what was deleted before that is not listed.")
    if not found:
        say("Everything is as it was synchronized.")
        return
    for one in found:
        say("\n" + on_one_line(f"{one.record} ({one.called}): {', '.join(one.what)}, {one.when}"))
        say("  " + on_one_line(one.what_happened))
        say("  " + on_one_line(one.what_to_do))
    count = "1 record differs" if len(found) == 1 else f"{len(found)} records differ"
    say(f"\n{count}. `deskpost drift --seen` takes them as seen, `deskpost drift --again` compares once more.")
