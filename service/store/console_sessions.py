"""The sessions of people who are signed in to the console. Knows no cookie, no password and no privilege."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from service.domain.privilege import Privilege
from service.store.account_tables import grants, users
from service.store.console_tables import console_sessions, console_users
from service.store.prepared import Prepared
from service.store.unit import Work


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session together with its user as the user is now; a privilege is held for a company, or with None for all."""

    id: int
    user_id: int
    password_mark: str
    opened_at: datetime
    last_seen_at: datetime
    notices: str | None
    user_name: str
    password_hash: str | None
    disabled_at: datetime | None
    full_name: str | None
    grants: Sequence[tuple[Privilege, int | None]]


_by_hash = Prepared(
    select(
        console_sessions.c.id,
        console_sessions.c.user_id,
        console_sessions.c.password_mark,
        console_sessions.c.opened_at,
        console_sessions.c.last_seen_at,
        console_sessions.c.notices,
        users.c.name,
        users.c.password_hash,
        users.c.disabled_at,
        console_users.c.full_name,
        grants.c.privilege,
        grants.c.company_id,
    )
    .join(users, users.c.id == console_sessions.c.user_id)
    .outerjoin(console_users, console_users.c.user_id == users.c.id)
    .outerjoin(grants, grants.c.user_id == users.c.id)
    .where(console_sessions.c.token_hash == bindparam("token_hash"))
    .order_by(grants.c.id)
)
"""A row for each privilege: every request begins with it, and one statement is one way to the database."""


def add(work: Work, *, token_hash: str, user_id: int, password_mark: str, address: str) -> None:
    """Keep a new session, known by the hash of its id."""
    values = {
        "token_hash": token_hash,
        "user_id": user_id,
        "password_mark": password_mark,
        "address": address,
        "opened_at": work.now,
        "last_seen_at": work.now,
    }
    work.connection.execute(insert(console_sessions).values(**values))


def by_hash(work: Work, token_hash: str) -> SignedIn | None:
    """The session whose id has this hash, whether it is over or not."""
    rows = list(_by_hash.execute(work.connection, {"token_hash": token_hash}))
    if not rows:
        return None
    held = [(Privilege(privilege), company_id) for *_, privilege, company_id in rows if privilege is not None]
    return SignedIn(*(*rows[0][:-2], held))


def seen(work: Work, session_id: int) -> None:
    """Somebody used it just now."""
    work.connection.execute(
        update(console_sessions).where(console_sessions.c.id == session_id).values(last_seen_at=work.now)
    )


def put_notices(work: Work, session_id: int, notices: str | None) -> None:
    """Keep what is to be told on the next page; None when it was told."""
    work.connection.execute(update(console_sessions).where(console_sessions.c.id == session_id).values(notices=notices))


def end(work: Work, token_hash: str) -> None:
    work.connection.execute(delete(console_sessions).where(console_sessions.c.token_hash == token_hash))


def end_all_of(work: Work, user_id: int) -> None:
    """Sign a user out everywhere."""
    work.connection.execute(delete(console_sessions).where(console_sessions.c.user_id == user_id))


def forget_before(work: Work, opened: datetime, seen: datetime) -> None:
    """Forget the sessions that are over, by their age or because nobody used them."""
    work.connection.execute(
        delete(console_sessions).where(
            (console_sessions.c.opened_at < opened) | (console_sessions.c.last_seen_at < seen)
        )
    )
