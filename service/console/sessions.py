"""Sessions of people: begun, found again, ended. The id is in the cookie alone; the database has its hash.

A session is over after eight hours in which nobody pressed anything, after a day, when the password changes, and when
the user is disabled. A page that refreshes itself does not count as somebody pressing something.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from service.store import console_people, console_sessions
from service.store.console_sessions import SignedIn
from service.store.unit import Work
from service.store.users import User

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was used last: a page view need not write each time."""


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def begin(work: Work, user: User, address: str) -> str:
    """Sign a user in, whose password was right; returns the new session's token."""
    console_sessions.forget_before(work, opened=work.now - LONGEST, seen=work.now - IDLE)
    token = new_token()
    console_sessions.add(
        work, token_hash=_hash(token), user_id=user.id, password_mark=_mark(user.password_hash), address=address[:100]
    )
    console_people.signed_in(work, user.id)
    return token


def find(work: Work, token: str) -> SignedIn | None:
    """The session of a token, if it still counts."""
    session = console_sessions.by_hash(work, _hash(token))
    if session is None or session.disabled_at is not None:
        return None
    if session.password_hash is None or session.password_mark != _mark(session.password_hash):
        return None
    if work.now - session.opened_at > LONGEST or work.now - session.last_seen_at > IDLE:
        return None
    return session


def end(work: Work, token: str) -> None:
    console_sessions.end(work, _hash(token))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mark(password_hash: str | None) -> str:
    """Differs for every password; tells nothing about it that its hash would not tell."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()
