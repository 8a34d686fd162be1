"""What becomes of a set that QuickBooks refused whole, of queries, and of the size of the next set."""

from __future__ import annotations

import pytest

from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, Handed, answer, customer_added, response

UNREADABLE = "QuickBooks found an error when parsing the provided XML text stream."


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def play(shop: Conversation, culprits: set[int]) -> list[list[str]]:
    """Play a session with a QuickBooks that refuses every set that holds a culprit; returns the sets' requestIDs."""
    sets: list[list[str]] = []
    progress = 0
    handed = shop.begin()
    while progress < 100:
        sets.append(handed.numbers)
        if culprits & {int(number) for number in handed.numbers}:
            progress = shop.receive(hresult="0x80040400", message=UNREADABLE)
        else:
            told = [customer_added(number, f"8000-{number}") for number in handed.numbers]
            progress = shop.receive(answer(*told, set_id=handed.new_id, set_code=0))
        assert progress >= 0
        if progress < 100:
            handed = Handed(shop.send_text())
    return sets


def test_a_refused_set_is_halved_until_the_culprit_is_alone_and_the_others_go_through(shop: Conversation) -> None:
    numbers = shop.customers(8)
    culprit = numbers[5]

    sets = play(shop, {culprit})

    assert [len(one) for one in sets] == [8, 4, 4, 2, 1, 1, 2]
    assert shop.message(culprit).status == "failed"
    assert shop.message(culprit).what_to_do
    assert set(shop.statuses([one for one in numbers if one != culprit])) == {"synchronized"}


def test_two_culprits_are_found_in_one_session(shop: Conversation) -> None:
    numbers = shop.customers(10)
    culprits = {numbers[0], numbers[9]}

    play(shop, culprits)

    assert {one for one in numbers if shop.message(one).status == "failed"} == culprits
    assert {one for one in numbers if shop.message(one).status == "synchronized"} == set(numbers) - culprits


@pytest.mark.parametrize("hresult", ["0x80040408", "0x8004041A", "0x80040420"])
def test_an_error_before_anything_ran_releases_the_set_and_ends_the_session(shop: Conversation, hresult: str) -> None:
    numbers = shop.customers(2)
    shop.begin()

    assert shop.receive(hresult=hresult, message="No.") < 0
    assert shop.trouble()
    assert shop.statuses(numbers) == ["pending", "pending"]

    shop.close()
    again = shop.begin()

    assert again.numbers == [str(number) for number in numbers]


def test_a_version_that_quickbooks_refuses_is_lowered(shop: Conversation) -> None:
    shop.enqueue()
    first = shop.begin()

    assert 'version="16.0"' in first.text
    assert shop.receive(hresult="0x80040423", message="The version of qbXML is not supported.") >= 0
    assert 'version="15.0"' in shop.send().text


def test_a_version_is_agreed_with_what_quickbooks_lists(shop: Conversation) -> None:
    shop.enqueue()
    shop.authenticate()

    assert 'version="13.0"' in shop.send(host=shop.host(supported="13.0"), version=(13, 0)).text


QUERY = "<CustomerQueryRq><FullName>Calloway, Ruth</FullName></CustomerQueryRq>"


def test_a_query_goes_without_a_recovery_id_and_never_beside_writes(shop: Conversation) -> None:
    question = shop.enqueue("raw", None, request=QUERY)
    write = shop.enqueue()

    handed = shop.begin()

    assert handed.numbers == [str(question)]
    assert handed.new_id is None
    assert shop.receive(answer(response("CustomerQueryRs", question, code=1, text="Nothing."))) in range(100)
    assert shop.send().numbers == [str(write)]


def test_a_query_whose_answer_is_lost_is_simply_asked_again_and_not_for_ever(shop: Conversation) -> None:
    question = shop.enqueue("raw", None, request=QUERY)
    asked = 0
    while shop.authenticate() == "" and asked < 10:
        shop.send()
        asked += 1
        assert shop.receive(hresult="0x80010105", message="The server threw an exception.") < 0

    assert asked == 3
    assert shop.message(question).status == "failed"


def test_a_lost_query_of_a_session_that_was_cut_off_is_asked_again(shop: Conversation) -> None:
    question = shop.enqueue("raw", None, request=QUERY)
    shop.begin()
    shop.clock.go_on(minutes=15)

    assert shop.authenticate() == ""
    assert shop.send().numbers == [str(question)]


def test_what_quickbooks_skipped_after_an_error_is_sent_again(shop: Conversation) -> None:
    first, second = shop.customers(2)
    handed = shop.begin()
    told = [
        response("CustomerAddRs", first, code=3170, text="There was an error when modifying it."),
        response("CustomerAddRs", second, code=3231, text="The request has not been processed."),
    ]

    assert shop.receive(answer(*told, set_id=handed.new_id, set_code=0)) in range(100)
    assert shop.send().numbers == [str(second)]


def test_sets_grow_while_quickbooks_is_quick_and_shrink_when_it_is_slow(shop: Conversation) -> None:
    shop.customers(200)
    sizes = []
    handed = shop.begin()
    for seconds in (1, 1, 7, 30, 1):
        sizes.append(len(handed.numbers))
        shop.clock.go_on(seconds=seconds)
        told = [customer_added(number, f"8000-{number}") for number in handed.numbers]
        shop.receive(answer(*told, set_id=handed.new_id, set_code=0))
        handed = shop.send()

    assert sizes == [10, 20, 40, 40, 20]


def test_a_locked_list_is_tried_again_later_and_not_for_ever(shop: Conversation) -> None:
    number = shop.enqueue()
    tries = 0
    while shop.message(number).status == "pending" and tries < 20:
        handed = shop.begin()
        tries += 1
        locked = response("CustomerAddRs", number, code=3176, text="The list is in use.")
        shop.receive(answer(locked, set_id=handed.new_id, set_code=0))
        shop.close()
        assert shop.authenticate() == "none"
        shop.clock.go_on(hours=4, seconds=1)

    assert tries == 6
    assert shop.message(number).status == "failed"


def test_an_empty_answer_without_an_error_leaves_the_set_open(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.begin()

    assert shop.receive("") < 0
    assert shop.message(number).status == "in_flight"
