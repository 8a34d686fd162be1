"""Undo puts a message back where it stood, with all that it told; never over what happened to it since."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import decide
from service.exchange.take_back import MovedSince, take_back
from service.exchange.versions import ReplacedByNewer
from service.store import messages, retried
from service.store.unit import Store, Work
from tests.clock import Clock
from tests.exchange.conversation import Conversation
from tests.exchange.statuses import in_every_status

Decide = Callable[[Work, int], None]
TOLD = ("status_code", "quickbooks_said", "what_happened", "what_to_do", "offers", "present")


def retry(work: Work, number: int) -> None:
    message = messages.by_id(work, number)
    decide.send_again(work, number, by="ruth")
    retried.keep(work, message)


def skip(work: Work, number: int) -> None:
    decide.skip(work, number, by="ruth")


def by_hand(work: Work, number: int) -> None:
    if messages.by_id(work, number).status == Status.SKIPPED:
        decide.restore(work, number, by="ruth")
    decide.hand_over(work, number, by="ruth")


def send(work: Work, number: int) -> None:
    decide.restore(work, number, by="ruth")


EVERY_MOVE = ("retry", "restore", "hand over", "skip")


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


@pytest.mark.parametrize(
    ("stood", "decision"),
    [
        (Status.FAILED, retry),
        (Status.FAILED, skip),
        (Status.FAILED, by_hand),
        (Status.PENDING, skip),
        (Status.PENDING, by_hand),
        (Status.MANUAL_ENTRY, skip),
        (Status.MANUAL_ENTRY, send),
        (Status.SKIPPED, send),
        (Status.SKIPPED, by_hand),
    ],
)
def test_it_stands_where_it_stood_and_tells_the_same(shop: Conversation, stood: Status, decision: Decide) -> None:
    number = in_every_status(shop)[stood]
    before = shop.message(number)
    with shop.store.writing() as work:
        decision(work, number)
    shop.clock.go_on(minutes=1)

    with shop.store.writing() as work:
        take_back(work, number, EVERY_MOVE, by="ruth")

    after = shop.message(number)
    assert after.status == before.status == stood
    assert [getattr(after, name) for name in TOLD] == [getattr(before, name) for name in TOLD]


def test_a_doubt_that_was_put_aside_is_not_taken_back(shop: Conversation) -> None:
    number = in_every_status(shop)[Status.IN_DOUBT]
    with shop.store.writing() as work:
        decide.hand_over(work, number, by="ruth")

    refuses(shop, number, MovedSince)

    assert shop.message(number).status == "manual_entry"


def test_what_a_colleague_or_another_decision_did_is_not_taken_back(shop: Conversation) -> None:
    numbers = in_every_status(shop)
    with shop.store.writing() as work:
        decide.skip(work, numbers[Status.FAILED], by="omar")
        decide.skip(work, numbers[Status.MANUAL_ENTRY], by="ruth")

    refuses(shop, numbers[Status.FAILED], MovedSince)
    refuses(shop, numbers[Status.MANUAL_ENTRY], MovedSince, ("hand over",))
    refuses(shop, numbers[Status.SYNCHRONIZED], MovedSince)

    assert shop.message(numbers[Status.FAILED]).status == "skipped"
    assert shop.message(numbers[Status.MANUAL_ENTRY]).status == "skipped"


def test_a_retry_of_yesterday_is_not_taken_back(shop: Conversation) -> None:
    number = in_every_status(shop)[Status.FAILED]
    with shop.store.writing() as work:
        retry(work, number)
    shop.clock.go_on(minutes=24 * 60 + 1)
    with shop.store.writing() as work:
        retried.forget_old(work)

    refuses(shop, number, MovedSince)

    assert shop.message(number).status == "pending"


def test_an_older_version_is_not_put_back_over_a_newer_one(shop: Conversation) -> None:
    """It would be typed in, or retried, beside the one that has its place by now."""
    number = in_every_status(shop)[Status.FAILED]
    with shop.store.writing() as work:
        skip(work, number)
    shop.enqueue(record="Customer:failed", content={"Name": "Newer"})

    refuses(shop, number, ReplacedByNewer)

    assert shop.message(number).status == "skipped"


def refuses(shop: Conversation, number: int, refusal: type[Refusal], decisions: tuple[str, ...] = EVERY_MOVE) -> None:
    with pytest.raises(refusal), shop.store.writing() as work:
        take_back(work, number, decisions, by="ruth")
