"""What the mark of a company's page is made of: all that tells whether something it shows changed. Reads no message.

One statement, and every part of it a look at a few rows, whatever the tables hold: a page that refreshes itself asks
for it every few seconds. Whoever changes something that a page shows leaves a trace here: an event, a call in the
session, a message that is new in the queue, or a column of the company's own row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Subquery,
    Table,
    Text,
    TextClause,
    bindparam,
    func,
    literal,
    select,
    text,
    tuple_,
)

from service.store.companies import Company
from service.store.console_tables import console_companies
from service.store.pages import OPEN
from service.store.prepared import Prepared
from service.store.rows import columns_of
from service.store.tables import companies, connections, events, messages, sessions, sign_in_failures
from service.store.unit import Work

NEWEST = 100
"""So many of the newest events and pending messages are looked at, and not the last one alone: on PostgreSQL a
transaction may commit after others that began later, and then its numbers are not the highest any more."""

LAST = 2**62
"""Greater than any number that a database gives."""

_company_id = bindparam("company_id", type_=BigInteger)
_in_company = {"company_id": _company_id}
_pending = {"company_id": _company_id, "status": literal("pending", Text)}


@dataclass(frozen=True, slots=True)
class Facts:
    """The company as it is, and all else that changes with its pages."""

    company: Company
    others: Sequence[Any]


def read(work: Work, company_id: int) -> Facts:
    """The facts of a company; whatever changes on its pages changes one of them, but for what only time changes."""
    row = _facts.execute(work.connection, {"company_id": company_id}).first()
    assert row is not None
    return Facts(Company(*row[: len(_of_company)]), row[len(_of_company) :])


def _named(columns: Iterable[ColumnElement[Any]], of: str) -> Sequence[ColumnElement[Any]]:
    """Columns of a table under names that those of others do not have."""
    return [column.label(f"{of}_{column.key}") for column in columns]


def _newest(table: Table, keys: Mapping[str, Any], limit: int, *conditions: TextClause) -> Subquery:
    """The last rows of an index that begins with some keys and ends with the id, for the values of the keys.

    Its order names the keys, too, and no key is set equal to its value: else PostgreSQL knows that the rows come by
    their ids alone, and hopes to meet them soon from the end of the table. Of a company that nothing happened in for
    long, that reads all that happened in the others since. So rows of other keys may be among these.
    """
    columns = [*(table.c[name] for name in keys), table.c.id]
    place = tuple_(*columns) <= tuple_(*keys.values(), literal(LAST, BigInteger))
    order = [column.desc() for column in columns]
    return select(*columns).where(place, *conditions).order_by(*order).limit(limit).subquery()


def _sum_of_newest(table: Table, keys: Mapping[str, Any], *conditions: TextClause) -> ScalarSelect[Any]:
    """Changes with every row that comes among the newest ones, also when it does not become the very newest."""
    found = _newest(table, keys, NEWEST, *conditions)
    theirs = [found.c[name] == value for name, value in keys.items()]
    return select(func.sum(found.c.id)).where(*theirs).scalar_subquery()


def _failed_sign_ins() -> FromClause:
    """The wrong passwords of the company's connections, as one row."""
    names = select(connections.c.user_name).where(connections.c.company_id == _company_id)
    return (
        select(
            func.count().label("number"),
            func.sum(sign_in_failures.c.failures).label("failures"),
            func.max(sign_in_failures.c.next_try_at).label("newest"),
        )
        .where(sign_in_failures.c.user_name.in_(names))
        .subquery("failed_sign_ins")
    )


def _statement() -> Prepared:
    failed = _failed_sign_ins()
    last_session = _newest(sessions, _in_company, 1)
    return Prepared(
        select(
            *_of_company,
            *_named(console_companies.c, "shown"),
            *_named(sessions.c, "session"),
            _sum_of_newest(events, _in_company).label("newest_events"),
            _sum_of_newest(messages, _pending, text(OPEN)).label("newest_messages"),
            *failed.c,
        )
        .select_from(companies)
        .join(failed, text("1 = 1"))
        .outerjoin(console_companies, console_companies.c.company_id == companies.c.id)
        .outerjoin(last_session, last_session.c.company_id == companies.c.id)
        .outerjoin(sessions, sessions.c.id == last_session.c.id)
        .where(companies.c.id == _company_id)
    )


_of_company = _named(columns_of(companies, Company), "company")
_facts = _statement()
