"""The privileges that can be granted to a user, once, so that they can be read by who grants them."""

from __future__ import annotations

from enum import StrEnum


class Privilege(StrEnum):
    """What a person may do. A user of a connection needs `synchronize`, or the Web Connector is turned away."""

    VIEW = "view"
    SYNCHRONIZE = "synchronize"
    MANAGE_COMPANY = "manage_company"
    MANAGE_USERS = "manage_users"


MEANINGS: dict[Privilege, str] = {
    Privilege.VIEW: "see messages, history and the company file",
    Privilege.SYNCHRONIZE: "start, retry, decide, enter by hand",
    Privilege.MANAGE_COMPANY: "manage the company file, its connections and settings",
    Privilege.MANAGE_USERS: "manage users and their privileges",
}

ACCOUNTANT = (Privilege.VIEW, Privilege.SYNCHRONIZE)
"""What a user gets who is added without saying more."""
