"""The entries that readings brought, what differs from what we know, and the links shown. Never links anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import delete, insert, or_, select, update

from service.store.engine import upsert
from service.store.rows import columns_of, one, several
from service.store.tables import identities, link_proposals, read_entries, readings
from service.store.unit import Work

AT_ONCE = 500
"""How many values one statement names at a time."""


Thing = TypeVar("Thing")


class Entry(NamedTuple):
    """One entry or document as QuickBooks had it when it was read; the fields are the columns of the table."""

    id: int
    reading_id: int
    question: int
    kind: str
    quickbooks_id: str
    full_name: str | None
    number: str | None
    email: str | None
    edit_sequence: str | None
    time_created: str | None
    time_modified: str | None
    time_deleted: str | None
    inactive: bool
    linked: str | None
    merged_into: str | None
    seen_at: datetime | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of a comparison beside the identity that we know of it."""

    record: str
    known_number: str | None
    known_edit_sequence: str | None
    learned_at: datetime
    message_id: int | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class Proposal:
    """A link that was shown to a person: a record of the order system, and the entry that it would be linked to."""

    record: str
    rule: str
    entry: Entry


_columns = columns_of(read_entries, Entry)
_told = (
    "question",
    "full_name",
    "number",
    "email",
    "edit_sequence",
    "time_created",
    "time_modified",
    "time_deleted",
    "inactive",
    "linked",
    "merged_into",
    "seen_at",
    "read_at",
)
_nothing: Mapping[str, Any] = {**dict.fromkeys(_told), "inactive": False}


