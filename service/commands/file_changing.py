"""`company confirm`, `path`, `restored` and `set`: what an administrator says about a company file and its settings.

The group `company` and what else is in it stand in `accounts`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from service.commands.accounts import company
from service.commands.sentences import moment, on_one_line, open_store, operator, say
from service.domain.refusals import Refusal
from service.exchange import after_restore, company_settings, file_changes, restore_decisions, time_zone
from service.store import companies
from service.store.companies import Company
from service.store.unit import Work

__all__ = ["company"]

NAME = click.argument("name", required=False)
YEARS = range(1990, 9000)
"""Years in which a backup may have been made, and in which every zone has a time."""
COMPANY = click.option("--company", "name", help="The company; not needed when there is only one.")


class NotAMoment(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(
            f"'{given[:40]}' is no moment with its time zone: write it as 2026-03-02T18:00-05:00, which is six in the "
            "evening in New York."
        )


@company.command("confirm")
@NAME
def company_confirm(name: str | None) -> None:
    """Accept the new name of a company file.

    For a company that was renamed in QuickBooks: the last visit was stopped, and saw the file under its new name.
    """
    with open_store() as (_, store), store.writing() as work:
        one = companies.named(work, name)
        accepted = file_changes.confirm_name(work, one, by=operator())
    say(f"{one.name} belongs to {accepted} from now on. Next: press Update Selected in the Web Connector.")


@company.command("path")
@click.argument("path")
@COMPANY
def company_path(path: str, name: str | None) -> None:
    """Say at which PATH the file is to be opened.

    The path as the PC with QuickBooks sees it. An empty one means the company file that is open there.
    """
    with open_store() as (_, store), store.writing() as work:
        one = companies.named(work, name)
        file_changes.set_path(work, one, path, by=operator())
    opened = f"opens {path.strip()}" if path.strip() else "works with the company file that is open"
    say(f"From its next visit on, the Web Connector {opened} for {one.name}.")


@company.command("restored")
@click.option("--at", "at", metavar="MOMENT", help="When the backup was made, with the time zone.")
@click.option("--send-again", is_flag=True, help="Send what is listed again, where Deskpost has the whole of it.")
@click.option("--seen", "is_seen", is_flag=True, help="Take what is listed as seen: it is listed no more.")
@COMPANY
def company_restored(at: str | None, name: str | None, *, send_again: bool, is_seen: bool) -> None:
    """Say that a backup of the file was restored.

    What was learned after MOMENT, such as 2026-03-02T18:00-05:00, is looked for in QuickBooks at the next visit,
    before anything is sent. What is gone is forgotten, and has to be sent again: without --at, the same command lists
    it after that visit.
    """
    with open_store() as (_, store), store.writing() as work:
        one = companies.named(work, name)
        if at is not None:
            _look_for(work, one, at)
        elif send_again:
            _send_again(work, one)
        elif is_seen:
            say(f"{restore_decisions.accept(work, one, by=operator())} taken as seen.")
        else:
            _show_taken(work, one)


def _look_for(work: Work, one: Company, at: str) -> None:
    made = _moment(at)
    number = file_changes.restored(work, one, made, by=operator())
    if number:
        say(
            f"{_records(number)} learned after {moment(made)}: looked for at the next visit, before anything is sent. "
            "Then `deskpost company restored` lists what is gone."
        )
    else:
        say(f"Nothing was learned after {moment(made)}, so nothing has to be looked for.")


def _send_again(work: Work, one: Company) -> None:
    """Send all that is listed and can be sent; what is on its way, or not kept as a whole, stays as it is."""
    wanted = [each.number for each in after_restore.found(work, one) if each.can_be_sent]
    made = restore_decisions.send_again(work, one, wanted, by=operator())
    for _, refusal in made.refused:
        say(str(refusal), err=True)
    say(f"{len(made.done)} to be sent again, at the next visit of the Web Connector.")


def _show_taken(work: Work, one: Company) -> None:
    waiting = after_restore.still_looked_for(work, one)
    if waiting:
        say(f"{_records(waiting)} not looked for yet: that is done at the next visit of the Web Connector.")
    taken = after_restore.found(work, one)
    for each in taken:
        say("\n" + on_one_line(f"{each.record}{f' ({each.called})' if each.called else ''}"))
        say("  " + each.what_happened)
        say("  " + each.what_to_do)
    if taken:
        gone = sum(each.is_gone for each in taken)
        say(f"\n{gone} gone, {len(taken) - gone} as before.")
        if any(each.can_be_sent for each in taken):
            say("`deskpost company restored --send-again` sends again what can be sent from here.")
        say("`deskpost company restored --seen` takes them as seen.")
    elif not waiting:
        say(f"{one.name} misses nothing that a restored backup took.")


def _records(number: int) -> str:
    return f"{number} {'record was' if number == 1 else 'records were'}"


@company.command("set")
@COMPANY
@click.option("--set-limit", type=int, metavar="N", help="Send at most N messages in one set, 1 to 100.")
@click.option("--send-only-after-start/--send-at-once", default=None, help="Send only after `deskpost start`, or not.")
@click.option("--link-existing/--ask-to-link", default=None, help="Link a name that is taken by itself, or ask.")
@click.option("--substitute-characters/--refuse-characters", default=None, help="Replace what QuickBooks cannot keep.")
@click.option("--create-missing/--refuse-missing", default=None, help="Make customers and items that are missing.")
@click.option("--income-account", metavar="NAME", help="The income account of items that are made so.")
@click.option(
    "--time-zone", "zone", metavar="ZONE", help="The zone of its pages, such as America/New_York; '' for none."
)
def company_set(name: str | None, zone: str | None, **given: Any) -> None:
    """Change how a company's messages are sent, and its time zone."""
    chosen = {setting: value for setting, value in given.items() if value is not None}
    changed: dict[str, tuple[Any, Any]] = {}
    with open_store() as (_, store), store.writing() as work:
        one = companies.named(work, name)
        if chosen or zone is None:
            changed |= company_settings.change(work, one, chosen, by=operator())
        if zone is not None:
            before, after = time_zone.set_zone(work, one, zone, by=operator())
            changed |= {"time zone": (before, after)} if before != after else {}
    for setting, (before, after) in changed.items():
        say(f"{one.name}: {setting.replace('_', ' ')} is {_told(after)} (was {_told(before)}).")
    if not changed:
        say(f"{one.name}: that is how it is already.")


def _moment(given: str) -> datetime:
    try:
        found = datetime.fromisoformat(given.strip())
    except ValueError:
        raise NotAMoment(given) from None
    if found.tzinfo is None or found.year not in YEARS:
        raise NotAMoment(given)
    return found.astimezone(UTC)


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not set" if value is None else str(value)
