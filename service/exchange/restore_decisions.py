"""Carries out what people decide about what a restored backup lacks: send it again, leave it, put it back on the list.

What is sent again is a new message, which goes its own way. Never sends what is on its way already, and never what
holds a part of its record only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.refusals import Refusal
from service.exchange import after_restore, document, moves
from service.exchange.after_restore import SEEN, Taken
from service.exchange.enqueue import enqueue
from service.store import after_restore as kept
from service.store import events, messages
from service.store.after_restore import LEFT, LISTED_AGAIN
from service.store.attempt import attempt
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

SENT_AGAIN = "send again after restore"


class OffTheList(Refusal):
    """Somebody decided about a record before. `by` is who, by the name of the sign-in, and `at` when."""

    def __init__(self, record: str, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        super().__init__(
            f"{record} is off the list: {by} left it as the restored backup has it, {at:%Y-%m-%d %H:%M} UTC."
        )


class ThereAgain(Refusal):
    def __init__(self, record: str) -> None:
        super().__init__(f"{record} was written to QuickBooks again, so the restored backup lacks it no more.")


class OnItsWay(Refusal):
    """A newer message of the record is there already. `by` is from whom it came, and `at` when."""

    def __init__(self, record: str, message: Message) -> None:
        self.by, self.at = message.enqueued_by, message.created_at
        super().__init__(
            f"{record} was sent again already, as message {message.id}: by {message.enqueued_by}, "
            f"{message.created_at:%Y-%m-%d %H:%M} UTC."
        )


class NothingToSend(Refusal):
    def __init__(self, record: str, what_to_do: str) -> None:
        super().__init__(f"{record} cannot be sent from here: Deskpost does not have the whole of it. {what_to_do}")


class NotLeft(Refusal):
    def __init__(self, record: str) -> None:
        super().__init__(f"{record} stands on the list: nobody left it as the restored backup has it.")


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a decision: the numbers of those that it was made about, and why it was not made about others."""

    done: Sequence[int]
    refused: Sequence[tuple[int, Refusal]]


def accept(work: Work, company: Company, *, by: str) -> int:
    """Take all that is listed as seen: it is listed no more. Returns how much that was."""
    count = len(after_restore.found(work, company))
    if count:
        note = f"{count} that a restored backup took"
        events.add(work, [{"actor": by, "action": SEEN, "company_id": company.id, "note": note}])
    return count


def send_again(work: Work, company: Company, numbers: Collection[int], *, by: str) -> Made:
    """Send some of what is listed again, with what the order system said last, each as a message of its own."""
    return _each(_listed(work, company, numbers), work, lambda one: _sent_again(work, company, one, by))


def leave(work: Work, company: Company, numbers: Collection[int], *, by: str) -> Made:
    """Leave some of what is listed as the restored backup has it: it is listed no more, until it is put back."""
    return _each(_listed(work, company, numbers), work, lambda one: _noted(work, company, one, LEFT, by))


def put_back(work: Work, company: Company, numbers: Collection[int], *, by: str) -> Made:
    """List some again that were left as the restored backup has them."""
    return _each(_left(work, company, numbers), work, lambda one: _noted(work, company, one, LISTED_AGAIN, by))


_Chosen = Iterator[tuple[int, "Taken | Refusal"]]
"""What some numbers name, each as it stands, or why nothing can be decided about it."""


def _each(chosen: _Chosen, work: Work, decide: Callable[[Taken], None]) -> Made:
    """Decide about each; what is refused half-way leaves nothing behind."""
    done: list[int] = []
    refused: list[tuple[int, Refusal]] = []
    for number, one in chosen:
        try:
            if isinstance(one, Refusal):
                raise one
            with attempt(work):
                decide(one)
        except Refusal as refusal:
            refused.append((number, refusal))
        else:
            done.append(number)
    return Made(done, refused)


def _listed(work: Work, company: Company, numbers: Collection[int]) -> _Chosen:
    """What is on the list, as it is once nobody else can decide about it."""
    named = after_restore.records_named(work, company, numbers)
    for last in sorted(kept.last_done(work, company.id, set(named.values())).values(), key=lambda message: message.id):
        messages.by_id(work, last.id)
    # Whoever held them has committed now, so that what was decided there is seen.
    standing = after_restore.standing_of(work, company)
    asked = {record: standing.checked[record] for record in named.values() if record in standing.checked}
    described = {one.record: one for one in after_restore.described(work, company, asked)}
    for number, record in named.items():
        decided = standing.left.get(record) or (standing.seen if record not in asked else None)
        if decided is not None:
            yield number, OffTheList(record, decided.actor, decided.at)
        else:
            yield number, described.get(record) or ThereAgain(record)


def _left(work: Work, company: Company, numbers: Collection[int]) -> _Chosen:
    """What people left as it is."""
    named = after_restore.records_named(work, company, numbers)
    standing = after_restore.standing_of(work, company)
    asked = {record: standing.checked[record] for record in named.values() if record in standing.left}
    described = {one.record: one for one in after_restore.described(work, company, asked)}
    for number, record in named.items():
        yield number, described.get(record) or (ThereAgain(record) if record in asked else NotLeft(record))


def _sent_again(work: Work, company: Company, one: Taken, by: str) -> None:
    """Raises OnItsWay, NothingToSend, or what `enqueue` raises."""
    if one.saved_again is not None:
        raise OnItsWay(one.record, messages.by_id(work, one.saved_again, lock=False))
    if one.last is None or one.last.content is None or not one.can_be_sent:
        raise NothingToSend(one.record, one.what_to_do)
    given = {
        "operation": one.last.operation,
        "record": one.record,
        "content": document.parse_line(one.last.content),
        "revision": one.last.revision,
        "priority": one.last.priority,
    }
    again = enqueue(work, company, document.read(given), by=by)
    moves.note(work, messages.by_id(work, again.message_id), SENT_AGAIN, by, f"as message {one.last.id} said")


def _noted(work: Work, company: Company, one: Taken, action: str, by: str) -> None:
    message_id = one.last.id if one.last is not None else None
    row = {"actor": by, "action": action, "company_id": company.id, "message_id": message_id, "note": one.record}
    events.add(work, [row])
