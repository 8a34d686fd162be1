"""`enqueue` and `retry`: what goes into the queue, and what is to go once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from service.commands.sentences import open_store, operator
from service.domain.refusals import Refusal
from service.exchange import decide, document
from service.exchange.enqueue import enqueue as put
from service.store import companies, messages
from service.store.companies import Company
from service.store.unit import Store, Work

BY = "enqueue command"


class FileUnreadable(Refusal):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


class NothingNamed(Refusal):
    def __init__(self) -> None:
        super().__init__("Name the messages to retry by their numbers, or say --all.")


@click.command()
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--company", "company_name", help="The company of messages that name none.")
@click.option("--skip-invalid", is_flag=True, help="Enqueue the good ones all the same.")
def enqueue(file: Path, company_name: str | None, *, skip_invalid: bool) -> None:
    """Enqueue a FILE of JSON lines, one message a line; - reads from standard input.

    All of it or nothing: every complaint is printed with its line, and then nothing is enqueued.
    """
    lines = list(_lines(file))
    with open_store() as (_, store):
        outcome = _Intake(company_name)
        with suppress(_TakenBack), store.writing() as work:
            for number, line in lines:
                outcome.take(work, number, line)
            if not skip_invalid:
                outcome.take_back_if_refused()
    for complaint in outcome.complaints:
        click.echo(complaint, err=True)
    click.echo(f"{outcome.added} enqueued, {outcome.known} were here already, {len(outcome.complaints)} refused.")
    if outcome.complaints:
        raise SystemExit(1)


@click.command()
@click.argument("message_ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All failed messages of the company.")
@click.option("--company", "company_name", help="The company, with --all; not needed when there is only one.")
def retry(message_ids: tuple[int, ...], company_name: str | None, *, everything: bool) -> None:
    """Send failed messages again, by their numbers. A retry never posts twice."""
    if not message_ids and not everything:
        raise NothingNamed
    with open_store() as (_, store):
        decided = _retry(store, message_ids, company_name if everything else None, everything=everything)
    for sentence in decided.refused:
        click.echo(sentence, err=True)
    click.echo(f"{len(decided.moved)} to be sent again.")
    if decided.refused:
        raise SystemExit(1)


def _retry(store: Store, message_ids: tuple[int, ...], name: str | None, *, everything: bool) -> decide.Decided:
    with store.writing() as work:
        chosen = list(message_ids)
        if everything:
            chosen += messages.failed_ids(work, companies.named(work, name).id)
        return decide.retry(work, chosen, by=operator())


class _TakenBack(Exception):
    """Rolls the whole file back."""


class _Intake:
    """What became of the lines of one file."""

    def __init__(self, company_name: str | None) -> None:
        self._default = company_name
        self._companies: dict[str | None, Company] = {}
        self.added = 0
        self.known = 0
        self.complaints: list[str] = []

    def take(self, work: Work, number: int, line: str) -> None:
        try:
            given = document.read(document.parse_line(line))
            result = put(work, self._company(work, given.company or self._default), given, by=BY)
        except Refusal as refusal:
            complaints = getattr(refusal, "complaints", None) or [str(refusal)]
            self.complaints += [f"line {number}: {complaint}" for complaint in complaints]
        else:
            self.added += result.is_new
            self.known += not result.is_new

    def take_back_if_refused(self) -> None:
        if self.complaints:
            self.added = self.known = 0
            raise _TakenBack

    def _company(self, work: Work, name: str | None) -> Company:
        if name not in self._companies:
            self._companies[name] = companies.named(work, name)
        return self._companies[name]


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        with click.open_file(str(file), "r", encoding="utf-8-sig") as source:
            for number, line in enumerate(source, start=1):
                if line.strip():
                    yield number, line
    except UnicodeDecodeError:
        raise FileUnreadable(str(file), "it is not UTF-8 text") from None
    except OSError as failure:
        raise FileUnreadable(str(file), (failure.strerror or str(failure)).lower()) from None
