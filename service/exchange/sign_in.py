"""Signing in, slowed down: who guesses waits longer each time, per user name and address together.

Nobody can lock a user out from another address, and a wrong password stored in a Web Connector with Auto-Run
cannot lock its account: the right one is let in as soon as the wait of at most a minute is over.
"""

from __future__ import annotations

from datetime import timedelta

from service.store import connections
from service.store.connections import Connection
from service.store.unit import Work

FREE_TRIES = 3
LONGEST_WAIT = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)


def must_wait(work: Work, user_name: str, address: str) -> bool:
    """Whether a try from this address comes too soon after a failed one; it is then not even looked at."""
    _, next_try_at = connections.failures(work, _short(user_name), address)
    return next_try_at is not None and next_try_at > work.now


def failed(work: Work, user_name: str, address: str) -> None:
    """Note a failed try: three are free, then the wait doubles from 2 seconds to a minute."""
    name = _short(user_name)
    times = connections.failures(work, name, address)[0] + 1
    wait = timedelta(seconds=2 ** min(times - FREE_TRIES, 6)) if times > FREE_TRIES else timedelta()
    connections.forget_failures_before(work, work.now - FORGOTTEN_AFTER)
    connections.note_failure(work, name, address, times, work.now + min(wait, LONGEST_WAIT))


def succeeded(work: Work, user_name: str, address: str) -> None:
    connections.forget_failures(work, _short(user_name), address)


def entitled(work: Work, connection: Connection | None) -> bool:
    """Whether a connection still is in force and its user may synchronize."""
    return connection is not None and connection.revoked_at is None and connections.may_synchronize(work, connection)


def _short(user_name: str) -> str:
    """What a stranger types is not kept at any length."""
    return user_name[:200]
