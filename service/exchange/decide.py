"""What people decide about a message. Each decision is one lawful move, says who made it, and posts nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service import catalogue
from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import again, doubt, moves, outcome, read_first, versions
from service.exchange.forget import forget
from service.exchange.moves import Context
from service.store import events, identities, messages, old_skipped
from service.store.messages import Message
from service.store.unit import Work

LONGEST_NUMBER = 209
"""The longest FullName; every other number or name of QuickBooks is shorter."""


class NothingToLinkTo(Refusal):
    def __init__(self, document: str) -> None:
        super().__init__(f"{document} cannot be linked: no single entry of its kind has its name in QuickBooks.")


class NotSaidToBeGone(Refusal):
    def __init__(self, message_id: int, document: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) cannot create it again: QuickBooks did not say that it is gone, so "
            "there might be two of it then."
        )


class DoubtIsOpen(Refusal):
    """A message is to go on although nobody has said whether QuickBooks has it; `opened_by` is as `doubt` has it."""

    def __init__(self, message_id: int, document: str, opened_by: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) {_MAY_BE_THERE[opened_by]}. Look for it there: if it is there, mark it "
            "as entered with its number; if not, say that it is not there, and it is sent again."
        )


_MAY_BE_THERE: Mapping[str, str] = {
    doubt.DOUBT: "was in doubt, so QuickBooks may have it",
    doubt.PERHAPS_DONE: "was sent and got no answer, so QuickBooks may have the change already",
}
"""Why somebody has to look for it in QuickBooks."""


class PerhapsDone(Refusal):
    """A change goes out once more because that does no harm, and somebody wants to take it back all the same."""

    def __init__(self, message_id: int, document: str, what_now: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) stays as it is: its answer was lost, so QuickBooks may have the change "
            f"already. {what_now}"
        )


_WHAT_NOW: Mapping[Status, str] = {
    Status.PENDING: "It is sent again at the next visit, which does no harm; decide about it after that.",
    Status.FAILED: "Retry it, which does no harm, or put it under Manual entry and look in QuickBooks.",
}
"""What people do instead about a change that QuickBooks may have already."""
_AFTER_THE_NEWER = "A newer version of it, {newer}, is on its way; decide about this one after that."


class NumberMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Give the number that QuickBooks shows for it, such as 20379.")


class NumberTooLong(Refusal):
    def __init__(self, number: str) -> None:
        super().__init__(
            f"'{number[:20]}...' has {len(number)} characters, and QuickBooks' numbers and names have {LONGEST_NUMBER} "
            "at most: give the number alone."
        )


class NotWaitingForANumber(Refusal):
    def __init__(self, message_id: int, document: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) needs no number: only what somebody entered by hand or saw in "
            "QuickBooks, and what was not found there since, can be given another one."
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision over several messages: those that moved, and why others did not."""

    moved: Sequence[int]
    refused: Sequence[str]


def for_each(work: Work, message_ids: Sequence[int], decision: Callable[[Work, int], None]) -> Decided:
    """Make one decision about several messages; those that it does not apply to are left as they are, with a reason."""
    moved: list[int] = []
    refused: list[str] = []
    # In one order for everybody, so that two people who decide about the same messages never wait for each other.
    for message_id in sorted(set(message_ids)):
        try:
            decision(work, message_id)
        except Refusal as refusal:
            refused.append(str(refusal))
        else:
            moved.append(message_id)
    return Decided(moved, refused)


def retry(work: Work, message_ids: Sequence[int], *, by: str) -> Decided:
    """Send failed messages again, under new message set ids: QuickBooks keeps the old outcome under the old one."""
    return for_each(work, message_ids, lambda work, number: send_again(work, number, by=by))


def send_again(work: Work, message_id: int, *, by: str) -> None:
    """Retry one of them. Raises WithoutDocument, ReplacedByNewer or UnlawfulMove."""
    again.to_pending(work, "retry", message_id, by)


def link(work: Work, message_id: int, *, by: str) -> None:
    """Take the entry of QuickBooks that has the name for the message's record, and bring it up to date.

    Raises NothingToLinkTo or UnlawfulMove.
    """
    message = messages.by_id(work, message_id)
    entry = json.loads(message.present) if message.present and message.status_code == 3100 else None
    if entry is None or message.operation not in (Operation.SAVE.value, Operation.ADD.value):
        raise NothingToLinkTo(message.document)
    again.to_pending(work, "retry", message_id, by)
    read_first.link(work, message, entry, by=by)
    if message.operation == Operation.ADD.value:
        # An `add` only wanted it to be there, and it is.
        messages.change(work, message_id, operation=Operation.SAVE.value)


