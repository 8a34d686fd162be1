"""What is to be entered by hand, and what was: the lists of the page Manual entry. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from service.store import events as events_of
from service.store.messages import Message
from service.store.pages import OPEN, columns
from service.store.rows import several
from service.store.tables import identities, messages
from service.store.unit import Work

_TO_ENTER = "messages.status = 'manual_entry'"
_ENTERED = "messages.status = 'manually_entered'"
"""Written as literals, for the partial indexes."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A message that somebody entered by hand, with who did and when."""

    message: Message
    by: str
    at: datetime


def to_enter(
    work: Work, company_id: int, limit: int, *, after: int = 0, before: int | None = None
) -> Sequence[Message]:
    """What is to be entered, oldest first: the messages behind a number, or the last ones before it."""
    query = select(*columns).where(messages.c.company_id == company_id, text(OPEN), text(_TO_ENTER)).limit(limit)
    if before is None:
        return several(
            work.connection.execute(query.where(messages.c.id > after).order_by(messages.c.id)),
            Message,
        )
    found = work.connection.execute(query.where(messages.c.id < before).order_by(messages.c.id.desc()))
    return several(found, Message)[::-1]


def entered_since(work: Work, company_id: int, since: datetime, limit: int) -> Sequence[Entered]:
    """What was entered by hand since a moment, newest first."""
    query = (
        select(*columns)
        .where(messages.c.company_id == company_id, text(_ENTERED), messages.c.settled_at >= since)
        .order_by(messages.c.settled_at.desc(), messages.c.id.desc())
        .limit(limit)
    )
    found = several(work.connection.execute(query), Message)
    marked = events_of.last_of_each(work, [one.id for one in found], ["mark entered"])
    return [Entered(one, marked[one.id].actor, marked[one.id].at) for one in found if one.id in marked]


def record_numbered(work: Work, company_id: int, number: str, message: Message) -> str | None:
    """Another record of the same kind that has a number of QuickBooks already, or was entered under it; None else."""
    kind = (message.record or "").partition(":")[0]
    of_kind = f"{kind}:%"
    learned = select(identities.c.record).where(
        identities.c.company_id == company_id,
        identities.c.quickbooks_number == number,
        identities.c.record.like(of_kind),
        identities.c.record != message.record,
    )
    entered = select(messages.c.record).where(
        messages.c.company_id == company_id,
        text(_ENTERED),
        messages.c.quickbooks_number == number,
        messages.c.record.like(of_kind),
        messages.c.record != message.record,
    )
    for query in (learned, entered) if kind else ():
        found: str | None = work.connection.execute(query.limit(1)).scalar()
        if found is not None:
            return found
    return None
