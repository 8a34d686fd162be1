"""What the pages of the console list: open work, what is to be sent, what was just done. Only reads.

Lists are paged by the key of a row, never by counting rows over. Numbers of open work are exact, and cost a look into
the partial indexes over what is open: how much history there is does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, text

from service.domain.status import Status
from service.store.engine import place_of
from service.store.messages import Message
from service.store.rows import columns_of
from service.store.tables import connections, events, identities, messages, old_skipped, requirements, sign_in_failures
from service.store.unit import Work

columns = columns_of(messages, Message)
READY = "messages.status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL"
OPEN = "messages.status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"
"""Written as literals: only then do both databases see that the partial indexes apply."""

BY_KIND = text("kind")
"""Grouped by its name: PostgreSQL does not see that two expressions with parameters in them are the same."""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """How many messages of a company stand where somebody or something still has to act."""

    ready: int
    waiting: int
    in_flight: int
    in_doubt: int
    failed: int
    manual_entry: int
    skipped: int

    @property
    def to_be_sent(self) -> int:
        return self.in_flight + self.ready + self.waiting

    @property
    def attention(self) -> int:
        return self.in_doubt + self.failed


class Turn(IntEnum):
    """The parts of the list of what is to be sent, in the order in which they go."""

    BEING_SENT = 0
    READY = 1
    WAITING = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the list of what is to be sent."""

    turn: Turn
    priority: int
    id: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a record: its newest message, and what QuickBooks calls it."""

    message_id: int | None
    content: str | None
    quickbooks_id: str | None
    quickbooks_number: str | None


_TURNS: Mapping[Turn, str] = {
    Turn.BEING_SENT: "messages.status = 'in_flight'",
    Turn.READY: READY,
    Turn.WAITING: "messages.status = 'pending' AND NOT (coalesce(waits_for, 1) = 0 AND not_before IS NULL "
    "AND to_read IS NULL)",
}


def kind_of(column: ColumnElement[str | None], dialect: str) -> ColumnElement[str]:
    """qbXML's object name in the name of a record: what stands before its colon; empty without a record."""
    return func.substr(func.coalesce(column, ""), 1, place_of(":", func.coalesce(column, ":"), dialect) - 1)


def open_work(work: Work, company_id: int) -> OpenWork:
    ready = func.sum(case((text(READY), 1), else_=0))
    query = (
        select(messages.c.status, func.count(), ready)
        .where(messages.c.company_id == company_id, text(OPEN))
        .group_by(messages.c.status)
    )
    found = {Status(status): (number, int(goes)) for status, number, goes in work.connection.execute(query)}
    pending, goes = found.get(Status.PENDING, (0, 0))
    numbers = {status: found.get(status, (0, 0))[0] for status in Status}
    return OpenWork(
        ready=goes,
        waiting=pending - goes,
        in_flight=numbers[Status.IN_FLIGHT],
        in_doubt=numbers[Status.IN_DOUBT],
        failed=numbers[Status.FAILED],
        manual_entry=numbers[Status.MANUAL_ENTRY],
        skipped=_skipped(work, company_id),
    )


def kinds_to_be_sent(work: Work, company_id: int) -> Mapping[str, int]:
    """How many messages of each kind of record are to be sent."""
    kind = kind_of(messages.c.record, work.connection.dialect.name).label("kind")
    query = (
        select(kind, func.count())
        .where(messages.c.company_id == company_id, text(OPEN), messages.c.status.in_(["pending", "in_flight"]))
        .group_by(BY_KIND)
    )
    return {str(name): number for name, number in work.connection.execute(query)}


def to_be_sent(
    work: Work,
    company_id: int,
    limit: int,
    *,
    after: Place | None = None,
    before: Place | None = None,
    kinds: Collection[str] = (),
    turns: Collection[Turn] = tuple(Turn),
) -> Sequence[tuple[Place, Message]]:
    """What is to be sent, in the order in which it goes: the rows after a place, or the last ones before it.

    `kinds` keeps to some kinds of records, `turns` to some parts of the list.
    """
    found: list[tuple[Place, Message]] = []
    backwards = before is not None
    for turn in sorted(turns, reverse=backwards):
        if (after is not None and turn < after.turn) or (before is not None and turn > before.turn):
            continue
        query = _of_turn(company_id, turn, kinds, limit - len(found), after, before)
        found += [
            (Place(turn, message.priority, message.id), message)
            for message in (Message(*row) for row in work.connection.execute(query))
        ]
        if len(found) >= limit:
            break
    return found[::-1] if backwards else found


def reasons_to_wait(work: Work, message_ids: Collection[int]) -> Mapping[int, tuple[str | None, int | None]]:
    """For messages that wait, the first thing that each waits for: a record, or the number of an earlier message."""
    query = (
        select(requirements.c.message_id, requirements.c.record, requirements.c.earlier_id)
        .where(requirements.c.message_id.in_(sorted(message_ids)), text("NOT requirements.settled"))
        .order_by(requirements.c.id.desc())
    )
    return {message_id: (record, earlier) for message_id, record, earlier in work.connection.execute(query)}


def just_done(work: Work, session_id: int, limit: int) -> Sequence[tuple[Message, datetime]]:
    """What a visit synchronized, newest first, with the time at which QuickBooks answered."""
    query = (
        select(*columns, events.c.at)
        .join(events, events.c.message_id == messages.c.id)
        .where(events.c.session_id == session_id, events.c.to_status == Status.SYNCHRONIZED.value)
        .order_by(events.c.id.desc())
        .limit(limit)
    )
    return [(Message(*row[:-1]), row[-1]) for row in work.connection.execute(query)]