def create_again(work: Work, message_id: int, *, by: str) -> None:
    """Forget an entry that is gone in QuickBooks, and send the message as a new one.

    Where the record was found somewhere else since, it is there, and the message is sent as a change of that.

    Raises NotSaidToBeGone or UnlawfulMove.
    """
    message = messages.by_id(work, message_id)
    offers = json.loads(message.offers or "[]")
    if message.status == Status.FAILED.value and (
        catalogue.Offer.CREATE_AGAIN.value not in offers or message.operation != Operation.SAVE.value
    ):
        raise NotSaidToBeGone(message_id, message.document)
    again.to_pending(work, "retry", message_id, by)
    known = identities.of_record(work, message.company_id, str(message.record))
    refused = events.last_of(work, message.id, ["fail"])
    if known is not None and refused is not None and known.learned_at > refused.at:
        return
    forget(work, message.company_id, [str(message.record)])


def hand_over(work: Work, message_id: int, *, by: str) -> None:
    """Put a message on the list of what a person types into QuickBooks.

    Raises PerhapsDone, EarlierComesFirst, ReplacedByNewer or UnlawfulMove.
    """
    message = messages.by_id(work, message_id)
    refuse_perhaps_done(work, message, Status.PENDING)
    if message.status != Status.IN_DOUBT.value:
        versions.refuse_replaced(work, message, "hand over")
        versions.refuse_before_earlier(work, message, "hand over")
    moves.make_one(work, "hand over", message, Context(actor=by), to_read=None)


def mark_entered(work: Work, message_id: int, number: str, *, by: str) -> None:
    """A person typed it into QuickBooks: note QuickBooks' number; the next visit looks it up and learns its identity.

    What is known already, because a change was typed, stays as long as it is still there. Raises NumberMissing,
    NumberTooLong or UnlawfulMove.
    """
    number = _checked_number(number)
    message = messages.by_id(work, message_id)
    known = identities.of_record(work, message.company_id, message.record) if message.record is not None else None
    moves.make_one(
        work,
        "mark entered",
        message,
        Context(actor=by),
        quickbooks_number=number,
        quickbooks_id=known.quickbooks_id if known is not None else None,
        to_read=read_first.NUMBER if message.record is not None else None,
        not_before=None,
        settled_at=work.now,
    )
    if known is not None:
        identities.forget_lines(work, message.company_id, known.record)


def correct_number(work: Work, message_id: int, number: str, *, by: str) -> None:
    """The number that was noted was not found in QuickBooks: note another one, which the next visit looks up.

    Raises NumberMissing, NumberTooLong or NotWaitingForANumber.
    """
    number = _checked_number(number)
    message = messages.by_id(work, message_id)
    entered = message.status in (Status.MANUALLY_ENTERED.value, Status.SYNCHRONIZED.value)
    if not entered or message.record is None or message.quickbooks_number is None or message.quickbooks_id is not None:
        raise NotWaitingForANumber(message_id, message.document)
    messages.change(work, message_id, quickbooks_number=number, to_read=read_first.NUMBER)
    moves.note(work, message, "correct number", by, f"{number} instead of {message.quickbooks_number}")


def reopen(work: Work, message_id: int, *, by: str) -> None:
    """It was marked as entered by mistake: it is to be typed again, and what was looked up by its number is forgotten.

    An identity that was known before it was entered stays. Raises NewerIsThere or UnlawfulMove.
    """
    message = messages.by_id(work, message_id)
    if message.status == Status.MANUALLY_ENTERED.value:
        versions.refuse_built_on(work, message)
    taught = _taught_since_entered(work, message)
    moves.make_one(
        work,
        "reopen",
        message,
        Context(actor=by),
        to_read=None,
        settled_at=None,
        quickbooks_id=None,
        quickbooks_number=None,
    )
    if message.record is not None and taught:
        forget(work, message.company_id, [message.record])


