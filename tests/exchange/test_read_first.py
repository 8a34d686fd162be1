"""What is read before a message can go: when it no longer has to go, and when QuickBooks will not tell."""

from __future__ import annotations

import pytest

from service.exchange import decide
from service.store import messages
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, response

NEWER = {"Name": "Calloway, Ruth M."}


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def taken(shop: Conversation) -> int:
    """A customer whose name somebody has, so that it is to be looked up who."""
    number = shop.enqueue()
    handed = shop.begin()
    shop.receive(answer(response("CustomerAddRs", number, code=3100, text="The name is in use."), set_id=handed.new_id))
    assert shop.message(number).to_read == "name"
    return number


def held(number: int) -> str:
    vendor = "<VendorRet><ListID>80000007-17</ListID><Name>Calloway, Ruth</Name></VendorRet>"
    asked = (response("EntityQueryRs", f"{number}.{place}", vendor if place == 0 else "") for place in (0, 1))
    return answer(*asked)


def test_a_newer_version_ends_the_looking_up_of_the_older_ones_name(shop: Conversation) -> None:
    older = taken(shop)
    newer = shop.enqueue(content=NEWER)

    handed = shop.send()

    assert shop.message(older).to_read is None
    assert (handed.names, handed.numbers) == (["CustomerAddRq"], [str(newer)])


def test_a_newer_version_that_comes_between_question_and_answer_goes_on(shop: Conversation) -> None:
    older = taken(shop)
    assert shop.send().names == ["EntityQueryRq", "EntityQueryRq"]
    newer = shop.enqueue(content=NEWER)

    assert 0 < shop.receive(held(older)) < 100

    handed = shop.send()
    assert handed.numbers == [str(newer)]
    assert shop.receive(answer(customer_added(newer, name="Calloway, Ruth M."), set_id=handed.new_id)) == 100
    assert shop.statuses([older, newer]) == ["superseded", "synchronized"]


def test_a_question_about_what_is_not_to_be_sent_any_more_holds_up_nobody(shop: Conversation) -> None:
    """It was replaced by a Deskpost that left the question standing."""
    older = taken(shop)
    newer = shop.enqueue(content=NEWER)
    with shop.store.writing() as work:
        messages.change(work, older, to_read="name")

    assert shop.send().names == ["EntityQueryRq", "EntityQueryRq"]
    assert 0 < shop.receive(held(older)) < 100

    assert shop.message(older).to_read is None
    assert shop.send().numbers == [str(newer)]


def typed_in(shop: Conversation) -> int:
    """A customer that somebody entered by hand, so that it is to be looked up by its name."""
    number = shop.enqueue()
    with shop.store.writing() as work:
        decide.hand_over(work, number, by="ruth")
        decide.mark_entered(work, number, "Calloway, Ruth", by="ruth")
    return number


def refused(number: int) -> str:
    return answer(response("CustomerQueryRs", f"{number}.0", code=3261, text="It is not permitted."))


def test_what_was_typed_in_is_asked_for_again_when_quickbooks_refused_to_tell(shop: Conversation) -> None:
    number = typed_in(shop)
    newer = shop.enqueue(content=NEWER)
    assert shop.begin().names == ["CustomerQueryRq"]
    shop.receive(refused(number))

    assert shop.send().names == ["CustomerQueryRq"]
    found = "<CustomerRet><ListID>80000001-17</ListID><EditSequence>5</EditSequence><Name>Calloway, Ruth</Name>"
    shop.receive(answer(response("CustomerQueryRs", f"{number}.0", f"{found}</CustomerRet>")))

    handed = shop.send()
    assert (handed.names, handed.numbers) == (["CustomerModRq"], [str(newer)])


def test_what_quickbooks_never_tells_is_not_asked_for_ever_and_its_newer_version_is_not_added(
    shop: Conversation,
) -> None:
    number = typed_in(shop)
    newer = shop.enqueue(content=NEWER)
    shop.begin()
    asked = 1
    while shop.receive(refused(number)) < 100:
        assert shop.send().names == ["CustomerQueryRq"]
        asked += 1

    assert asked == 4
    assert "look up" in shop.moves(number)
    assert shop.statuses([number, newer]) == ["manually_entered", "failed"]
    assert f"Give message {number} the number" in str(shop.message(newer).what_happened)


def test_half_an_answer_says_nothing_of_a_change_that_was_typed_in(shop: Conversation) -> None:
    """That the entry is gone counts only with what has the number now: until then it is known as before."""
    first = shop.enqueue()
    shop.begin()
    shop.receive(answer(customer_added(first)))
    shop.close()
    change = shop.enqueue(content=NEWER)
    with shop.store.writing() as work:
        decide.hand_over(work, change, by="ruth")
        decide.mark_entered(work, change, "Calloway, Ruth M.", by="ruth")
    handed = shop.begin()
    assert handed.numbers == [f"{change}.0", f"{change}.1"]
    shop.receive(answer(response("CustomerQueryRs", f"{change}.0", code=500, text="It could not be found.")))
    assert (shop.message(change).quickbooks_id, shop.message(change).to_read) == ("80000001-1700000000", "number")

    again = shop.send()
    assert again.numbers == handed.numbers
    found = (
        "<CustomerRet><ListID>8-2</ListID><EditSequence>5</EditSequence><Name>Calloway, Ruth M.</Name></CustomerRet>"
    )
    gone = response("CustomerQueryRs", f"{change}.0", code=500, text="It could not be found.")
    shop.receive(answer(gone, response("CustomerQueryRs", f"{change}.1", found)))

    assert (shop.message(change).quickbooks_id, shop.message(change).to_read) == ("8-2", None)
