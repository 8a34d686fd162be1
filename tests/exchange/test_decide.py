"""What people decide: each decision from each status, who made it, how it is undone, and that nothing goes twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import insert

from service.domain.refusals import Refusal, UnlawfulMove
from service.domain.status import Status
from service.exchange import decide, enqueue, versions
from service.store import events, messages, tables
from service.store.unit import Store, Work
from tests.clock import Clock
from tests.exchange.conversation import Conversation, Handed, answer, customer_added, response
from tests.exchange.statuses import in_every_status

Decision = Callable[[Work, int], Any]

DECISIONS: dict[str, Decision] = {
    "retry": lambda work, number: _all_moved(decide.retry(work, [number], by="ruth")),
    "link": lambda work, number: decide.link(work, number, by="ruth"),
    "create again": lambda work, number: decide.create_again(work, number, by="ruth"),
    "by hand": lambda work, number: decide.hand_over(work, number, by="ruth"),
    "entered": lambda work, number: decide.mark_entered(work, number, "20379", by="ruth"),
    "reopen": lambda work, number: decide.reopen(work, number, by="ruth"),
    "skip": lambda work, number: decide.skip(work, number, "twice in the order system", by="ruth"),
    "restore": lambda work, number: decide.restore(work, number, by="ruth"),
    "there": lambda work, number: decide.it_is_there(work, number, "20379", by="ruth"),
    "not there": lambda work, number: decide.it_is_not_there(work, number, by="ruth"),
}

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


def _all_moved(decided: decide.Decided) -> None:
    for sentence in decided.refused:
        raise Refusal(sentence)


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


def decided(shop: Conversation, name: str, number: int) -> None:
    with shop.store.writing() as work:
        DECISIONS[name](work, number)


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


# Never twice.


def refuse(shop: Conversation, number: int, code: int = 3170) -> Handed:
    """Let a message fail in a visit of its own."""
    handed = shop.begin()
    shop.receive(answer(response("CustomerAddRs", number, code=code, text="It was refused."), set_id=handed.new_id))
    shop.close()
    assert shop.message(number).status == "failed"
    shop.clock.go_on(minutes=15)
    return handed


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


def by_sql(shop: Conversation, **values: Any) -> int:
    row = {"company_id": 1, "operation": "save", "record": "Customer:C-1", "content": '{"Name": "Calloway, Ruth"}'}
    with shop.store.writing() as work:
        result = work.connection.execute(insert(tables.messages).values(row | values))
        given = result.inserted_primary_key
        assert given is not None
        return int(given[0])


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

    with pytest.raises(decide.DoubtIsOpen):
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
    assert shop.message(change).to_read is None
    decided(shop, "reopen", change)
    decided(shop, "restore", change)

    assert shop.begin().names == ["CustomerModRq"]


def test_a_time_that_the_order_system_gave_is_kept_by_skip_and_restore(shop: Conversation) -> None:
    number = shop.enqueue(not_before="2026-03-03T09:00:00+00:00")
    decided(shop, "skip", number)
    decided(shop, "restore", number)

    assert str(shop.message(number).not_before) == "2026-03-03 09:00:00+00:00"


# Who waits for it.

INVOICE = {"CustomerRef": {"record": "Customer:C-1"}, "TxnDate": "2026-03-02", "RefNumber": "10248"}


def test_dependants_of_a_customer_go_wait_or_ask_as_the_decision_has_it(shop: Conversation) -> None:
    customer = shop.enqueue()
    invoice = shop.enqueue(record="Invoice:10248", content=INVOICE)
    refuse(shop, customer)

    for name, waits in (("retry", 1), ("skip", 1), ("restore", 1), ("by hand", 1), ("entered", 1)):
        decided(shop, name, customer)
        assert (name, shop.message(invoice).waits_for) == (name, waits)
    looked_up = shop.begin()
    found = "<CustomerRet><ListID>8-1</ListID><EditSequence>5</EditSequence><Name>20379</Name></CustomerRet>"
    shop.receive(answer(response("CustomerQueryRs", looked_up.numbers[0], found)))

    assert shop.message(invoice).waits_for == 0
    sent = shop.send()
    assert (sent.names, sent.value("CustomerRef/ListID")) == (["InvoiceAddRq"], "8-1")


def test_dependants_of_a_linked_customer_go_at_once(shop: Conversation) -> None:
    customer = shop.enqueue()
    invoice = shop.enqueue(record="Invoice:10248", content=INVOICE)
    shop.begin()
    shop.receive(answer(response("CustomerAddRs", customer, code=3100, text="The name is already in use.")))
    asked = shop.send()
    entry = "<CustomerRet><ListID>8-1</ListID><EditSequence>5</EditSequence><Name>Calloway, Ruth</Name></CustomerRet>"
    shop.receive(
        answer(
            *(
                response(f"{name[:-2]}Rs", number, entry)
                for name, number in zip(asked.names, asked.numbers, strict=True)
            )
        )
    )
    shop.close()
    assert shop.message(customer).status == "failed"

    decided(shop, "link", customer)

    assert shop.message(invoice).waits_for == 0
    assert shop.begin().names == ["CustomerModRq", "InvoiceAddRq"]


def test_dependants_of_a_customer_that_is_created_again_wait_for_the_new_one(shop: Conversation) -> None:
    first = shop.enqueue()
    shop.begin()
    shop.receive(answer(customer_added(first)))
    shop.close()
    change = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})
    shop.begin()
    shop.receive(answer(response("CustomerModRs", change, code=500, text="The object cannot be found.")))
    shop.close()
    invoice = shop.enqueue(record="Invoice:10248", content=INVOICE)
    assert (shop.message(change).status, shop.message(invoice).waits_for) == ("failed", 0)

    decided(shop, "create again", change)

    assert shop.message(invoice).waits_for == 1
    again = shop.begin()
    assert again.names == ["CustomerAddRq"]
    shop.receive(answer(customer_added(change, "80000002-1700000000")))
    assert shop.send().value("CustomerRef/ListID") == "80000002-1700000000"


def test_an_unlawful_move_names_what_can_be_done(shop: Conversation) -> None:
    number = in_every_status(shop)[Status.MANUALLY_ENTERED]

    with pytest.raises(UnlawfulMove) as refused:
        decided(shop, "skip", number)

    assert str(refused.value).endswith("'skip' does not apply. What can be done with it: reopen.")
