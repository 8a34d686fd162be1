"""The users and the privileges they were granted. Verifies no password and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select

from service.domain.privilege import Privilege
from service.domain.refusals import UnknownUser, UserNameTaken
from service.store.account_tables import grants, users
from service.store.rows import columns_of, new_id, one, several
from service.store.unit import Work


class User(NamedTuple):
    """A person, or the account under which a Web Connector comes; the fields are the columns of the table."""

    id: int
    name: str
    password_hash: str | None
    created_at: datetime
    disabled_at: datetime | None


_columns = columns_of(users, User)


def add(work: Work, name: str, password_hash: str | None) -> int:
    """Add a user; without a password hash nobody can sign in as this user. Raises UserNameTaken."""
    if by_name(work, name) is not None:
        raise UserNameTaken(name)
    values = {"name": name, "password_hash": password_hash, "created_at": work.now}
    return new_id(work.connection.execute(insert(users).values(**values)))


def by_name(work: Work, name: str) -> User | None:
    return one(work.connection.execute(select(*_columns).where(users.c.name == name)), User)


def named(work: Work, name: str) -> User:
    """The user of that name; raises UnknownUser."""
    user = by_name(work, name)
    if user is None:
        raise UnknownUser(name)
    return user


def everyone(work: Work) -> Sequence[User]:
    return several(work.connection.execute(select(*_columns).order_by(users.c.name)), User)


def grant(work: Work, user_id: int, privileges: Iterable[Privilege], company_id: int | None) -> None:
    """Grant privileges for one company, or with None for all of them; what is granted already stays."""
    held = {privilege for privilege, where in granted(work, user_id) if where == company_id}
    for privilege in privileges:
        if privilege not in held:
            work.connection.execute(
                insert(grants).values(user_id=user_id, privilege=privilege.value, company_id=company_id)
            )


def granted(work: Work, user_id: int) -> Sequence[tuple[Privilege, int | None]]:
    """What a user may do, each with the company it is granted for, or None for all."""
    query = select(grants.c.privilege, grants.c.company_id).where(grants.c.user_id == user_id).order_by(grants.c.id)
    return [(Privilege(privilege), company_id) for privilege, company_id in work.connection.execute(query)]
