"""The companies: what is set, what was pinned, what the last visit saw. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from service.domain.refusals import CompanyExists, CompanyNotNamed, UnknownCompany
from service.store.account_tables import companies
from service.store.prepared import Prepared
from service.store.rows import columns_of, new_id, one, several
from service.store.unit import Work


class Company(NamedTuple):
    """One QuickBooks company file and its queue; the fields are the columns of the table."""

    id: int
    name: str
    created_at: datetime
    pinned_file_id: str | None
    pinned_company_name: str | None
    company_file_path: str | None
    pc: str | None
    product_name: str | None
    qbxml_version: str | None
    country: str
    file_mode: str | None
    last_visit_at: datetime | None
    mismatch: str | None
    path_to_open: str | None
    set_limit: int
    send_only_after_start: bool
    started_at: datetime | None
    link_existing: bool
    create_missing: bool
    income_account: str | None
    substitute_characters: bool
    set_size: int
    unacknowledged: str | None
    seen_company_name: str | None
    seen_file_id: str | None
    seen_path: str | None


_columns = columns_of(companies, Company)
_two = Prepared(select(*_columns).limit(2))
_by_name = Prepared(select(*_columns).where(companies.c.name == bindparam("company_name")))
_by_id = Prepared(select(*_columns).where(companies.c.id == bindparam("company_id")))
_change = Prepared(update(companies).where(companies.c.id == bindparam("changed_id")))


def add(work: Work, name: str) -> int:
    """Add a company and return its number; raises CompanyExists."""
    if by_name(work, name) is not None:
        raise CompanyExists(name)
    result = work.connection.execute(insert(companies).values(name=name, created_at=work.now))
    return new_id(result)


def by_name(work: Work, name: str) -> Company | None:
    return one(_by_name.execute(work.connection, {"company_name": name}), Company)


def by_id(work: Work, company_id: int) -> Company:
    company = one(_by_id.execute(work.connection, {"company_id": company_id}), Company)
    assert company is not None
    return company


def everyone(work: Work) -> Sequence[Company]:
    return several(work.connection.execute(select(*_columns).order_by(companies.c.name)), Company)


def named(work: Work, name: str | None) -> Company:
    """The company of that name, or without a name the only one there is.

    Raises UnknownCompany, or CompanyNotNamed when no name was given and there is not exactly one.
    """
    if name is not None:
        company = by_name(work, name)
        if company is None:
            raise UnknownCompany(name, _names(work))
        return company
    first_two = several(_two.execute(work.connection, {}), Company)
    if len(first_two) != 1:
        raise CompanyNotNamed(_names(work))
    return first_two[0]


def change(work: Work, company_id: int, **values: Any) -> None:
    """Write some columns of a company."""
    _change.execute(work.connection, {"changed_id": company_id, **values})


def _names(work: Work) -> list[str]:
    return list(work.connection.execute(select(companies.c.name).order_by(companies.c.name)).scalars())
