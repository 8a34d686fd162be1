"""Signing in, slowed down: who guesses waits longer each time, per user name and address together.

Nobody can lock a user out from another address, and a wrong password stored in a Web Connector with Auto-Run
cannot lock its account: the right one is let in as soon as the wait of at most a minute is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from service.store import connections
from service.store.connections import Connection
from service.store.unit import Work

FREE_TRIES = 3
LONGEST_WAIT = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)


class Tried(Enum):
    """What a try to sign in came to; RIGHT is the only one that lets in."""

    RIGHT = auto()
    WRONG = auto()
    TOO_SOON = auto()


def must_wait(work: Work, user_name: str, address: str) -> bool:
    """Whether a try from this address comes too soon after a failed one; it is then not even looked at."""
    return _too_soon(work, *connections.failures(work, _short(user_name), address))


def judged(work: Work, user_name: str, address: str, *, right: bool) -> Tried:
    """What a try comes to whose password was compared just before; three wrong ones are free, then the wait doubles.

    Those that are made at the same moment are judged one after the other. So all but the first few come too soon, and
    guessing with many calls at once gains nothing, whether the right one is among them or not.
    """
    name = _short(user_name)
    times, next_try_at = connections.failures_locked(work, name, address)
    if _too_soon(work, times, next_try_at):
        return Tried.TOO_SOON
    if right:
        connections.forget_failures(work, name, address)
        return Tried.RIGHT
    times = 1 if next_try_at < work.now - FORGOTTEN_AFTER else times + 1
    connections.note_failure(work, name, address, times, work.now + _wait(times))
    connections.forget_failures_before(work, work.now - FORGOTTEN_AFTER)
    return Tried.WRONG


def entitled(work: Work, connection: Connection | None) -> bool:
    """Whether a connection still is in force and its user may synchronize."""
    return connection is not None and connection.revoked_at is None and connections.may_synchronize(work, connection)


def _short(user_name: str) -> str:
    """What a stranger types is not kept at any length."""
    return user_name[:200]


def _too_soon(work: Work, times: int, next_try_at: datetime | None) -> bool:
    # Without a wait, the time of another try of the same moment may be a little after this one's.
    return times > FREE_TRIES and next_try_at is not None and next_try_at > work.now


def _wait(times: int) -> timedelta:
    """How long after so many failed tries the next one counts: from 2 seconds on, twice as long each time."""
    return min(timedelta(seconds=2 ** min(times - FREE_TRIES, 6)), LONGEST_WAIT) if times > FREE_TRIES else timedelta()
