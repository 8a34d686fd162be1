"""The person at the queue: decides by chance, but always looks into the company file before saying what is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random

from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import decide
from service.store.messages import Message
from service.store.unit import Work
from tests.campaign.books import Books, NotTyped
from tests.campaign.order_system import IN_QUICKBOOKS, OrderSystem, Version
from tests.shop import Shop

NAME = "ruth"
ENTERED_AND_GONE = "was entered in QuickBooks by hand, and it was not found there"
"""What is said of a newer version of something that was typed in and is not found under its number."""


class Accountant:
    """Works through the queue of one company. What is decided is told in sentences, for the story."""

    def __init__(self, shop: Shop, orders: OrderSystem, books: Books, chance: Random) -> None:
        self.asked_for_what_is_there = 0
        self._shop = shop
        self._orders = orders
        self._books = books
        self._chance = chance

    def decide_something(self) -> str:
        """Take one message that a person may move, and move it by chance."""
        open_ones = [one for one in self._messages() if one[1].status in _SOMETIMES]
        if not open_ones:
            return "there is nothing to decide"
        version, message = self._chance.choice(open_ones)
        return self._told(version, message, self._chance.choice(_SOMETIMES[Status(message.status)]))

    def tidy_up(self) -> Sequence[str]:
        """Leave nothing undecided that can be decided: doubts, refusals without a fault, what is to be typed in."""
        told = []
        for version, message in self._messages():
            decision = self._last_word(version, message)
            if decision is not None:
                told.append(self._told(version, message, decision))
        return told

    def _last_word(self, version: Version, message: Message) -> _Decision | None:
        if message.status == Status.IN_DOUBT:
            return Accountant._settle_doubt
        if message.status == Status.MANUAL_ENTRY:
            return Accountant._type_in_or_skip
        if message.status == Status.FAILED and not version.fault:
            if ENTERED_AND_GONE in (message.what_happened or "") and not self._books.of_record(version.record):
                return Accountant._hand_over
            offers = json.loads(message.offers or "[]")
            return next((decision for offer, decision in _OFFERED.items() if offer in offers), Accountant._retry)
        if message.status in IN_QUICKBOOKS and self._is_noted_wrong(version, message):
            return Accountant._correct
        return None

    def _is_noted_wrong(self, version: Version, message: Message) -> bool:
        """Whether nothing was found under the number that was noted for it, though it is there."""
        looked_up = message.quickbooks_number is not None and message.quickbooks_id is None and message.to_read is None
        return looked_up and self._books.holds(version) is not None

    def _messages(self) -> Sequence[tuple[Version, Message]]:
        return [(version, self._shop.message(version.message_id)) for version in self._orders.versions]

    def _told(self, version: Version, message: Message, decision: _Decision) -> str:
        try:
            done = decision(self, version, message)
        except (Refusal, NotTyped) as refusal:
            return f"{NAME} cannot decide on {version.marker}, {message.status}: {refusal}"
        return f"{NAME} {done} {version.marker}, which was {message.status}"

    def _do(self, decision: Callable[[Work], object]) -> None:
        with self._shop.store.writing() as work:
            decision(work)

    # The decisions.

    def _retry(self, version: Version, message: Message) -> str:
        with self._shop.store.writing() as work:
            decided = decide.retry(work, [message.id], by=NAME)
        if decided.moved:
            return "retries"
        return f"{self._skip(version, message)}, since it was refused a retry ({decided.refused[0]}),"

    def _link(self, version: Version, message: Message) -> str:
        self._do(lambda work: decide.link(work, message.id, by=NAME))
        return "links"

    def _skip(self, version: Version, message: Message) -> str:
        if message.status == Status.MANUAL_ENTRY and self._books.holds(version):
            return self._type_in(version, message)
        self._do(lambda work: decide.skip(work, message.id, by=NAME))
        return "skips"

    def _restore(self, version: Version, message: Message) -> str:
        if message.status == Status.MANUAL_ENTRY and self._books.holds(version):
            return self._type_in(version, message)
        self._do(lambda work: decide.restore(work, message.id, by=NAME))
        return "restores"

    def _hand_over(self, version: Version, message: Message) -> str:
        self._do(lambda work: decide.hand_over(work, message.id, by=NAME))
        return "takes over"

    def _settle_doubt(self, version: Version, message: Message) -> str:
        there = self._books.holds(version)
        if there is None:
            self._do(lambda work: decide.it_is_not_there(work, message.id, by=NAME))
            return "does not find"
        seen = json.loads(message.quickbooks_said) if message.quickbooks_said else {}
        shown = there.id in (seen.get("ListID"), seen.get("TxnID"))
        number = None if shown else self._books.number_of(there)
        self._do(lambda work: decide.it_is_there(work, message.id, number, by=NAME))
        return "finds"

    def _take_over_doubt(self, version: Version, message: Message) -> str:
        if self._books.holds(version) is not None:
            return self._settle_doubt(version, message)
        return self._hand_over(version, message)

    def _type_in(self, version: Version, message: Message) -> str:
        newer = [one for one in self._books.of_record(version.record) if one.version > version.number]
        if newer:
            self.asked_for_what_is_there += 1
            return f"{self._skip(version, message)}, since v{newer[0].version} is there already,"
        there = self._books.holds(version)
        number = self._books.number_of(there) if there is not None else self._books.type_in(version, self._id_of)
        if self._chance.random() < 0.2:
            return "types in, and does not say so yet,"
        noted = f"{number} ?" if self._chance.random() < 0.1 else number
        self._do(lambda work: decide.mark_entered(work, message.id, noted, by=NAME))
        return f"types in as {number}{'' if noted == number else f', and notes {noted},'}"

    def _correct(self, version: Version, message: Message) -> str:
        there = self._books.holds(version)
        if there is None:
            raise NotTyped(f"{version.marker} is not there any more")
        number = self._books.number_of(there)
        self._do(lambda work: decide.correct_number(work, message.id, number, by=NAME))
        return f"corrects the number to {number} of"

    def _reopen(self, version: Version, message: Message) -> str:
        self._do(lambda work: decide.reopen(work, message.id, by=NAME))
        return "takes back that it was entered,"

    def _create_again(self, version: Version, message: Message) -> str:
        self._do(lambda work: decide.create_again(work, message.id, by=NAME))
        return "has created again"

    def _type_in_or_skip(self, version: Version, message: Message) -> str:
        try:
            return self._type_in(version, message)
        except NotTyped:
            pass
        try:
            return self._skip(version, message)
        except decide.DoubtIsOpen:
            return self._settle_doubt(version, message)

    def _id_of(self, record: str) -> str | None:
        known = self._books.of_record(record)
        return known[0].id if known else None


_Decision = Callable[[Accountant, Version, Message], str]

_SOMETIMES: dict[Status, Sequence[_Decision]] = {
    Status.PENDING: (Accountant._skip, Accountant._hand_over, Accountant._hand_over),
    Status.FAILED: (
        *(Accountant._retry, Accountant._retry, Accountant._link, Accountant._create_again),
        *(Accountant._skip, Accountant._hand_over),
    ),
    Status.IN_DOUBT: (Accountant._settle_doubt, Accountant._settle_doubt, Accountant._take_over_doubt),
    Status.MANUAL_ENTRY: (Accountant._type_in, Accountant._type_in, Accountant._restore, Accountant._skip),
    Status.SKIPPED: (Accountant._restore,),
    Status.MANUALLY_ENTERED: (Accountant._reopen, Accountant._correct),
}
"""What a person does with a message now and then, by its status."""

_OFFERED: dict[str, _Decision] = {"link": Accountant._link, "create_again": Accountant._create_again}
"""What a person does in the end with a failure that offers it; all others are sent again as they are."""
