"""Lists what a restored backup took from QuickBooks, until it is there again. Changes no record and no message.

The search at the next visit (see `restored`) writes an event for each record that is gone or older now; what is known
of the record today says whether that still holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.operation import Operation
from service.domain.status import UNSETTLED, Status
from service.exchange import restored
from service.store import after_restore as kept
from service.store import company_pages, events, identities, waiting
from service.store.after_restore import LEFT
from service.store.companies import Company
from service.store.events import Event
from service.store.identities import Identity
from service.store.messages import Message
from service.store.unit import Work
from service.store.waiting import Newest

SEEN = "see after restore"
AT_ONCE = 500
"""Records that are looked up together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One record that QuickBooks lost with a restored backup, as a whole (`is_gone`) or in its newest state.

    `number` names it in forms and commands. `called` is the number or name that QuickBooks showed for it, where it is
    known; `last` is the message that QuickBooks did last, if there was one, and `can_be_sent` says whether that holds
    the whole of the record. `saved_again` is the message that brings it back, if there is one that is not done yet.
    """

    number: int
    record: str
    called: str | None
    is_gone: bool
    saved_again: int | None
    what_happened: str
    what_to_do: str
    last: Message | None
    can_be_sent: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody left as the restored backup has it: who by the name of the sign-in, and when."""

    taken: Taken
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is written about restored backups since somebody took the list as seen, by record.

    `checked` is the newest event of each record that is gone or older, `left` who left which of them, and `seen` the
    event of whoever took the list as seen last.
    """

    checked: Mapping[str, Event]
    left: Mapping[str, Event]
    seen: Event | None


_HAPPENED = {
    True: "It is gone: it was made after the backup.",
    False: "QuickBooks has it as it was when the backup was made.",
}
_SEND = "Send it again, unless somebody has entered it in QuickBooks since."
_ASK = "Have the order system {again} it again, under another idempotency key."
_AGAIN: Mapping[str, str] = {
    Operation.MOD.value: "change",
    Operation.VOID.value: "void",
    Operation.DELETE.value: "delete",
}
"""What the order system is to do once more, by what it asked for last; else it is to save it."""

_ON_ITS_WAY: Mapping[str, str] = {
    Status.PENDING.value: "Nothing has to be done: it was saved again, as message {id}.",
    Status.IN_FLIGHT.value: "Nothing has to be done: it was saved again, as message {id}.",
    Status.MANUAL_ENTRY.value: "It was saved again, as message {id}, and is to be entered by hand.",
    Status.IN_DOUBT.value: "It was saved again, as message {id}, which needs attention.",
    Status.FAILED.value: "It was saved again, as message {id}, which needs attention.",
}
"""What is to be done about a record of which a newer message is not done yet, by its status."""


def still_looked_for(work: Work, company: Company) -> int:
    """How many records are still to be looked for at the next visit."""
    return kept.to_look_for(work, company.id)


def found(work: Work, company: Company) -> Sequence[Taken]:
    """What is gone or older in QuickBooks since a backup was restored and was not written there again.

    What somebody left as it is, or took as seen, is not listed any more.
    """
    standing = standing_of(work, company)
    open_ones = {record: event for record, event in standing.checked.items() if record not in standing.left}
    return list(described(work, company, open_ones))


def of_message(work: Work, company: Company, message: Message) -> Taken | None:
    """What a restored backup took of the record of a message that QuickBooks did last; None where it took nothing."""
    about = (kept.CHECKED, LEFT, kept.LISTED_AGAIN)
    told = events.last_of(work, message.id, about) if message.record is not None else None
    if told is None or told.action == LEFT:
        return None
    event = standing_of(work, company).checked.get(str(message.record))
    found = next(described(work, company, {str(message.record): event}), None) if event is not None else None
    return found if found is not None and found.last is not None and found.last.id == message.id else None


def left_as_it_is(work: Work, company: Company, most: int) -> Sequence[Left]:
    """What people left as the restored backup has it and is still so, the last decided first, `most` at most."""
    standing = standing_of(work, company)
    last = sorted(standing.left, key=lambda record: standing.left[record].id, reverse=True)[:most]
    lacking = {one.record: one for one in described(work, company, {one: standing.checked[one] for one in last})}
    return [
        Left(lacking[record], standing.left[record].actor, standing.left[record].at)
        for record in last
        if record in lacking
    ]


def standing_of(work: Work, company: Company) -> Standing:
    """What is written about restored backups of a company."""
    seen = company_pages.newest(work, company.id, [SEEN])
    checked: dict[str, Event] = {}
    left: dict[str, Event] = {}
    for event in kept.told(work, company.id, after=seen.id if seen is not None else 0):
        record = record_of(event)
        if event.action == LEFT:
            left[record] = event
        else:
            left.pop(record, None)
            if event.action == kept.CHECKED and record:
                checked[record] = event
    return Standing(checked, {record: event for record, event in left.items() if record in checked}, seen)


def records_named(work: Work, company: Company, numbers: Collection[int]) -> Mapping[int, str]:
    """The records that some numbers of a list name; what names none is left out."""
    wanted = {number for number in numbers if number > 0}
    told = kept.told(work, company.id, after=min(wanted) - 1) if wanted else []
    return {
        one.id: record_of(one) for one in told if one.id in wanted and one.action == kept.CHECKED and record_of(one)
    }


def record_of(event: Event) -> str:
    """The record that an event is about, which stands in its note: an identity that was linked has no message.

    Empty for a check that says something else than that the record is gone or older.
    """
    note = event.note or ""
    if event.action != kept.CHECKED:
        return note
    outcome = next((one for one in (restored.GONE, restored.CHANGED) if note.endswith(f": {one}")), None)
    return note.removesuffix(f": {outcome}") if outcome is not None else ""


def described(work: Work, company: Company, checked: Mapping[str, Event]) -> Iterator[Taken]:
    """Those of some records of which it still holds, in the order in which they were looked for.

    `checked` has for each of them the event that says so.
    """
    records = sorted(checked, key=lambda record: checked[record].id)
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        known = identities.of_records(work, company.id, set(some))
        newest = waiting.newest(work, company.id, some)
        last = kept.last_done(work, company.id, some)
        for record in some:
            if _still_holds(checked[record], known.get(record), last.get(record)):
                yield _taken(record, checked[record], newest.get(record), last.get(record))


def _is_gone(event: Event) -> bool:
    return str(event.note).endswith(restored.GONE)


def _still_holds(event: Event, known: Identity | None, last: Message | None) -> bool:
    """Whether nothing was learned of the record since: an answer of QuickBooks would have told its identity anew.

    What was deleted since then is not missed.
    """
    if last is not None and last.operation == Operation.DELETE.value and (last.settled_at or event.at) > event.at:
        return False
    return known is None or (known.learned_at <= event.at and not _is_gone(event))


def _taken(record: str, event: Event, newest: Newest | None, last: Message | None) -> Taken:
    is_gone = _is_gone(event)
    again = newest if newest is not None and newest.status in _ON_ITS_WAY else None
    # A Mod, a Void or a deletion does not say all of its record, and an Add would make a second one of what is there.
    is_whole = last is not None and (
        last.operation == Operation.SAVE.value or (is_gone and last.operation == Operation.ADD.value)
    )
    can_be_sent = again is None and is_whole and last is not None and last.content is not None
    if again is not None:
        what_to_do = _ON_ITS_WAY[again.status].format(id=again.id)
    elif can_be_sent:
        what_to_do = _SEND
    else:
        what_to_do = _ASK.format(again=_AGAIN.get(last.operation if last is not None else "", "save"))
    return Taken(
        number=event.id,
        record=record,
        called=newest.quickbooks_number if newest is not None else None,
        is_gone=is_gone,
        saved_again=again.id if again is not None else None,
        what_happened=_HAPPENED[is_gone],
        what_to_do=what_to_do,
        last=last,
        can_be_sent=can_be_sent,
    )


assert set(_ON_ITS_WAY) == {status.value for status in (*UNSETTLED, Status.FAILED)}
