"""What waits for what, for people: it reads as many rows as there are. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, text

from service.domain.operation import Operation
from service.domain.status import Status
from service.store.pages import OPEN
from service.store.rows import columns_of, several
from service.store.tables import messages, requirements
from service.store.unit import Work


class Newest(NamedTuple):
    """The newest message that says something of a record; the fields are columns of its row."""

    id: int
    record: str
    operation: str
    status: str
    status_code: int | None
    quickbooks_said: str | None
    what_happened: str | None
    quickbooks_id: str | None
    quickbooks_number: str | None
    to_read: str | None


_columns = columns_of(messages, Newest)


def newest(work: Work, company_id: int, records: Collection[str]) -> Mapping[str, Newest]:
    """The newest message of each record, by record; queries and replaced versions say nothing of it."""
    if not records:
        return {}
    last = (
        select(func.max(messages.c.id))
        .where(
            messages.c.company_id == company_id,
            messages.c.record.in_(sorted(records)),
            messages.c.status != Status.SUPERSEDED.value,
            messages.c.operation != Operation.QUERY.value,
        )
        .group_by(messages.c.record)
    )
    found = several(work.connection.execute(select(*_columns).where(messages.c.id.in_(last))), Newest)
    return {one.record: one for one in found}


class Held(NamedTuple):
    """A message that keeps others of its record back: its number, record and status, and how many those are."""

    id: int
    record: str
    status: str
    number: int


def holding_back(work: Work, company_id: int, message_ids: Collection[int] | None = None) -> Sequence[Held]:
    """The messages that a person has to settle before others of their records go: in doubt, or to be typed by hand.

    All of a company, or those among some numbers, oldest first.
    """
    if message_ids is not None and not message_ids:
        return []
    if message_ids is not None and not message_ids:
        return []
    others = messages.alias("others")
    query = (
        select(messages.c.id, messages.c.record, messages.c.status, func.count(others.c.id))
        .join(others, (others.c.company_id == messages.c.company_id) & (others.c.record == messages.c.record))
        .where(
            messages.c.company_id == company_id,
            text(OPEN),
            messages.c.status.in_([Status.IN_DOUBT.value, Status.MANUAL_ENTRY.value]),
            others.c.status == Status.PENDING.value,
        )
        .group_by(messages.c.id, messages.c.record, messages.c.status)
        .order_by(messages.c.id)
    )
    if message_ids is not None:
        query = query.where(messages.c.id.in_(sorted(message_ids)))
    return several(work.connection.execute(query), Held)


def kept_back_by(work: Work, message_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
    """For pending messages that require nothing: the message of their record that QuickBooks may have, and its status.

    Two that were enqueued at the same moment knew nothing of each other; the second waits all the same.
    """
    if not message_ids:
        return {}
    held = messages.alias("held")
    query = (
        select(messages.c.id, held.c.id, held.c.status)
        .join(held, (held.c.company_id == messages.c.company_id) & (held.c.record == messages.c.record))
        .where(
            messages.c.id.in_(sorted(message_ids)),
            messages.c.status == Status.PENDING.value,
            held.c.status.in_([Status.IN_FLIGHT.value, Status.IN_DOUBT.value]),
        )
        .order_by(held.c.id.desc())
    )
    return {int(number): (int(by), str(status)) for number, by, status in work.connection.execute(query)}


def statuses(work: Work, message_ids: Collection[int]) -> Mapping[int, str]:
    """How some messages stand, by their numbers."""
    if not message_ids:
        return {}
    query = select(messages.c.id, messages.c.status).where(messages.c.id.in_(sorted(message_ids)))
    return {int(number): str(status) for number, status in work.connection.execute(query)}


def pending_of(work: Work, company_id: int, record: str) -> Sequence[int]:
    """The numbers of the messages of a record that are to be sent, oldest first."""
    query = (
        select(messages.c.id)
        .where(
            messages.c.company_id == company_id,
            messages.c.record == record,
            messages.c.status == Status.PENDING.value,
        )
        .order_by(messages.c.id)
    )
    return list(work.connection.execute(query).scalars())


def dependants(work: Work, company_id: int, limit: int) -> Sequence[tuple[str, str | None]]:
    """The record that is waited for and the record that waits, one row for each pending message that waits for one."""
    query = (
        select(requirements.c.record, messages.c.record)
        .join(messages, messages.c.id == requirements.c.message_id)
        .where(
            requirements.c.company_id == company_id,
            requirements.c.record.is_not(None),
            text("NOT requirements.settled"),
            messages.c.status == Status.PENDING.value,
        )
        .order_by(requirements.c.record, messages.c.id)
        .limit(limit)
    )
    return [(str(needed), waiting) for needed, waiting in work.connection.execute(query)]
