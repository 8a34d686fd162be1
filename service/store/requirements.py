"""The requirements: what must be settled before a message may go. Keeps each message's count of them true.

A requirement is either a record whose identity must be known (the customer before its invoice), or an earlier
message of the same record. `messages.waits_for` counts the unsettled ones, so that the pull looks at one index only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, case, func, select, text, union_all, update

from service.domain.status import UNSETTLED, Status
from service.store.many_rows import ManyRows
from service.store.prepared import Prepared
from service.store.tables import identities, messages, requirements
from service.store.unit import Work

_LAST = 2**62
"""Greater than any number that a database gives."""
_unsettled = text("NOT requirements.settled")
"""Written as a literal: SQLAlchemy writes `settled = 0` for SQLite, which then does not see its partial indexes."""
_of_company = requirements.c.company_id == bindparam("of_company")
_known = Prepared(
    select(identities.c.record).where(
        identities.c.company_id == bindparam("company_id"),
        identities.c.record.in_(bindparam("records", expanding=True)),
    )
)
_rows = ManyRows(requirements)
_earlier_messages = Prepared(
    select(messages.c.id)
    .where(
        messages.c.company_id == bindparam("company_id"),
        messages.c.record == bindparam("record"),
        messages.c.status.in_([status.value for status in UNSETTLED]),
        messages.c.id < bindparam("before"),
    )
    .order_by(messages.c.id)
)
_step_of_the_way = Prepared(
    select(messages.c.record, requirements.c.record)
    .join(messages, messages.c.id == requirements.c.message_id)
    .where(
        messages.c.company_id == bindparam("company_id"),
        messages.c.record.in_(bindparam("frontier", expanding=True)),
        messages.c.status == Status.PENDING.value,
        requirements.c.record.is_not(None),
        _unsettled,
    )
)
_settle = update(requirements).where(_unsettled).values(settled=True).returning(requirements.c.message_id)
_settle_records = Prepared(_settle.where(_of_company, requirements.c.record.in_(bindparam("records", expanding=True))))
_settle_earlier = Prepared(_settle.where(requirements.c.earlier_id.in_(bindparam("earlier", expanding=True))))
_candidate = requirements.alias("candidate")
_candidates = (_candidate.c.company_id == bindparam("of_company"), text("NOT candidate.settled"))
_settle_known = Prepared(
    _settle.where(
        requirements.c.id.in_(
            union_all(
                select(_candidate.c.id)
                .join(
                    identities,
                    (identities.c.company_id == _candidate.c.company_id) & (identities.c.record == _candidate.c.record),
                )
                .where(*_candidates),
                select(_candidate.c.id)
                .join(messages, messages.c.id == _candidate.c.earlier_id)
                .where(*_candidates, messages.c.status.not_in([status.value for status in UNSETTLED])),
            )
        )
    )
)
"""Two joins, which begin with what is unsettled; of subqueries PostgreSQL would read whole tables."""

_identity = select(identities.c.id).where(
    identities.c.company_id == requirements.c.company_id, identities.c.record == requirements.c.record
)
_earlier = select(messages.c.id).where(
    messages.c.id == requirements.c.earlier_id, messages.c.status.in_([status.value for status in UNSETTLED])
)
_look_anew = Prepared(
    update(requirements)
    .where(requirements.c.message_id == bindparam("of_message"))
    .values(settled=case((requirements.c.record.is_not(None), _identity.exists()), else_=~_earlier.exists()))
)
"""Each row asks by its key: a list of all identities would be put together anew for each message."""
_of_message = requirements.c.message_id == bindparam("of_message")
_earlier_ones = Prepared(select(requirements.c.earlier_id).where(_of_message))
_count_unsettled = Prepared(select(func.count()).select_from(requirements).where(_of_message, ~requirements.c.settled))
_before = Prepared(
    select(messages.c.id)
    .where(
        messages.c.company_id == bindparam("company_id"),
        messages.c.record == bindparam("record"),
        messages.c.id != bindparam("own"),
        (messages.c.status.in_([status.value for status in UNSETTLED if status is not Status.PENDING]))
        | ((messages.c.status == Status.PENDING.value) & (messages.c.id < bindparam("own"))),
    )
    .order_by(messages.c.id)
)
"""The unsettled messages of a record that come before a message, or that QuickBooks or a person has just now."""


def write(work: Work, company_id: int, message_id: int, *, records: Collection[str], earlier: Collection[int]) -> int:
    """Keep what a message requires, and return how much of it is unsettled."""
    settled: set[str] = set()
    if records:
        given = {"company_id": company_id, "records": sorted(records)}
        settled = set(_known.execute(work.connection, given).scalars())
    rows: list[dict[str, Any]] = [
        {"record": record, "earlier_id": None, "settled": record in settled} for record in sorted(records)
    ]
    rows += [{"record": None, "earlier_id": number, "settled": False} for number in sorted(earlier)]
    add(work, company_id, [{"message_id": message_id, **row} for row in rows])
    return sum(not row["settled"] for row in rows)


def add(work: Work, company_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what messages require; each row names `message_id`, `record` or `earlier_id`, and whether it is `settled`.

    The caller keeps `waits_for` of the messages true.
    """
    if rows:
        _rows.insert(work.connection, {"company_id": company_id}, rows)


