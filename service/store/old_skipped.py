"""What was skipped before Deskpost: its rows, each beside its message. Decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, text, update

from service.store.rows import columns_of, one, several
from service.store.tables import messages, old_skipped
from service.store.unit import Work


class OldSkipped(NamedTuple):
    """One old transaction; the fields are the columns of the table. `amount` is an exact decimal as text."""

    id: int
    company_id: int
    message_id: int
    date: date
    kind: str
    number: str
    customer: str | None
    amount: str | None
    reason: str
    closed_at: datetime | None
    closing_note: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message that is skipped, with what is known of it from before Deskpost, if it is from before."""

    message_id: int
    record: str | None
    note: str | None
    has_document: bool
    old: OldSkipped | None


_columns = columns_of(old_skipped, OldSkipped)


def add(work: Work, **values: Any) -> None:
    work.connection.execute(insert(old_skipped).values(**values))


def by_fingerprint(work: Work, company_id: int, fingerprint: str) -> OldSkipped | None:
    query = select(*_columns).where(old_skipped.c.company_id == company_id, old_skipped.c.fingerprint == fingerprint)
    return one(work.connection.execute(query), OldSkipped)


def of_message(work: Work, message_id: int) -> OldSkipped | None:
    return one(work.connection.execute(select(*_columns).where(old_skipped.c.message_id == message_id)), OldSkipped)


def of_messages(work: Work, message_ids: Collection[int]) -> Mapping[int, OldSkipped]:
    """What is known from before of some messages, by their numbers; those that are not from before are left out."""
    if not message_ids:
        return {}
    query = select(*_columns).where(old_skipped.c.message_id.in_(sorted(message_ids)))
    return {found.message_id: found for found in several(work.connection.execute(query), OldSkipped)}


def is_taken(work: Work, company_id: int, record: str) -> bool:
    """Whether a message of a company is about that record."""
    query = select(messages.c.id).where(messages.c.company_id == company_id, messages.c.record == record).limit(1)
    return work.connection.execute(query).first() is not None


def close(work: Work, message_id: int, note: str | None) -> None:
    """Keep that somebody dealt with it by other means, and how; with None it is open again."""
    closed_at = work.now if note is not None else None
    work.connection.execute(
        update(old_skipped).where(old_skipped.c.message_id == message_id).values(closed_at=closed_at, closing_note=note)
    )


def skipped(work: Work, company_id: int, limit: int, *, closed: bool) -> Sequence[Skipped]:
    """What is skipped, newest message first; what is closed only where it is asked for."""
    query = (
        select(messages.c.id, messages.c.record, messages.c.note, messages.c.content, messages.c.request, *_columns)
        .select_from(messages.outerjoin(old_skipped, old_skipped.c.message_id == messages.c.id))
        .where(messages.c.company_id == company_id, text("messages.status = 'skipped'"))
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    if not closed:
        query = query.where(old_skipped.c.closed_at.is_(None))
    return [
        Skipped(number, record, note, bool(content or request), OldSkipped(*row) if row[0] is not None else None)
        for number, record, note, content, request, *row in work.connection.execute(query)
    ]
