"""Brings forward what waits for a later try. Decides nothing."""

from __future__ import annotations

from sqlalchemy import text, update

from service.store.tables import messages
from service.store.unit import Work

_POSTPONED = text("messages.status = 'pending' AND not_before IS NOT NULL")
"""Written as a literal, for the partial index over what is postponed."""


def bring_forward(work: Work, company_id: int) -> int:
    """What waits because QuickBooks was busy waits no longer; returns how many there were.

    A time that the order system gave is kept.
    """
    result = work.connection.execute(
        update(messages)
        .where(messages.c.company_id == company_id, _POSTPONED, messages.c.postponements > 0)
        .values(not_before=None, changed_at=work.now)
    )
    return result.rowcount
