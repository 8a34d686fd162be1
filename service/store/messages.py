"""The messages: the outbound queue itself. Moves a message only where it still stands where the caller saw it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, func, insert, or_, select, text, update

from service.domain.refusals import UnknownMessage
from service.domain.status import NEEDS_A_PERSON, Status
from service.store.columns import Moment
from service.store.engine import claimed, locked
from service.store.many_rows import ManyUpdates
from service.store.prepared import Prepared
from service.store.rows import columns_of, one, several
from service.store.tables import identities, messages
from service.store.unit import Work


class Message(NamedTuple):
    """One thing to be done in QuickBooks, and its whole life; the fields are the columns of the table."""

    id: int
    company_id: int
    operation: str
    record: str | None
    content: str | None
    request: str | None
    revision: int | None
    idempotency_key: str | None
    fingerprint: str | None
    priority: int
    not_before: datetime | None
    status: str
    waits_for: int | None
    set_cap: int | None
    attempts: int
    postponements: int
    set_id: int | None
    external_guid: str | None
    reads: bool
    to_read: str | None
    rereads: int
    present: str | None
    sent_lines: str | None
    status_code: int | None
    quickbooks_said: str | None
    what_happened: str | None
    what_to_do: str | None
    offers: str | None
    quickbooks_id: str | None
    quickbooks_number: str | None
    note: str | None
    enqueued_by: str
    created_at: datetime
    changed_at: datetime
    settled_at: datetime | None
    archived_at: datetime | None

    @property
    def document(self) -> str:
        """What people call it: the record, or for a raw request without one its number."""
        return self.record or f"message {self.id}"


_columns = columns_of(messages, Message)
_pending = text("messages.status = 'pending'")
_ready = text("messages.status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL")
"""Written as literals: only then do both databases see that the partial indexes apply, and SQLite prepares a statement
anew for each value that it compares with the condition of one."""
_in_company = messages.c.company_id == bindparam("of_company")
_most = bindparam("most", type_=Integer)
_add = Prepared(insert(messages).returning(messages.c.id))
_one = select(*_columns).where(messages.c.id == bindparam("message_id"))
_by_id = Prepared(_one)
_by_id_locked = Prepared(locked(_one))
_of_record = Prepared(
    locked(
        select(*_columns)
        .where(
            _in_company,
            messages.c.record == bindparam("record"),
            messages.c.status.in_(bindparam("statuses", expanding=True)),
        )
        .order_by(messages.c.id)
    )
)
_came_later = messages.c.id > bindparam("than")
_save_besides = (
    select(messages.c.id)
    .where(
        _in_company,
        messages.c.record == bindparam("record"),
        messages.c.operation == "save",
        messages.c.id != bindparam("than"),
        messages.c.status.in_(bindparam("statuses", expanding=True)),
    )
    .limit(1)
)
_newer_save = Prepared(_save_besides.where(_came_later))
_newer_save_by_revision = Prepared(
    _save_besides.where(
        (messages.c.revision > bindparam("revision"))
        | (_came_later & (messages.c.revision.is_(None) | (messages.c.revision == bindparam("revision"))))
    )
)
_unseen = Prepared(
    claimed(
        select(*_columns)
        .where(_in_company, _pending, messages.c.waits_for.is_(None))
        .order_by(messages.c.id)
        .limit(_most)
    )
)
_none_of_its_record_is_there = text(
    "NOT EXISTS (SELECT 1 FROM messages AS held WHERE held.company_id = messages.company_id"
    " AND held.record = messages.record AND held.record IS NOT NULL AND held.status IN ('in_flight', 'in_doubt'))"
)
"""Two that were enqueued in transactions that overlapped know nothing of each other, and no requirement keeps them
apart. Their order is whichever is found; that only one is where QuickBooks has it must hold all the same."""
_every_ready = claimed(
    select(*_columns)
    .where(_in_company, _ready, _none_of_its_record_is_there)
    .order_by(messages.c.priority, messages.c.id)
    .limit(_most)
)
_in_turn = Prepared(_every_ready)
_to_be_read = Prepared(
    claimed(
        select(*_columns)
        .where(_in_company, text("to_read IS NOT NULL"), messages.c.not_before.is_(None))
        .where((messages.c.waits_for == 0) | (messages.c.status == Status.MANUALLY_ENTERED.value))
        .order_by(messages.c.id)
        .limit(_most)
    )
)
_count_ready = Prepared(
    select(func.count()).select_from(
        select(messages.c.id)
        .where(_in_company, _ready)
        .order_by(messages.c.priority, messages.c.id)
        .limit(_most)
        .subquery()
    )
)
"""In the order of the index, because PostgreSQL otherwise hopes to meet enough of them by reading the table: with
900,000 done before the first that may go, that took 300 ms."""
_wake = Prepared(
    update(messages)
    .where(_in_company, _pending, messages.c.not_before <= bindparam("now", type_=Moment))
    .values(not_before=None)
)
_in_flight = Prepared(
    locked(select(*_columns).where(messages.c.set_id == bindparam("of_set"), text("messages.status = 'in_flight'")))
)
_any_change = update(messages).where(messages.c.id == bindparam("changed_id"))
_change = Prepared(_any_change)
_move = {status: ManyUpdates(messages, text(f"messages.status = '{status.value}'")) for status in Status}
_dispatch = Prepared(
    update(messages)
    .where(messages.c.id.in_(bindparam("dispatched", expanding=True)), _pending)
    .values(attempts=messages.c.attempts + 1)
)


def add(work: Work, **values: Any) -> int:
    """Put a message into the queue."""
    return int(_add.execute(work.connection, {"created_at": work.now, "changed_at": work.now, **values}).scalar())


def by_id(work: Work, message_id: int, *, lock: bool = True) -> Message:
    """The message of that number, locked until the transaction ends unless it is only read; raises UnknownMessage."""
    query = _by_id_locked if lock else _by_id
    message = one(query.execute(work.connection, {"message_id": message_id}), Message)
    if message is None:
        raise UnknownMessage(message_id)
    return message


def of_record(work: Work, company_id: int, record: str, statuses: Collection[Status]) -> Sequence[Message]:
    """The messages of a record in some statuses, oldest first, locked."""
    standing = [status.value for status in statuses]
    given = {"of_company": company_id, "record": record, "statuses": standing}
    return several(_of_record.execute(work.connection, given), Message)


def newer_save(
    work: Work, company_id: int, record: str, than: int, statuses: Collection[Status], revision: int | None = None
) -> int | None:
    """The number of a newer save of the same record that stands in one of some statuses, if there is one.

    Newer is what has a higher `revision`, and where one of the two has none or both have the same, what came later.
    """
    query = _newer_save if revision is None else _newer_save_by_revision
    standing = [status.value for status in statuses]
    given = {"of_company": company_id, "record": record, "than": than, "statuses": standing, "revision": revision}
    found: int | None = query.execute(work.connection, given).scalar()
    return found


def unseen(work: Work, company_id: int, limit: int) -> Sequence[Message]:
    """Messages that came in by SQL and that the service has not looked at yet, oldest first, locked."""
    return several(_unseen.execute(work.connection, {"of_company": company_id, "most": limit}), Message)


def ready(work: Work, company_id: int, limit: int, held: Collection[str] = ()) -> Sequence[Message]:
    """What may go now, in the order in which it goes, locked; one look into the index `ix_messages_ready`.

    What would be created of the `held` kinds of records is passed over; what is known in QuickBooks goes.
    """
    given = {"of_company": company_id, "most": limit}
    if held:
        return several(work.connection.execute(_every_ready.where(~_creates(held)), given), Message)
    return several(_in_turn.execute(work.connection, given), Message)


def to_be_read(work: Work, company_id: int, limit: int) -> Sequence[Message]:
    """The messages for which something has to be read in QuickBooks first, oldest first, locked."""
    return several(_to_be_read.execute(work.connection, {"of_company": company_id, "most": limit}), Message)


def count_ready(work: Work, company_id: int, limit: int) -> int:
    """How many may go now, counted up to a limit, so that it never costs more than that."""
    return int(_count_ready.execute(work.connection, {"of_company": company_id, "most": limit}).scalar())


def wake(work: Work, company_id: int) -> None:
    """The messages whose time has come wait for no time any more."""
    _wake.execute(work.connection, {"of_company": company_id, "now": work.now})


def in_flight(work: Work, set_id: int) -> Sequence[Message]:
    """The messages of a set that are in flight, in the order in which they were handed out, locked."""
    found = several(_in_flight.execute(work.connection, {"of_set": set_id}), Message)
    # Sorted here: SQLite takes several times as long to get ready for sorting as to find a row.
    return sorted(found, key=lambda message: (message.priority, message.id))


def bringing_name(work: Work, company_id: int, name: str, besides: int) -> str | None:
    """The record of a message that is not done yet and brings a list entry of that name, if there is one."""
    written = json.dumps({"Name": name}, ensure_ascii=False, separators=(",", ":"))[1:-1]
    query = (
        select(messages.c.record)
        .where(
            messages.c.company_id == company_id,
            text("messages.status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"),
            messages.c.id != besides,
            messages.c.operation.in_(["save", "add"]),
            messages.c.content.contains(written, autoescape=True),
        )
        .order_by(messages.c.id)
        .limit(1)
    )
    return work.connection.execute(query).scalar()


def move(work: Work, leaves: Status, reaches: Status, rows: Sequence[Mapping[str, Any]]) -> None:
    """Move messages that still stand in `leaves`; each row names `id` and the columns to write, all the same ones."""
    _move[leaves].update(work.connection, {"status": reaches.value, "changed_at": work.now}, rows)


def dispatch(work: Work, message_ids: Collection[int], set_id: int) -> int:
    """Put pending messages into a set in flight; returns how many there were."""
    values = {"status": Status.IN_FLIGHT.value, "set_id": set_id, "changed_at": work.now}
    return _dispatch.execute(work.connection, {"dispatched": sorted(message_ids), **values}).rowcount


def change(work: Work, message_id: int, **values: Any) -> None:
    """Write some columns of a message, never its status."""
    assert "status" not in values
    _change.execute(work.connection, {"changed_id": message_id, "changed_at": work.now, **values})


def counts(work: Work, company_id: int) -> Mapping[Status, int]:
    """How many messages stand in each status; counts rows, so it is for people and not for the Web Connector."""
    query = (
        select(messages.c.status, func.count()).where(messages.c.company_id == company_id).group_by(messages.c.status)
    )
    found = {Status(status): number for status, number in work.connection.execute(query)}
    return {status: found.get(status, 0) for status in Status}


def needing_a_person(work: Work, company_id: int, limit: int) -> Sequence[Message]:
    """What is in doubt or failed, in doubt first, oldest first."""
    query = (
        select(*_columns)
        .where(
            messages.c.company_id == company_id,
            messages.c.status.in_([status.value for status in NEEDS_A_PERSON]),
        )
        .order_by(messages.c.status.desc(), messages.c.id)
        .limit(limit)
    )
    return several(work.connection.execute(query), Message)


def failed_ids(work: Work, company_id: int) -> Sequence[int]:
    query = select(messages.c.id).where(messages.c.company_id == company_id, messages.c.status == Status.FAILED.value)
    return list(work.connection.execute(query.order_by(messages.c.id)).scalars())


def _creates(kinds: Collection[str]) -> ColumnElement[bool]:
    """Whether a message may create an entry of some kinds: its record has no identity yet."""
    known = select(identities.c.id).where(
        identities.c.company_id == messages.c.company_id, identities.c.record == messages.c.record
    )
    of_the_kinds = or_(*(messages.c.record.startswith(f"{kind}:", autoescape=True) for kind in sorted(kinds)))
    return messages.c.operation.in_(["save", "add"]) & of_the_kinds & ~known.exists()
