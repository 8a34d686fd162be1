"""Passwords: generated, hashed with argon2id, verified. Keeps none and logs none.

The cost is OWASP's (19 MiB, 2 passes, 1 lane): some 27 ms a try, paid outside of any transaction.
"""

from __future__ import annotations

import secrets

from passlib.context import CryptContext

from service.domain.refusals import WeakPassword

SHORTEST = 12
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike: a generated password may have to be typed."""

_context = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__memory_cost=19456, argon2__rounds=2, argon2__parallelism=1
)


def generate() -> str:
    """A password of 24 letters and digits (some 138 bits), in four groups that a person can type."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(6)) for _ in range(4)]
    return "-".join(groups)


def hashed(password: str) -> str:
    return str(_context.hash(password))


def verified(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one that was hashed; takes as long when there is no hash to compare with."""
    if password_hash is None:
        _context.dummy_verify()
        return False
    return bool(_context.verify(password[:1024], password_hash))


def require_strong(password: str) -> None:
    """Raise WeakPassword for a password that a person chose too short."""
    if len(password) < SHORTEST:
        raise WeakPassword(SHORTEST)
