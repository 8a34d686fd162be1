"""The table of message-set recovery: what is known about a message whose answer was lost, and what follows from it.

The table is that of qbxml.md 13.5. Asks nothing, writes nothing, and never takes for ours what only looks like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum, auto

from service.exchange import look_up
from service.exchange.look_up import Finding
from service.exchange.request import Draft


class Known(StrEnum):
    """What QuickBooks told about one message of a set whose answer was lost; the value stands in its history."""

    KEPT = "QuickBooks kept what came of it"
    FORGOTTEN = "QuickBooks' memory has nothing of it"
    HARMLESS = "QuickBooks' memory has nothing of it, and doing it twice does no harm"
    UNTRACEABLE = "QuickBooks' memory has nothing of it, and there is no way to look for it"
    OURS = "found in QuickBooks by its ExternalGUID"
    ABSENT = "QuickBooks does not have it"
    PERHAPS_OURS = "QuickBooks has one that looks like it, without our mark"
    CANNOT_TELL = "QuickBooks did not tell whether it is there"


class Then(Enum):
    """What is done about it."""

    SETTLE = auto()
    LOOK_UP = auto()
    LINK = auto()
    SEND_AGAIN = auto()
    ASK_A_PERSON = auto()


WHAT_FOLLOWS: Mapping[Known, Then] = {
    # The memory answered 0, with a response: it ran, and was done or refused.
    Known.KEPT: Then.SETTLE,
    # The memory answered 600, 9001, 9002, 9005, 0 without this response, or could not be asked.
    Known.FORGOTTEN: Then.LOOK_UP,
    Known.HARMLESS: Then.SEND_AGAIN,
    Known.UNTRACEABLE: Then.ASK_A_PERSON,
    # The look-up answered.
    Known.OURS: Then.LINK,
    Known.ABSENT: Then.SEND_AGAIN,
    Known.PERHAPS_OURS: Then.ASK_A_PERSON,
    Known.CANNOT_TELL: Then.ASK_A_PERSON,
}

BY_LOOK_UP: Mapping[Finding, Known] = {
    Finding.OURS: Known.OURS,
    Finding.ABSENT: Known.ABSENT,
    Finding.PERHAPS_OURS: Known.PERHAPS_OURS,
    Finding.CANNOT_TELL: Known.CANNOT_TELL,
}


def without_memory(sent: Draft) -> Known:
    """What is known about a request of which QuickBooks' memory has nothing."""
    if is_harmless(sent):
        return Known.HARMLESS
    return Known.FORGOTTEN if look_up.queries_for(sent) else Known.UNTRACEABLE


def summary(known: Iterable[Known]) -> str:
    """What is known about the messages of a set, in a phrase: `QuickBooks kept what came of it`."""
    counted = Counter(known)
    if len(counted) == 1:
        return next(iter(counted)).value
    return "; ".join(f"for {number} of them, {one}" for one, number in counted.items())


def is_harmless(sent: Draft) -> bool:
    """Whether doing it a second time does no harm: a Mod that ran changed the EditSequence, so it fails with 3200."""
    return sent.name.endswith(("ModRq", "VoidRq")) or sent.name in ("ListDelRq", "TxnDelRq")
