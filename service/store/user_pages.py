"""The users as their page lists them, with what they were granted; and what is taken from them. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from service.domain.privilege import Privilege
from service.store.account_tables import connections, grants, users
from service.store.console_tables import console_users
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class Person:
    """One user. `grants` are privileges, each with the number of its company, or None for all of them.

    `connects` says that a Web Connector comes under this name.
    """

    id: int
    name: str
    full_name: str | None
    can_sign_in: bool
    disabled_at: datetime | None
    last_sign_in_at: datetime | None
    grants: Sequence[tuple[Privilege, int | None]]
    connects: bool


def everybody(work: Work) -> Sequence[Person]:
    """All users, by their names."""
    query = (
        select(
            users.c.id,
            users.c.name,
            console_users.c.full_name,
            users.c.password_hash.is_not(None),
            users.c.disabled_at,
            console_users.c.last_sign_in_at,
        )
        .select_from(users.outerjoin(console_users, console_users.c.user_id == users.c.id))
        .order_by(users.c.name)
    )
    held: dict[int, list[tuple[Privilege, int | None]]] = {}
    granted = select(grants.c.user_id, grants.c.privilege, grants.c.company_id).order_by(grants.c.id)
    for user_id, privilege, company_id in work.connection.execute(granted):
        held.setdefault(user_id, []).append((Privilege(privilege), company_id))
    connecting = set(work.connection.execute(select(connections.c.user_id)).scalars())
    return [
        Person(number, name, full_name, can_sign_in, disabled_at, seen_at, held.get(number, []), number in connecting)
        for number, name, full_name, can_sign_in, disabled_at, seen_at in work.connection.execute(query)
    ]


def ungrant(work: Work, user_id: int, privilege: Privilege, company_id: int | None) -> None:
    """Take a privilege away, for one company or, with None, the one that holds for all."""
    work.connection.execute(
        delete(grants).where(
            grants.c.user_id == user_id,
            grants.c.privilege == privilege.value,
            grants.c.company_id.is_not_distinct_from(company_id),
        )
    )


def set_disabled(work: Work, user_id: int, at: datetime | None) -> None:
    """Keep since when a user may do nothing any more; with None, that the user may again."""
    work.connection.execute(update(users).where(users.c.id == user_id).values(disabled_at=at))
