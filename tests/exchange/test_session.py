"""One session from authenticate to closeConnection, as DESIGN's life of a message has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, external_guid, response


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def test_nothing_to_do_is_said_before_a_session_begins(shop: Conversation) -> None:
    assert shop.authenticate() == "none"
    assert shop.close() == "Nothing to synchronize."


def test_a_wrong_password_is_no_user(shop: Conversation) -> None:
    shop.enqueue()

    assert shop.authenticate("guessed") == "nvu"
    assert shop.send_text() == ""
    assert shop.receive(answer()) < 0


def test_an_unknown_user_is_no_user(shop: Conversation) -> None:
    ticket, instruction = shop.calls.authenticate("somebody", "secret-of-somebody", "203.0.113.7")

    assert instruction == "nvu"
    assert len(ticket) == 40


def test_a_customer_goes_from_the_queue_to_quickbooks_and_its_identity_comes_back(shop: Conversation) -> None:
    number = shop.enqueue()

    handed = shop.begin()

    assert handed.names == ["CustomerAddRq"]
    assert handed.numbers == [str(number)]
    assert handed.value("CustomerAdd/Name") == "Calloway, Ruth"
    assert handed.value("CustomerAdd/ExternalGUID") == shop.message(number).external_guid
    assert shop.message(number).status == "in_flight"

    assert shop.receive(answer(customer_added(number), set_id=handed.new_id, set_code=0)) == 100

    done = shop.message(number)
    assert (done.status, done.quickbooks_id, done.quickbooks_number, done.status_code) == (
        "synchronized",
        "80000001-1700000000",
        "Calloway, Ruth",
        0,
    )
    assert shop.close() == "1 synchronized."
    assert shop.moves(number) == ["enqueue", "dispatch", "synchronize"]
    assert shop.authenticate() == "none"


def test_the_bytes_and_the_recovery_id_are_committed_before_they_are_handed_out(shop: Conversation) -> None:
    shop.enqueue()

    handed = shop.begin()

    assert handed.new_id is not None
    assert len(handed.new_id) == 20
    assert shop.set_states() == [("write", "handed_out")]
    with shop.store.reading() as work:
        from service.store import message_sets

        kept = message_sets.texts(work, 1)[0]
    assert kept.decode("ascii") == handed.text


def test_every_add_of_a_set_carries_the_guid_of_its_own_message(shop: Conversation) -> None:
    first, second = shop.customers(2)

    handed = shop.begin()

    assert external_guid(handed, 0) == shop.message(first).external_guid
    assert external_guid(handed, 1) == shop.message(second).external_guid
    assert external_guid(handed, 0) != external_guid(handed, 1)


def test_a_refused_message_fails_with_what_to_do_and_the_others_go_on(shop: Conversation) -> None:
    first, second = shop.customers(2)
    handed = shop.begin()
    refused = response("CustomerAddRs", first, code=3170, text="There was an error when modifying a customer.")

    progress = shop.receive(answer(refused, customer_added(second), set_id=handed.new_id, set_code=0))

    assert progress == 100
    assert shop.statuses([first, second]) == ["failed", "synchronized"]
    failed = shop.message(first)
    assert failed.status_code == 3170
    assert failed.what_happened
    assert failed.what_to_do
    assert failed.quickbooks_said == "There was an error when modifying a customer."
    assert shop.close() == "1 synchronized, 1 needs attention: see the Synchronize page."


def test_a_second_set_clears_the_one_before(shop: Conversation) -> None:
    shop.change_company(set_size=1)
    numbers = shop.customers(2)
    first = shop.begin()

    assert shop.receive(answer(customer_added(numbers[0]), set_id=first.new_id, set_code=0)) == 50

    second = shop.send()

    assert first.old_id is None
    assert second.old_id == first.new_id
    assert second.new_id != first.new_id


def test_an_answer_that_comes_twice_changes_nothing(shop: Conversation) -> None:
    numbers = shop.customers(2)
    shop.change_company(set_limit=1)
    handed = shop.begin()
    told = answer(customer_added(numbers[0]), set_id=handed.new_id, set_code=0)
    first = shop.receive(told)
    before = shop.message(numbers[0]), shop.session()

    assert shop.receive(told) == first
    assert (shop.message(numbers[0]), shop.session()) == before


def test_an_answer_that_comes_again_while_the_next_set_is_out_changes_nothing(shop: Conversation) -> None:
    shop.change_company(set_limit=1)
    numbers = shop.customers(3)
    first = shop.begin()
    told = answer(customer_added(numbers[0]), set_id=first.new_id, set_code=0)
    progress = shop.receive(told)
    second = shop.send()

    assert shop.receive(told) == progress
    assert shop.statuses(numbers) == ["synchronized", "in_flight", "pending"]

    right = answer(customer_added(numbers[1], "80000002-1700000000"), set_id=second.new_id, set_code=0)

    assert shop.receive(right) > progress
    assert shop.statuses(numbers) == ["synchronized", "synchronized", "pending"]


def test_an_answer_to_nothing_is_refused(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.authenticate()

    assert shop.receive(answer(customer_added(number))) < 0
    assert shop.message(number).status == "pending"


def test_an_answer_for_a_replaced_session_changes_nothing(shop: Conversation) -> None:
    number = shop.enqueue()
    handed = shop.begin()
    old_ticket = shop.ticket
    shop.authenticate()

    late = answer(customer_added(number), set_id=handed.new_id, set_code=0)

    assert shop.calls.receive_response_xml(old_ticket, late, "", "") < 0
    assert shop.message(number).status == "in_flight"
    assert shop.calls.send_request_xml(old_ticket, shop.host(), "", "US", 16, 0) == ""


def test_an_answer_that_names_another_set_settles_nothing(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.begin()

    assert shop.receive(answer(customer_added(number), set_id="SOMEBODYELSESSET2345", set_code=0)) < 0
    assert shop.message(number).status == "in_flight"
    assert "Nothing is lost" in shop.trouble()


def test_numbers_of_other_peoples_messages_in_an_answer_are_passed_over(shop: Conversation) -> None:
    shop.change_company(set_limit=1)
    mine, waiting = shop.customers(2)
    handed = shop.begin()

    shop.receive(answer(customer_added(mine), customer_added(waiting), set_id=handed.new_id, set_code=0))

    assert shop.statuses([mine, waiting]) == ["synchronized", "pending"]


def test_asking_twice_without_an_answer_hands_out_the_same_bytes(shop: Conversation) -> None:
    shop.enqueue()
    handed = shop.begin()

    assert shop.send_text(host="") == handed.text
    assert shop.set_states() == [("write", "handed_out")]


def test_a_second_visit_is_told_busy_while_the_first_one_works(shop: Conversation) -> None:
    from service.exchange import accounts

    shop.enqueue()
    shop.begin()
    with shop.store.writing() as work:
        accounts.add_connection(work, "shop", "back-office", "another-long-password", app_name="Deskpost", by="test")

    assert shop.calls.authenticate("back-office", "another-long-password", "203.0.113.9")[1] == "busy"


def test_a_visit_that_was_silent_for_hours_gives_way_to_another_pc(shop: Conversation) -> None:
    from service.exchange import accounts

    shop.enqueue()
    shop.begin()
    with shop.store.writing() as work:
        accounts.add_connection(work, "shop", "back-office", "another-long-password", app_name="Deskpost", by="test")
    shop.clock.go_on(hours=5)

    assert shop.calls.authenticate("back-office", "another-long-password", "203.0.113.9")[1] == ""


def test_a_revoked_connection_is_turned_away(shop: Conversation) -> None:
    from service.exchange import accounts

    shop.enqueue()
    with shop.store.writing() as work:
        accounts.revoke(work, shop.connection.user_name, by="test")

    assert shop.authenticate() == "nvu"


def test_a_hundred_is_never_said_by_rounding(shop: Conversation) -> None:
    shop.change_company(set_limit=1)
    numbers = shop.customers(300)
    told = []
    handed = shop.begin()
    for place, number in enumerate(numbers):
        told.append(shop.receive(answer(customer_added(number, f"8000-{place}"), set_id=handed.new_id, set_code=0)))
        if told[-1] != 100:
            handed = shop.send()

    assert told == sorted(told)
    assert told[-2:] == [99, 100]
    assert told.count(100) == 1


def test_closing_twice_says_the_same(shop: Conversation) -> None:
    number = shop.enqueue()
    handed = shop.begin()
    shop.receive(answer(customer_added(number), set_id=handed.new_id, set_code=0))

    assert shop.close() == shop.close() == "1 synchronized."


def test_an_unknown_ticket_is_answered_in_the_protocol_at_every_call(shop: Conversation) -> None:
    shop.ticket = "0" * 40

    assert shop.send_text() == ""
    assert shop.receive(answer()) < 0
    assert shop.calls.connection_error(shop.ticket, "0x80040408", "Could not start QuickBooks.") == "done"
    assert shop.trouble() == "This visit is over. Press Update Selected to begin a new one."
    assert shop.close() == "Nothing to synchronize."


def come_by_sql(shop: Conversation) -> None:
    """A customer that an order system puts into the table itself."""
    with shop.store.writing() as work:
        work.connection.execute(
            text(
                "INSERT INTO messages (company_id, operation, record, content)"
                """ VALUES (1, 'save', 'Customer:C-9', '{"Name": "Boone, Ann"}')"""
            )
        )


def let_an_hour_pass(shop: Conversation) -> None:
    shop.clock.go_on(hours=1)


@pytest.mark.parametrize("happens", [come_by_sql, let_an_hour_pass])
def test_what_comes_or_whose_time_comes_while_a_session_goes_on_goes_in_it(
    shop: Conversation, happens: Callable[[Conversation], None]
) -> None:
    shop.change_company(set_limit=1)
    numbers = shop.customers(2)
    later = shop.put(record="Customer:C-8", not_before=(shop.clock.now + timedelta(hours=1)).isoformat()).message_id
    handed = shop.begin()
    happens(shop)

    names: list[str | None] = []
    for number in [*numbers, later if happens is let_an_hour_pass else later + 1]:
        names.append(handed.value("Name"))
        progress = shop.receive(
            answer(customer_added(number, f"8000000{number}-1700000000", f"{number}"), set_id=handed.new_id)
        )
        handed = shop.send() if progress < 100 else handed

    assert progress == 100
    assert names == ["Customer 1", "Customer 2", "Boone, Ann" if happens is come_by_sql else "Calloway, Ruth"]
