"""What became of a set whose answer never came: one test for each row of the table in the qbXML reference, 13.5."""

from __future__ import annotations

import pytest

from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import (
    Conversation,
    answer,
    customer_added,
    external_guid,
    recovered,
    response,
)
from tests.exchange.losing import look_up, lose_the_answer

INVOICE = {"CustomerRef": {"FullName": "Calloway, Ruth"}, "TxnDate": "2026-03-02", "RefNumber": "10248"}


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def test_the_first_question_of_a_new_session_is_what_became_of_the_lost_set(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.enqueue(record="Customer:C-2", content={"Name": "Later, Much"}, not_before="2026-03-02T09:01:00+00:00")
    lost = lose_the_answer(shop)

    probe = shop.send()

    assert probe.names == []
    assert probe.new_id == probe.old_id == lost.new_id
    assert shop.message(number).status == "in_flight"


def test_memory_says_it_was_done(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    shop.send()

    assert shop.receive(answer(recovered("CustomerAddRs", number), set_id=lost.new_id, set_code=0)) == 100

    done = shop.message(number)
    assert (done.status, done.quickbooks_id) == ("synchronized", "80000001-1700000000")
    assert shop.set_states() == [("write", "answered"), ("status_check", "answered")]


def test_memory_says_it_was_refused(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    shop.send()
    refused = response("CustomerAddRs", number, code=3170, text="There was an error when modifying it.")

    shop.receive(answer(refused, set_id=lost.new_id, set_code=0))

    assert shop.message(number).status == "failed"


def test_a_retry_after_a_failure_gets_a_new_id_and_the_old_one_is_cleared(shop: Conversation) -> None:
    from service.exchange import decide

    number = shop.enqueue()
    lost = lose_the_answer(shop)
    shop.send()
    refused = response("CustomerAddRs", number, code=3170, text="There was an error when modifying it.")
    shop.receive(answer(refused, set_id=lost.new_id, set_code=0))
    with shop.store.writing() as work:
        decide.retry(work, [number], by="test")

    again = shop.begin()

    assert again.new_id != lost.new_id
    assert again.old_id == lost.new_id


@pytest.mark.parametrize("memory", [600, 9001, 9002, 9005])
def test_memory_that_cannot_tell_leads_to_a_look_up(shop: Conversation, memory: int) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)

    question = look_up(shop, lost, memory)

    assert question.new_id is None
    assert question.names == ["CustomerQueryRq", "CustomerQueryRq"]
    assert question.numbers == [f"{number}.0", f"{number}.1"]
    assert question.value("FullName") == "Calloway, Ruth"
    assert question.value("ActiveStatus") == "All"


def test_memory_without_responses_leads_to_a_look_up(shop: Conversation) -> None:
    shop.enqueue()
    lose_the_answer(shop)
    probe = shop.send()

    shop.receive(answer(set_id=probe.new_id, set_code=0))

    assert shop.send().names == ["CustomerQueryRq", "CustomerQueryRq"]


def test_a_memory_that_cannot_be_asked_leads_to_a_look_up(shop: Conversation) -> None:
    shop.enqueue()
    lose_the_answer(shop)
    shop.send()

    assert shop.receive(hresult="0x80040400", message="QuickBooks found an error when parsing the text.") >= 0
    assert shop.send().names == ["CustomerQueryRq", "CustomerQueryRq"]


def test_what_the_look_up_finds_under_our_guid_is_ours(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    look_up(shop, lost)
    ret = (
        "<CustomerRet><ListID>8000000A-1</ListID><EditSequence>7</EditSequence><Name>Calloway, Ruth</Name>"
        f"<FullName>Calloway, Ruth</FullName><ExternalGUID>{external_guid(lost)}</ExternalGUID></CustomerRet>"
    )
    nothing = response("CustomerQueryRs", f"{number}.1", code=1, text="Nothing was found.")

    assert shop.receive(answer(response("CustomerQueryRs", f"{number}.0", ret), nothing)) == 100

    done = shop.message(number)
    assert (done.status, done.quickbooks_id) == ("synchronized", "8000000A-1")


def test_what_quickbooks_does_not_have_is_sent_again_as_the_same_bytes_under_the_same_id(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    look_up(shop, lost)
    shop.receive(answer(*(response("CustomerQueryRs", f"{number}.{place}", code=1) for place in (0, 1))))

    again = shop.send()

    assert again.text == lost.text
    assert shop.message(number).status == "in_flight"

    assert shop.receive(answer(customer_added(number), set_id=lost.new_id, set_code=0)) == 100
    assert shop.message(number).status == "synchronized"


def test_a_set_that_was_sent_twice_is_never_cleared_from_the_memory(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = lose_the_answer(shop)
    look_up(shop, lost)
    shop.receive(answer(*(response("CustomerQueryRs", f"{number}.{place}", code=1) for place in (0, 1))))
    shop.send()
    shop.receive(answer(customer_added(number), set_id=lost.new_id, set_code=0))
    shop.enqueue(record="Customer:C-2", content={"Name": "Second, The"})

    assert shop.begin().old_id is None


def test_a_transaction_is_looked_up_by_number_customer_and_date(shop: Conversation) -> None:
    number = shop.enqueue(record="Invoice:10248", content=INVOICE)
    lost = lose_the_answer(shop)

    question = look_up(shop, lost)

    assert question.names == ["InvoiceQueryRq"]
    assert question.numbers == [f"{number}.0"]
    assert question.value("FromRefNumber") == question.value("ToRefNumber") == "10248"
    assert question.value("EntityFilter/FullName") == "Calloway, Ruth"
    assert question.value("FromTxnDate") == question.value("ToTxnDate") == "2026-03-02"


def test_where_only_a_part_arrived_the_rest_goes_in_a_set_of_its_own(shop: Conversation) -> None:
    first, second = shop.customers(2)
    lost = lose_the_answer(shop)
    look_up(shop, lost)
    ret = (
        "<CustomerRet><ListID>8000000A-1</ListID><EditSequence>7</EditSequence><Name>Customer 1</Name>"
        f"<FullName>Customer 1</FullName><ExternalGUID>{external_guid(lost)}</ExternalGUID></CustomerRet>"
    )
    told = [response("CustomerQueryRs", f"{first}.0", ret), response("CustomerQueryRs", f"{first}.1", code=1)]
    told += [response("CustomerQueryRs", f"{second}.{place}", code=1) for place in (0, 1)]
    shop.receive(answer(*told))

    rest = shop.send()

    assert shop.statuses([first, second]) == ["synchronized", "in_flight"]
    assert rest.numbers == [str(second)]
    assert rest.new_id != lost.new_id


def test_an_answer_with_fewer_responses_than_requests_is_recovered_in_the_same_session(shop: Conversation) -> None:
    first, second = shop.customers(2)
    handed = shop.begin()

    assert shop.receive(answer(customer_added(first), set_id=handed.new_id, set_code=0)) in range(100)
    probe = shop.send()

    assert shop.statuses([first, second]) == ["synchronized", "in_flight"]
    assert probe.names == []
    assert probe.new_id == probe.old_id == handed.new_id


@pytest.mark.parametrize("hresult", ["0x80040402", "0x8004040D", "0x80010105", "0x800706BA", "0x12345678"])
def test_an_error_that_leaves_it_open_ends_the_session_and_the_next_one_asks_first(
    shop: Conversation, hresult: str
) -> None:
    number = shop.enqueue()
    lost = shop.begin()

    assert shop.receive(hresult=hresult, message="The connection was lost.") < 0
    assert shop.trouble()
    shop.close()
    assert shop.message(number).status == "in_flight"

    assert shop.authenticate() == ""
    assert shop.send().old_id == lost.new_id


def test_an_answer_that_cannot_be_read_ends_the_session_and_the_next_one_asks_first(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = shop.begin()

    assert shop.receive("<QBXML><QBXMLMsgsRs>half an ans") < 0
    assert "Nothing is lost" in shop.trouble()
    shop.close()

    assert shop.authenticate() == ""
    assert shop.send().old_id == lost.new_id
    assert shop.message(number).status == "in_flight"


def test_the_same_bytes_are_not_sent_for_ever(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.begin()
    for _ in range(10):
        shop.clock.go_on(minutes=15)
        if shop.authenticate() != "":
            break
        probe = shop.send()
        shop.receive(answer(set_id=probe.new_id, set_code=600))
        shop.send()
        told = shop.receive(answer(*(response("CustomerQueryRs", f"{number}.{place}", code=1) for place in (0, 1))))
        if told == 100:
            break
        shop.send()

    assert shop.message(number).status == "in_doubt"
    with shop.store.reading() as work:
        from service.store import message_sets

        lost = message_sets.by_id(work, 1)
    assert lost is not None
    assert lost.times_sent == 3


def test_a_question_that_is_lost_as_well_is_asked_again(shop: Conversation) -> None:
    shop.enqueue()
    lost = lose_the_answer(shop)
    first = shop.send()
    shop.clock.go_on(minutes=15)
    assert shop.authenticate() == ""

    again = shop.send()

    assert again.text == first.text
    assert again.new_id == again.old_id == lost.new_id


def test_nothing_else_is_written_while_a_set_is_open(shop: Conversation) -> None:
    shop.enqueue()
    lost = lose_the_answer(shop)
    shop.enqueue(record="Customer:C-2", content={"Name": "Urgent, Very"}, priority=1)

    assert shop.send().names == []
    assert shop.receive(answer(set_id=lost.new_id, set_code=600)) in range(100)
    assert set(shop.send().names) == {"CustomerQueryRq"}
