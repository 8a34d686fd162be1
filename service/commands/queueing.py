"""`enqueue` and `retry`: what goes into the queue, and what is to go once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from service.commands.commands_of_moves import in_commands
from service.commands.sentences import MESSAGE_ID, open_store, operator, say
from service.domain.refusals import Refusal, all_complaints
from service.exchange import decide, document
from service.exchange.checking import LookedAt, look_again, look_at
from service.exchange.enqueue import enqueue_all
from service.store import companies, messages
from service.store.companies import Company
from service.store.unit import Store, StoreUnavailable, Work

AT_ONCE = 5000
"""Lines that are put together; with its content, what was read takes many times the memory of its line."""

Line = tuple[int, LookedAt | Refusal]
"""A line by its number: what was read in it, without its content, or why it cannot be."""


class FileUnreadable(Refusal):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


class NothingEnqueued(Refusal):
    def __init__(self, refused: int, lines: int) -> None:
        why = f"{refused} of {lines} lines" if lines > 1 else "the only line"
        them = "it" if refused == 1 else "them"
        others = ", or enqueue the others with --skip-invalid" if lines > 1 else ""
        super().__init__(f"Nothing was enqueued, because {why} cannot be: mend {them}{others}.")


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
    with open_store() as (_, store):
        # All is checked before it begins to write, so that a long file holds up nobody for longer than it is written.
        companies_named = _Companies(store, company_name)
        lines = [(number, _checked(line, companies_named)) for number, line in _lines(file)]

        def take(work: Work) -> _Intake:
            intake = _Intake(work)
            for begin in range(0, len(lines), AT_ONCE):
                intake.take(lines[begin : begin + AT_ONCE])
            if intake.refused and not skip_invalid:
                raise _TakenBack(intake)
            return intake

        try:
            intake = store.write(take)
        except _TakenBack as taken_back:
            intake = taken_back.intake
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
    def decided(work: Work) -> decide.Decided:
        chosen = list(message_ids)
        if everything:
            chosen += messages.failed_ids(work, companies.named(work, name).id)
        again = in_commands(lambda work, one: decide.send_again(work, one, by=operator()))
        return decide.for_each(work, chosen, again)

    return store.write(decided)


class _TakenBack(Exception):
    """Rolls the whole file back."""

    def __init__(self, intake: _Intake) -> None:
        self.intake = intake


class _Companies:
    """The companies that the lines of a file name, as they were when they were first asked for."""

    def __init__(self, store: Store, default: str | None) -> None:
        self._store = store
        self._default = default
        self._found: dict[str | None, Company] = {}

    def named(self, name: str | None) -> Company:
        """The company of a line that names it, or none. Raises what is wrong with the name."""
        name = name or self._default
        if name not in self._found:
            with self._store.reading() as work:
                self._found[name] = companies.named(work, name)
        return self._found[name]


class _Intake:
    """What became of the lines of one file."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._companies: dict[int, Company] = {}
        self.complaints: list[str] = []
        self.refused = 0
        self._added = 0
        self._known = 0

    def take(self, lines: Sequence[Line]) -> None:
        """Enqueue some lines, or note all that is wrong with them."""
        outcomes = enqueue_all(self._work, [self._whole(line) for _, line in lines], by=operator())
        for (number, _), outcome in zip(lines, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                self.refused += 1
                self.complaints += [f"line {number}: {complaint}" for complaint in all_complaints(outcome)]
            else:
                self._added += outcome.is_new
                self._known += not outcome.is_new

    def told(self) -> str:
        """How many were enqueued, and what became of the others."""
        parts = [f"{self._added} enqueued"]
        if self._known:
            parts.append(f"{self._known} {'was' if self._known == 1 else 'were'} here already")
        if self.refused:
            parts.append(f"{self.refused} refused")
        return ", ".join(parts) + "."

    def _whole(self, line: LookedAt | Refusal) -> LookedAt | Refusal:
        """A line with its content again, for its company as it is now."""
        if isinstance(line, Refusal):
            return line
        company_id = line.company.id
        if company_id not in self._companies:
            self._companies[company_id] = companies.by_id(self._work, company_id)
        return look_again(_with_content(line, document.parse_line(line.document.text)), self._companies[company_id])


def _checked(line: bytes, companies_named: _Companies) -> LookedAt | Refusal:
    """What is read in a line, checked, without its content. Raises what is wrong with the company of all."""
    try:
        given = document.read(document.parse_line(_decoded(line)))
        company = companies_named.named(given.company) if given.company else None
    except StoreUnavailable:
        raise
    except Refusal as refusal:
        return refusal
    return _with_content(look_at(given, company or companies_named.named(None)), {})


def _with_content(looked: LookedAt, content: Mapping[str, Any]) -> LookedAt:
    given = looked.document._replace(content=content)
    return looked._replace(document=given, checked=looked.checked and looked.checked._replace(document=given))


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
