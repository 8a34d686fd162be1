"""What is kept for how long: one batch of removing, one of moving out. Keeps all that guards against posting twice.

Each batch is small, so that no visit of the Web Connector waits for it longer than for a message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from service.store import housekeeping
from service.store.unit import Work

BATCH = 500
SESSIONS_KEPT = timedelta(days=30)
"""A sign-in to the console ends after hours; what is left of it is of no use to anybody."""

FAILURES_KEPT = timedelta(days=1)
"""Beyond the end of its waiting time, a failure to sign in slows nobody down any more."""

Remove = Callable[[Work, datetime, int], int]


@dataclass(frozen=True, slots=True)
class Pruned:
    """A kind of thing that is removed: what people call one and several, how, and how long it is kept, where that is
    fixed.
    """

    one: str
    several: str
    remove: Remove
    kept: timedelta | None = None


KINDS = (
    Pruned("text of a message set", "texts of message sets", housekeeping.empty_sets),
    Pruned("delivery to a webhook", "deliveries to webhooks", housekeeping.remove_deliveries),
    Pruned("old sign-in", "old sign-ins", housekeeping.remove_console_sessions, SESSIONS_KEPT),
    Pruned("old failure to sign in", "old failures to sign in", housekeeping.remove_sign_in_failures, FAILURES_KEPT),
)


def prune(work: Work, kind: Pruned, kept: timedelta) -> int:
    """Remove one batch of a kind that is older than `kept`; returns how many, fewer than BATCH when that was all."""
    return kind.remove(work, work.now - (kind.kept or kept), BATCH)


def archive(work: Work, kept: timedelta, after: int, write: Callable[[bytes], None]) -> tuple[int, int]:
    """Move one batch of settled messages, older than `kept`, out of the database, beginning after a number.

    `write` gets JSON lines and returns when they are safe on their medium: only then are they removed here, so that a
    process that dies in between leaves them in both places. Returns how many, and the number of the last.
    """
    found = housekeeping.to_archive(work, work.now - kept, after, BATCH)
    if not found:
        return 0, after
    numbers = [int(row["id"]) for row in found]
    history = housekeeping.history_of(work, numbers)
    write(b"".join(_line({"message": row, "events": history[row["id"]]}) for row in found))
    housekeeping.move_out(work, numbers)
    return len(found), numbers[-1]


def _line(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
