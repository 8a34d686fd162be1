"""The messages of a company for the HTTP API, page by page by position, each at a bounded cost. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, text

from service.domain.status import Status
from service.store.messages import Message
from service.store.pages import columns
from service.store.rows import several
from service.store.tables import messages
from service.store.unit import Work

LARGEST_NUMBER = 2**63 - 1
LOOKED_THROUGH = 20_000
"""So many numbers does one page look through at most, where an index cannot tell which are the company's."""

OPEN = (Status.PENDING, Status.IN_FLIGHT, Status.IN_DOUBT, Status.FAILED, Status.MANUAL_ENTRY)
_open = text("messages.status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')")


def page(
    work: Work,
    company_id: int,
    after: int,
    limit: int,
    *,
    status: Status | None,
    record: str | None,
    since: datetime | None,
) -> tuple[Sequence[Message], int | None]:
    """Messages behind a number that changed at `since` or later, oldest first, and the number behind which to go on.

    None for that number when that was all.
    """
    query = select(*columns).where(messages.c.id > after, messages.c.company_id == company_id)
    if status is not None:
        query = query.where(messages.c.status == status.value)
    if since is not None:
        query = query.where(messages.c.changed_at >= since)
    last = None
    if record is not None:
        query = query.where(messages.c.record == record)
    elif status in OPEN:
        query = query.where(_open)
    else:
        last = min(after + LOOKED_THROUGH, LARGEST_NUMBER)
        query = query.where(messages.c.id <= last)
    found = several(work.connection.execute(query.order_by(messages.c.id).limit(limit + 1)), Message)
    if len(found) > limit:
        return found[:limit], found[limit - 1].id
    newest = int(work.connection.execute(select(func.max(messages.c.id))).scalar() or 0)
    return found, last if last is not None and last < newest else None


def open_of_record(work: Work, company_id: int, record: str, limit: int) -> Sequence[Message]:
    """The messages of a record that are not settled, oldest first."""
    query = select(*columns).where(messages.c.company_id == company_id, messages.c.record == record, _open)
    return several(work.connection.execute(query.order_by(messages.c.id).limit(limit)), Message)
