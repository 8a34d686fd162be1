"""The events: who did what, when and why, with every move of a message. Only ever adds rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from service.store.rows import columns_of, several
from service.store.tables import events
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class Event:
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
_add = insert(events)
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
        work.connection.execute(_add, [{"at": work.now, **_blank, **row} for row in rows])


def of_message(work: Work, message_id: int) -> Sequence[Event]:
    query = select(*_columns).where(events.c.message_id == message_id).order_by(events.c.id)
    return several(work.connection.execute(query), Event)


def of_session(work: Work, session_id: int) -> Sequence[Event]:
    query = select(*_columns).where(events.c.session_id == session_id).order_by(events.c.id)
    return several(work.connection.execute(query), Event)
