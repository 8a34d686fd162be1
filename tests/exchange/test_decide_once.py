"""No decision posts a second copy, sends an older version over a newer one, or takes a doubt for settled."""

from __future__ import annotations

import pytest

from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import decide, doubt, enqueue, versions
from service.store import messages
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, response
from tests.exchange.decisions import by_sql, decided, refuse
from tests.exchange.statuses import in_every_status


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def test_a_retry_goes_out_under_a_new_set_id_and_once(shop: Conversation) -> None:
    number = shop.enqueue()
    failed = refuse(shop, number)
    decided(shop, "retry", number)
    with pytest.raises(Refusal):
        decided(shop, "retry", number)

    again = shop.begin()

    assert again.numbers == [str(number)]
    assert again.new_id != failed.new_id
    assert again.value("ExternalGUID") == failed.value("ExternalGUID")
    assert shop.receive(answer(customer_added(number), set_id=again.new_id)) == 100


def test_an_older_version_is_not_restored_over_a_newer_one(shop: Conversation) -> None:
    older = shop.enqueue()
    decided(shop, "skip", older)
    newer = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})

    with pytest.raises(versions.ReplacedByNewer) as refused:
        decided(shop, "restore", older)

    assert str(refused.value) == (
        f"Message {older} (Customer:C-1) stays as it is: message {newer} is a newer version of it. Skip this one."
    )


@pytest.mark.parametrize("then", ["by hand", "entered"])
def test_nor_over_a_newer_one_that_somebody_types(shop: Conversation, then: str) -> None:
    older = shop.enqueue()
    decided(shop, "skip", older)
    newer = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})
    decided(shop, "by hand", newer)
    if then == "entered":
        decided(shop, "entered", newer)

    with pytest.raises(versions.ReplacedByNewer):
        decided(shop, "restore", older)


def test_an_older_revision_that_came_later_is_not_retried_over_the_newer_one(shop: Conversation) -> None:
    shop.enqueue(revision=3)
    late = by_sql(shop, revision=2)
    with shop.store.writing() as work:
        enqueue.look_at_new_ones(work, shop.company())
    assert shop.message(late).status == "failed"

    with pytest.raises(Refusal, match="message 1 is a newer version of it"):
        decided(shop, "retry", late)


def test_what_came_by_sql_and_could_not_be_written_is_looked_at_anew_when_it_is_retried(shop: Conversation) -> None:
    number = by_sql(shop, content='{"Nmae": "Calloway, Ruth"}')
    shop.authenticate()
    assert shop.message(number).status == "failed"
    with shop.store.writing() as work:
        messages.change(work, number, content='{"Name": "Calloway, Ruth", "ParentRef": {"record": "Customer:C-0"}}')

    decided(shop, "retry", number)
    shop.authenticate()

    assert (shop.message(number).status, shop.message(number).waits_for) == ("pending", 1)


def test_a_newer_version_waits_while_somebody_types_the_older_one(shop: Conversation) -> None:
    older = shop.enqueue()
    decided(shop, "by hand", older)
    newer = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})

    assert shop.authenticate() == "none"
    assert shop.message(newer).waits_for == 1

    decided(shop, "entered", older)
    assert shop.message(newer).waits_for == 0
    looked_up = shop.begin()
    assert looked_up.names == ["CustomerQueryRq"]
    found = "<CustomerRet><ListID>8-1</ListID><EditSequence>5</EditSequence><Name>20379</Name></CustomerRet>"
    shop.receive(answer(response("CustomerQueryRs", looked_up.numbers[0], found)))

    assert shop.send().names == ["CustomerModRq"]


def test_a_newer_version_is_not_added_beside_one_that_was_typed_and_not_found(shop: Conversation) -> None:
    typed = shop.enqueue()
    decided(shop, "by hand", typed)
    decided(shop, "entered", typed)
    looked_up = shop.begin()
    shop.receive(answer(response("CustomerQueryRs", looked_up.numbers[0], code=500, text="Nothing was found.")))
    newer = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})

    assert shop.send_text() == ""

    failed = shop.message(newer)
    assert failed.status == "failed"
    assert f"Give message {typed} the number" in str(failed.what_happened)
    shop.close()

    with shop.store.writing() as work:
        decide.correct_number(work, typed, "Calloway, Ruth", by="ruth")
    decided(shop, "retry", newer)
    again = shop.begin()
    assert (again.names, again.value("FullName")) == (["CustomerQueryRq"], "Calloway, Ruth")
    found = "<CustomerRet><ListID>8-1</ListID><EditSequence>5</EditSequence><Name>Calloway, Ruth</Name></CustomerRet>"
    shop.receive(answer(response("CustomerQueryRs", again.numbers[0], found)))

    assert shop.send().names == ["CustomerModRq"]
    assert "correct number" in shop.moves(typed)


