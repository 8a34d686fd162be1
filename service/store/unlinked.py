"""What the queue knows of records that have no identity yet, and which documents were posted for one. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from service.domain.status import Status
from service.store.tables import identities, messages, requirements
from service.store.unit import Work

NOT_TO_BE_LINKED = (Status.IN_FLIGHT, Status.IN_DOUBT)
"""QuickBooks may be creating it at this moment; what became of it is found out first."""


@dataclass(frozen=True, slots=True)
class Save:
    """The newest content that the order system gave of a record."""

    message_id: int
    record: str
    operation: str
    status: str
    content: str


def saves(work: Work, company_id: int, kinds: Collection[str]) -> Sequence[Save]:
    """The newest save of each record of some kinds that has no identity, the first record that came first."""
    known = select(identities.c.id).where(
        identities.c.company_id == messages.c.company_id, identities.c.record == messages.c.record
    )
    query = (
        select(messages.c.id, messages.c.record, messages.c.operation, messages.c.status, messages.c.content)
        .where(
            messages.c.company_id == company_id,
            _of_kinds(messages.c.record, kinds),
            messages.c.operation.in_(["save", "add"]),
            messages.c.content.is_not(None),
            messages.c.status != Status.SUPERSEDED.value,
            ~known.exists(),
        )
        .order_by(messages.c.id)
    )
    newest: dict[str, Save] = {}
    for row in work.connection.execute(query):
        newest[row.record] = Save(*row)
    return list(newest.values())


def only_referred_to(work: Work, company_id: int, kinds: Collection[str]) -> Sequence[str]:
    """The records of some kinds that messages wait for, and of which nothing else is known."""
    known = select(identities.c.record).where(identities.c.company_id == company_id)
    query = (
        select(requirements.c.record)
        .distinct()
        .where(
            requirements.c.company_id == company_id,
            ~requirements.c.settled,
            _of_kinds(requirements.c.record, kinds),
            requirements.c.record.not_in(known),
        )
        .order_by(requirements.c.record)
    )
    waiting = list(work.connection.execute(query).scalars())
    told = {save.record for save in saves(work, company_id, kinds)}
    return [record for record in waiting if record not in told]


def being_created(work: Work, company_id: int, records: Collection[str]) -> Collection[str]:
    """Those among some records that QuickBooks may be creating at this moment."""
    query = select(messages.c.record).where(
        messages.c.company_id == company_id,
        messages.c.record.in_(sorted(records)),
        messages.c.status.in_([status.value for status in NOT_TO_BE_LINKED]),
    )
    return set(work.connection.execute(query).scalars())


def a_document_of(work: Work, company_id: int, record: str) -> tuple[str, str] | None:
    """The newest document that was posted for a record: its own record and its TxnID, if there is one."""
    query = (
        select(messages.c.record, messages.c.quickbooks_id)
        .join(requirements, requirements.c.message_id == messages.c.id)
        .where(
            requirements.c.company_id == company_id,
            requirements.c.record == record,
            messages.c.status == Status.SYNCHRONIZED.value,
            messages.c.record.is_not(None),
            messages.c.quickbooks_id.is_not(None),
        )
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    row = work.connection.execute(query).first()
    return (row.record, row.quickbooks_id) if row is not None else None


def failed(work: Work, company_id: int, records: Collection[str]) -> int:
    """How many messages of some records failed."""
    query = select(func.count()).where(
        messages.c.company_id == company_id,
        messages.c.record.in_(sorted(records)),
        messages.c.status == Status.FAILED.value,
    )
    return int(work.connection.execute(query.select_from(messages)).scalar_one())


def _of_kinds(column: ColumnElement[str | None], kinds: Collection[str]) -> ColumnElement[bool]:
    return or_(*(column.startswith(f"{kind}:", autoescape=True) for kind in sorted(kinds)))
