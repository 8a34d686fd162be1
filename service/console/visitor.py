"""The person at the console, with what that person may do and may know of. Decides nothing about pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.privilege import Privilege
from service.store.companies import Company
from service.store.console_sessions import SignedIn

TITLES: dict[Privilege, str] = {
    Privilege.VIEW: "View",
    Privilege.SYNCHRONIZE: "Synchronize",
    Privilege.MANAGE_COMPANY: "Company file",
    Privilege.MANAGE_USERS: "Users",
}
"""What the privileges are called on the pages."""

OF_A_COMPANY = (Privilege.VIEW, Privilege.SYNCHRONIZE, Privilege.MANAGE_COMPANY)
"""The privileges by which somebody knows of a company at all."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. `grants` are privileges, each with the company it holds for, or None for all."""

    user_id: int
    name: str
    full_name: str
    grants: Sequence[tuple[Privilege, int | None]]
    companies: Sequence[Company]
    """The companies that this person may know of, by name."""

    def may(self, privilege: Privilege, company: Company | None = None) -> bool:
        """Whether a privilege is held for a company; without a company, for all of them."""
        return any(
            held is privilege and where in (None, company.id if company else None) for held, where in self.grants
        )

    @property
    def initials(self) -> str:
        return "".join(word[0].upper() for word in self.full_name.split()[:2])

    def company(self, name: str) -> Company | None:
        """The company of that name, if this person may know of it."""
        return next((one for one in self.companies if one.name == name), None)


def visitor(session: SignedIn, companies: Sequence[Company]) -> Visitor:
    """Who is signed in, and which of all `companies` that is to know of; what was taken away is gone with this page."""
    known = {where for privilege, where in session.grants if privilege in OF_A_COMPANY}
    return Visitor(
        session.user_id,
        session.user_name,
        session.full_name or session.user_name,
        session.grants,
        [one for one in companies if None in known or one.id in known],
    )
