"""What waits for what, for people: it reads as many rows as there are. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from service.domain.operation import Operation
from service.domain.status import Status
from service.store.rows import columns_of, several
from service.store.tables import messages, requirements
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class Newest:
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
