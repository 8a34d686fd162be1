"""What people decide: each decision from each status, who made it, and how it is undone."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from service.domain.refusals import Refusal, UnlawfulMove
from service.domain.status import Status
from service.exchange import decide
from service.store import events, messages
from service.store.unit import Store, Work
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, response
from tests.exchange.decisions import DECISIONS, decided, refuse
from tests.exchange.statuses import in_every_status

LAWFUL: dict[str, dict[str, str]] = {
    "retry": {"failed": "pending"},
    "link": {"failed": "pending"},
    "create again": {"failed": "pending"},
    "by hand": {"pending": "manual_entry", "in_doubt": "manual_entry", "failed": "manual_entry"},
    "entered": {"manual_entry": "manually_entered"},
    "reopen": {"manually_entered": "manual_entry"},
    "skip": {"pending": "skipped", "failed": "skipped", "manual_entry": "skipped"},
    "restore": {"manual_entry": "pending", "skipped": "pending"},
    "there": {"in_doubt": "synchronized"},
    "not there": {"in_doubt": "pending"},
}
"""Where each decision leads from each status; from every other status it is refused."""


class _TakenBack(Exception):
    """Rolls a decision back, so that the next one finds everything as it was."""


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def reached_by(work: Work, name: str, number: int) -> str | None:
    """The status that a decision leads to, or None where it is refused with a sentence that names the message."""
    before = messages.by_id(work, number)
    try:
        DECISIONS[name](work, number)
    except Refusal as refusal:
        assert f"({before.document})" in str(refusal) or str(refusal).startswith(before.document)
        assert messages.by_id(work, number) == before
        return None
    last = events.last_move(work, number)
    assert last is not None
    assert (last.actor, last.from_status) == ("ruth", before.status)
    assert last.to_status == messages.by_id(work, number).status
    return last.to_status


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_moves_what_it_may_and_says_who_made_it_and_refuses_all_else(shop: Conversation, name: str) -> None:
    numbers = in_every_status(shop)
    found = {}

    for status, number in numbers.items():
        before = shop.message(number)
        assert before.status == status
        with suppress(_TakenBack), shop.store.writing() as work:
            reached = reached_by(work, name, number)
            if reached is not None:
                found[status.value] = reached
            raise _TakenBack
        assert shop.message(number) == before

    assert found == LAWFUL[name]


def test_every_status_and_every_move_of_people_stands_in_the_table_of_this_test() -> None:
    assert set(DECISIONS) == set(LAWFUL)
    assert {Status(status) for row in LAWFUL.values() for status in row} == set(Status) - {
        Status.IN_FLIGHT,
        Status.SYNCHRONIZED,
        Status.SUPERSEDED,
    }


# One, some, all.


def test_some_are_retried_and_those_that_cannot_be_are_left_with_a_reason(shop: Conversation) -> None:
    numbers = in_every_status(shop)
    chosen = [numbers[Status.SKIPPED], numbers[Status.FAILED], numbers[Status.FAILED]]

    with shop.store.writing() as work:
        result = decide.retry(work, chosen, by="ruth")

    assert list(result.moved) == [numbers[Status.FAILED]]
    (sentence,) = result.refused
    assert sentence.startswith(f"Message {numbers[Status.SKIPPED]} (Customer:skipped) is skipped ('skip' by ruth, 20")
    assert sentence.endswith("'retry' does not apply. What can be done with it: restore.")


# Two people at once.


def test_of_two_people_who_decide_at_once_the_second_is_told_what_the_first_did(shop: Conversation) -> None:
    number = in_every_status(shop)[Status.FAILED]
    told: list[str] = []
    first_has_it, second_asks = threading.Event(), threading.Event()

    def second() -> None:
        first_has_it.wait(10)
        second_asks.set()
        with shop.store.writing() as work:
            told.extend(decide.retry(work, [number], by="omar").refused)

    other = threading.Thread(target=second)
    other.start()
    with shop.store.writing() as work:
        decide.skip(work, number, by="ruth")
        first_has_it.set()
        second_asks.wait(10)
    other.join(20)

    assert shop.message(number).status == "skipped"
    assert len(told) == 1
    assert "is skipped ('skip' by ruth, 2026-03-02 09:00 UTC)" in told[0]


def test_two_people_who_decide_about_the_same_messages_in_opposite_order_both_get_an_answer(shop: Conversation) -> None:
    numbers = shop.customers(6)
    results: list[decide.Decided] = []

    def skip_all(chosen: list[int], who: str) -> None:
        with shop.store.writing() as work:
            results.append(decide.for_each(work, chosen, lambda work, one: decide.skip(work, one, by=who)))

    people = [
        threading.Thread(target=skip_all, args=(order, who))
        for order, who in ((numbers, "ruth"), (numbers[::-1], "omar"))
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(20)

    assert sorted(len(result.moved) for result in results) == [0, 6]
    assert shop.statuses(numbers) == ["skipped"] * 6


def test_an_unlawful_move_names_what_can_be_done(shop: Conversation) -> None:
    number = in_every_status(shop)[Status.MANUALLY_ENTERED]

    with pytest.raises(UnlawfulMove) as refused:
        decided(shop, "skip", number)

    assert str(refused.value).endswith("'skip' does not apply. What can be done with it: reopen.")


# Undoing.


def test_reopening_forgets_what_was_looked_up_by_a_wrong_number(shop: Conversation) -> None:
    number = shop.enqueue()
    waiting = shop.enqueue(
        record="Invoice:10248",
        content={"CustomerRef": {"record": "Customer:C-1"}, "TxnDate": "2026-03-02", "RefNumber": "10248"},
    )
    decided(shop, "by hand", number)
    decided(shop, "entered", number)
    looked_up = shop.begin()
    found = "<CustomerRet><ListID>8-1</ListID><EditSequence>5</EditSequence><Name>20379</Name></CustomerRet>"
    shop.receive(answer(response("CustomerQueryRs", looked_up.numbers[0], found)))
    assert (shop.message(number).quickbooks_id, shop.message(waiting).waits_for) == ("8-1", 0)

    decided(shop, "reopen", number)

    reopened = shop.message(number)
    assert (reopened.status, reopened.quickbooks_id, reopened.quickbooks_number) == ("manual_entry", None, None)
    assert shop.message(waiting).waits_for == 1


def test_reopening_a_change_that_was_typed_keeps_the_identity_that_was_known_before(shop: Conversation) -> None:
    first = shop.enqueue()
    shop.begin()
    shop.receive(answer(customer_added(first)))
    shop.close()
    change = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})
    decided(shop, "by hand", change)
    decided(shop, "entered", change)
    decided(shop, "reopen", change)
    decided(shop, "restore", change)

    assert shop.begin().names == ["CustomerModRq"]


def test_a_time_that_the_order_system_gave_is_kept_by_skip_and_restore(shop: Conversation) -> None:
    number = shop.enqueue(not_before="2026-03-03T09:00:00+00:00")
    decided(shop, "skip", number)
    decided(shop, "restore", number)

    assert str(shop.message(number).not_before) == "2026-03-03 09:00:00+00:00"


def test_two_of_a_record_that_are_sent_again_never_wait_for_each_other(shop: Conversation) -> None:
    """The first failed, and was retried while the second was on its way: so it goes after it, whatever happens next."""
    first = shop.enqueue("add")
    refuse(shop, first)
    second = shop.enqueue("add")
    shop.begin()
    decided(shop, "retry", first)
    assert shop.message(first).waits_for == 1
    shop.receive(hresult="0x8004041A", message="No.")
    assert shop.message(second).status == "pending"

    decided(shop, "skip", first)
    decided(shop, "restore", first)

    assert [shop.message(number).waits_for for number in (first, second)] == [1, 0]
