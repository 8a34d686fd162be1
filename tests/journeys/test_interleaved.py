"""Calls that come late, twice, in the wrong place, or between those of another Web Connector: each counts once."""

from __future__ import annotations

import pytest

from qwc.connector import Outcome
from qwc.document import Document
from tests.journeys.by_hand import ByHand
from tests.journeys.orders import A_DAY, enqueue_a_day, enqueue_customers
from tests.journeys.town import Town
from tests.shop import Shop


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    return town_shop


def assert_all_is_well(shop: Shop) -> None:
    assert shop.counts() == {"synchronized": len(A_DAY)}
    assert shop.disagreements() == []
    assert shop.update().outcome is Outcome.NOTHING_TO_DO


def test_an_answer_that_comes_late_for_a_replaced_ticket_changes_nothing(shop: Shop) -> None:
    enqueue_a_day(shop)
    cut_off, next_one = ByHand(shop), ByHand(shop)
    answer = cut_off.ask(cut_off.begin())
    cut_off.leave()

    question = next_one.begin()
    before = shop.set_states(), shop.counts()

    assert cut_off.receive(answer) < 0
    assert (shop.set_states(), shop.counts()) == before
    assert next_one.finish(question) == "6 synchronized."
    assert cut_off.receive(answer) < 0
    assert_all_is_well(shop)


def test_a_set_that_runs_only_after_it_was_found_missing_is_not_posted_twice(shop: Shop) -> None:
    """QuickBooks sat in a dialog; meanwhile the set was looked for, not found, and sent again under the same id."""
    enqueue_a_day(shop)
    stuck, next_one = ByHand(shop), ByHand(shop)
    stuck_request = stuck.begin()

    request = next_one.begin()
    while request != stuck_request:
        assert next_one.receive(next_one.ask(request)) in range(100)
        request = next_one.send()
    late = stuck.ask(stuck_request)
    stuck.leave()

    assert next_one.finish(request) == "6 synchronized."
    assert stuck.receive(late) < 0
    assert_all_is_well(shop)


