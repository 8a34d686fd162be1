"""The visit that goes on, with all that is told of its progress, in one statement. Changes nothing.

What waits is counted by the partial indexes over what is pending and what is ready, and not looked at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func, select, text

from service.store.account_tables import users
from service.store.console_tables import console_companies, console_users
from service.store.pages import OPEN, READY
from service.store.prepared import Prepared
from service.store.rows import columns_of
from service.store.sessions import Session
from service.store.tables import messages, sessions
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The open session of a company; `started_by` is who pressed Start last, as people call that person."""

    run: Session
    in_flight: int
    waiting: int
    started_by: str | None
    started_at: datetime | None


def of_company(work: Work, company_id: int) -> UnderWay | None:
    """The visit that goes on, or None while there is none."""
    row = _of_company.execute(work.connection, {"company_id": company_id}).first()
    if row is None:
        return None
    *run, in_flight, pending, ready, full_name, name, started_at = row
    return UnderWay(Session(*run), in_flight, pending - ready, full_name or name, started_at)


def _number(*conditions: str) -> ScalarSelect[Any]:
    counted = select(func.count()).select_from(messages)
    return counted.where(messages.c.company_id == bindparam("company_id"), *map(text, conditions)).scalar_subquery()


def _columns() -> Sequence[Any]:
    return (
        *columns_of(sessions, Session),
        _number("messages.status = 'in_flight'", OPEN).label("in_flight"),
        _number("messages.status = 'pending'", OPEN).label("pending"),
        _number(READY).label("ready"),
        console_users.c.full_name,
        console_companies.c.started_by,
        console_companies.c.started_at,
    )


_of_company = Prepared(
    select(*_columns())
    .select_from(sessions)
    .outerjoin(console_companies, console_companies.c.company_id == sessions.c.company_id)
    .outerjoin(users, users.c.name == console_companies.c.started_by)
    .outerjoin(console_users, console_users.c.user_id == users.c.id)
    .where(sessions.c.company_id == bindparam("company_id"), text("sessions.state = 'open'"))
)
