"""`enqueue` and `retry`: what goes into the queue, and what is to go once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from service.commands.commands_of_moves import in_commands
from service.commands.sentences import MESSAGE_ID, open_store, operator, say
from service.domain.refusals import Refusal
from service.exchange import decide, document
from service.exchange.enqueue import enqueue as put
from service.store import companies, messages
from service.store.companies import Company
from service.store.unit import Store, Work


class FileUnreadable(Refusal):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


class NothingEnqueued(Refusal):
    def __init__(self, refused: int, lines: int) -> None:
        super().__init__(
            f"Nothing was enqueued, because {refused} of {lines} lines cannot be: mend them, "
            "or enqueue the others with --skip-invalid."
        )


class NotUtf8(Refusal):
    def __init__(self) -> None:
        super().__init__("this is not UTF-8 text.")


class NothingNamed(Refusal):
    def __init__(self) -> None:
        super().__init__("Name the messages to retry by their numbers, or say --all.")


@click.command()
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--company", "company_name", help="The company of messages that name none.")
@click.option("--skip-invalid", is_flag=True, help="Enqueue the good ones all the same.")
def enqueue(file: Path, company_name: str | None, *, skip_invalid: bool) -> None:
    """Enqueue a FILE of JSON lines, one message a line.

    As FILE, a dash reads from standard input.

    All of it or nothing: every complaint is printed with its line, and then nothing is enqueued. With --skip-invalid
    the good lines are. Either way the exit code is 1 if there was a complaint.
    """
    lines = list(_lines(file))
    with open_store() as (_, store):
        intake = _Intake(company_name)
        with suppress(_TakenBack), store.writing() as work:
            for number, line in lines:
                intake.take(work, number, line)
            if not skip_invalid:
                intake.take_back_if_refused()
    for complaint in intake.complaints:
        say(complaint, err=True)
    if intake.refused and not skip_invalid:
        raise NothingEnqueued(intake.refused, len(lines))
    say(intake.told())
    if intake.refused:
        raise SystemExit(1)


@click.command()
@click.argument("message_ids", type=MESSAGE_ID, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All failed messages of the company.")
@click.option("--company", "company_name", help="The company, with --all; not needed when there is only one.")
def retry(message_ids: tuple[int, ...], company_name: str | None, *, everything: bool) -> None:
    """Send failed messages again, by their numbers. A retry never posts twice."""
    if not message_ids and not everything:
        raise NothingNamed
    with open_store() as (_, store):
        decided = _retry(store, message_ids, company_name if everything else None, everything=everything)
    for sentence in decided.refused:
        say(sentence, err=True)
    say(f"{len(decided.moved)} to be sent again.")
    if decided.refused:
        raise SystemExit(1)


def _retry(store: Store, message_ids: tuple[int, ...], name: str | None, *, everything: bool) -> decide.Decided:
    with store.writing() as work:
        chosen = list(message_ids)
        if everything:
            chosen += messages.failed_ids(work, companies.named(work, name).id)
        again = in_commands(lambda work, one: decide.send_again(work, one, by=operator()))
        return decide.for_each(work, chosen, again)


class _TakenBack(Exception):
    """Rolls the whole file back."""


class _Intake:
    """What became of the lines of one file."""

    def __init__(self, company_name: str | None) -> None:
        self._default = company_name
        self._companies: dict[str | None, Company] = {}
        self.complaints: list[str] = []
        self.refused = 0
        self._added = 0
        self._known = 0

    def take(self, work: Work, number: int, line: bytes) -> None:
        """Enqueue one line, or note what is wrong with it. Raises what is wrong with the company of all lines."""
        try:
            given = document.read(document.parse_line(_decoded(line)))
            company = self._company(work, given.company) if given.company else None
        except Refusal as refusal:
            self._refuse(number, refusal)
            return
        company = company or self._company(work, self._default)
        try:
            result = put(work, company, given, by=operator())
        except Refusal as refusal:
            self._refuse(number, refusal)
        else:
            self._added += result.is_new
            self._known += not result.is_new

    def take_back_if_refused(self) -> None:
        if self.refused:
            raise _TakenBack

    def told(self) -> str:
        """How many were enqueued, and what became of the others."""
        parts = [f"{self._added} enqueued"]
        if self._known:
            parts.append(f"{self._known} {'was' if self._known == 1 else 'were'} here already")
        if self.refused:
            parts.append(f"{self.refused} refused")
        return ", ".join(parts) + "."

    def _refuse(self, number: int, refusal: Refusal) -> None:
        self.refused += 1
        complaints = getattr(refusal, "complaints", None) or [str(refusal)]
        self.complaints += [f"line {number}: {complaint}" for complaint in complaints]

    def _company(self, work: Work, name: str | None) -> Company:
        if name not in self._companies:
            self._companies[name] = companies.named(work, name)
        return self._companies[name]


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers."""
    try:
        with click.open_file(str(file), "rb") as source:
            for number, line in enumerate(source, start=1):
                if line.strip():
                    yield number, line
    except OSError as failure:
        raise FileUnreadable(str(file), (failure.strerror or str(failure)).lower()) from None


def _decoded(line: bytes) -> str:
    """The text of a line, without the mark that some editors put before the first."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8 from None
