"""What administrators do about users: give and take privileges, disable, set a password. Each is an event.

Somebody who can manage users always remains. What was taken away is gone with the next page, or the next visit of a
Web Connector.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.exchange import accounts, passwords
from service.store import console_people, console_sessions, events, user_pages, users
from service.store.unit import Work
from service.store.user_pages import Person

Grant = tuple[Privilege, int | None]
"""A privilege, with the number of the company for which it is granted, or None for all."""

IMPLY_VIEW = (Privilege.SYNCHRONIZE, Privilege.MANAGE_COMPANY)
"""Who may do these may look, too."""

LONGEST_FULL_NAME = 100


class BadFullName(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(
            f"{given[:40]!r} cannot be a person's name: use up to {LONGEST_FULL_NAME} characters on one line, such as "
            "Maria Alvarez."
        )


class LastAdministrator(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is the only one who can sign in and manage users. Give somebody else that privilege first, or "
            "nobody could do it any more."
        )


class CannotSignIn(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is the user name of a Web Connector, so it gets no password here: make a new one on the page "
            "Company file."
        )


def add(work: Work, name: str, full_name: str, password: str, wanted: Collection[Grant], *, by: str) -> int:
    """Add a person who can sign in. Raises BadName, UserNameTaken or BadFullName."""
    user_id = accounts.add_user(work, name, passwords.hashed(password), (), by=by)
    console_people.set_full_name(work, user_id, _checked(full_name) or None)
    for privilege, company_id in _whole(wanted):
        users.grant(work, user_id, [privilege], company_id)
    _note(work, "grant", by, f"{name}: {_listed(_whole(wanted))}")
    return user_id


def set_privileges(work: Work, user_id: int, wanted: Collection[Grant], *, by: str) -> bool:
    """Let a user hold exactly these privileges; returns whether anything changed. Raises LastAdministrator."""
    person = _person(work, user_id)
    is_, shall = set(person.grants), set(_whole(wanted))
    if (Privilege.MANAGE_USERS, None) in is_ - shall:
        _refuse_last(work, person)
    for privilege, company_id in sorted(is_ - shall, key=str):
        user_pages.ungrant(work, user_id, privilege, company_id)
    for privilege, company_id in sorted(shall - is_, key=str):
        users.grant(work, user_id, [privilege], company_id)
    if is_ != shall:
        _note(work, "grant", by, f"{person.name}: {_listed(sorted(shall, key=str))}")
    return is_ != shall


def set_full_name(work: Work, user_id: int, given: str, *, by: str) -> bool:
    """Give a user the name by which pages call this person, or none if it is empty; returns whether anything changed.

    Raises BadFullName.
    """
    person, full_name = _person(work, user_id), _checked(given) or None
    if full_name == person.full_name:
        return False
    console_people.set_full_name(work, user_id, full_name)
    _note(work, "name user", by, f"{person.name}: {full_name or 'no name'}")
    return True


def disable(work: Work, user_id: int, *, by: str) -> None:
    """Let a user do nothing any more: signed out everywhere, and a Web Connector is turned away.

    Raises LastAdministrator.
    """
    person = _person(work, user_id)
    if person.disabled_at is not None:
        return
    _refuse_last(work, person)
    user_pages.set_disabled(work, user_id, work.now)
    console_sessions.end_all_of(work, user_id)
    _note(work, "disable user", by, person.name)


def enable(work: Work, user_id: int, *, by: str) -> None:
    """Let a user who was disabled do again what the privileges allow."""
    person = _person(work, user_id)
    if person.disabled_at is not None:
        user_pages.set_disabled(work, user_id, None)
        _note(work, "enable user", by, person.name)


def set_password(work: Work, user_id: int, password: str, *, by: str) -> None:
    """Give a user another password; who used the old one is signed out. Raises CannotSignIn."""
    person = _person(work, user_id)
    if person.connects and not person.can_sign_in:
        raise CannotSignIn(person.name)
    console_people.set_password(work, user_id, passwords.hashed(password))
    console_sessions.end_all_of(work, user_id)
    _note(work, "set password", by, person.name)


def _checked(full_name: str) -> str:
    name = full_name.strip()
    if len(name) > LONGEST_FULL_NAME or not name.isprintable():
        raise BadFullName(name)
    return name


def _whole(wanted: Collection[Grant]) -> Sequence[Grant]:
    """What is wanted, with the privilege to look where something is granted that needs it."""
    implied = {(Privilege.VIEW, company_id) for privilege, company_id in wanted if privilege in IMPLY_VIEW}
    return sorted({*wanted, *implied}, key=str)


def _refuse_last(work: Work, person: Person) -> None:
    others = [
        one.name
        for one in user_pages.everybody(work)
        if one.id != person.id and one.can_sign_in and one.disabled_at is None and _administers(one)
    ]
    if not others and _administers(person) and person.can_sign_in:
        raise LastAdministrator(person.full_name or person.name)


def _administers(person: Person) -> bool:
    return (Privilege.MANAGE_USERS, None) in person.grants


def _person(work: Work, user_id: int) -> Person:
    return next(one for one in user_pages.everybody(work) if one.id == user_id)


def _listed(held: Collection[Grant]) -> str:
    told = [privilege.value if where is None else f"{privilege.value} of company {where}" for privilege, where in held]
    return ", ".join(told) or "nothing"


def _note(work: Work, action: str, by: str, note: str) -> None:
    events.add(work, [{"actor": by, "action": action, "company_id": None, "note": note}])
