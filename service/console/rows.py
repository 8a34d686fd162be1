"""The one table of messages, as every page shows it: what, name, date, amount, status, and the menu of a row.

The words of the statuses stand here once, as a table. Decides nothing: which moves a row offers follows from the
status alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service import catalogue
from service.console.documents import Directory, Document, as_decimal, partners_in
from service.console.kinds import Choice, choices_for
from service.console.reader import Reader
from service.domain.status import MOVES, Status
from service.store import old_skipped, pages, waiting
from service.store.companies import Company
from service.store.decidable import DECIDABLE
from service.store.messages import Message
from service.store.old_skipped import OldSkipped
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class State:
    """A status in words: its tone and shape, and perhaps another message to which its last words lead."""

    tone: str
    shape: str
    words: str
    leads_to: str = ""
    target: int | None = None


STATES: Mapping[Status, State] = {
    Status.PENDING: State("off", "ready", "Ready"),
    Status.IN_FLIGHT: State("now", "send", "Being sent"),
    Status.IN_DOUBT: State("warn", "ask", "Check in QuickBooks"),
    Status.SYNCHRONIZED: State("good", "done", "Synchronized"),
    Status.FAILED: State("bad", "bad", "Needs attention"),
    Status.MANUAL_ENTRY: State("now", "hand", "Manual entry"),
    Status.MANUALLY_ENTERED: State("good", "hand", "Entered by hand"),
    Status.SKIPPED: State("off", "skip", "Skipped"),
    Status.SUPERSEDED: State("off", "old", "Replaced by a newer version"),
}

DONE: Mapping[str, str] = {"add": "Added", "mod": "Changed", "void": "Voided", "delete": "Deleted", "query": "Read"}
"""What was done in QuickBooks, by the operation; a `save` is one or the other, and a raw request simply done."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu of a row: a message, and the part of its page."""

    label: str
    message_id: int
    part: str


@dataclass(frozen=True, slots=True)
class Row:
    """One message in a list."""

    id: int
    document: Document
    state: State
    menu: Sequence[MenuEntry]
    moves: Collection[str]
    """The moves that a person may make of it, such as `hand over` and `skip`."""
    decidable: Status | None
    """Where it stands, where several that stand there can be decided about together; None else."""

    @property
    def whole_name(self) -> str:
        """What stands in the first two columns, where only one of them would not tell rows apart."""
        return f"{self.document.title} {self.document.name}" if self.document.is_list else self.document.title


def listed(
    work: Work, company: Company, messages: Sequence[Message], reader: Reader, directory: Directory | None = None
) -> Sequence[Row]:
    """The rows for some messages of a company, in their order; a handful of queries for all of them."""
    directory = directory or Directory(work, company.id)
    documents = directory.documents(messages)
    old = old_skipped.of_messages(work, [one.id for one in messages if one.status == Status.SKIPPED])
    states = _States(work, directory, reader, messages)
    return [
        Row(
            message.id,
            _with_what_is_known(documents[message.id], old.get(message.id)),
            states.of(message),
            _menu(directory, message, documents[message.id]),
            moves_for(message),
            _decidable(message, old.get(message.id)),
        )
        for message in messages
    ]


def done(work: Work, company: Company, found: Sequence[tuple[Message, datetime]], reader: Reader) -> Sequence[Row]:
    """The rows for what a visit synchronized, each with the time of QuickBooks' answer."""
    times = {message.id: at for message, at in found}
    rows = listed(work, company, [message._replace(settled_at=times[message.id]) for message, _ in found], reader)
    return list(rows)


def moves_for(message: Message) -> Collection[str]:
    """The moves that people may make of a message as it stands."""
    return {move.name for move in MOVES.values() if move.by_person and message.status in move.leaves}


def _with_what_is_known(document: Document, old: OldSkipped | None) -> Document:
    """The document with what was told of it before Deskpost, where it does not say that itself."""
    if old is None:
        return document
    return replace(
        document,
        number=old.number,
        name=document.name or old.customer or "",
        day=document.day or old.date,
        amount=document.amount if document.amount is not None else as_decimal(old.amount),
    )


def _decidable(message: Message, old: OldSkipped | None) -> Status | None:
    """Where it stands, as `decidable` has it. What was closed is sent only by itself, and not among others."""
    is_closed = old is not None and old.closed_at is not None
    status = Status(message.status)
    if status not in DECIDABLE or is_closed or (status is Status.SKIPPED and lacks_document(message)):
        return None
    return status


