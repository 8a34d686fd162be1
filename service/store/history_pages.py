"""The search through all messages of a company, newest first. Only reads, and looks at a bounded number of them.

What is open, skipped or entered by hand has indexes of its own. Everything else is looked through from the newest on,
so many at a time; who asks is told how far back that was, and can go on from there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text

from service.domain.status import Status
from service.store.messages import Message
from service.store.pages import OPEN, columns
from service.store.rows import several
from service.store.tables import events, identities, messages, old_skipped, requirements
from service.store.unit import Work

LOOKED_THROUGH = 20_000
LOOKED_THROUGH_FOR_WORDS = 5_000
"""So many messages does one page look through at most; each costs more when names have to be compared."""

_WITHIN_A_VALUE = r"""(?![A-Za-z]*:[^ "])([^"\\]|\\.)*("\s*[],}]|[],}])"""
"""What follows words within a value of JSON, and not within a name: the end of the text and no colon; in the regular
expressions of Python, which SQLite gets, and of PostgreSQL."""

SETTLED_BY_A_VISIT = (Status.SYNCHRONIZED.value, Status.FAILED.value, Status.IN_DOUBT.value)

_INDEXED = (
    ({Status.SKIPPED}, "messages.status = 'skipped'"),
    ({Status.MANUALLY_ENTERED}, "messages.status = 'manually_entered'"),
    (set(Status) - {Status.SYNCHRONIZED, Status.SUPERSEDED, Status.SKIPPED, Status.MANUALLY_ENTERED}, OPEN),
)
"""Statuses that an index keeps apart, each with that index's condition as a literal."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty or None does not matter. `run` is a visit, of which all that it settled."""

    words: str = ""
    kinds: Collection[str] = ()
    statuses: Collection[Status] = ()
    since: datetime | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Some messages, newest first. `further` is the number before which to look on, or None when that was all."""

    messages: Sequence[Message]
    further: int | None
    looked_back_to: datetime | None
    """When the oldest message came that was looked at, where there are more behind it that were not."""


def named(work: Work, company_id: int, wanted: Wanted, kinds: Collection[str], limit: int) -> Sequence[Message]:
    """The messages of records whose key is exactly the words, however old, newest first; `kinds` are all there are."""
    if not wanted.words or wanted.run is not None:
        return []
    records = [f"{kind}:{wanted.words}" for kind in sorted(kinds)]
    query = select(*columns).where(messages.c.company_id == company_id, messages.c.record.in_(records))
    query = query.where(*conditions(Wanted("", wanted.kinds, wanted.statuses, wanted.since)))
    return several(work.connection.execute(query.order_by(messages.c.id.desc()).limit(limit)), Message)


def search(
    work: Work, company_id: int, wanted: Wanted, before: int | None, limit: int, besides: Collection[int] = ()
) -> Found:
    """The newest messages that fit, before a number; `besides` are some that are shown already."""
    top = before if before is not None else _newest(work) + 1
    query = select(*columns).where(messages.c.id < top, *conditions(wanted))
    if besides:
        query = query.where(messages.c.id.not_in(sorted(besides)))
    low = 0
    indexed = _index_for(wanted)
    if wanted.run is not None:
        # The sum again: the messages of a visit are few, and known by their numbers.
        query = query.where(messages.c.company_id + 0 == company_id)
    elif indexed is not None:
        low = _furthest(work, company_id, indexed, wanted, top)
        query = query.where(messages.c.company_id == company_id, indexed, messages.c.id >= low)
    else:
        low = max(0, top - _most(wanted))
        # This sum keeps the databases from the index by company, which would read all of its messages and sort them.
        query = query.where(messages.c.id >= low, messages.c.company_id + 0 == company_id)
    found = _ordered(work, query, limit + 1)
    if len(found) > limit:
        return Found(found[:limit], found[limit - 1].id, None)
    oldest = _came_at(work, low) if low else None
    if not low or (oldest is not None and wanted.since is not None and oldest < wanted.since):
        return Found(found, None, None)
    return Found(found, low, oldest)


def conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """What a message has to fulfill to be among what is looked for."""
    found: list[ColumnElement[bool]] = []
    if wanted.kinds:
        found.append(or_(*[messages.c.record.like(f"{kind}:%") for kind in sorted(wanted.kinds)]))
    if wanted.statuses:
        found.append(messages.c.status.in_(sorted(wanted.statuses)))
    if wanted.since is not None:
        found.append(messages.c.created_at >= wanted.since)
    if wanted.words:
        found.append(_holds(wanted.words))
    if wanted.run is not None:
        done = select(events.c.message_id).where(
            events.c.session_id == wanted.run, events.c.to_status.in_(SETTLED_BY_A_VISIT)
        )
        found.append(messages.c.id.in_(done))
    return found


def _holds(words: str) -> ColumnElement[bool]:
    """Whether words stand in a message, in the name of what it refers to, or in what is known of it from before."""
    own: Sequence[Any] = (messages.c.quickbooks_number, messages.c.quickbooks_id)
    other = messages.alias()
    refers = select(requirements.c.message_id).where(
        requirements.c.message_id == messages.c.id, requirements.c.record.is_not(None)
    )
    known = refers.join(
        identities,
        (identities.c.company_id == requirements.c.company_id) & (identities.c.record == requirements.c.record),
    ).where(identities.c.quickbooks_number.icontains(words, autoescape=True))
    told = refers.join(
        other, (other.c.company_id == requirements.c.company_id) & (other.c.record == requirements.c.record)
    ).where(_in_content(other.c.content, words))
    from_before = select(old_skipped.c.id).where(
        old_skipped.c.message_id == messages.c.id,
        or_(
            *[
                column.icontains(words, autoescape=True)
                for column in (old_skipped.c.customer, old_skipped.c.number, old_skipped.c.amount)
            ]
        ),
    )
    return or_(
        *[column.icontains(words, autoescape=True) for column in own],
        messages.c.record.ilike(_in_key(words), escape="/"),
        _in_content(messages.c.content, words),
        *[_looked_up_for_each(one).exists() for one in (known, told, from_before)],
    )


def _looked_up_for_each(query: Select[Any]) -> Select[Any]:
    """The query as it is asked for each message.

    PostgreSQL would rather answer it once for all messages there are, and keep the answers: it reads whole tables then,
    for the few that are looked through. Of a query with an offset it does not.
    """
    return query.offset(0)


def _in_key(words: str) -> str:
    """A pattern for records in whose key the words stand; their kind is asked for by a field of its own."""
    escaped = "".join(f"/{letter}" if letter in "/%_" else letter for letter in words)
    return f"%{escaped}%" if ":" in words else f"%:%{escaped}%"


def _in_content(column: Any, words: str) -> ColumnElement[bool]:
    """Whether words stand in a content, which may have them as JSON escapes them."""
    spellings = sorted({words, json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1]})
    found = or_(*[column.icontains(spelling, autoescape=True) for spelling in spellings])
    if not words.isalnum():
        return found
    # A name of an element may hold the letters as well, and `"record":"Customer:..."` the name of a kind.
    return and_(found, column.regexp_match(f"(?i){words}{_WITHIN_A_VALUE}"))


def _index_for(wanted: Wanted) -> ColumnElement[bool] | None:
    """The condition of the index that holds all that fits, where there is one."""
    for statuses, condition in _INDEXED:
        if wanted.statuses and set(wanted.statuses) <= statuses:
            return text(condition)  # type: ignore[return-value] # A literal is a condition wherever one may stand.
    return None


def _most(wanted: Wanted) -> int:
    return LOOKED_THROUGH_FOR_WORDS if wanted.words else LOOKED_THROUGH


def _furthest(work: Work, company_id: int, indexed: ColumnElement[bool], wanted: Wanted, top: int) -> int:
    """The number down to which the messages of an index are looked through; 0 when there are no more than that."""
    query = select(messages.c.id).where(
        messages.c.company_id == company_id,
        indexed,
        messages.c.status.in_(sorted(wanted.statuses)),
        messages.c.id < top,
    )
    last = query.order_by(messages.c.id.desc()).offset(_most(wanted) - 1).limit(1)
    return int(work.connection.execute(last).scalar() or 0)


def _ordered(work: Work, query: Select[Any], limit: int) -> Sequence[Message]:
    return several(work.connection.execute(query.order_by(messages.c.id.desc()).limit(limit)), Message)


def _newest(work: Work) -> int:
    return int(work.connection.execute(select(func.max(messages.c.id))).scalar() or 0)


def _came_at(work: Work, message_id: int) -> datetime | None:
    """When the first message from a number on came."""
    query = select(messages.c.created_at).where(messages.c.id >= message_id).order_by(messages.c.id).limit(1)
    return work.connection.execute(query).scalar()