def test_the_answer_of_the_set_before_comes_once_more_while_the_next_one_is_out(shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    first = pc.ask(pc.begin())
    pc.receive(first)
    request = pc.send()

    pc.receive(first)

    assert shop.counts() == {"synchronized": 2, "in_flight": 2, "pending": 2}
    pc.finish(request)
    shop.update()
    assert_all_is_well(shop)


def test_a_request_that_is_asked_for_twice_is_the_same_and_its_second_answer_changes_nothing(shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    request = pc.begin()
    assert pc.send() == request
    answers = [pc.ask(request), pc.ask(request)]

    first = pc.receive(answers[0])
    before = shop.set_states(), shop.counts()

    assert pc.receive(answers[1]) == first
    assert (shop.set_states(), shop.counts()) == before
    assert pc.finish(pc.send()) == "6 synchronized."
    assert_all_is_well(shop)


def test_the_last_answer_of_a_recovery_that_comes_twice_is_answered_alike(shop: Shop) -> None:
    shop.change_company(set_limit=2)
    numbers = enqueue_customers(shop, 2)
    cut_off, pc = ByHand(shop), ByHand(shop)
    cut_off.ask(cut_off.begin())
    cut_off.leave()
    answer = pc.ask(pc.begin())

    assert (pc.receive(answer), pc.receive(answer)) == (100, 100)
    assert pc.close() == "2 synchronized."
    assert shop.statuses(numbers) == ["synchronized"] * 2
    assert shop.disagreements() == []


def test_signing_in_twice_in_a_row_leaves_the_second_ticket_alive(shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    pc.authenticate()
    first = pc.ticket
    request = pc.begin()

    assert pc.ticket != first
    assert pc.calls.send_request_xml(first, "", "", ("US", 16, 0)) == ""
    assert pc.finish(request) == "6 synchronized."
    assert_all_is_well(shop)


def test_a_visit_that_closes_with_a_set_out_is_taken_up_by_the_next_one(shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    answer = pc.ask(pc.begin())

    pc.close()

    assert pc.receive(answer) < 0
    assert pc.calls.close_connection(pc.ticket) == pc.calls.close_connection(pc.ticket)
    assert shop.update().status == "6 synchronized."
    assert_all_is_well(shop)


def second_connection(shop: Shop) -> Document:
    """A second PC that has the same company file."""
    document = shop.add_connection(f"{shop.name}-back-office")
    shop.connector(document=document).register()
    return document


def test_two_pcs_of_one_company_take_turns(shop: Shop) -> None:
    second = second_connection(shop)
    enqueue_a_day(shop)
    front, back = ByHand(shop), ByHand(shop, document=second, address="203.0.113.9")
    request = front.begin()

    assert back.authenticate() == "busy"
    assert back.calls.send_request_xml(back.ticket, "", "", ("US", 16, 0)) == ""
    assert front.receive(front.ask(request)) == 33
    assert back.authenticate() == "busy"
    assert front.finish(front.send()) == "6 synchronized."

    assert back.authenticate() == "none"
    assert_all_is_well(shop)


def test_a_pc_that_was_silent_for_hours_gives_way_and_its_late_answer_changes_nothing(shop: Shop) -> None:
    """QuickBooks' memory is kept per application, so the second PC's does not know the set: it is looked up."""
    second = second_connection(shop)
    enqueue_a_day(shop)
    front, back = ByHand(shop), ByHand(shop, document=second, address="203.0.113.9")
    answer = front.ask(front.begin())
    front.leave()
    shop.clock.go_on(hours=5)

    request = back.begin()

    assert front.receive(answer) < 0
    assert front.authenticate() == "busy"
    assert back.finish(request) == "6 synchronized."
    assert_all_is_well(shop)


def test_two_companies_at_once_keep_to_their_own_files(town: Town) -> None:
    left, right = town.shop(), town.shop()
    enqueue_a_day(left)
    enqueue_a_day(right)
    pcs = [ByHand(left), ByHand(right)]
    requests = [pc.begin() for pc in pcs]
    told = [0, 0]

    while told != [100, 100]:
        for place, pc in enumerate(pcs):
            told[place] = pc.receive(pc.ask(requests[place]))
        requests = [pc.send() if told[place] < 100 else "" for place, pc in enumerate(pcs)]

    assert [pc.close() for pc in pcs] == ["6 synchronized."] * 2
    assert_all_is_well(left)
    assert_all_is_well(right)


def test_one_companys_answer_under_anothers_ticket_settles_neither(town: Town) -> None:
    left, right = town.shop(), town.shop()
    enqueue_a_day(left)
    enqueue_a_day(right)
    mine, theirs = ByHand(left), ByHand(right)
    answer = mine.ask(mine.begin())
    request = theirs.begin()

    assert mine.receive(answer, ticket=theirs.ticket) < 0

    in_the_middle = {"in_flight": 2, "pending": 4}
    assert (left.counts(), right.counts()) == (in_the_middle, in_the_middle)
    assert mine.receive(answer) == 33
    assert mine.finish(mine.send()) == "6 synchronized."
    theirs.ask(request)
    theirs.close()
    assert right.update().status == "6 synchronized."
    assert_all_is_well(left)
    assert_all_is_well(right)


def test_one_companys_ticket_with_anothers_file_open_gets_nothing(town: Town) -> None:
    left, right = town.shop(), town.shop()
    enqueue_a_day(left)
    enqueue_a_day(right)
    mine, theirs = ByHand(left), ByHand(right)
    mine.authenticate()
    theirs.authenticate()
    theirs.open()
    mine.host, mine.quickbooks = theirs.host, theirs.quickbooks

    assert mine.send() == ""

    assert "nothing was sent" in mine.trouble().casefold()
    assert left.counts() == {"pending": 6}
    theirs.close()
    assert left.update().status == right.update().status == "6 synchronized."
    assert_all_is_well(left)
    assert_all_is_well(right)
