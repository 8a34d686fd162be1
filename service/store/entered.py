"""The records that somebody entered in QuickBooks, or saw there, and whose identity was not found. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select

from service.domain.status import Status
from service.store.prepared import Prepared
from service.store.tables import messages
from service.store.unit import Work

_ENTERED = (Status.MANUALLY_ENTERED.value, Status.SYNCHRONIZED.value)
_not_found = Prepared(
    select(messages.c.id, messages.c.record, messages.c.quickbooks_number).where(
        messages.c.company_id == bindparam("company_id"),
        messages.c.record.in_(bindparam("records", expanding=True)),
        messages.c.status.in_(_ENTERED),
        messages.c.quickbooks_number.is_not(None),
        messages.c.quickbooks_id.is_(None),
        messages.c.to_read.is_(None),
    )
)


def not_found(work: Work, company_id: int, records: Collection[str]) -> Mapping[str, tuple[int, str]]:
    """Those among some records without an identity: the message, and the number that was looked up in vain."""
    if not records:
        return {}
    rows = _not_found.execute(work.connection, {"company_id": company_id, "records": sorted(records)})
    # The newest of a record counts.
    return {record: (message_id, number) for message_id, record, number in sorted(rows)}
