"""What needs a person, case by case: who, why, what to do, and the buttons. Decides no move.

A doubt is a case of its own and is never grouped. Failures of one cause become one case from three on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from service.catalogue import Offer
from service.catalogue.nouns import noun_for
from service.catalogue.quickbooks_text import sentence_of
from service.console.documents import Directory, Document
from service.console.kinds import counted
from service.console.waiters import Waiters
from service.domain.status import Status
from service.exchange import doubt
from service.store import attention, decidable, waiting
from service.store.attention import Cause
from service.store.companies import Company
from service.store.decidable import Seen
from service.store.messages import Message
from service.store.unit import Work

TOGETHER_FROM = 3
UNFOLDED = 20
ADDED_UP = 500
"""So many messages of a cause are read to add up their amounts; of more than that none is shown."""

LONGEST_SAID = 400
DEFAULT = (Offer.RETRY, Offer.ENTER_MANUALLY, Offer.SKIP)
NAMES: Mapping[Offer, str] = {
    Offer.RETRY: "retry",
    Offer.ENTER_MANUALLY: "hand_over",
    Offer.SKIP: "skip",
    Offer.LINK: "link",
    Offer.CREATE_AGAIN: "create_again",
    Offer.IT_IS_THERE: "found",
    Offer.IT_IS_NOT_THERE: "absent",
}
"""The names of the buttons, by what the catalogue offers."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a case. `asks` says that QuickBooks' number has to be given with it.

    `question` is what is said in place before what nothing takes back, and what the button says that does it then.
    """

    name: str
    label: str
    style: str = ""
    asks: bool = False
    question: tuple[str, str] | None = None


QUESTIONS: Mapping[str, tuple[str, str]] = {
    "link": ("The next run changes this entry of QuickBooks to what the order system has.", "Link to it"),
    "create_again": (
        "The next run makes a new entry, whatever became of the old one in QuickBooks.",
        "Create a new one",
    ),
    "found": ("It counts as done from then on, and is not sent again.", "Yes, it is there"),
    "absent": ("The next run sends it. If QuickBooks has it after all, it is there twice.", "Send it again"),
}
"""What is asked in place before one message is decided about by a button that cannot be undone."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `value` names it in a form: a message's number, or a cause with what was seen of it: how many there
    were, and the newest message and the newest event of that time.
    """

    value: str
    is_doubt: bool
    message_id: int
    title: str
    lines: Sequence[str]
    days: tuple[date, date] | None
    amount: Decimal | None
    currency: str | None
    why: str
    what_to_do: str
    said: str
    waits: str
    buttons: Sequence[Button]
    number: int
    members: Sequence[tuple[int, Document]]
    """Of a group, the ones that can be unfolded in place."""

    @property
    def is_group(self) -> bool:
        return self.number > 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of cases; `next_after` is where the next page begins, or None."""

    cases: Sequence[Case]
    next_after: str | None


def listed(work: Work, company: Company, after: str, limit: int) -> Listed:
    """A page of cases: doubts first, then failures in the order of their first messages."""
    part, _, last = after.partition(".")
    behind = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0
    seen = decidable.seen(work)  # Before anything that is shown: what fails meanwhile was not seen.
    doubts = list(attention.doubts(work, company.id, behind, limit + 1)) if part != "failed" else []
    if len(doubts) > limit:
        return Listed(_cases(work, company, doubts[:limit], (), seen), f"doubt.{doubts[limit - 1].id}")
    room = limit - len(doubts)
    causes = list(attention.causes(work, company.id, behind if part == "failed" else 0, room + 1))
    more = f"failed.{causes[room - 1].first_id}" if room and len(causes) > room else None
    if not room and causes:
        more = "failed.0"
    return Listed(_cases(work, company, doubts, causes[:room], seen), more)


def buttons_for(message: Message, number: int = 1) -> Sequence[Button]:
    """The buttons that make sense for a message as it failed or is in doubt; the suggested one first."""
    offers = [offer for offer in _offers(message.offers) if _applies(offer, message, number)]
    equal = message.status == Status.IN_DOUBT
    found = []
    for place, offer in enumerate(offers):
        style = "quiet" if offer is Offer.SKIP else "next" if place == 0 and not equal else ""
        asks = offer is Offer.IT_IS_THERE and not _was_found(message)
        name = NAMES[offer]
        # Of several it is asked on a page of its own, because their number stands in the question.
        question = QUESTIONS.get(name) if number == 1 and not asks else None
        found.append(Button(name, _label(offer, message, number), style, asks, question))
    return found


def said_by_quickbooks(message: Message) -> str:
    """QuickBooks' own sentence about a failure, on one line; of a doubt there is none."""
    if message.status == Status.IN_DOUBT or not message.quickbooks_said or doubt.found(message):
        return ""
    said = sentence_of(message.quickbooks_said)
    return said if len(said) <= LONGEST_SAID else said[: LONGEST_SAID - 1] + "…"


