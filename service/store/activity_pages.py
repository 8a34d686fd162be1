"""What happened in a company, and what people did beside it, newest first. Only reads, in parts of bounded size."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text

from service.store.events import Event
from service.store.messages import Message
from service.store.pages import columns as message_columns
from service.store.rows import columns_of, several
from service.store.sessions import Session
from service.store.tables import events, messages, sessions
from service.store.unit import Work

LOOKED_THROUGH = 20_000
"""So many events does one page look through at most, where only some of them are wanted."""

_BESIDE_MESSAGES = "events.message_id IS NULL"
"""Written as a literal, for the partial index."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty or None does not matter. `beside` leaves out what is about messages.

    `company_id` None stands for what belongs to no company, such as signing in.
    """

    company_id: int | None
    words: str = ""
    actor: str = ""
    actions: Collection[str] = ()
    not_actions: Collection[str] = ()
    beside: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Some events, newest first. `further` is the number before which to look on, or None when that was all."""

    events: Sequence[Event]
    further: int | None
    looked_back_to: datetime | None
    """When the oldest event was that was looked at, where there are more behind it that were not."""


def search(work: Work, wanted: Wanted, before: int | None, limit: int) -> Found:
    """The newest events that fit, before a number."""
    top = before if before is not None else _newest(work) + 1
    low = 0 if wanted.beside else max(0, top - LOOKED_THROUGH)
    columns = columns_of(events, Event)
    query = select(*columns).where(events.c.id < top, events.c.id >= low, *_conditions(wanted))
    found = several(work.connection.execute(query.order_by(events.c.id.desc()).limit(limit + 1)), Event)
    if len(found) > limit:
        return Found(found[:limit], found[limit - 1].id, None)
    return Found(found, low or None, _happened_at(work, low) if low else None)


def sessions_of(work: Work, session_ids: Collection[int]) -> Sequence[Session]:
    """The visits with these numbers."""
    if not session_ids:
        return []
    query = select(*columns_of(sessions, Session)).where(sessions.c.id.in_(sorted(session_ids)))
    return several(work.connection.execute(query), Session)


def messages_of(work: Work, message_ids: Collection[int]) -> Sequence[Message]:
    """The messages with these numbers."""
    if not message_ids:
        return []
    query = select(*message_columns).where(messages.c.id.in_(sorted(message_ids)))
    return several(work.connection.execute(query), Message)


def _conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    # PostgreSQL uses no index for a comparison that may be with NULL, so the two cases are written apart.
    of_company = events.c.company_id == wanted.company_id if wanted.company_id is not None else None
    found: list[Any] = [events.c.company_id.is_(None) if of_company is None else of_company]
    if wanted.beside:
        found.append(text(_BESIDE_MESSAGES))
    if wanted.actions:
        found.append(events.c.action.in_(sorted(wanted.actions)))
    if wanted.not_actions:
        found.append(events.c.action.not_in(sorted(wanted.not_actions)))
    if wanted.actor:
        found.append(events.c.actor == wanted.actor)
    if wanted.until is not None:
        found.append(events.c.at < wanted.until)
    if wanted.words:
        spoken = [events.c.note, events.c.action, events.c.actor]
        found.append(or_(*[column.icontains(wanted.words, autoescape=True) for column in spoken]))
    return found


def _newest(work: Work) -> int:
    return int(work.connection.execute(select(func.max(events.c.id))).scalar() or 0)


def _happened_at(work: Work, event_id: int) -> datetime | None:
    query = select(events.c.at).where(events.c.id >= event_id).order_by(events.c.id).limit(1)
    return work.connection.execute(query).scalar()