def test_a_number_is_corrected_only_where_one_was_noted_and_not_found(shop: Conversation) -> None:
    numbers = in_every_status(shop)

    for status in set(numbers) - {Status.MANUALLY_ENTERED}:
        with pytest.raises(decide.NotWaitingForANumber), shop.store.writing() as work:
            decide.correct_number(work, numbers[status], "1", by="ruth")


@pytest.mark.parametrize(("number", "refusal"), [(" ", decide.NumberMissing), ("9" * 210, decide.NumberTooLong)])
def test_a_number_that_can_be_none_of_quickbooks_is_refused(
    shop: Conversation, number: str, refusal: type[Refusal]
) -> None:
    typed = shop.enqueue()
    decided(shop, "by hand", typed)

    with pytest.raises(refusal), shop.store.writing() as work:
        decide.mark_entered(work, typed, number, by="ruth")


def test_only_what_quickbooks_says_is_gone_is_created_again(shop: Conversation) -> None:
    number = shop.enqueue()
    refuse(shop, number)

    with pytest.raises(decide.NotSaidToBeGone):
        decided(shop, "create again", number)


def test_only_an_entry_that_has_the_name_is_linked(shop: Conversation) -> None:
    number = shop.enqueue()
    refuse(shop, number)

    with pytest.raises(decide.NothingToLinkTo):
        decided(shop, "link", number)


# Doubts.


def in_doubt(shop: Conversation) -> int:
    return in_every_status(shop)[Status.IN_DOUBT]


@pytest.mark.parametrize("name", ["restore", "skip"])
def test_what_was_in_doubt_and_is_typed_by_hand_is_not_sent_before_somebody_says_it_is_not_there(
    shop: Conversation, name: str
) -> None:
    number = in_doubt(shop)
    decided(shop, "by hand", number)

    with pytest.raises(decide.DoubtIsOpen, match=r"was in doubt, so QuickBooks may have it\. Look for it there"):
        decided(shop, name, number)

    decided(shop, "not there", number)
    assert shop.message(number).status == "pending"
    decided(shop, name if name == "skip" else "by hand", number)
    decided(shop, "restore", number)
    assert shop.message(number).status == "pending"


def test_a_doubt_without_anything_found_needs_a_number(shop: Conversation) -> None:
    number = in_doubt(shop)

    with pytest.raises(decide.NumberMissing), shop.store.writing() as work:
        decide.it_is_there(work, number, by="ruth")


def test_words_of_quickbooks_from_before_the_doubt_are_not_taken_for_what_was_found(shop: Conversation) -> None:
    number = in_doubt(shop)
    with shop.store.writing() as work:
        messages.change(work, number, quickbooks_said="The customer is in use.")

    with pytest.raises(decide.NumberMissing), shop.store.writing() as work:
        decide.it_is_there(work, number, by="ruth")


@pytest.mark.parametrize("sequence", ["<EditSequence>17</EditSequence>", ""])
def test_what_somebody_saw_there_is_changed_by_a_later_version_and_not_added(shop: Conversation, sequence: str) -> None:
    number = shop.enqueue()
    shop.begin()
    shop.clock.go_on(minutes=15)
    shop.authenticate()
    probe = shop.send()
    shop.receive(answer(set_id=probe.new_id, set_code=600))
    asked = shop.send()
    entry = f"<CustomerRet><ListID>80000004-17</ListID>{sequence}<Name>Calloway, Ruth</Name></CustomerRet>"
    shop.receive(answer(*(response("CustomerQueryRs", one, entry) for one in asked.numbers)))
    assert shop.message(number).status == "in_doubt"
    with shop.store.reading() as work:
        rows = doubt.side_by_side(work, shop.message(number))
    assert ("Name", "Calloway, Ruth", "Calloway, Ruth") in rows
    assert ("ListID", "", "80000004-17") in rows
    with shop.store.writing() as work:
        decide.it_is_there(work, number, by="ruth")
    shop.close()
    shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})

    handed = shop.begin()
    if not sequence:
        assert handed.names == ["CustomerQueryRq"]
        known = "<CustomerRet><ListID>80000004-17</ListID><EditSequence>17</EditSequence></CustomerRet>"
        shop.receive(answer(response("CustomerQueryRs", handed.numbers[0], known)))
        handed = shop.send()

    assert handed.names == ["CustomerModRq"]
    assert (handed.value("ListID"), handed.value("EditSequence")) == ("80000004-17", "17")
