"""How people and companies are shown in the console: full names, last sign-in, time zone. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from service.domain.privilege import Privilege
from service.store.account_tables import companies, grants, users
from service.store.companies import Company
from service.store.console_tables import console_companies, console_users
from service.store.engine import upsert
from service.store.prepared import Prepared
from service.store.rows import columns_of
from service.store.unit import Work

_companies_and_zones = Prepared(
    select(*columns_of(companies, Company), console_companies.c.time_zone)
    .select_from(companies)
    .outerjoin(console_companies, console_companies.c.company_id == companies.c.id)
    .order_by(companies.c.name)
)


def full_names(work: Work) -> Mapping[str, str]:
    """The full names that are known, by the names under which people sign in."""
    query = (
        select(users.c.name, console_users.c.full_name)
        .join(console_users, console_users.c.user_id == users.c.id)
        .where(console_users.c.full_name.is_not(None))
    )
    return {str(name): str(full_name) for name, full_name in work.connection.execute(query)}


def set_full_name(work: Work, user_id: int, name: str | None) -> None:
    _put(work, console_users, "user_id", user_id, {"full_name": name})


def signed_in(work: Work, user_id: int) -> None:
    """Note that a user signed in just now."""
    _put(work, console_users, "user_id", user_id, {"last_sign_in_at": work.now})


def last_sign_ins(work: Work) -> Mapping[int, datetime]:
    """When each user signed in last, by the user's number."""
    query = select(console_users.c.user_id, console_users.c.last_sign_in_at).where(
        console_users.c.last_sign_in_at.is_not(None)
    )
    return {int(user_id): at for user_id, at in work.connection.execute(query)}


def companies_and_zones(work: Work) -> Sequence[tuple[Company, str | None]]:
    """All companies by name, each with its time zone, as America/New_York, or None when none was set."""
    return [(Company(*columns), zone) for *columns, zone in _companies_and_zones.execute(work.connection, {})]


def time_zone(work: Work, company_id: int) -> str | None:
    """The time zone of a company, as America/New_York; None when none was set."""
    query = select(console_companies.c.time_zone).where(console_companies.c.company_id == company_id)
    return work.connection.execute(query).scalar()


def set_time_zone(work: Work, company_id: int, name: str | None) -> None:
    _put(work, console_companies, "company_id", company_id, {"time_zone": name})


def note_start(work: Work, company_id: int, by: str) -> None:
    """Keep who pressed Start just now."""
    _put(work, console_companies, "company_id", company_id, {"started_by": by, "started_at": work.now})


def last_start(work: Work, company_id: int) -> tuple[str, datetime] | None:
    """Who pressed Start last, by the name of the sign-in, and when."""
    query = select(console_companies.c.started_by, console_companies.c.started_at).where(
        console_companies.c.company_id == company_id, console_companies.c.started_at.is_not(None)
    )
    row = work.connection.execute(query).first()
    return None if row is None else (row[0], row[1])


def set_password(work: Work, user_id: int, password_hash: str) -> None:
    work.connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def holders(work: Work, privilege: Privilege) -> Sequence[str]:
    """The names of those who can sign in and hold a privilege somewhere."""
    query = (
        select(users.c.name)
        .join(grants, grants.c.user_id == users.c.id)
        .where(
            grants.c.privilege == privilege.value,
            users.c.disabled_at.is_(None),
            users.c.password_hash.is_not(None),
        )
        .distinct()
        .order_by(users.c.name)
    )
    return list(work.connection.execute(query).scalars())


def _put(work: Work, table: Table, column: str, key: int, values: Mapping[str, Any]) -> None:
    statement = upsert(table, work.connection.dialect.name).values(**{column: key}, **values)
    work.connection.execute(statement.on_conflict_do_update(index_elements=[column], set_=dict(values)))