def known_records(work: Work, company_id: int, records: Collection[str]) -> Mapping[str, Known]:
    """What is known of some records, of each its newest message that says something of it."""
    if not records:
        return {}
    wanted = sorted(records)
    newest = (
        select(func.max(messages.c.id))
        .where(
            messages.c.company_id == company_id,
            messages.c.record.in_(wanted),
            messages.c.operation.in_(["save", "add"]),
        )
        .group_by(messages.c.record)
    )
    told = {
        row.record: row
        for row in work.connection.execute(
            select(messages.c.record, messages.c.id, messages.c.content).where(messages.c.id.in_(newest))
        )
    }
    learned = {
        row.record: row
        for row in work.connection.execute(
            select(identities.c.record, identities.c.quickbooks_id, identities.c.quickbooks_number).where(
                identities.c.company_id == company_id, identities.c.record.in_(wanted)
            )
        )
    }
    return {record: _known(told.get(record), learned.get(record)) for record in wanted}


def changed_before(work: Work, message_ids: Collection[int]) -> Collection[int]:
    """Which of these messages came when their record was in QuickBooks already, so that they changed it."""
    earlier = messages.alias()
    last = (
        select(earlier.c.operation)
        .where(
            earlier.c.company_id == messages.c.company_id,
            earlier.c.record == messages.c.record,
            earlier.c.id < messages.c.id,
            earlier.c.status.in_([Status.SYNCHRONIZED.value, Status.MANUALLY_ENTERED.value]),
            earlier.c.operation.not_in(["query", "raw"]),
        )
        .order_by(earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(messages.c.id, last).where(messages.c.id.in_(sorted(message_ids)))
    return {number for number, operation in work.connection.execute(query) if operation not in (None, "delete")}


def noted_as(work: Work, message_ids: Collection[int], actions: Collection[str]) -> Mapping[int, str]:
    """For messages in whose story one of some actions stands, the newest of them."""
    query = (
        select(events.c.message_id, events.c.action)
        .where(events.c.message_id.in_(sorted(message_ids)), events.c.action.in_(sorted(actions)))
        .order_by(events.c.id)
    )
    return {int(message_id): action for message_id, action in work.connection.execute(query)}


def last_decision(work: Work, message_id: int) -> tuple[str, datetime] | None:
    """Who moved a message last, and when."""
    query = (
        select(events.c.actor, events.c.at)
        .where(events.c.message_id == message_id, events.c.to_status.is_not(None))
        .order_by(events.c.id.desc())
        .limit(1)
    )
    row = work.connection.execute(query).first()
    return None if row is None else (row[0], row[1])


def refused_sign_ins(work: Work, company_id: int) -> Sequence[tuple[str, int, datetime]]:
    """The connections of a company whose password was wrong since their last visit: PC, tries, time of the next one."""
    query = (
        select(connections.c.pc, sign_in_failures.c.failures, sign_in_failures.c.next_try_at)
        .join(sign_in_failures, sign_in_failures.c.user_name == connections.c.user_name)
        .where(
            connections.c.company_id == company_id,
            connections.c.revoked_at.is_(None),
            or_(connections.c.last_visit_at.is_(None), sign_in_failures.c.next_try_at > connections.c.last_visit_at),
        )
        .order_by(sign_in_failures.c.next_try_at.desc())
        .limit(1)
    )
    return [(pc or "", failures, at) for pc, failures, at in work.connection.execute(query)]


def _skipped(work: Work, company_id: int) -> int:
    closed = select(old_skipped.c.id).where(
        old_skipped.c.message_id == messages.c.id, old_skipped.c.closed_at.is_not(None)
    )
    query = (
        select(func.count())
        .select_from(messages)
        .where(messages.c.company_id == company_id, text("messages.status = 'skipped'"), ~closed.exists())
    )
    return int(work.connection.execute(query).scalar_one())


def _of_turn(
    company_id: int, turn: Turn, kinds: Collection[str], limit: int, after: Place | None, before: Place | None
) -> Select[Any]:
    """One part of the list, from a place on if the place lies in it."""
    query = select(*columns).where(messages.c.company_id == company_id, text(_TURNS[turn]), text(OPEN)).limit(limit)
    if kinds:
        query = query.where(or_(*[messages.c.record.like(f"{kind}:%") for kind in sorted(kinds)]))
    keys = (messages.c.priority, messages.c.id) if turn is Turn.READY else (messages.c.id,)
    for place, forwards in ((after, True), (before, False)):
        if place is not None and place.turn is turn:
            values = (place.priority, place.id) if turn is Turn.READY else (place.id,)
            query = query.where(_beyond(keys, values, forwards=forwards))
    return query.order_by(*[key.desc() if before is not None else key for key in keys])


def _beyond(keys: Sequence[Any], values: Sequence[int], *, forwards: bool) -> ColumnElement[bool]:
    first, value = keys[0], values[0]
    beyond: ColumnElement[bool] = first > value if forwards else first < value
    if len(keys) == 1:
        return beyond
    more: ColumnElement[bool] = (first == value) & _beyond(keys[1:], values[1:], forwards=forwards)
    return beyond | more


def _known(told: Any, learned: Any) -> Known:
    return Known(
        told.id if told is not None else None,
        told.content if told is not None else None,
        learned.quickbooks_id if learned is not None else None,
        learned.quickbooks_number if learned is not None else None,
    )
