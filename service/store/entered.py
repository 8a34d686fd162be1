"""What people entered in QuickBooks by hand, or are to enter, of records without an identity. Only reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select, text

from service.store.prepared import Prepared
from service.store.rows import several
from service.store.tables import messages
from service.store.unit import Work


class ByHand(NamedTuple):
    """A message that is to be entered, or was, and then under a number that was looked up in vain."""

    id: int
    record: str
    status: str
    quickbooks_number: str | None


_in_vain = and_(
    text("messages.status IN ('manually_entered', 'synchronized')"),
    messages.c.quickbooks_number.is_not(None),
    messages.c.quickbooks_id.is_(None),
    messages.c.to_read.is_(None),
)
_by_hand = Prepared(
    select(messages.c.id, messages.c.record, messages.c.status, messages.c.quickbooks_number).where(
        messages.c.company_id == bindparam("company_id"),
        messages.c.record.in_(bindparam("records", expanding=True)),
        or_(_in_vain, text("messages.status = 'manual_entry'")),
    )
)
"""With literals, since SQLite prepares a statement anew for each value that it compares with a partial index's."""


def of_records(work: Work, company_id: int, records: Collection[str]) -> Collection[ByHand]:
    """What stands in somebody's hands of some records, or was noted and not found; oldest first."""
    if not records:
        return ()
    found = _by_hand.execute(work.connection, {"company_id": company_id, "records": sorted(records)})
    return sorted(several(found, ByHand))
