"""The readings: what is asked of QuickBooks' lists, and how far each of them is. Never builds or reads qbXML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, text, update

from service.store.columns import Moment
from service.store.engine import locked
from service.store.prepared import Prepared
from service.store.rows import columns_of, new_id, one
from service.store.tables import readings
from service.store.unit import Work


class Reading(NamedTuple):
    """One request of a person to read lists in QuickBooks; the fields are the columns of the table."""

    id: int
    company_id: int
    purpose: str
    asked: str
    kinds: str
    questions: str
    since: datetime | None
    state: str
    answered: int
    attempts: int
    set_id: int | None
    iterator_id: str | None
    session_id: int | None
    remaining: int | None
    pages: int
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    what_happened: str | None
    closed_at: datetime | None
    closed_by: str | None


_columns = columns_of(readings, Reading)
_next_unfinished = Prepared(
    locked(
        select(*_columns)
        .where(readings.c.company_id == bindparam("company_id"), text("readings.state IN ('waiting', 'running')"))
        .order_by(readings.c.id)
        .limit(1)
    )
)
_done_since = (
    select(readings.c.asked)
    .where(
        readings.c.company_id == bindparam("company_id"),
        readings.c.state == "done",
        readings.c.finished_at >= bindparam("moment", type_=Moment),
    )
    .order_by(readings.c.id)
)
_of_set = Prepared(locked(select(*_columns).where(readings.c.set_id == bindparam("set_id"))))
_open_one = Prepared(
    select(*_columns).where(
        readings.c.company_id == bindparam("company_id"),
        readings.c.purpose == bindparam("purpose"),
        text("readings.closed_at IS NULL"),
    )
)


def add(work: Work, **values: Any) -> int:
    """Ask for a reading; the database refuses a second open one of the same purpose."""
    return new_id(work.connection.execute(insert(readings).values(asked_at=work.now, **values)))


def by_id(work: Work, reading_id: int) -> Reading:
    reading = one(work.connection.execute(select(*_columns).where(readings.c.id == reading_id)), Reading)
    assert reading is not None
    return reading


def change(work: Work, reading_id: int, **values: Any) -> None:
    """Write some columns of a reading."""
    work.connection.execute(update(readings).where(readings.c.id == reading_id).values(**values))


def next_unfinished(work: Work, company_id: int) -> Reading | None:
    """The oldest reading that has something to ask still, locked."""
    return one(_next_unfinished.execute(work.connection, {"company_id": company_id}), Reading)


def of_set(work: Work, set_id: int) -> Reading | None:
    """The reading that a set asks a page for, locked; None if it asks for none, or for one that was given up."""
    return one(_of_set.execute(work.connection, {"set_id": set_id}), Reading)


def open_one(work: Work, company_id: int, purpose: str) -> Reading | None:
    """The reading of that purpose that is not closed yet, if there is one."""
    return one(_open_one.execute(work.connection, {"company_id": company_id, "purpose": purpose}), Reading)


def latest(work: Work, company_id: int, purpose: str, state: str | None = None) -> Reading | None:
    """The newest reading of that purpose, in that state if one is named."""
    query = select(*_columns).where(readings.c.company_id == company_id, readings.c.purpose == purpose)
    if state is not None:
        query = query.where(readings.c.state == state)
    return one(work.connection.execute(query.order_by(readings.c.id.desc()).limit(1)), Reading)


def done_since(work: Work, company_id: int, moment: datetime) -> Sequence[str]:
    """What was asked for of the readings that came to their end since a moment."""
    return list(work.connection.execute(_done_since, {"company_id": company_id, "moment": moment}).scalars())
