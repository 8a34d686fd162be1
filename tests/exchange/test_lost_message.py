"""What nobody but a person can tell of a lost message, and what does no harm twice: the rest of the table of 13.5."""

from __future__ import annotations

import pytest

from service.exchange import look_up as look_ups
from service.exchange.lost_message import BY_LOOK_UP, WHAT_FOLLOWS, Known
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, recovered, response
from tests.exchange.losing import look_up, lose_the_answer

MERGE = (
    "<ListMergeRq><ListMergeType>Customer</ListMergeType><MergeFrom><ListID>1-1</ListID><EditSequence>1</EditSequence>"
    "</MergeFrom><MergeTo><ListID>2-1</ListID><EditSequence>1</EditSequence></MergeTo></ListMergeRq>"
)
CHANGE = (
    "<CustomerModRq><CustomerMod><ListID>80000001-1</ListID><EditSequence>7</EditSequence><Phone>503-555-0100</Phone>"
    "</CustomerMod></CustomerModRq>"
)


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


@pytest.mark.parametrize("guid", ["", "<ExternalGUID>{00000000-0000-0000-0000-00000000000A}</ExternalGUID>"])
def test_what_only_looks_like_ours_is_left_to_a_person(shop: Conversation, guid: str) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    look_up(shop, lost)
    ret = (
        "<CustomerRet><ListID>8000000A-1</ListID><EditSequence>7</EditSequence><Name>CALLOWAY, Ruth</Name>"
        f"<FullName>CALLOWAY, Ruth</FullName>{guid}</CustomerRet>"
    )
    nothing = response("CustomerQueryRs", f"{number}.1", code=1, text="Nothing was found.")

    assert shop.receive(answer(response("CustomerQueryRs", f"{number}.0", ret), nothing)) == 100

    doubted = shop.message(number)
    assert doubted.status == "in_doubt"
    assert "8000000A-1" in str(doubted.quickbooks_said)
    assert shop.authenticate() == "none"


def test_a_look_up_that_quickbooks_refuses_leaves_it_to_a_person(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    look_up(shop, lost)
    refused = [response("CustomerQueryRs", f"{number}.{place}", code=3260, text="Not permitted.") for place in (0, 1)]

    shop.receive(answer(*refused))

    assert shop.message(number).status == "in_doubt"


def test_what_cannot_be_looked_up_is_left_to_a_person_and_the_visit_ends_with_100(shop: Conversation) -> None:
    number = shop.enqueue("raw", None, request=MERGE)
    lose_the_answer(shop)
    probe = shop.send()

    assert shop.receive(answer(set_id=probe.new_id, set_code=600)) == 100

    assert shop.message(number).status == "in_doubt"
    assert shop.close() == "0 synchronized, 1 needs attention: see the Synchronize page."
    assert shop.authenticate() == "none"


def test_what_can_be_looked_up_is_while_what_cannot_is_left_to_a_person_at_once(shop: Conversation) -> None:
    merge = shop.enqueue("raw", None, request=MERGE)
    customer = shop.enqueue()
    lost = lose_the_answer(shop)
    assert lost.numbers == [str(merge), str(customer)]

    question = look_up(shop, lost)

    assert shop.statuses([merge, customer]) == ["in_doubt", "in_flight"]
    assert question.numbers == [f"{customer}.0", f"{customer}.1"]

    shop.receive(answer(*(response("CustomerQueryRs", f"{customer}.{place}", code=1) for place in (0, 1))))
    rest = shop.send()

    assert rest.numbers == [str(customer)]
    assert rest.new_id != lost.new_id


def test_a_change_that_may_be_made_twice_is_sent_again_without_a_look_up(shop: Conversation) -> None:
    shop.enqueue("raw", None, request=CHANGE)
    lost = lose_the_answer(shop)

    again = look_up(shop, lost)

    assert again.text == lost.text


def test_a_change_that_is_lost_again_and_again_is_left_to_a_person_with_100(shop: Conversation) -> None:
    number = shop.enqueue("raw", None, request=CHANGE)
    lost = lose_the_answer(shop)
    for _ in range(2):
        look_up(shop, lost)
        shop.clock.go_on(minutes=15)
        assert shop.authenticate() == ""
    probe = shop.send()

    assert shop.receive(answer(set_id=probe.new_id, set_code=600)) == 100

    assert shop.message(number).status == "in_doubt"


def test_a_look_up_that_is_known_no_more_is_left_to_the_memory_and_sends_nothing_again(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer version of the service may know fewer ways to look for it than the one that asked the memory."""
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    shop.receive(answer(set_id=shop.send().new_id, set_code=600))
    monkeypatch.setattr(look_ups, "queries_for", lambda _: [])

    probe = shop.send()

    assert probe.names == []
    assert probe.new_id == probe.old_id == lost.new_id
    assert shop.receive(answer(set_id=probe.new_id, set_code=600)) == 100
    assert shop.message(number).status == "in_doubt"


def test_whatever_is_known_of_a_lost_message_something_follows() -> None:
    assert set(WHAT_FOLLOWS) == set(Known)
    assert set(BY_LOOK_UP) == set(look_ups.Finding)


def test_the_answer_of_the_memory_that_comes_twice_is_not_taken_for_that_of_the_look_up(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    question = look_up(shop, lost)

    assert shop.receive(answer(set_id=lost.new_id, set_code=600)) in range(100)

    assert shop.message(number).status == "in_flight"
    assert shop.send().text == question.text
    shop.receive(answer(*(response("CustomerQueryRs", f"{number}.{place}", code=1) for place in (0, 1))))
    assert shop.send().text == lost.text


def test_an_answer_that_names_another_set_says_nothing_about_the_lost_one(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    shop.send()

    assert shop.receive(answer(recovered("CustomerAddRs", number), set_id="A" * 20, set_code=0)) < 0

    assert shop.message(number).status == "in_flight"
    shop.close()
    assert shop.authenticate() == ""
    assert shop.send().old_id == lost.new_id


def test_numbers_that_nobody_asked_about_settle_nothing_in_a_recovery(shop: Conversation) -> None:
    number = shop.enqueue()
    other = shop.enqueue(record="Customer:C-2", content={"Name": "Later, Much"}, not_before="2026-03-03T09:00:00+00:00")
    lost = lose_the_answer(shop)
    probe = shop.send()
    strange = [recovered("CustomerAddRs", other), recovered("CustomerAddRs", 999), recovered("CustomerAddRs", "x")]

    assert shop.receive(answer(*strange, set_id=probe.new_id, set_code=0)) in range(100)
    shop.send()
    nothing = [response("CustomerQueryRs", f"{number}.{place}", code=1) for place in (0, 1)]
    strange = [response("CustomerQueryRs", one, "<CustomerRet/>") for one in (f"{other}.0", "999.0", ".", "")]
    assert shop.receive(answer(*nothing, *strange)) in range(100)

    assert shop.statuses([number, other]) == ["in_flight", "pending"]
    assert shop.send().text == lost.text
