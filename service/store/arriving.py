"""What messages that arrive together have to know of the queue, asked once for all; and their rows. Decides nothing.

Every question takes a list of any length: it is cut into parts, and each part filled up to one of a few lengths, so
that few statements have to be prepared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import BigInteger, bindparam, func, select, text, union_all

from service.domain.status import UNSETTLED, Status
from service.store.engine import locked
from service.store.many_rows import ManyRows
from service.store.messages import Message
from service.store.prepared import Prepared
from service.store.rows import columns_of, several
from service.store.tables import identities, messages, requirements
from service.store.unit import Work

ASKED_AT_ONCE = 256

STANDING = (*UNSETTLED, Status.FAILED)
"""The statuses in which an earlier message of a record has its turn first, or is replaced by a newer save."""


@dataclass(frozen=True, slots=True)
class Known:
    """The message that an idempotency key stands for."""

    message_id: int
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier message of a record that a new one may wait for, or replace."""

    message_id: int
    record: str
    operation: str
    status: str


_in_company = messages.c.company_id == bindparam("of_company")
_among_records = messages.c.record.in_(bindparam("records", expanding=True))
_by_keys = Prepared(
    select(messages.c.idempotency_key, messages.c.id, messages.c.fingerprint).where(
        _in_company, messages.c.idempotency_key.in_(bindparam("keys", expanding=True))
    )
)
_newest_revisions = Prepared(
    union_all(
        select(messages.c.record, func.max(messages.c.revision))
        .where(_in_company, _among_records, messages.c.id != bindparam("besides", type_=BigInteger))
        .group_by(messages.c.record),
        select(identities.c.record, identities.c.revision).where(
            identities.c.company_id == bindparam("of_company"),
            identities.c.record.in_(bindparam("records", expanding=True)),
        ),
    )
)
_earlier = Prepared(
    select(messages.c.id, messages.c.record, messages.c.operation, messages.c.status).where(
        _in_company,
        _among_records,
        messages.c.status.in_([status.value for status in STANDING]),
        messages.c.id < bindparam("before", type_=BigInteger),
    )
)
_in_quickbooks = Prepared(
    select(identities.c.record).where(
        identities.c.company_id == bindparam("of_company"),
        identities.c.record.in_(bindparam("records", expanding=True)),
    )
)
_required = Prepared(
    select(requirements.c.record).where(
        requirements.c.company_id == bindparam("of_company"),
        requirements.c.record.in_(bindparam("records", expanding=True)),
        text("NOT requirements.settled"),
    )
)
_to_replace = Prepared(
    locked(
        select(*columns_of(messages, Message))
        .where(
            messages.c.id.in_(bindparam("message_ids", expanding=True)),
            messages.c.status.in_(bindparam("statuses", expanding=True)),
        )
        .order_by(messages.c.id)
    )
)

_rows = ManyRows(messages, returning=[messages.c.id, messages.c.external_guid])

LAST = 2**62
"""Greater than any number that a database gives."""


def by_keys(work: Work, company_id: int, keys: Collection[str]) -> Mapping[str, Known]:
    """The messages that some idempotency keys stand for, by key."""
    found = {}
    for part in _parts(sorted(keys)):
        for key, message_id, fingerprint in _by_keys.execute(work.connection, {"of_company": company_id, "keys": part}):
            found[key] = Known(message_id, fingerprint)
    return found


def newest_revisions(work: Work, company_id: int, records: Collection[str], besides: int) -> Mapping[str, int]:
    """The highest revision of each record that a message or an identity has, not looking at one message."""
    newest: dict[str, int] = {}
    for part in _parts(sorted(records)):
        given = {"of_company": company_id, "records": part, "besides": besides}
        for record, revision in _newest_revisions.execute(work.connection, given):
            newest[record] = max(newest.get(record, 0), revision or 0)
    return newest


def earlier(
    work: Work, company_id: int, records: Collection[str], before: int = LAST
) -> Mapping[str, Sequence[Earlier]]:
    """The messages of some records that stand in one of STANDING and have a lower number than `before`, by record.

    Those of a record come oldest first.
    """
    found: dict[str, list[Earlier]] = {}
    for part in _parts(sorted(records)):
        given = {"of_company": company_id, "records": part, "before": before}
        # Sorted here: SQLite takes several times as long to get ready for sorting as to find a row.
        for row in sorted(map(tuple, _earlier.execute(work.connection, given))):
            found.setdefault(row[1], []).append(Earlier(*row))
    return found


def in_quickbooks(work: Work, company_id: int, records: Collection[str]) -> Collection[str]:
    """Those of some records whose identity is known."""
    return _told(work, company_id, _in_quickbooks, records)


def required(work: Work, company_id: int, records: Collection[str]) -> Collection[str]:
    """Those of some records that something in the queue waits for."""
    return _told(work, company_id, _required, records)


def _told(work: Work, company_id: int, question: Prepared, records: Collection[str]) -> Collection[str]:
    found: set[str] = set()
    for part in _parts(sorted(records)):
        found.update(question.execute(work.connection, {"of_company": company_id, "records": part}).scalars())
    return found


def to_replace(work: Work, message_ids: Collection[int], statuses: Collection[Status]) -> Sequence[Message]:
    """Those of some messages that stand in one of some statuses, locked, oldest first."""
    found: list[Message] = []
    for part in _parts(sorted(message_ids)):
        given = {"message_ids": part, "statuses": [status.value for status in statuses]}
        found += several(_to_replace.execute(work.connection, given), Message)
    return found


def add(work: Work, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Put messages into the queue, and return their numbers in the order of the rows.

    `shared` are the columns that all rows have alike. Each row names the same columns besides, and an `external_guid`
    that no other row of them has: by that the database says which number is whose.
    """
    shared = {"created_at": work.now, "changed_at": work.now, **shared}
    numbers = {guid: number for number, guid in _rows.insert(work.connection, shared, rows)}
    return [numbers[row["external_guid"]] for row in rows]


Thing = TypeVar("Thing")


def _parts(things: Sequence[Thing]) -> Iterator[list[Thing]]:
    """Parts of a list, each filled up to a power of two with its last thing, which is then asked for twice."""
    for begin in range(0, len(things), ASKED_AT_ONCE):
        part = list(things[begin : begin + ASKED_AT_ONCE])
        yield part + part[-1:] * (_power_of_two(len(part)) - len(part))


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()
