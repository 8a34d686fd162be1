"""What a key of the HTTP API may do, as data. Checks nobody."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One right of a key; a key has one or several."""

    READ = "read"
    ENQUEUE = "enqueue"
    DECIDE = "decide"
    MANAGE = "manage"


MEANINGS: dict[Scope, str] = {
    Scope.READ: "read messages, records and the state of the queue",
    Scope.ENQUEUE: "put messages into the queue",
    Scope.DECIDE: "decide about messages that need somebody",
    Scope.MANAGE: "add companies and connections, and make passwords",
}

AN_ORDER_SYSTEMS = (Scope.READ, Scope.ENQUEUE)
"""What a key may do for which nothing is said."""
