"""What is read before a message can go, when the message no longer has to go."""

from __future__ import annotations

import pytest

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
