"""Waiting is visible: for whom or what, how that one stands, and how many wait for the same."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from service.exchange import decide, moves, waiting_for
from service.store import companies, messages, tables
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, response

INVOICE = {"CustomerRef": {"record": "Customer:C-1"}, "TxnDate": "2026-03-02", "RefNumber": "10248"}


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def told(shop: Conversation, number: int) -> list[str]:
    with shop.store.reading() as work:
        return [str(one) for one in waiting_for.waits_for(work, shop.message(number))]


def crowds(shop: Conversation) -> list[str]:
    with shop.store.reading() as work:
        return [str(one) for one in waiting_for.crowds(work, companies.named(work, None).id)]


def invoice(shop: Conversation, number: str = "10248", **content: object) -> int:
    return shop.enqueue(record=f"Invoice:{number}", content=INVOICE | {"RefNumber": number} | content)


def let_fail(shop: Conversation, number: int, code: int = 3170) -> None:
    shop.begin()
    shop.receive(answer(response("CustomerAddRs", number, code=code, text="It was refused.")))
    shop.close()


def test_a_message_that_waits_for_nothing_says_nothing(shop: Conversation) -> None:
    number = shop.enqueue()

    assert (told(shop, number), crowds(shop)) == ([], [])


def test_what_is_not_here_yet_to_be_sent_or_being_sent_is_waited_for(shop: Conversation) -> None:
    waiting = invoice(shop)
    assert told(shop, waiting) == ["customer C-1 (not here yet)"]

    shop.enqueue()
    assert told(shop, waiting) == ["customer C-1 (to be sent)"]

    shop.begin()
    assert told(shop, waiting) == ["customer C-1 (being sent)"]


def test_what_failed_is_told_with_its_reason(shop: Conversation) -> None:
    customer = shop.enqueue()
    waiting = invoice(shop)
    let_fail(shop, customer)

    assert told(shop, waiting) == ["customer C-1 (failed: cannot be changed)"]
    assert crowds(shop) == ["1 invoice waits for customer C-1 (failed: cannot be changed)"]


def test_what_could_not_even_be_written_failed_without_a_code(shop: Conversation) -> None:
    customer = shop.enqueue()
    waiting = invoice(shop)
    with shop.store.writing() as work:
        moves.make_one(work, "fail", messages.by_id(work, customer), what_happened="It cannot be written.")

    assert told(shop, waiting) == ["customer C-1 (failed)"]


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (["skip"], "skipped"),
        (["by hand"], "to be entered by hand"),
        (["by hand", "entered"], "entered by hand, looked up at the next visit"),
        (["skip", "restore"], "to be sent"),
    ],
)
def test_what_a_person_decided_is_told(shop: Conversation, steps: list[str], state: str) -> None:
    customer = shop.enqueue()
    waiting = invoice(shop)
    for step in steps:
        with shop.store.writing() as work:
            if step == "skip":
                decide.skip(work, customer, by="ruth")
            elif step == "restore":
                decide.restore(work, customer, by="ruth")
            elif step == "by hand":
                decide.hand_over(work, customer, by="ruth")
            else:
                decide.mark_entered(work, customer, "Calloway, Ruth", by="ruth")

    assert told(shop, waiting) == [f"customer C-1 ({state})"]


def test_what_was_entered_and_not_found_asks_for_somebody(shop: Conversation) -> None:
    customer = shop.enqueue()
    waiting = invoice(shop)
    with shop.store.writing() as work:
        decide.hand_over(work, customer, by="ruth")
        decide.mark_entered(work, customer, "777", by="ruth")
    asked = shop.begin()
    shop.receive(answer(response("CustomerQueryRs", asked.numbers[0], code=500, text="Nothing was found.")))

    assert told(shop, waiting) == ["customer C-1 (entered by hand, but not found in QuickBooks under its number)"]


def test_what_was_deleted_in_quickbooks_asks_for_somebody(shop: Conversation) -> None:
    customer = shop.enqueue()
    shop.begin()
    shop.receive(answer(customer_added(customer)))
    shop.close()
    delete = shop.enqueue("delete")
    waiting = invoice(shop)
    shop.change_company(set_limit=1)
    shop.begin()
    shop.receive(answer(response("ListDelRs", delete)))

    assert told(shop, waiting) == ["customer C-1 (no longer in QuickBooks: it has to be saved again)"]


def test_an_earlier_version_is_told_by_its_number(shop: Conversation) -> None:
    first = shop.enqueue()
    shop.begin()
    second = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "1"})

    assert told(shop, second) == [f"message {first} of the same record (being sent)"]


def in_doubt_with_a_newer_version(shop: Conversation) -> tuple[int, int]:
    first = shop.enqueue()
    shop.begin()
    second = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "1"})
    with shop.store.writing() as work:
        moves.make_one(work, "doubt", messages.by_id(work, first))
    return first, second


def test_what_waits_behind_a_doubt_of_its_own_record_says_so_and_is_counted(shop: Conversation) -> None:
    first, second = in_doubt_with_a_newer_version(shop)
    behind = f"message {first} of the same record (in doubt: check in QuickBooks)"

    assert told(shop, second) == [behind]
    assert crowds(shop) == [f"1 other version of customer C-1 waits for {behind}"]

    with shop.store.writing() as work:
        decide.hand_over(work, first, by="ruth")
    behind = f"message {first} of the same record (to be entered by hand)"
    assert told(shop, second) == [behind]
    assert crowds(shop) == [f"1 other version of customer C-1 waits for {behind}"]


def test_what_came_at_the_same_moment_as_one_in_doubt_is_held_back_too_and_says_so(shop: Conversation) -> None:
    """Transactions that overlapped knew nothing of each other, so that no requirement keeps the two apart."""
    first, second = in_doubt_with_a_newer_version(shop)
    with shop.store.writing() as work:
        work.connection.execute(delete(tables.requirements))
        messages.change(work, second, waits_for=0)

    behind = f"message {first} of the same record (in doubt: check in QuickBooks)"
    assert told(shop, second) == [behind]
    assert crowds(shop) == [f"1 other version of customer C-1 waits for {behind}"]

    with shop.store.writing() as work:
        decide.it_is_there(work, first, "1", by="ruth")
    assert (told(shop, second), crowds(shop)) == ([], [])


def test_those_that_wait_are_counted_by_what_they_are_those_that_need_somebody_first(shop: Conversation) -> None:
    customer = shop.enqueue()
    for number in ("10248", "10249", "10250"):
        invoice(shop, number)
    line = {"ItemRef": {"FullName": "Installation"}, "Quantity": 1}
    shop.enqueue(record="SalesReceipt:1", content=INVOICE | {"SalesReceiptLineAdd": [line]})
    for place in range(5):
        invoice(shop, f"1{place}", CustomerRef={"record": "Customer:C-2"})
    let_fail(shop, customer)

    assert crowds(shop) == [
        "3 invoices and 1 sales receipt wait for customer C-1 (failed: cannot be changed)",
        "5 invoices wait for customer C-2 (not here yet)",
    ]


@pytest.mark.parametrize(
    ("noun", "several"),
    [
        ("invoice", "invoices"),
        ("journal entry", "journal entries"),
        ("class", "classes"),
        ("transfer of funds", "transfers of funds"),
        ("unit of measure set", "units of measure set"),
        ("price level", "price levels"),
        ("assembly", "assemblies"),
        ("survey", "surveys"),
    ],
)
def test_nouns_are_said_for_several(noun: str, several: str) -> None:
    assert waiting_for._several(noun) == several