def _cases(
    work: Work, company: Company, doubts: Sequence[Message], causes: Sequence[Cause], seen: Seen
) -> Sequence[Case]:
    """The cases in their order; what their words need is read for all of them in one go."""
    together = {
        cause.key: attention.of_cause(work, company.id, cause, ADDED_UP)
        for cause in causes
        if cause.number >= TOGETHER_FROM
    }
    single_ids = {number for cause in causes if cause.key not in together for number in (cause.first_id, cause.last_id)}
    singles = {message.id: message for message in attention.by_ids(work, company.id, single_ids)}
    found = [*doubts, *singles.values(), *(message for members in together.values() for message in members)]
    directory = Directory(work, company.id)
    documents = directory.documents(found)
    waiters = Waiters(work, directory, company)
    waiters.look_up(message.record for message in found)
    held = {one.id for one in waiting.holding_back(work, company.id, [message.id for message in doubts])}
    cases = [_doubt(_single(directory, waiters, one, documents[one.id]), holds_back=one.id in held) for one in doubts]
    for cause in causes:
        if together.get(cause.key):
            cases.append(_group(waiters, cause, together[cause.key], documents, seen))
        else:
            own = [singles[one] for one in sorted({cause.first_id, cause.last_id}) if one in singles]
            cases += [_single(directory, waiters, message, documents[message.id]) for message in own]
    return cases


def _doubt(case: Case, *, holds_back: bool) -> Case:
    """The case of a doubt, with whether a newer version of the same record waits until it is settled."""
    newer = "A newer version of it goes once this is settled." if holds_back else ""
    return replace(case, waits=" ".join(filter(None, (case.waits, newer))))


def _single(directory: Directory, waiters: Waiters, message: Message, document: Document) -> Case:
    return Case(
        value=str(message.id),
        is_doubt=message.status == Status.IN_DOUBT,
        message_id=message.id,
        title=document.called,
        lines=_lines(directory, message, document),
        days=(document.day, document.day) if document.day else None,
        amount=document.amount,
        currency=document.currency,
        why=message.what_happened or "QuickBooks did not take it.",
        what_to_do=message.what_to_do or "",
        said=said_by_quickbooks(message),
        waits=waiters.sentence([message.record], document.noun) if message.record else "",
        buttons=buttons_for(message),
        number=1,
        members=(),
    )


def _group(
    waiters: Waiters, cause: Cause, members: Sequence[Message], documents: Mapping[int, Document], seen: Seen
) -> Case:
    all_read = cause.number <= len(members)
    shown = [documents[message.id] for message in members]
    days = sorted(document.day for document in shown if document.day)
    amounts = [document.amount for document in shown if document.amount is not None]
    currencies = {document.currency for document in shown}
    whole = all_read and len(amounts) == len(shown) and len(currencies) == 1
    noun = shown[0].noun
    records = [message.record for message in members if message.record]
    return Case(
        value=f"{cause.key}.{cause.number}.{seen.message}.{seen.event}",
        is_doubt=False,
        message_id=members[0].id,
        title=counted(noun, cause.number),
        lines=["Same cause"],
        days=(days[0], days[-1]) if days and all_read else None,
        amount=sum(amounts, Decimal(0)) if whole else None,
        currency=next(iter(currencies)) if whole else None,
        why=cause.what_happened or "QuickBooks did not take them.",
        what_to_do=cause.what_to_do or "",
        said="",
        waits=waiters.sentence(records, noun) if records and all_read else "",
        buttons=buttons_for(members[0], cause.number),
        number=cause.number,
        members=[(message.id, documents[message.id]) for message in members] if cause.number <= UNFOLDED else (),
    )


def _lines(directory: Directory, message: Message, document: Document) -> Sequence[str]:
    """What stands below the title: whom a transaction is with; of an entry of a list, its key and whether it is new."""
    if not document.is_list or message.record is None:
        return [document.name] if document.name else []
    is_new = directory.known(message.record).quickbooks_id is None
    return [f"{'New' if is_new else 'Changed'} {document.noun}", document.number]


def _offers(kept: str | None) -> Sequence[Offer]:
    if kept is None:
        return DEFAULT
    return [Offer(name) for name in json.loads(kept) if name in list(Offer)]


def _applies(offer: Offer, message: Message, number: int) -> bool:
    """Whether a button would do anything: an entry that cannot be told apart cannot be linked."""
    if offer is Offer.LINK:
        return message.status_code == 3100 and bool(message.present)
    if offer is Offer.CREATE_AGAIN:
        return message.operation == "save"
    return not (offer is Offer.ENTER_MANUALLY and message.reads and number >= 1)


def _was_found(message: Message) -> bool:
    entry = doubt.found(message)
    return bool(entry.get("ListID") or entry.get("TxnID")) or message.record is None


def _label(offer: Offer, message: Message, number: int) -> str:
    if offer is Offer.LINK and number == 1:
        return f"Link to the existing {noun_for(str(message.record).partition(':')[0]).noun}"
    one, many = _LABELS[offer]
    return one if number == 1 else many.format(number=f"{number:,}")


_LABELS: Mapping[Offer, tuple[str, str]] = {
    Offer.RETRY: ("Retry", "Retry all {number}"),
    Offer.ENTER_MANUALLY: ("Enter manually", "Enter all {number} manually"),
    Offer.SKIP: ("Skip", "Skip all {number}"),
    Offer.LINK: ("Link", "Link all {number}"),
    Offer.CREATE_AGAIN: ("Create it again", "Create all {number} again"),
    Offer.IT_IS_THERE: ("It is in QuickBooks", ""),
    Offer.IT_IS_NOT_THERE: ("It is not there", ""),
}
