"""The connections, one per `.qwc`, and the slow-down of those who guess their passwords. Verifies no password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from service.domain.privilege import Privilege
from service.domain.refusals import UnknownConnection, UserNameTaken
from service.store.account_tables import connections, grants, sign_in_failures, users
from service.store.engine import claimed, upsert
from service.store.prepared import Prepared
from service.store.rows import columns_of, new_id, one, several
from service.store.unit import Work


class Connection(NamedTuple):
    """One `.qwc` issued for a company; the fields are the columns of the table."""

    id: int
    company_id: int
    user_id: int
    user_name: str
    password_hash: str
    owner_id: str
    file_id: str
    app_name: str
    issued_at: datetime
    revoked_at: datetime | None
    last_visit_at: datetime | None
    pc: str | None
    run_every_minutes: int | None
    client_version: str | None


_columns = columns_of(connections, Connection)
_by_user_name = Prepared(select(*_columns).where(connections.c.user_name == bindparam("user_name")))
_change = Prepared(update(connections).where(connections.c.id == bindparam("changed_id")))
_may_synchronize = Prepared(
    select(users.c.id)
    .join(grants, grants.c.user_id == users.c.id)
    .where(
        users.c.id == bindparam("user_id"),
        users.c.disabled_at.is_(None),
        grants.c.privilege == Privilege.SYNCHRONIZE.value,
        grants.c.company_id.is_(None) | (grants.c.company_id == bindparam("company_id")),
    )
    .limit(1)
)
_who_failed = (
    sign_in_failures.c.user_name == bindparam("failed_name"),
    sign_in_failures.c.address == bindparam("failed_address"),
)
_failures = Prepared(select(sign_in_failures.c.failures, sign_in_failures.c.next_try_at).where(*_who_failed))
_note_failure = Prepared(update(sign_in_failures).where(*_who_failed))
_forget_failures = Prepared(delete(sign_in_failures).where(*_who_failed))
_of_whom = (sign_in_failures.c.user_name, sign_in_failures.c.address)


def add(work: Work, **values: Any) -> int:
    """Issue a connection; raises UserNameTaken."""
    if by_user_name(work, values["user_name"]) is not None:
        raise UserNameTaken(values["user_name"])
    result = work.connection.execute(insert(connections).values(issued_at=work.now, **values))
    return new_id(result)


def by_user_name(work: Work, user_name: str) -> Connection | None:
    return one(_by_user_name.execute(work.connection, {"user_name": user_name}), Connection)


def named(work: Work, user_name: str) -> Connection:
    """The connection of that user name; raises UnknownConnection."""
    connection = by_user_name(work, user_name)
    if connection is None:
        raise UnknownConnection(user_name)
    return connection


def any_owner_id(work: Work) -> str | None:
    """The OwnerID of this installation, which is that of its first connection; None while there is none."""
    query = select(connections.c.owner_id).order_by(connections.c.id).limit(1)
    return work.connection.execute(query).scalar()


def of_company(work: Work, company_id: int) -> Sequence[Connection]:
    query = select(*_columns).where(connections.c.company_id == company_id).order_by(connections.c.id)
    return several(work.connection.execute(query), Connection)


def change(work: Work, connection_id: int, **values: Any) -> None:
    """Write some columns of a connection."""
    _change.execute(work.connection, {"changed_id": connection_id, **values})


def may_synchronize(work: Work, connection: Connection) -> bool:
    """Whether the connection's user is enabled and holds the privilege to synchronize this company."""
    given = {"user_id": connection.user_id, "company_id": connection.company_id}
    return _may_synchronize.execute(work.connection, given).first() is not None


def failures(work: Work, user_name: str, address: str) -> tuple[int, datetime | None]:
    """How often in a row this user failed to sign in from this address, and when the next try counts."""
    row = _failures.execute(work.connection, {"failed_name": user_name, "failed_address": address}).first()
    return (0, None) if row is None else (row[0], row[1])


def failures_locked(work: Work, user_name: str, address: str) -> tuple[int, datetime]:
    """As `failures`; until the transaction ends, no other try of this user from this address gets past this."""
    table = sign_in_failures
    first = upsert(table, work.connection.dialect.name).values(
        user_name=user_name, address=address, failures=0, next_try_at=work.now
    )
    # A row that is there is written as it is, because that locks it.
    statement = first.on_conflict_do_update(
        index_elements=["user_name", "address"], set_={"failures": table.c.failures}
    ).returning(table.c.failures, table.c.next_try_at)
    row = work.connection.execute(statement).one()
    return row[0], row[1]


def note_failure(work: Work, user_name: str, address: str, times: int, next_try_at: datetime) -> None:
    """Keep that a sign-in failed, and until when further tries from there are not looked at."""
    given = {"failed_name": user_name, "failed_address": address}
    _note_failure.execute(work.connection, {**given, "failures": times, "next_try_at": next_try_at})


def forget_failures(work: Work, user_name: str, address: str) -> None:
    _forget_failures.execute(work.connection, {"failed_name": user_name, "failed_address": address})


def forget_failures_before(work: Work, moment: datetime) -> None:
    """Forget what is long past, so that guessing does not fill the table; what is being judged now stays."""
    old = select(*_of_whom).where(sign_in_failures.c.next_try_at < moment)
    work.connection.execute(delete(sign_in_failures).where(tuple_(*_of_whom).in_(claimed(old))))
