"""Which messages refer to a record: the transactions of a customer, the payments of an invoice. Only reads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text

from service.store.messages import Message
from service.store.pages import columns
from service.store.rows import several
from service.store.tables import messages, requirements
from service.store.unit import Work


def referring_to(work: Work, company_id: int, record: str, limit: int) -> Sequence[Message]:
    """The messages whose content names a record of the order system, newest first."""
    query = (
        select(*columns)
        .join(requirements, requirements.c.message_id == messages.c.id)
        .where(requirements.c.company_id == company_id, requirements.c.record == record)
        .order_by(requirements.c.message_id.desc())
        .limit(limit)
    )
    return several(work.connection.execute(query), Message)


def waiting_for(work: Work, company_id: int, record: str, limit: int) -> Sequence[Message]:
    """The messages that wait for a record, oldest first."""
    query = (
        select(*columns)
        .join(requirements, requirements.c.message_id == messages.c.id)
        .where(
            requirements.c.company_id == company_id,
            requirements.c.record == record,
            text("NOT requirements.settled"),
            messages.c.status == "pending",
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return several(work.connection.execute(query), Message)
