"""The sessions: one visit of the Web Connector each, known by its ticket, with the counters of its progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, text, update

from service.store.engine import locked
from service.store.prepared import Prepared
from service.store.rows import columns_of, new_id, one, several
from service.store.tables import sessions
from service.store.unit import Work


class Session(NamedTuple):
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
_counters = ("handed_out", "synchronized", "failed", "released", "doubted")
_one = select(*_columns).where(sessions.c.ticket == bindparam("ticket"))
_by_ticket = Prepared(_one)
_by_ticket_locked = Prepared(locked(_one))
_open_one = Prepared(
    locked(select(*_columns).where(sessions.c.company_id == bindparam("company_id"), text("sessions.state = 'open'")))
)
_any_change = update(sessions).where(sessions.c.id == bindparam("changed_id"))
_change = Prepared(_any_change)
_count = Prepared(_any_change.values({name: sessions.c[name] + bindparam(f"added_{name}") for name in _counters}))
_nothing_added = {f"added_{name}": 0 for name in _counters}


def add(work: Work, **values: Any) -> int:
    """Keep a new session; a company has at most one that is open, or the database refuses."""
    return new_id(work.connection.execute(insert(sessions).values(opened_at=work.now, last_call_at=work.now, **values)))


def by_ticket(work: Work, ticket: str, *, lock: bool = True) -> Session | None:
    """The session of a ticket, whatever its state; locked until the transaction ends, unless it is only read."""
    return one((_by_ticket_locked if lock else _by_ticket).execute(work.connection, {"ticket": ticket}), Session)


def by_id(work: Work, session_id: int) -> Session | None:
    return one(work.connection.execute(select(*_columns).where(sessions.c.id == session_id)), Session)


def open_one(work: Work, company_id: int) -> Session | None:
    """The company's open session, locked, if there is one."""
    return one(_open_one.execute(work.connection, {"company_id": company_id}), Session)


def latest(work: Work, company_id: int, limit: int) -> Sequence[Session]:
    query = select(*_columns).where(sessions.c.company_id == company_id).order_by(sessions.c.id.desc()).limit(limit)
    return several(work.connection.execute(query), Session)


def change(work: Work, session_id: int, **values: Any) -> None:
    """Write some columns of a session and note that it has called."""
    _change.execute(work.connection, {"changed_id": session_id, "last_call_at": work.now, **values})


def count(work: Work, session_id: int, *, progress: int, **added: int) -> None:
    """Add to the counters of a session, set its progress (0 to 100), and note that it has called."""
    numbers = {f"added_{name}": number for name, number in added.items()}
    fixed = {"changed_id": session_id, "last_call_at": work.now, "progress": progress}
    _count.execute(work.connection, {**_nothing_added, **numbers, **fixed})


def end(work: Work, session_id: int, state: str, outcome: str) -> None:
    """End a session that is still open; one that has ended keeps its first end."""
    work.connection.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.state == "open")
        .values(state=state, closed_at=work.now, last_call_at=work.now, outcome=outcome)
    )
