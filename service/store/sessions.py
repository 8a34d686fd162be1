"""The sessions: one visit of the Web Connector each, known by its ticket, with the counters of its progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from service.store.engine import locked
from service.store.rows import columns_of, new_id, one, several
from service.store.tables import sessions
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class Session:
    """One visit, from `authenticate` to `closeConnection`; the fields are the columns of the table."""

    id: int
    ticket: str
    company_id: int
    connection_id: int
    state: str
    opened_at: datetime
    last_call_at: datetime
    closed_at: datetime | None
    address: str | None
    client_version: str | None
    company_file_path: str | None
    country: str | None
    qbxml_version: str | None
    confirmed: bool
    total: int
    handed_out: int
    synchronized: int
    failed: int
    released: int
    doubted: int
    progress: int
    connection_errors: int
    trouble: str | None
    outcome: str | None


_columns = columns_of(sessions, Session)


def add(work: Work, **values: Any) -> int:
    """Keep a new session; a company has at most one that is open, or the database refuses."""
    return new_id(work.connection.execute(insert(sessions).values(opened_at=work.now, last_call_at=work.now, **values)))


def by_ticket(work: Work, ticket: str, *, lock: bool = True) -> Session | None:
    """The session of a ticket, whatever its state; locked until the transaction ends, unless it is only read."""
    query = select(*_columns).where(sessions.c.ticket == ticket)
    return one(work.connection.execute(locked(query, work.connection) if lock else query), Session)


def by_id(work: Work, session_id: int) -> Session | None:
    return one(work.connection.execute(select(*_columns).where(sessions.c.id == session_id)), Session)


def open_one(work: Work, company_id: int) -> Session | None:
    """The company's open session, locked, if there is one."""
    query = select(*_columns).where(sessions.c.company_id == company_id, sessions.c.state == "open")
    return one(work.connection.execute(locked(query, work.connection)), Session)


def latest(work: Work, company_id: int, limit: int) -> Sequence[Session]:
    query = select(*_columns).where(sessions.c.company_id == company_id).order_by(sessions.c.id.desc()).limit(limit)
    return several(work.connection.execute(query), Session)


def change(work: Work, session_id: int, **values: Any) -> None:
    """Write some columns of a session and note that it has called."""
    values.setdefault("last_call_at", work.now)
    work.connection.execute(update(sessions).where(sessions.c.id == session_id).values(**values))


def count(work: Work, session_id: int, *, progress: int, **added: int) -> None:
    """Add to the counters of a session and set its progress (0 to 100)."""
    values: dict[str, Any] = {name: sessions.c[name] + number for name, number in added.items()}
    change(work, session_id, progress=progress, **values)


def end(work: Work, session_id: int, state: str, outcome: str) -> None:
    """End a session that is still open; one that has ended keeps its first end."""
    work.connection.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.state == "open")
        .values(state=state, closed_at=work.now, last_call_at=work.now, outcome=outcome)
    )
