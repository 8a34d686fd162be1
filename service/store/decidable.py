"""What a search finds that people may still decide about: how many there are, and which, as a page showed them.

Only reads, and looks at a bounded number of the newest messages of each status. A message in flight or in doubt is
never among them. What a decision may take is what the page showed, and nothing that came to match since: a message
is numbered higher than the newest of that time, or has an event later than the newest of that time. Numbers and not
times, because the clocks of two machines differ. On PostgreSQL a transaction that was under way meanwhile can commit
a lower number later, which is why who presses names the number that was shown as well: more than that is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text

from service.domain.status import Status
from service.store.history_pages import Wanted, conditions
from service.store.pages import OPEN
from service.store.tables import events, messages
from service.store.unit import Work

LOOKED_THROUGH = 10_000
LOOKED_THROUGH_FOR_WORDS = 2_000
"""So many messages of a status are looked through at most; each costs more when names have to be compared."""

MOVES_LOOKED_THROUGH = 20_000

DECIDABLE: Mapping[Status, str] = {
    Status.FAILED: f"messages.status = 'failed' AND {OPEN}",
    Status.PENDING: f"messages.status = 'pending' AND {OPEN}",
    Status.MANUAL_ENTRY: f"messages.status = 'manual_entry' AND {OPEN}",
    Status.SKIPPED: "messages.status = 'skipped' AND NOT (messages.content IS NULL AND messages.operation IN"
    " ('save', 'add', 'mod')) AND NOT EXISTS (SELECT 1 FROM old_skipped WHERE old_skipped.message_id = messages.id"
    " AND old_skipped.closed_at IS NOT NULL)",
    Status.MANUALLY_ENTERED: "messages.status = 'manually_entered'",
}
"""The statuses that people decide about several at once, each with its index's condition as a literal.

What was skipped before Deskpost and closed since was dealt with by other means, and must not be sent among others;
what came without its document cannot be sent at all.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page's point in time: the newest message and the newest event that there were."""

    message: int
    event: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many messages of a status match, of those behind the number `floor`; 0 when none was left out."""

    number: int
    floor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One that matched when the page was made, and that somebody or something moved since."""

    message_id: int
    stands: Status
    by: str
    at: datetime


def seen(work: Work) -> Seen:
    """What is the newest now."""
    newest = [work.connection.execute(select(func.max(table.c.id))).scalar() or 0 for table in (messages, events)]
    return Seen(*newest)


def counted(work: Work, company_id: int, wanted: Wanted) -> Mapping[Status, Counted]:
    """How many match of each status that can be decided about; statuses of which there are none are left out."""
    found = {}
    for status in _statuses(wanted):
        floor = 0 if wanted.run is not None else _floor(work, company_id, status, _most(wanted))
        query = select(func.count()).select_from(messages).where(*_of(company_id, status, wanted, floor))
        number = int(work.connection.execute(query).scalar_one())
        if number:
            found[status] = Counted(number, floor)
    return found


def matching(
    work: Work, company_id: int, wanted: Wanted, floors: Mapping[Status, int], shown: Seen, limit: int
) -> Sequence[int]:
    """The numbers of those that matched when the page was made and still do, the newest ones first.

    `floors` names the statuses to take, each with the number behind which they were counted.
    """
    found: list[int] = []
    for status, floor in floors.items():
        query = select(messages.c.id).where(*_of(company_id, status, wanted, floor), *stood(shown))
        found += work.connection.execute(query.order_by(messages.c.id.desc()).limit(limit)).scalars()
    return sorted(found, reverse=True)[:limit]


def stood(shown: Seen) -> Sequence[ColumnElement[bool]]:
    """That a message was there when a page was made, and stands where it stood then."""
    moved = select(events.c.id).where(
        events.c.message_id == messages.c.id, events.c.id > shown.event, events.c.to_status.is_not(None)
    )
    return (messages.c.id <= shown.message, ~moved.exists())


def moved_since(
    work: Work, company_id: int, wanted: Wanted, floors: Mapping[Status, int], shown: Seen
) -> Sequence[Moved]:
    """Those that matched when the page was made, and where they were moved since, by whom."""
    query = (
        select(events.c.message_id, events.c.from_status, events.c.to_status, events.c.actor, events.c.at)
        .join(messages, messages.c.id == events.c.message_id)
        .where(
            events.c.company_id == company_id,
            events.c.id > shown.event,
            events.c.to_status.is_not(None),
            messages.c.id <= shown.message,
            *conditions(Wanted(wanted.words, wanted.kinds, (), wanted.since, wanted.run)),
        )
        .order_by(events.c.id)
        .limit(MOVES_LOOKED_THROUGH)
    )
    first: dict[int, Status] = {}
    last: dict[int, Moved] = {}
    for number, before, after, actor, at in work.connection.execute(query):
        first.setdefault(number, Status(before))
        last[number] = Moved(number, Status(after), actor, at)
    return [one for one in last.values() if _was_shown(first[one.message_id], one.message_id, floors)]


def _was_shown(stood: Status, message_id: int, floors: Mapping[Status, int]) -> bool:
    return stood in floors and message_id > floors[stood]


def _statuses(wanted: Wanted) -> Collection[Status]:
    return [status for status in DECIDABLE if not wanted.statuses or status in wanted.statuses]


def _most(wanted: Wanted) -> int:
    return LOOKED_THROUGH_FOR_WORDS if wanted.words else LOOKED_THROUGH


def _floor(work: Work, company_id: int, status: Status, most: int) -> int:
    """The number behind which the newest `most` messages of a status stand; 0 when there are no more than that."""
    query = select(messages.c.id).where(messages.c.company_id == company_id, text(DECIDABLE[status]))
    return int(work.connection.execute(query.order_by(messages.c.id.desc()).offset(most).limit(1)).scalar() or 0)


def _of(company_id: int, status: Status, wanted: Wanted, floor: int) -> Sequence[ColumnElement[bool]]:
    # What a visit settled is few and known by its numbers: the sum keeps the databases from the index by company.
    company: Any = messages.c.company_id + 0 if wanted.run is not None else messages.c.company_id
    narrowed = conditions(Wanted(wanted.words, wanted.kinds, (), wanted.since, wanted.run))
    literal: Any = text(DECIDABLE[status])
    return (company == company_id, literal, messages.c.id > floor, *narrowed)
