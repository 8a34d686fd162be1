"""The events: who did what, when and why, with every move of a message. Only ever adds rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from service.store.many_rows import ManyRows
from service.store.rows import columns_of, one, several
from service.store.tables import events
from service.store.unit import Work


class Event(NamedTuple):
    """One line of the story; the fields are the columns of the table."""

    id: int
    at: datetime
    actor: str
    action: str
    company_id: int | None
    session_id: int | None
    set_id: int | None
    message_id: int | None
    from_status: str | None
    to_status: str | None
    status_code: int | None
    note: str | None


_columns = columns_of(events, Event)
_rows = ManyRows(events)
_blank: dict[str, Any] = {
    "session_id": None,
    "set_id": None,
    "message_id": None,
    "from_status": None,
    "to_status": None,
    "status_code": None,
    "note": None,
}


def add(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write lines; each names at least `actor`, `action` and `company_id`."""
    if rows:
        _rows.insert(work.connection, {"at": work.now}, [{**_blank, **row} for row in rows])
        work.happened.extend(rows)


def of_message(work: Work, message_id: int) -> Sequence[Event]:
    query = select(*_columns).where(events.c.message_id == message_id).order_by(events.c.id)
    return several(work.connection.execute(query), Event)


def of_session(work: Work, session_id: int) -> Sequence[Event]:
    query = select(*_columns).where(events.c.session_id == session_id).order_by(events.c.id)
    return several(work.connection.execute(query), Event)


def of_company(work: Work, company_id: int, action: str, *, after: int = 0) -> Sequence[Event]:
    """The events of a company that say one thing, later than the event of the number `after`, oldest first."""
    query = (
        select(*_columns)
        .where(events.c.company_id == company_id, events.c.id > after, events.c.action == action)
        .order_by(events.c.id)
    )
    return several(work.connection.execute(query), Event)


def last_move(work: Work, message_id: int) -> Event | None:
    """The newest move of a message; None if it never moved."""
    return _last(work, message_id, events.c.to_status.is_not(None))


def move_before(work: Work, move: Event) -> Event | None:
    """The move of the same message before a move; None if it was the first."""
    return _last(work, move.message_id or 0, and_(events.c.to_status.is_not(None), events.c.id < move.id))


def last_of(work: Work, message_id: int, actions: Collection[str]) -> Event | None:
    """The newest event of a message among some actions; None if there is none."""
    return _last(work, message_id, events.c.action.in_(sorted(actions)))


def last_of_each(work: Work, message_ids: Collection[int], actions: Collection[str]) -> Mapping[int, Event]:
    """For some messages, the newest event of each among some actions, by the messages' numbers; two looks in all."""
    if not message_ids:
        return {}
    newest = (
        select(func.max(events.c.id))
        .where(events.c.message_id.in_(sorted(message_ids)), events.c.action.in_(sorted(actions)))
        .group_by(events.c.message_id)
    )
    query = select(*_columns).where(events.c.id.in_(newest))
    return {int(found.message_id or 0): found for found in several(work.connection.execute(query), Event)}


def _last(work: Work, message_id: int, condition: ColumnElement[bool]) -> Event | None:
    query = select(*_columns).where(events.c.message_id == message_id, condition).order_by(events.c.id.desc()).limit(1)
    return one(work.connection.execute(query), Event)
