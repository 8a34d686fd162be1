"""How each company's queue stands, in figures for those who watch over the service. Changes nothing.

One statement, whose cost follows what is open and never what is done: it looks into the partial index of what is not
final, and counts each status of a company up to a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, TextClause, exists, func, literal, select, text

from service.domain.status import Status
from service.store.tables import companies, messages, sessions
from service.store.unit import Work

COUNTED_UP_TO = 100_000

OPEN = (Status.PENDING, Status.IN_FLIGHT, Status.IN_DOUBT, Status.FAILED, Status.MANUAL_ENTRY)


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """One company at one moment; `messages` by status, none of them final."""

    company_id: int
    name: str
    messages: Mapping[str, int]
    oldest_pending_at: datetime | None
    last_visit_at: datetime | None
    session_open: bool
    mismatch: bool


def of_companies(work: Work) -> Sequence[CompanyFigures]:
    """The figures of every company, by name."""
    return [_read(row) for row in work.connection.execute(_query.order_by(companies.c.name))]


def of_company(work: Work, company_id: int) -> CompanyFigures:
    """The figures of one company that exists."""
    return _read(work.connection.execute(_query.where(companies.c.id == company_id)).one())


def _read(row: Row[Any]) -> CompanyFigures:
    company_id, name, oldest_pending_at, last_visit_at, session_open, mismatch, *numbers = list[Any](row)
    return CompanyFigures(
        company_id=company_id,
        name=name,
        messages={status.value: number for status, number in zip(OPEN, numbers, strict=True)},
        oldest_pending_at=oldest_pending_at,
        last_visit_at=last_visit_at,
        session_open=bool(session_open),
        mismatch=bool(mismatch),
    )


_not_final = text("messages.status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')")
"""In the words of the partial index, so that the databases see that it applies."""


def _standing(status: Status) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return (messages.c.company_id == companies.c.id, messages.c.status == literal(status.value), _not_final)


def _how_many(status: Status) -> ScalarSelect[int]:
    some = select(messages.c.id).where(*_standing(status)).limit(COUNTED_UP_TO).correlate(companies).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


_oldest = (
    select(messages.c.created_at)
    .where(*_standing(Status.PENDING))
    .order_by(messages.c.id)
    .limit(1)
    .correlate(companies)
    .scalar_subquery()
)
_visited = exists().where(sessions.c.company_id == companies.c.id, text("sessions.state = 'open'"))
_query = select(
    companies.c.id,
    companies.c.name,
    _oldest,
    companies.c.last_visit_at,
    _visited,
    companies.c.mismatch.is_not(None),
    *(_how_many(status) for status in OPEN),
)
