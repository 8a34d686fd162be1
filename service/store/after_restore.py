"""What was found and decided after a backup was restored, and what QuickBooks had of a record before. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy import text as sql

from service.domain.operation import Operation
from service.domain.status import Status
from service.store.events import Event
from service.store.messages import Message
from service.store.rows import columns_of, several
from service.store.tables import ABOUT_A_RESTORE, events, identities, messages
from service.store.unit import Work

CHECKED = "check after restore"
"""The event of a record that is gone, changed, or could not be asked for."""

LEFT = "leave after restore"
"""Somebody said that a record is to stay as it is in the restored backup."""

LISTED_AGAIN = "list again after restore"
"""Somebody took that back."""

assert all(f"'{action}'" in ABOUT_A_RESTORE for action in (CHECKED, LEFT, LISTED_AGAIN))


def told(work: Work, company_id: int, *, after: int) -> Sequence[Event]:
    """The events about restored backups behind the event of the number `after`, oldest first."""
    query = (
        select(*columns_of(events, Event))
        .where(events.c.company_id == company_id, events.c.id > after, sql(ABOUT_A_RESTORE))
        .order_by(events.c.id)
    )
    return several(work.connection.execute(query), Event)


def to_look_for(work: Work, company_id: int) -> int:
    """How many records are still to be looked for."""
    query = select(func.count()).where(identities.c.company_id == company_id, sql("identities.unchecked"))
    return int(work.connection.execute(query).scalar_one())


def last_done(work: Work, company_id: int, records: Collection[str]) -> Mapping[str, Message]:
    """Of each record the newest message that QuickBooks did, or that somebody entered there; queries are none."""
    if not records:
        return {}
    newest = (
        select(func.max(messages.c.id))
        .where(
            messages.c.company_id == company_id,
            messages.c.record.in_(sorted(records)),
            messages.c.status.in_([Status.SYNCHRONIZED.value, Status.MANUALLY_ENTERED.value]),
            messages.c.operation.not_in([Operation.QUERY.value, Operation.RAW.value]),
        )
        .group_by(messages.c.record)
    )
    query = select(*columns_of(messages, Message)).where(messages.c.id.in_(newest))
    return {str(one.record): one for one in several(work.connection.execute(query), Message)}
