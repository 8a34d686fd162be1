"""Companies, connections and users: added, rotated, revoked. Every change is an event that says who made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.privilege import ACCOUNTANT, Privilege
from service.domain.refusals import ConnectionRevoked, Refusal, UnknownPrivilege, UserNameTaken
from service.exchange import passwords
from service.exchange.enqueue import new_guid
from service.store import companies, connections, events, users
from service.store.connections import Connection
from service.store.unit import Work

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")


class BadName(Refusal):
    def __init__(self, what: str, given: str) -> None:
        super().__init__(
            f"'{given[:80]}' cannot be the name of a {what}: use up to 60 letters, digits, dots, dashes, "
            "underscores or at signs, beginning with a letter or a digit."
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """A connection with its password, which is shown once and kept nowhere."""

    connection: Connection
    password: str


def add_company(work: Work, name: str, *, by: str) -> int:
    """Add a company, known by a short name of ours. Raises BadName or CompanyExists."""
    company_id = companies.add(work, _checked("company", name))
    _note(work, "add company", by, company_id, name)
    return company_id


def add_user(work: Work, name: str, password_hash: str | None, privileges: Sequence[Privilege], *, by: str) -> int:
    """Add a person with privileges for all companies. Raises BadName or UserNameTaken."""
    user_id = users.add(work, _checked("user", name), password_hash)
    users.grant(work, user_id, privileges, None)
    _note(work, "add user", by, None, f"{name}: {', '.join(privileges)}")
    return user_id


def add_connection(
    work: Work,
    company_name: str | None,
    user_name: str | None,
    password: str,
    *,
    app_name: str,
    by: str,
    run_every_minutes: int | None = None,
) -> Issued:
    """Issue a connection for a company, with a FileID of its own (web-connector.md 4.4).

    The Web Connector comes as a user who may synchronize that company and cannot sign in to the console; the user is
    made if there is none of that name. `run_every_minutes` is the distance between automatic runs, 1 to 1,440, or None
    for a Web Connector that comes only when somebody presses *Update Selected*; it goes into the `.qwc`.

    Raises UnknownCompany, CompanyNotNamed, BadName or UserNameTaken.
    """
    company = companies.named(work, company_name)
    name = _checked("connection", user_name or f"{company.name}-qb")
    if connections.by_user_name(work, name) is not None:
        raise UserNameTaken(name)
    user = users.by_name(work, name)
    user_id = user.id if user is not None else users.add(work, name, None)
    if user is None:
        users.grant(work, user_id, [Privilege.SYNCHRONIZE], company.id)
    connections.add(
        work,
        company_id=company.id,
        user_id=user_id,
        user_name=name,
        password_hash=passwords.hashed(password),
        owner_id=connections.any_owner_id(work) or new_guid(),
        file_id=new_guid(),
        app_name=_app_name(work, app_name, company.name, company.id),
        run_every_minutes=run_every_minutes,
    )
    _note(work, "add connection", by, company.id, name)
    return Issued(connections.named(work, name), password)


def rotate_password(work: Work, user_name: str, password: str, *, by: str) -> Issued:
    """Give a connection another password; its `.qwc` stays. Raises UnknownConnection or ConnectionRevoked."""
    connection = connections.named(work, user_name)
    if connection.revoked_at is not None:
        raise ConnectionRevoked(user_name)
    connections.change(work, connection.id, password_hash=passwords.hashed(password))
    _note(work, "rotate password", by, connection.company_id, user_name)
    return Issued(connection, password)


def revoke(work: Work, user_name: str, *, by: str) -> None:
    """Turn a connection away from its next visit on. Raises UnknownConnection."""
    connection = connections.named(work, user_name)
    if connection.revoked_at is None:
        connections.change(work, connection.id, revoked_at=work.now)
        _note(work, "revoke connection", by, connection.company_id, user_name)


def privileges_named(names: Sequence[str]) -> Sequence[Privilege]:
    """Privileges by their names; an accountant's when none is named. Raises UnknownPrivilege."""
    if not names:
        return ACCOUNTANT
    for name in names:
        if name not in list(Privilege):
            raise UnknownPrivilege(name, list(Privilege))
    return [Privilege(name) for name in names]


def _app_name(work: Work, app_name: str, company_name: str, company_id: int) -> str:
    """The name in the Web Connector's list; each connection needs one of its own (web-connector.md 4.1)."""
    taken = {one.app_name for one in connections.of_company(work, company_id)}
    first = f"{app_name} {company_name}"
    number = 2
    name = first
    while name in taken:
        name, number = f"{first} {number}", number + 1
    return name


def _checked(what: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadName(what, name)
    return name


def _note(work: Work, action: str, by: str, company_id: int | None, note: str) -> None:
    events.add(work, [{"actor": by, "action": action, "company_id": company_id, "note": note}])
