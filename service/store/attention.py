"""What needs a person, as the console shows it: doubts one by one, failures of one cause together. Only reads."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from service.store.decidable import Seen, stood
from service.store.messages import Message
from service.store.pages import BY_KIND, OPEN, columns, kind_of
from service.store.rows import several
from service.store.tables import messages, requirements
from service.store.unit import Work

FAILED = f"messages.status = 'failed' AND {OPEN}"
IN_DOUBT = f"messages.status = 'in_doubt' AND {OPEN}"
"""Written as literals, and with the very condition of the partial index over what is open, which SQLite looks for."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Failures of one cause: the same code, the same sentences, the same offers, the same kind of record."""

    first_id: int
    last_id: int
    number: int
    status_code: int | None
    what_happened: str | None
    what_to_do: str | None
    offers: str | None
    kind: str

    @property
    def key(self) -> str:
        """Names the cause in a form; it stays the same while other messages come to it or go from it."""
        told = (self.status_code, self.what_happened, self.what_to_do, self.offers, self.kind)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:20]


def doubts(work: Work, company_id: int, after: int, limit: int) -> Sequence[Message]:
    """What is in doubt, oldest first, behind a number."""
    query = (
        select(*columns)
        .where(messages.c.company_id == company_id, text(IN_DOUBT), messages.c.id > after)
        .order_by(messages.c.id)
        .limit(limit)
    )
    return several(work.connection.execute(query), Message)


def causes(work: Work, company_id: int, after: int, limit: int) -> Sequence[Cause]:
    """The causes of failures whose first message comes behind a number, in the order of those first messages."""
    first = func.min(messages.c.id)
    query = _causes(work, company_id).having(first > after).order_by(first).limit(limit)
    return [Cause(*row) for row in work.connection.execute(query)]


def cause_of(work: Work, company_id: int, key: str) -> Cause | None:
    """The cause of that key, while it has any message."""
    rows = work.connection.execute(_causes(work, company_id))
    return next((cause for cause in (Cause(*row) for row in rows) if cause.key == key), None)


def by_ids(work: Work, company_id: int, message_ids: Collection[int]) -> Sequence[Message]:
    """Some messages of a company, by their numbers, oldest first."""
    if not message_ids:
        return []
    query = select(*columns).where(messages.c.company_id == company_id, messages.c.id.in_(sorted(message_ids)))
    return several(work.connection.execute(query.order_by(messages.c.id)), Message)


def of_cause(work: Work, company_id: int, cause: Cause, limit: int) -> Sequence[Message]:
    """The messages that failed for a cause, oldest first."""
    query = select(*columns).where(*_belongs(work, company_id, cause)).order_by(messages.c.id).limit(limit)
    return several(work.connection.execute(query), Message)


def ids_of_cause(work: Work, company_id: int, cause: Cause, shown: Seen) -> Sequence[int]:
    """The numbers of all messages that had failed for a cause when a page was made, and still stand so."""
    query = select(messages.c.id).where(*_belongs(work, company_id, cause), *stood(shown))
    return list(work.connection.execute(query.order_by(messages.c.id)).scalars())


def waiting_for(work: Work, company_id: int, records: Collection[str]) -> Mapping[str, Sequence[tuple[str, int, int]]]:
    """Who waits for each of some records: for every kind its number and its first message; most first."""
    if not records:
        return {}
    kind = kind_of(messages.c.record, work.connection.dialect.name).label("kind")
    number = func.count()
    query = (
        select(requirements.c.record, kind, number, func.min(messages.c.id))
        .join(messages, messages.c.id == requirements.c.message_id)
        .where(
            requirements.c.company_id == company_id,
            requirements.c.record.in_(sorted(records)),
            text("NOT requirements.settled"),
            messages.c.status == "pending",
        )
        .group_by(requirements.c.record, BY_KIND)
        .order_by(number.desc(), BY_KIND)
    )
    found: dict[str, list[tuple[str, int, int]]] = {}
    for record, name, count, first in work.connection.execute(query):
        found.setdefault(record, []).append((name, count, first))
    return found


def _causes(work: Work, company_id: int) -> Any:
    kind = kind_of(messages.c.record, work.connection.dialect.name).label("kind")
    same = (messages.c.status_code, messages.c.what_happened, messages.c.what_to_do, messages.c.offers)
    return (
        select(func.min(messages.c.id), func.max(messages.c.id), func.count(), *same, kind)
        .where(messages.c.company_id == company_id, text(FAILED))
        .group_by(*same, BY_KIND)
    )


def _belongs(work: Work, company_id: int, cause: Cause) -> Sequence[Any]:
    same = ("status_code", "what_happened", "what_to_do", "offers")
    return (
        messages.c.company_id == company_id,
        text(FAILED),
        messages.c.id.between(cause.first_id, cause.last_id),
        *[messages.c[name].is_not_distinct_from(getattr(cause, name)) for name in same],
        kind_of(messages.c.record, work.connection.dialect.name) == cause.kind,
    )