def earlier_messages(work: Work, company_id: int, record: str, before: int | None) -> Sequence[int]:
    """The messages of a record that have their turn before a new one (`before` None) or before a numbered one."""
    given = {"company_id": company_id, "record": record, "before": _LAST if before is None else before}
    return _earlier_messages.execute(work.connection, given).scalars()


def renew(work: Work, company_id: int, message_id: int, record: str | None) -> int:
    """Look anew at what a message requires that is to be sent again, and return how much of it is unsettled.

    Messages of its record that QuickBooks has, or that stand before it, become requirements of it.
    """
    own = {"of_message": message_id}
    _look_anew.execute(work.connection, own)
    listed = set(_earlier_ones.execute(work.connection, own).scalars())
    given = {"company_id": company_id, "record": record, "own": message_id}
    before = _before.execute(work.connection, given).scalars() if record is not None else []
    write(work, company_id, message_id, records=(), earlier=[number for number in before if number not in listed])
    return int(_count_unsettled.execute(work.connection, own).scalar())


def settle_records(work: Work, company_id: int, records: Collection[str]) -> None:
    """The identities of these records are known now: whoever waited for them waits for one thing less."""
    if records:
        _let_go(work, _settle_records, {"of_company": company_id, "records": sorted(records)})


def settle_earlier(work: Work, message_ids: Collection[int]) -> None:
    """These messages no longer stand before later ones of their record."""
    if message_ids:
        _let_go(work, _settle_earlier, {"earlier": sorted(message_ids)})


def stand_before(work: Work, company_id: int, message_id: int, later: Collection[int]) -> None:
    """A message has its turn again: these pending ones of its record, which the caller has locked, wait for it.

    Not so those that it waits for itself, since it was sent again while they were on their way.
    """
    if not later:
        return
    own = select(requirements.c.earlier_id).where(requirements.c.message_id == message_id)
    later = set(later) - set(work.connection.execute(own).scalars())
    on_it = (requirements.c.earlier_id == message_id, requirements.c.message_id.in_(sorted(later)))
    listed = set(work.connection.execute(select(requirements.c.message_id).where(*on_it)).scalars())
    bound = work.connection.execute(
        update(requirements)
        .where(*on_it, requirements.c.settled)
        .values(settled=False)
        .returning(requirements.c.message_id)
    ).scalars()
    new = sorted(set(later) - listed)
    for number in new:
        write(work, company_id, number, records=(), earlier=[message_id])
    _count(work, [*bound, *new], 1)


def unsettle_records(work: Work, company_id: int, records: Collection[str]) -> None:
    """The identities of these records are not known any more: pending messages that refer to them wait again."""
    if not records:
        return
    bound = work.connection.execute(
        update(requirements)
        .where(
            requirements.c.company_id == company_id,
            requirements.c.record.in_(sorted(records)),
            requirements.c.settled,
            requirements.c.message_id.in_(select(messages.c.id).where(messages.c.status == Status.PENDING.value)),
        )
        .values(settled=False)
        .returning(requirements.c.message_id)
    ).scalars()
    _count(work, bound, 1)


def way_to(work: Work, company_id: int, begins: Collection[str], ends: str) -> Sequence[str] | None:
    """The way by which some records wait for another one, through messages that wait now; None if they do not.

    The way begins with one of `begins` and ends with `ends`; one query for each step of it.
    """
    came_from: dict[str, str | None] = dict.fromkeys(sorted(begins))
    frontier = sorted(begins)
    while frontier:
        step = _step_of_the_way.execute(work.connection, {"company_id": company_id, "frontier": frontier})
        frontier = []
        for waiting, required in step:
            if required not in came_from:
                came_from[required] = waiting
                frontier.append(required)
        if ends in came_from:
            return _traced(came_from, ends)
    return None


def _traced(came_from: Mapping[str, str | None], ends: str) -> Sequence[str]:
    way = [ends]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    return way[::-1]


def settle_known(work: Work, company_id: int) -> None:
    """Settle what another transaction settled while the requirement was being written and neither saw the other."""
    _let_go(work, _settle_known, {"of_company": company_id})


def unsettled(work: Work, message_id: int) -> Sequence[tuple[str | None, int | None]]:
    """What a message waits for: records, and numbers of earlier messages."""
    query = (
        select(requirements.c.record, requirements.c.earlier_id)
        .where(requirements.c.message_id == message_id, ~requirements.c.settled)
        .order_by(requirements.c.id)
    )
    return [(record, earlier_id) for record, earlier_id in work.connection.execute(query)]


def _let_go(work: Work, statement: Prepared, given: Mapping[str, Any]) -> None:
    _count(work, statement.execute(work.connection, given).scalars(), -1)


def _count(work: Work, touched: Iterable[int], sign: int) -> None:
    """Each message that is named once waits for one thing more or less, and one that is named twice for two."""
    counts = Counter(touched)
    for number in sorted(set(counts.values())):
        together = [message_id for message_id, count in counts.items() if count == number]
        work.connection.execute(
            update(messages).where(messages.c.id.in_(together)).values(waits_for=messages.c.waits_for + sign * number)
        )
