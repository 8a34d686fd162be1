"""The identities: our key for a record and QuickBooks' key for it. Never mixes two companies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from service.store.engine import place_of, upsert
from service.store.prepared import Prepared
from service.store.rows import columns_of, one, several
from service.store.tables import identities
from service.store.unit import Work


class Identity(NamedTuple):
    """What QuickBooks calls a record of ours; the fields are the columns of the table."""

    id: int
    company_id: int
    record: str
    quickbooks_id: str
    edit_sequence: str | None
    quickbooks_number: str | None
    external_guid: str | None
    lines: str | None
    fingerprint: str | None
    revision: int | None
    message_id: int | None
    learned_at: datetime
    unchecked: bool


_columns = columns_of(identities, Identity)
_learnable = (
    "quickbooks_id",
    "edit_sequence",
    "quickbooks_number",
    "external_guid",
    "lines",
    "fingerprint",
    "revision",
    "message_id",
)
_blank: dict[str, Any] = {"unchecked": False, **dict.fromkeys(_learnable)}
_of_records = Prepared(
    select(*_columns).where(
        identities.c.company_id == bindparam("company_id"),
        identities.c.record.in_(bindparam("records", expanding=True)),
    )
)

_of_record = Prepared(
    select(*_columns).where(
        identities.c.company_id == bindparam("company_id"), identities.c.record == bindparam("record")
    )
)


def of_record(work: Work, company_id: int, record: str) -> Identity | None:
    return one(_of_record.execute(work.connection, {"company_id": company_id, "record": record}), Identity)


def forget_lines(work: Work, company_id: int, record: str) -> None:
    """Somebody changed the entry by hand: nobody knows any more whose its lines are."""
    own = (identities.c.company_id == company_id) & (identities.c.record == record) & identities.c.lines.is_not(None)
    work.connection.execute(update(identities).where(own).values(lines=NOBODY_KNOWS_WHOSE))


def forget(work: Work, company_id: int, records: Collection[str]) -> None:
    """These records are no longer in QuickBooks, or what we knew of them is wrong."""
    if records:
        work.connection.execute(
            delete(identities).where(identities.c.company_id == company_id, identities.c.record.in_(sorted(records)))
        )


def of_records(work: Work, company_id: int, records: Collection[str]) -> Mapping[str, Identity]:
    """The identities that are known among some records, by record."""
    if not records:
        return {}
    rows = _of_records.execute(work.connection, {"company_id": company_id, "records": sorted(records)})
    return {identity.record: identity for identity in several(rows, Identity)}


def by_quickbooks_id(work: Work, company_id: int, quickbooks_ids: Collection[str]) -> Sequence[Identity]:
    """The identities that have one of some ids of QuickBooks. A ListID is unique within its kind of list only."""
    query = select(*_columns).where(
        identities.c.company_id == company_id, identities.c.quickbooks_id.in_(sorted(quickbooks_ids))
    )
    return several(work.connection.execute(query.order_by(identities.c.id)), Identity)


def kinds(work: Work, company_id: int) -> Sequence[tuple[str, datetime]]:
    """The kinds of records that are known, each with the moment at which the oldest of its identities was learned."""
    colon = place_of(":", identities.c.record, work.connection.dialect.name)
    kind = func.substr(identities.c.record, 1, colon - 1)
    oldest = func.min(identities.c.learned_at, type_=identities.c.learned_at.type)
    query = select(kind, oldest).where(identities.c.company_id == company_id).group_by(kind)
    return sorted((name, moment) for name, moment in work.connection.execute(query))


NOBODY_KNOWS_WHOSE = "[]"
"""The lines of an entry that somebody else may have changed: what the order system says is all there should be."""


def learn(work: Work, company_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what QuickBooks said of some records; each row names `record` and `quickbooks_id`.

    What a row leaves out and was known before stays.
    """
    if not rows:
        return
    fixed = {**_blank, "company_id": company_id, "learned_at": work.now}
    _learn(work.connection.dialect.name).execute_each(work.connection, [{**fixed, **row} for row in rows])


@cache
def _learn(dialect: str) -> Prepared:
    statement = upsert(identities, dialect)
    learned = {name: func.coalesce(statement.excluded[name], identities.c[name]) for name in _learnable}
    statement = statement.on_conflict_do_update(
        index_elements=["company_id", "record"],
        set_=learned | {"learned_at": statement.excluded.learned_at, "unchecked": statement.excluded.unchecked},
    )
    return Prepared(statement)
