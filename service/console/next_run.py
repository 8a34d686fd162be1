"""When the Web Connector may come next by itself, from the interval in its .qwc and its last visit. An estimate.

People can change the interval in the Web Connector, or untick *Auto-Run*, and Deskpost is not told (web-connector.md
4.3): so a time is named only while the PC does come at about that pace, and with *about* before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.store import connections
from service.store.companies import Company
from service.store.unit import Work

MISSED_AT_MOST = 1
"""From the second missed run on, no time is named: the PC is off, or runs by hand."""

SILENT_AFTER_RUNS = 4
SILENT_AT_LEAST = timedelta(hours=1)
SILENT_WITHOUT_INTERVAL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a company's PC comes: the `minutes` between runs, or None; `next_at`, or None where nobody can tell.

    `silent_after` is how long it may be away, while something waits for it, before that is worth a warning.
    """

    minutes: int | None
    next_at: datetime | None
    silent_after: timedelta

    @property
    def every(self) -> str:
        """every 15 minutes; every hour; every 2 hours; nothing where it is not known"""
        if self.minutes is None:
            return ""
        hours, rest = divmod(self.minutes, 60)
        if rest:
            return "every minute" if self.minutes == 1 else f"every {self.minutes} minutes"
        return "every hour" if hours == 1 else f"every {hours} hours"


UNKNOWN = Pace(None, None, SILENT_WITHOUT_INTERVAL)
"""Nothing is known of how the PC comes, or it is not asked for."""


def of_company(work: Work, company: Company) -> Pace:
    """The pace of the connection that visited last."""
    visited = [
        (one.last_visit_at, one.run_every_minutes)
        for one in connections.of_company(work, company.id)
        if one.revoked_at is None and one.last_visit_at is not None
    ]
    at, minutes = max(visited, key=lambda one: one[0], default=(None, None))
    if at is None or minutes is None:
        return Pace(minutes, None, SILENT_WITHOUT_INTERVAL)
    interval = timedelta(minutes=minutes)
    missed = max(0, (work.now - at) // interval)
    next_at = at + (missed + 1) * interval if missed <= MISSED_AT_MOST else None
    return Pace(minutes, next_at, max(SILENT_AFTER_RUNS * interval, SILENT_AT_LEAST))