def skip(work: Work, message_id: int, note: str | None = None, *, by: str) -> None:
    """Do not send it. Raises PerhapsDone, DoubtIsOpen or UnlawfulMove."""
    message = messages.by_id(work, message_id)
    refuse_perhaps_done(work, message, Status.PENDING, Status.FAILED)
    refuse_open_doubt(work, message, Status.MANUAL_ENTRY)
    moves.make_one(work, "skip", message, Context(actor=by), note=note, to_read=None, settled_at=work.now)


def restore(work: Work, message_id: int, *, by: str) -> None:
    """Send it after all. Raises DoubtIsOpen, WithoutDocument, ReplacedByNewer or UnlawfulMove."""
    message = messages.by_id(work, message_id)
    refuse_open_doubt(work, message, Status.MANUAL_ENTRY, Status.SKIPPED)
    again.to_pending(work, "restore", message_id, by)
    old_skipped.close(work, message_id, None)


def it_is_there(work: Work, message_id: int, number: str | None = None, *, by: str) -> None:
    """A person saw in QuickBooks that it is there: link what the look-up found, or look it up by its number.

    Raises NumberMissing, NumberTooLong or UnlawfulMove.
    """
    message = messages.by_id(work, message_id)
    found = doubt.found(message)
    linkable = bool(found.get("ListID") or found.get("TxnID"))
    values: dict[str, Any] = {"settled_at": work.now, "what_happened": "Somebody saw it in QuickBooks."}
    if number is not None:
        values["quickbooks_number"] = _checked_number(number)
    elif message.record is not None and not linkable and message.status == Status.IN_DOUBT.value:
        raise NumberMissing
    moves.make_one(work, "found", message, Context(actor=by), what_to_do=None, offers=None, **values)
    if message.record is None:
        return
    if number is None:
        read_first.link(work, message, found, by=by)
        known = outcome.identity_in(found)
        messages.change(
            work,
            message_id,
            quickbooks_id=known["quickbooks_id"],
            quickbooks_number=known["quickbooks_number"],
            to_read=outcome.still_to_read(message),
        )
    else:
        messages.change(work, message_id, to_read=read_first.NUMBER)


def it_is_not_there(work: Work, message_id: int, *, by: str) -> None:
    """A person saw in QuickBooks that it is not there: send it again, as a new set, or what is newer in its place.

    Also for one that was in doubt and was put on the list of what is typed by hand, or skipped, since.
    """
    message = messages.by_id(work, message_id)
    handed_over = message.status in (Status.MANUAL_ENTRY.value, Status.SKIPPED.value) and doubt.is_open(work, message)
    move = "restore" if handed_over else "absent"
    newer = versions.newer(work, message)
    if newer is None:
        again.to_pending(work, move, message_id, by)
    else:
        moves.make_one(work, move, message, Context(actor=by), settled_at=work.now)
        moves.make_one(work, "supersede", messages.by_id(work, message_id), note=f"replaced by {newer}")
    if handed_over:
        moves.note(work, message, "absent", by, "somebody saw that QuickBooks does not have it")


def refuse_perhaps_done(work: Work, message: Message, *where: Status) -> None:
    """A change that QuickBooks may have is not taken back from where it stands: raises PerhapsDone."""
    if not message.attempts or message.status not in where or not doubt.is_open(work, message):
        return
    what_now = _WHAT_NOW[Status(message.status)]
    if message.status == Status.FAILED.value and (newer := versions.newer(work, message)) is not None:
        if versions.is_replaced_in_quickbooks(work, message):
            return
        what_now = _AFTER_THE_NEWER.format(newer=newer)
    raise PerhapsDone(message.id, message.document, what_now)


def refuse_open_doubt(work: Work, message: Message, *where: Status) -> None:
    """What QuickBooks may have does not go on from where it stands: raises DoubtIsOpen."""
    if message.status in where and (opened_by := doubt.opened_by(work, message)) is not None:
        raise DoubtIsOpen(message.id, message.document, opened_by)


def _taught_since_entered(work: Work, message: Message) -> bool:
    """Whether the record's identity was learned by looking up the number that was noted for this message."""
    actions = [event.action for event in events.of_message(work, message.id)]
    if "mark entered" not in actions:
        return False
    return "link" in actions[len(actions) - 1 - actions[::-1].index("mark entered") :]


def _checked_number(number: str) -> str:
    number = number.strip()
    if not number:
        raise NumberMissing
    if len(number) > LONGEST_NUMBER:
        raise NumberTooLong(number)
    return number
