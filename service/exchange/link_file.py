"""Reads a file in which a person says which record is which entry of QuickBooks: columns record, quickbooks_name.

All of it or nothing: every row that cannot be is one sentence with its line. What the file says is proposed, as the
rules propose, and written when the person says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from service.catalogue.nouns import noun_for, with_article
from service.domain.record import Record
from service.domain.refusals import Refusal
from service.exchange import matching, reading_questions
from service.exchange.linking import BY_HAND, NothingRead
from service.exchange.list_reading import LINK
from service.store import identities, read_entries, readings, unlinked
from service.store.companies import Company
from service.store.read_entries import Entry, Proposal
from service.store.unit import Work

COLUMNS = ("record", "quickbooks_name")


class NotALinkFile(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(f"The file cannot be used: {why}. Its first line is '{','.join(COLUMNS)}'.")


class LinkFileRefused(Refusal):
    """Some rows cannot be; `complaints` are all of them, each with its line."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        rows = "1 row" if len(complaints) == 1 else f"{len(complaints)} rows"
        super().__init__(f"Nothing was linked, because {rows} of the file cannot be: mend them first.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file, with its line in it."""

    line: int
    record: str
    quickbooks_name: str


def read(content: bytes) -> Sequence[Row]:
    """The rows of a file. Raises NotALinkFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotALinkFile("it is not UTF-8 text") from None
    try:
        return list(_rows(csv.DictReader(io.StringIO(text, newline=""), strict=True)))
    except csv.Error as broken:
        raise NotALinkFile(f"it is not CSV ({broken})") from None


def propose(work: Work, company: Company, rows: Sequence[Row]) -> Sequence[Proposal]:
    """Look every row up in what was read last, and remember it as proposed. Raises LinkFileRefused or NothingRead."""
    reading = readings.latest(work, company.id, LINK)
    if reading is None or reading.state != "done":
        raise NothingRead
    entries: dict[str, list[Entry]] = {}
    for entry in read_entries.entries_of(work, reading.id):
        entries.setdefault(matching.same(entry.full_name or ""), []).append(entry)
    going = unlinked.being_created(work, company.id, {row.record for row in rows})
    complaints: list[str] = []
    proposed: dict[str, tuple[str, int, str]] = {}
    for row in rows:
        found = entries.get(matching.same(row.quickbooks_name), [])
        kind = row.record.partition(":")[0]
        looked = _Looked(row, kind, found, reading.kinds, row.record in going, row.record in proposed)
        complaint = _complaint(looked)
        if complaint is not None:
            complaints.append(f"line {row.line}: {complaint}")
        else:
            proposed[row.record] = (row.record, _own(kind, found)[0].id, BY_HAND)
    if complaints:
        raise LinkFileRefused(complaints)
    read_entries.propose(work, company.id, list(proposed.values()))
    return read_entries.proposals(work, company.id)


def replaced(work: Work, company: Company, proposed: Sequence[Proposal]) -> Sequence[str]:
    """The records among these that are linked to something else now."""
    known = identities.of_records(work, company.id, [one.record for one in proposed])
    return [
        one.record
        for one in proposed
        if one.record in known and known[one.record].quickbooks_id != one.entry.quickbooks_id
    ]


def _rows(reader: csv.DictReader[str]) -> Iterator[Row]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise NotALinkFile(f"it has no column '{missing[0]}'")
    for given in reader:
        values = [str(given.get(name) or "").strip() for name in COLUMNS]
        if any(values):
            yield Row(reader.line_num, *values)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A row with what is known about it."""

    row: Row
    kind: str
    found: Sequence[Entry]
    kinds_read: str
    going: bool
    again: bool

    @property
    def word(self) -> str | None:
        return reading_questions.word_for(self.kind)

    @property
    def noun(self) -> str:
        return noun_for(self.kind).noun


_OBJECTIONS: Sequence[tuple[Callable[[_Looked], bool], Callable[[_Looked], str]]] = (
    (lambda one: one.again, lambda _: "it stands in the file twice."),
    (lambda one: one.word is None, lambda one: f"{with_article(one.noun)} cannot be linked by its name."),
    (
        lambda one: one.going,
        lambda _: "QuickBooks may be creating it at this moment. Link it after the visit.",
    ),
    (lambda one: not one.row.quickbooks_name, lambda _: "the name in QuickBooks is missing."),
    (
        lambda one: bool(one.found) and not _own(one.kind, one.found),
        lambda one: (
            f"{one.row.quickbooks_name} is {with_article(noun_for(one.found[0].kind).noun)} in QuickBooks, "
            f"not {with_article(one.noun)}."
        ),
    ),
    (
        lambda one: not one.found and f'"{one.kind}"' not in one.kinds_read,
        lambda one: f"the {one.word} were not read; ask for them with `deskpost link {one.word}`.",
    ),
    (
        lambda one: not one.found,
        lambda one: f"there is no {one.noun} '{one.row.quickbooks_name}' among the {one.word} that were read.",
    ),
)
"""Why a row cannot be, and the sentence for it; the first that applies is told."""


def _complaint(looked: _Looked) -> str | None:
    try:
        Record.parse(looked.row.record)
    except Refusal as refusal:
        return str(refusal)
    told = next((sentence(looked) for applies, sentence in _OBJECTIONS if applies(looked)), None)
    return f"{looked.row.record}: {told}" if told else None


def _own(kind: str, found: Sequence[Entry]) -> Sequence[Entry]:
    return [entry for entry in found if entry.kind == kind]
