"""What was skipped, in two parts: what can be sent after all, and what came without its document. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, select, text

from service.domain.operation import Operation
from service.store.messages import Message
from service.store.old_skipped import OldSkipped
from service.store.pages import columns
from service.store.rows import columns_of
from service.store.tables import messages, old_skipped
from service.store.unit import Work

_SKIPPED = "messages.status = 'skipped'"
"""Written as a literal, for the partial index."""

_old_columns = columns_of(old_skipped, OldSkipped)
_both = messages.outerjoin(old_skipped, old_skipped.c.message_id == messages.c.id)
_WITHOUT_DOCUMENT: ColumnElement[bool] = and_(
    messages.c.content.is_(None),
    messages.c.operation.in_([Operation.SAVE.value, Operation.ADD.value, Operation.MOD.value]),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message that is skipped, with what is known of it from before Deskpost, if it is from before."""

    message: Message
    old: OldSkipped | None


def counts(work: Work, company_id: int) -> tuple[int, int]:
    """How many can be sent after all, and how many came without their document."""
    without = func.coalesce(func.sum(case((_WITHOUT_DOCUMENT, 1), else_=0)), 0)
    query = select(func.count(), without).select_from(_both).where(*_open(company_id))
    total, missing = work.connection.execute(query).one()
    return int(total) - int(missing), int(missing)


def skipped(
    work: Work, company_id: int, limit: int, *, with_document: bool, after: int = 0, before: int | None = None
) -> Sequence[Skipped]:
    """One part of what is skipped, oldest first: the messages behind a number, or the last ones before it."""
    condition = not_(_WITHOUT_DOCUMENT) if with_document else _WITHOUT_DOCUMENT
    query = select(*columns, *_old_columns).select_from(_both).where(*_open(company_id), condition).limit(limit)
    if before is None:
        query = query.where(messages.c.id > after).order_by(messages.c.id)
        return [_read(row) for row in work.connection.execute(query)]
    query = query.where(messages.c.id < before).order_by(messages.c.id.desc())
    return [_read(row) for row in work.connection.execute(query)][::-1]


def closed(work: Work, company_id: int, limit: int) -> Sequence[Skipped]:
    """What somebody closed who dealt with it by other means, the last one first."""
    query = (
        select(*columns, *_old_columns)
        .select_from(messages.join(old_skipped, old_skipped.c.message_id == messages.c.id))
        .where(messages.c.company_id == company_id, text(_SKIPPED), old_skipped.c.closed_at.is_not(None))
        .order_by(old_skipped.c.closed_at.desc(), messages.c.id.desc())
        .limit(limit)
    )
    return [_read(row) for row in work.connection.execute(query)]


def _open(company_id: int) -> Sequence[Any]:
    """What is skipped and was not closed by somebody who dealt with it by other means."""
    return (messages.c.company_id == company_id, text(_SKIPPED), old_skipped.c.closed_at.is_(None))


def _read(row: Any) -> Skipped:
    values = tuple(row)
    old = values[len(columns) :]
    return Skipped(Message(*values[: len(columns)]), OldSkipped(*old) if old[0] is not None else None)
