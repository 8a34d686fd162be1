"""Lists what a restored backup took from QuickBooks, until it is there again. Changes no record and no message.

The search at the next visit (see `restored`) writes an event for each record that is gone or older now; what is known
of the record today says whether that still holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.status import UNSETTLED
from service.exchange import restored
from service.store import events, identities, unchecked, waiting
from service.store.companies import Company
from service.store.events import Event
from service.store.identities import Identity
from service.store.unit import Work
from service.store.waiting import Newest

SEEN = "see after restore"
AT_ONCE = 500
"""Records that are looked up together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One record that QuickBooks lost with a restored backup, as a whole (`is_gone`) or in its newest state.

    `called` is the number or name that QuickBooks showed for it, where it is known; `saved_again` is the message that
    brings it back, if there is one that is not done yet.
    """

    record: str
    called: str | None
    is_gone: bool
    saved_again: int | None
    what_happened: str
    what_to_do: str


_HAPPENED = {
    True: "It is gone: it was made after the backup.",
    False: "QuickBooks has it as it was when the backup was made.",
}
_TO_DO = "Have the order system save it again, under another idempotency key."


def still_looked_for(work: Work, company: Company, most: int = 100_000) -> int:
    """How many records are still to be looked for at the next visit, counted up to `most`."""
    return len(unchecked.some(work, company.id, most))


def found(work: Work, company: Company) -> Sequence[Taken]:
    """What is gone or older in QuickBooks since a backup was restored and was not written there again, by record.

    What was taken as seen by `accept` is not listed any more.
    """
    checked = _checked(work, company)
    records = sorted(checked)
    taken: list[Taken] = []
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        known = identities.of_records(work, company.id, set(some))
        newest = waiting.newest(work, company.id, some)
        taken += [
            _described(record, checked[record], newest.get(record))
            for record in some
            if _still_holds(checked[record], known.get(record))
        ]
    return taken


def accept(work: Work, company: Company, *, by: str) -> int:
    """Take what is listed as seen: it is listed no more. Returns how much that was."""
    count = len(found(work, company))
    if count:
        note = f"{count} that a restored backup took"
        events.add(work, [{"actor": by, "action": SEEN, "company_id": company.id, "note": note}])
    return count


def _checked(work: Work, company: Company) -> Mapping[str, Event]:
    """The newest event of each record that was looked for and is gone or older, since somebody saw the list."""
    seen = events.of_company(work, company.id, SEEN)
    after = seen[-1].id if seen else 0
    told: dict[str, Event] = {}
    for event in events.of_company(work, company.id, restored.CHECKED, after=after):
        for outcome in (restored.GONE, restored.CHANGED):
            # The record stands in the note: an identity that was linked has no message.
            if event.note is not None and event.note.endswith(f": {outcome}"):
                told[event.note.removesuffix(f": {outcome}")] = event
    return told


def _is_gone(event: Event) -> bool:
    return str(event.note).endswith(restored.GONE)


def _still_holds(event: Event, known: Identity | None) -> bool:
    """Whether nothing was learned of the record since: an answer of QuickBooks would have told its identity anew."""
    return known is None or (known.learned_at <= event.at and not _is_gone(event))


def _described(record: str, event: Event, newest: Newest | None) -> Taken:
    is_gone = _is_gone(event)
    again = newest.id if newest is not None and newest.status in {one.value for one in UNSETTLED} else None
    to_do = f"Nothing has to be done: it was saved again, as message {again}." if again is not None else _TO_DO
    called = newest.quickbooks_number if newest is not None else None
    return Taken(record, called, is_gone, again, _HAPPENED[is_gone], to_do)
