"""What happened to a company itself, as its pages tell it: who issued what, when a file was accepted. Only reads."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, text

from service.store.events import Event
from service.store.rows import columns_of, one
from service.store.tables import events
from service.store.unit import Work

BESIDE_MESSAGES = "events.message_id IS NULL"
"""Written as a literal, for the partial index."""


def newest(work: Work, company_id: int, actions: Collection[str], note: str | None = None) -> Event | None:
    """The newest event of a company among some sorts that are not about a message, perhaps with one certain note."""
    query = select(*columns_of(events, Event)).where(
        events.c.company_id == company_id, text(BESIDE_MESSAGES), events.c.action.in_(sorted(actions))
    )
    if note is not None:
        query = query.where(events.c.note == note)
    return one(work.connection.execute(query.order_by(events.c.id.desc()).limit(1)), Event)
