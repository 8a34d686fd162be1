"""`link`: what a company file holds already becomes known, looked at by a person before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from service.catalogue.nouns import noun_for
from service.commands.queueing import FileUnreadable
from service.commands.sentences import moment, open_store, operator, say, table
from service.domain.refusals import Refusal
from service.exchange import link_file, linking
from service.exchange.linking import Applied, Proposed
from service.exchange.list_reading import LINK
from service.exchange.matching import Match, Verdict
from service.store import companies, readings
from service.store.companies import Company
from service.store.read_entries import Entry, Proposal
from service.store.readings import Reading
from service.store.unit import Store, Work

SHOWN_AT_MOST = 200


class OneThingAtATime(Refusal):
    def __init__(self, given: Sequence[str]) -> None:
        super().__init__(f"{' and '.join(given)} do not go together: say one of them.")


@click.command()
@click.argument("lists", nargs=-1)
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--apply", "is_apply", is_flag=True, help="Link what was shown.")
@click.option("--dismiss", "is_dismiss", is_flag=True, help="Link nothing; what is new may be created.")
@click.option("--again", "is_again", is_flag=True, help="Read the same lists again.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="A CSV file: record,quickbooks_name.")
def link(
    lists: tuple[str, ...],
    company_name: str | None,
    file: Path | None,
    *,
    is_apply: bool,
    is_dismiss: bool,
    is_again: bool,
) -> None:
    """Link records to what QuickBooks has already.

    Name the LISTS first (customers vendors items accounts ...): the next visit of the Web Connector reads them. Then
    type the command again: it shows what can be linked and why. --apply links exactly that, and the first save of
    such a record changes it instead of creating it again. --file names links of your own, and --apply writes them.
    """
    named = {"Lists": bool(lists), "--apply": is_apply, "--dismiss": is_dismiss, "--again": is_again}
    together = [name for name, given in named.items() if given]
    if len(together) > 1 or (file is not None and (lists or is_dismiss or is_again)):
        raise OneThingAtATime([*together, *(["--file"] if file is not None else [])])
    rows = link_file.read(_content(file)) if file is not None else None
    with open_store() as (_, store):
        if rows is not None:
            _from_file(store, company_name, rows, is_apply=is_apply)
        elif is_apply:
            _apply(store, company_name)
        elif is_dismiss:
            _dismiss(store, company_name)
        else:
            _read_or_show(store, company_name, lists, is_again=is_again)


def _read_or_show(store: Store, name: str | None, lists: Sequence[str], *, is_again: bool) -> None:
    with store.writing() as work:
        company = companies.named(work, name)
        reading = readings.open_one(work, company.id, LINK)
        if is_again:
            reading = linking.ask_again(work, company, by=operator())
        elif reading is None or (reading.state == "failed" and lists):
            reading = linking.ask(work, company, lists, by=operator())
        elif lists and reading.asked != ", ".join(dict.fromkeys(lists)):
            raise linking.DecideFirst(reading.asked)
        _show(work, company, reading)


_HELD = (
    "Until somebody has decided, nothing of this kind is created in QuickBooks; all else goes on. "
    "Type `deskpost link` again after the visit."
)
_UNFINISHED = {
    "waiting": f"{{asked}}: read at the next visit of the Web Connector.\n{_HELD}",
    "running": f"{{asked}}: being read since {{started}}.\n{_HELD}",
    "failed": "{asked}: not read. {why}\n"
    "Type `deskpost link --again` to have it read again, or `deskpost link --dismiss` to do without.",
}
"""What is shown of lists that are not read, by the state of their reading."""


def _show(work: Work, company: Company, reading: Reading) -> None:
    if reading.state in _UNFINISHED:
        started, why = moment(reading.started_at), reading.what_happened
        say(_UNFINISHED[reading.state].format(asked=reading.asked, started=started, why=why))
        return
    proposed = linking.propose(work, company)
    say(f"{reading.asked}: read on {moment(reading.finished_at)}.")
    for verdict in Verdict:
        _section(verdict, [one for one in proposed.matches if one.verdict is verdict])
    if proposed.unknown:
        say(f"\nOnly referred to so far ({len(proposed.unknown)}): {_some(proposed.unknown)}")
    say(f"\n{_what_next(proposed)}")


def _section(verdict: Verdict, matches: Sequence[Match]) -> None:
    if not matches:
        return
    say(f"\n{verdict.value[0].upper()}{verdict.value[1:]} ({len(matches)}):")
    if verdict is Verdict.NOT_FOUND:
        say(f"  {_some([one.record for one in matches])}")
        return
    rows = [(one.record, "; ".join(_entry(entry) for entry in one.entries), _because(one)) for one in matches]
    say(table(("record", "in QuickBooks", "because"), rows[:SHOWN_AT_MOST]))
    if len(rows) > SHOWN_AT_MOST:
        say(f"... and {len(rows) - SHOWN_AT_MOST} more.")


def _because(one: Match) -> str:
    return f"{one.rule}, as {one.taken_by} has" if one.taken_by else one.rule


def _entry(entry: Entry) -> str:
    inactive = "inactive " if entry.inactive else ""
    return f"{entry.full_name} ({inactive}{noun_for(entry.kind).noun})"


def _some(records: Sequence[str]) -> str:
    more = f" and {len(records) - SHOWN_AT_MOST} more" if len(records) > SHOWN_AT_MOST else ""
    return ", ".join(records[:SHOWN_AT_MOST]) + more


def _what_next(proposed: Proposed) -> str:
    count = sum(one.verdict is Verdict.LINK for one in proposed.matches)
    if count:
        return (
            f"Type `deskpost link --apply` to link {'this one' if count == 1 else f'these {count}'}, or "
            "`deskpost link --dismiss` to link nothing. Either way all others are created as new."
        )
    return (
        "No rule finds a link. Name links of your own with `deskpost link --file FILE.csv`, or type "
        "`deskpost link --dismiss`: then all of them are created as new."
    )


def _from_file(store: Store, name: str | None, rows: Sequence[link_file.Row], *, is_apply: bool) -> None:
    try:
        with store.writing() as work:
            company = companies.named(work, name)
            proposed = link_file.propose(work, company, rows)
            replaced = link_file.replaced(work, company, proposed)
            applied = linking.apply(work, company, by=operator()) if is_apply else None
    except link_file.LinkFileRefused as refusal:
        for complaint in refusal.complaints:
            say(complaint, err=True)
        raise
    if applied is not None:
        _tell(applied)
        return
    say(_shown(proposed))
    if replaced:
        say(f"\nLinked to something else until now: {_some(replaced)}")
    say("\nType `deskpost link --apply` to link them.")


def _apply(store: Store, name: str | None) -> None:
    with store.writing() as work:
        applied = linking.apply(work, companies.named(work, name), by=operator())
    _tell(applied)


def _tell(applied: Applied) -> None:
    if applied.linked:
        say(_shown(applied.linked))
    say(f"\n{len(applied.linked)} linked.")
    if applied.failed_before:
        say(f"{applied.failed_before} failed before: `deskpost retry` sends them again.")
    if applied.undecided:
        say(f"The rest of {applied.undecided} still waits for a decision: see `deskpost link`.")
    for sentence in applied.refused:
        say(sentence, err=True)
    if applied.refused:
        raise SystemExit(1)


def _shown(links: Sequence[Proposal]) -> str:
    return table(("record", "in QuickBooks", "because"), [(one.record, _entry(one.entry), one.rule) for one in links])


def _dismiss(store: Store, name: str | None) -> None:
    with store.writing() as work:
        reading = linking.dismiss(work, companies.named(work, name), by=operator())
    say(f"{reading.asked}: nothing was linked, and what is new may be created.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as failure:
        raise FileUnreadable(str(file), (failure.strerror or str(failure)).lower()) from None