def keep(work: Work, reading_id: int, question: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a page told; an entry that came before is replaced, never doubled."""
    if not rows:
        return
    statement = upsert(read_entries, work.connection.dialect.name)
    statement = statement.on_conflict_do_update(
        index_elements=["reading_id", "kind", "quickbooks_id"],
        set_={name: statement.excluded[name] for name in _told},
    )
    fixed = {**_nothing, "reading_id": reading_id, "question": question, "read_at": work.now}
    once = {(row["kind"], row["quickbooks_id"]): {**fixed, **row} for row in rows}
    work.connection.execute(statement, list(once.values()))


def forget_question(work: Work, reading_id: int, question: int) -> None:
    """Drop what one question brought, because it is asked from the beginning."""
    work.connection.execute(
        delete(read_entries).where(read_entries.c.reading_id == reading_id, read_entries.c.question == question)
    )


def forget_entries(work: Work, entry_ids: Collection[int]) -> None:
    for some in in_parts(sorted(entry_ids)):
        work.connection.execute(delete(read_entries).where(read_entries.c.id.in_(some)))


def forget_all(work: Work, company_id: int, purpose: str, besides: int | None = None) -> None:
    """Drop the entries of a purpose's other readings, and with them the links that were proposed from them."""
    own = select(readings.c.id).where(
        readings.c.company_id == company_id, readings.c.purpose == purpose, readings.c.id != (besides or 0)
    )
    entries = select(read_entries.c.id).where(read_entries.c.reading_id.in_(own))
    work.connection.execute(delete(link_proposals).where(link_proposals.c.entry_id.in_(entries)))
    work.connection.execute(delete(read_entries).where(read_entries.c.reading_id.in_(own)))


def entries_of(work: Work, reading_id: int) -> Iterator[Entry]:
    """The entries of a reading, in the order in which they came."""
    query = select(*_columns).where(read_entries.c.reading_id == reading_id).order_by(read_entries.c.id)
    for row in work.connection.execute(query):
        yield Entry(*row)


def one_entry(work: Work, reading_id: int, kind: str, quickbooks_id: str) -> Entry | None:
    query = select(*_columns).where(
        read_entries.c.reading_id == reading_id,
        read_entries.c.kind == kind,
        read_entries.c.quickbooks_id == quickbooks_id,
    )
    return one(work.connection.execute(query), Entry)


def among(work: Work, reading_id: int, quickbooks_ids: Collection[str]) -> Sequence[Entry]:
    """The entries of a reading that have one of some ids."""
    found: list[Entry] = []
    for some in in_parts(sorted(quickbooks_ids)):
        query = select(*_columns).where(read_entries.c.reading_id == reading_id, read_entries.c.quickbooks_id.in_(some))
        found += several(work.connection.execute(query), Entry)
    return found


def merged(work: Work, reading_id: int, kind: str, quickbooks_id: str, into: str) -> None:
    """Note whose documents now belong to another entry."""
    work.connection.execute(
        update(read_entries)
        .where(
            read_entries.c.reading_id == reading_id,
            read_entries.c.kind == kind,
            read_entries.c.quickbooks_id == quickbooks_id,
        )
        .values(merged_into=into)
    )


# What a comparison found.


def beside_identities(work: Work, company_id: int, reading_id: int | None = None) -> Sequence[Difference]:
    """What comparisons read of what we know, with what we know of it: of one reading, or of all of the company.

    A ListID is unique within its kind of list only, so an entry stands beside the records of its kind alone.
    """
    query = (
        select(
            identities.c.record,
            identities.c.quickbooks_number,
            identities.c.edit_sequence,
            identities.c.learned_at,
            identities.c.message_id,
            *_columns,
        )
        .join(readings, readings.c.id == read_entries.c.reading_id)
        .join(
            identities,
            (identities.c.company_id == readings.c.company_id)
            & (identities.c.quickbooks_id == read_entries.c.quickbooks_id),
        )
        .where(readings.c.company_id == company_id, readings.c.purpose == "drift")
        .where(
            or_(
                read_entries.c.time_deleted.is_not(None),
                read_entries.c.edit_sequence.is_distinct_from(identities.c.edit_sequence),
            )
        )
        .order_by(read_entries.c.id)
    )
    query = query.where(readings.c.state == "done") if reading_id is None else query.where(readings.c.id == reading_id)
    told = [
        Difference(record, number, edit_sequence, learned_at, message_id, Entry(*entry))
        for record, number, edit_sequence, learned_at, message_id, *entry in work.connection.execute(query)
    ]
    return [one for one in told if one.record.partition(":")[0] == one.entry.kind]


def seen(work: Work, entry_ids: Collection[int]) -> None:
    """Somebody saw that these were deleted."""
    for some in in_parts(sorted(entry_ids)):
        work.connection.execute(update(read_entries).where(read_entries.c.id.in_(some)).values(seen_at=work.now))


def replace_earlier(work: Work, company_id: int, reading_id: int) -> None:
    """Drop from earlier comparisons what the newest one read as well; a deletion that was seen stays seen."""
    again = select(read_entries.c.quickbooks_id).where(read_entries.c.reading_id == reading_id)
    earlier = select(readings.c.id).where(
        readings.c.company_id == company_id, readings.c.purpose == "drift", readings.c.id != reading_id
    )
    before = read_entries.c.reading_id.in_(earlier)
    were_seen = select(*_columns).where(before, read_entries.c.seen_at.is_not(None))
    for entry in several(work.connection.execute(were_seen), Entry):
        work.connection.execute(
            update(read_entries)
            .where(
                read_entries.c.reading_id == reading_id,
                read_entries.c.kind == entry.kind,
                read_entries.c.quickbooks_id == entry.quickbooks_id,
                read_entries.c.time_deleted == entry.time_deleted,
            )
            .values(seen_at=entry.seen_at)
        )
    work.connection.execute(delete(read_entries).where(before, read_entries.c.quickbooks_id.in_(again)))


# The links that were shown.


def propose(work: Work, company_id: int, rows: Sequence[tuple[str, int, str]]) -> None:
    """Keep the links that were shown: record, number of the entry, rule. Those shown before are forgotten."""
    work.connection.execute(delete(link_proposals).where(link_proposals.c.company_id == company_id))
    if rows:
        fixed = {"company_id": company_id, "proposed_at": work.now}
        work.connection.execute(
            insert(link_proposals),
            [{**fixed, "record": record, "entry_id": entry_id, "rule": rule} for record, entry_id, rule in rows],
        )


def proposals(work: Work, company_id: int) -> Sequence[Proposal]:
    """The links that were shown, in the order in which they were shown."""
    query = (
        select(link_proposals.c.record, link_proposals.c.rule, *_columns)
        .join(read_entries, read_entries.c.id == link_proposals.c.entry_id)
        .where(link_proposals.c.company_id == company_id)
        .order_by(link_proposals.c.id)
    )
    return [Proposal(row[0], row[1], Entry(*row[2:])) for row in work.connection.execute(query)]


def in_parts(values: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """The values in parts that one statement can name."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