def lacks_document(message: Message) -> bool:
    """Whether it came without the document that would have to be sent."""
    return message.content is None and message.operation in ("save", "add", "mod")


def version_in_words(message: Message, version: int, status: str) -> str:
    """What a message waits for of its own record: its earlier version: check in QuickBooks"""
    which = "its earlier version" if version < message.id else "its other version"
    if status == Status.PENDING:
        return which
    words = STATES[Status(status)].words
    return f"{which}: {words[:1].lower()}{words[1:]}"


def _versions_before(
    work: Work, messages: Sequence[Message], reasons: Mapping[int, tuple[str | None, int | None]]
) -> Mapping[int, tuple[int, str]]:
    """Which message of the same record each of some waits for, and how that one stands."""
    required = {number: earlier for number, (_, earlier) in reasons.items() if earlier is not None}
    standing = waiting.statuses(work, set(required.values()))
    free = {one.id for one in messages if one.status == Status.PENDING and one.record and one.id not in reasons}
    kept_back = waiting.kept_back_by(work, free)
    return {**kept_back, **{number: (earlier, standing[earlier]) for number, earlier in required.items()}}


class _States:
    """The states of some messages, with all that their words need read in one go."""

    def __init__(self, work: Work, directory: Directory, reader: Reader, messages: Sequence[Message]) -> None:
        self._directory = directory
        self._reader = reader
        pending = {one.id for one in messages if one.status == Status.PENDING and one.waits_for}
        synchronized = {one.id for one in messages if one.status == Status.SYNCHRONIZED}
        self._reasons = pages.reasons_to_wait(work, pending) if pending else {}
        self._versions = _versions_before(work, messages, self._reasons)
        directory.look_up(record for record, _ in self._reasons.values() if record)
        saves = {one.id for one in messages if one.id in synchronized and one.operation == "save"}
        self._changed = pages.changed_before(work, saves) if saves else ()
        self._noted = pages.noted_as(work, saves, ("link", "create again")) if saves else {}

    def of(self, message: Message) -> State:
        status = Status(message.status)
        state = STATES[status]
        if status is Status.PENDING:
            return self._pending(message, state)
        at = message.settled_at or message.changed_at
        if status is Status.SYNCHRONIZED:
            return replace(state, words=f"{self._what_was_done(message)} {self._reader.moment_in_list(at)}")
        if status in (Status.MANUALLY_ENTERED, Status.SKIPPED):
            return replace(state, words=f"{state.words} {self._reader.day_in_list(self._reader.day_of(at))}")
        return state

    def _pending(self, message: Message, state: State) -> State:
        record, _ = self._reasons.get(message.id, (None, None))
        if record is not None:
            target = self._directory.message_id(record)
            return State("off", "wait", "Waits for", self._directory.spoken(record), target)
        if message.id in self._versions:
            version, status = self._versions[message.id]
            return State("off", "wait", "Waits for", version_in_words(message, version, status), version)
        if message.not_before is not None:
            return State("off", "wait", self._next_try(message, message.not_before))
        return State("off", "wait", "Just came in") if message.waits_for is None else state

    def _next_try(self, message: Message, at: datetime) -> str:
        if not message.postponements:
            return f"Not before {self._reader.moment_in_list(at)}"
        title = catalogue.entry(message.status_code or 0).title if message.status_code else ""
        reason = f": {title[:1].lower()}{title[1:]}" if title else ""
        return f"Next try {self._reader.moment_in_list(at)}{reason}"

    def _what_was_done(self, message: Message) -> str:
        if message.operation != "save":
            return DONE.get(message.operation, "Done")
        noted = self._noted.get(message.id)
        if noted is not None:
            return "Linked" if noted == "link" else "Added"
        return "Changed" if message.id in self._changed else "Added"


def _menu(directory: Directory, message: Message, document: Document) -> Sequence[MenuEntry]:
    """What a row leads to: parts of the message's own page, and the page of the one whom it is with."""
    found = []
    for choice in choices_for(document.kind):
        target = message.id if choice is not Choice.PARTNER else _partner(directory, document)
        if target is not None:
            found.append(MenuEntry(choice.label(document), target, choice.part))
    return found


def _partner(directory: Directory, document: Document) -> int | None:
    return next((directory.message_id(record) for record in partners_in(document.content)), None)
