"""`import-skipped` and `skipped`: what was skipped, before Deskpost and since, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from service.commands.sentences import MESSAGE_ID, open_store, operator, say, table
from service.domain.refusals import Refusal
from service.exchange import decide, old_skipped
from service.exchange.skipped_file import FileRefused
from service.store import companies
from service.store import old_skipped as rows
from service.store.old_skipped import Skipped
from service.store.unit import Work

LARGEST = 100_000_000
"""Bytes of a file that are read at most."""


class FileNotRead(Refusal):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


class NothingImported(Refusal):
    def __init__(self, refused: int) -> None:
        lines = "1 complaint" if refused == 1 else f"{refused} complaints"
        super().__init__(f"Nothing was imported, because of {lines}: mend the file, and import it again.")


@click.command("import-skipped")
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
def import_skipped(file: Path, company_name: str | None) -> None:
    """Import a CSV FILE of what was skipped before.

    Its columns are date, kind, number, customer, amount, reason and, if there is one, document: the content as JSON.
    All of it or nothing: every complaint is printed with its line. Imported twice, it is there once. As FILE, a dash
    reads from standard input.
    """
    data = _content(file)
    try:
        with open_store() as (_, store), store.writing() as work:
            done = old_skipped.import_file(work, companies.named(work, company_name), data, by=operator())
    except FileRefused as refusal:
        for complaint in refusal.complaints:
            say(complaint, err=True)
        raise NothingImported(len(refusal.complaints)) from None
    parts = [f"{done.added} imported"]
    if done.known:
        parts.append(f"{done.known} {'was' if done.known == 1 else 'were'} here already")
    if done.completed:
        parts.append(f"{done.completed} got {'its document' if done.completed == 1 else 'their documents'}")
    say(f"{', '.join(parts)}. Next: deskpost skipped list")


@click.group()
def skipped() -> None:
    """See what was skipped, and close what is dealt with."""


@skipped.command("list")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--closed", is_flag=True, help="Those that are closed as well.")
@click.option("--most", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Show so many at most.")
def skipped_list(company_name: str | None, most: int, *, closed: bool) -> None:
    """List what is skipped, newest first."""
    with open_store() as (_, store), store.reading() as work:
        one = companies.named(work, company_name)
        found = rows.skipped(work, one.id, most, closed=closed)
    if not found:
        say("Nothing is skipped.")
        return
    head = ("message", "date", "what", "customer", "amount", "why", "what now")
    say(table(head, [_line(each) for each in found]))
    say("")
    say("To send: deskpost decide restore MESSAGE_ID. To close: deskpost skipped close MESSAGE_ID --note TEXT")


@skipped.command("close")
@click.argument("message_ids", metavar="MESSAGE_ID...", type=MESSAGE_ID, nargs=-1, required=True)
@click.option("--note", required=True, help="How it was dealt with.")
def skipped_close(message_ids: tuple[int, ...], note: str) -> None:
    """Take old ones off the list, with a note."""
    by = operator()
    _each(message_ids, lambda work, one: old_skipped.close(work, one, note, by=by), "closed")


@skipped.command("open-again")
@click.argument("message_ids", metavar="MESSAGE_ID...", type=MESSAGE_ID, nargs=-1, required=True)
def skipped_open_again(message_ids: tuple[int, ...]) -> None:
    """Put closed ones back on the list."""
    by = operator()
    _each(message_ids, lambda work, one: old_skipped.open_again(work, one, by=by), "back on the list")


def _each(message_ids: Sequence[int], make: Callable[[Work, int], None], outcome: str) -> None:
    """Make a decision about each, and say what came of it."""
    with open_store() as (_, store), store.writing() as work:
        result = decide.for_each(work, message_ids, make)
    if not result.moved and len(result.refused) == 1:
        raise Refusal(result.refused[0])
    for sentence in result.refused:
        say(sentence, err=True)
    if result.moved:
        say(f"{len(result.moved)} {outcome}: {', '.join(f'message {one}' for one in result.moved)}.")
    if result.refused:
        raise SystemExit(1)


def _line(one: Skipped) -> tuple[object, ...]:
    now = "can be sent" if one.has_document else "has no document: ask those who run the order system"
    old = one.old
    if old is None:
        return (one.message_id, "", one.record or "request", "", "", one.note, now)
    if old.closing_note is not None:
        now = f"closed: {old.closing_note}"
    return (one.message_id, old.date, f"{old.kind} {old.number}", old.customer, old.amount, old.reason, now)


def _content(file: Path) -> bytes:
    try:
        with click.open_file(str(file), "rb") as source:
            data: bytes = source.read(LARGEST + 1)
    except OSError as failure:
        raise FileNotRead(str(file), (failure.strerror or str(failure)).lower()) from None
    if len(data) > LARGEST:
        raise FileNotRead(str(file), f"it is larger than {LARGEST // 1_000_000} MB; divide it")
    return data
