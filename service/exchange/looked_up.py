"""Tells when and by what a message in doubt was looked for in QuickBooks, and what came of it. Decides nothing.

It is read out of the look-up itself: the set that asked, with its exact bytes, and the event of the doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from service.exchange import doubt, frozen
from service.exchange.lost_message import Known
from service.exchange.request import Draft
from service.store import events, message_sets
from service.store.messages import Message
from service.store.unit import Work


class CameOf(Enum):
    """What came of looking for a message."""

    FOUND = "Deskpost looked for it in QuickBooks{when}{by}, and found one that does not carry Deskpost's mark."
    NOTHING = "Deskpost looked for it in QuickBooks{when}{by}, and found nothing."
    NO_ANSWER = "Deskpost asked QuickBooks for it{when}{by}, and QuickBooks did not say whether it has it."
    NO_WAY = "QuickBooks has no way to ask for this {noun}, so Deskpost did not look for it."


_BY: Mapping[str, str] = {
    "FullName": "name",
    "RefNumberRangeFilter": "number",
    "TxnDateRangeFilter": "date",
    "EntityFilter": "customer or vendor",
}
"""What was looked for, by the filters of the queries (see `look_up`)."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """How a message was looked for last. `at` is when QuickBooks answered; `by` are what it was looked for by."""

    came_of: CameOf
    at: datetime | None
    by: Sequence[str]
    also_inactive: bool

    def sentence(self, when: str, noun: str) -> str:
        """All of it in one sentence. `when` is `at` as the reader reads it, `noun` what people call the kind."""
        by = f", by its {_listed(self.by)}" if self.by else ""
        inactive = ", among the inactive ones too" if self.also_inactive else ""
        return self.came_of.value.format(
            when=f" {when}" if self.at is not None else "", by=f"{by}{inactive}", noun=noun
        )


def of_doubt(work: Work, message: Message) -> LookedUp | None:
    """How a message in doubt was looked for; None for one that is not in doubt."""
    if message.set_id is None or not doubt.is_open(work, message):
        return None
    asked = [
        one for one in message_sets.recoveries(work, message.set_id) if one.purpose == "look_up" and one.answered_at
    ]
    queries = _queries(message_sets.texts(work, asked[-1].id)[0], message.id) if asked else []
    if queries is not None and not queries:
        return LookedUp(CameOf.FOUND if doubt.found(message) else CameOf.NO_WAY, None, (), also_inactive=False)
    filters = [name for query in queries or () for name in query.content]
    return LookedUp(
        _came_of(work, message),
        asked[-1].answered_at,
        [word for name, word in _BY.items() if name in filters],
        also_inactive="ActiveStatus" in filters,
    )


def _queries(text: bytes, message_id: int) -> Sequence[Draft] | None:
    """The queries of a look-up that are about one message; None where the text was removed by now."""
    if not text:
        return None
    return [draft for number, draft in frozen.requests_in(text).items() if number.partition(".")[0] == str(message_id)]


def _came_of(work: Work, message: Message) -> CameOf:
    if doubt.found(message):
        return CameOf.FOUND
    told = events.last_of(work, message.id, ["doubt"])
    return CameOf.NO_ANSWER if told is not None and told.note == Known.CANNOT_TELL.value else CameOf.NOTHING


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
