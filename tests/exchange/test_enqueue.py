"""What goes into the queue, what is refused at the door, and in which order it goes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from service.domain.refusals import (
    BadDocument,
    BadRecordName,
    DocumentRefused,
    IdempotencyKeyReused,
    RequirementsFormACircle,
    RevisionIsOlder,
    UnknownOperation,
)
from service.exchange import document
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import CUSTOMER, Conversation, answer, customer_added


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def invoice(customer: str = "Customer:C-1", number: str = "10248") -> dict[str, Any]:
    return {
        "CustomerRef": {"record": customer},
        "TxnDate": "2026-03-02",
        "RefNumber": number,
        "InvoiceLineAdd": [{"line": "1", "ItemRef": {"FullName": "Lamp"}, "Quantity": 2, "Rate": "14.00"}],
    }


SHAPES: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no operation": ({"record": "Customer:1"}, UnknownOperation, "No operation is given. There are: save, add,"),
    "an operation nobody knows": ({"operation": "upsert"}, UnknownOperation, "save, add, mod, void"),
    "no record": ({"operation": "save", "content": CUSTOMER}, BadDocument, "needs a record"),
    "a record without a kind": ({"operation": "void", "record": "10248"}, BadRecordName, "'Customer:C-1042'"),
    "a field nobody knows": (
        {"operation": "void", "record": "Invoice:1", "recrod": "x"},
        BadDocument,
        "Did you mean `record`?",
    ),
    "no content": ({"operation": "save", "record": "Customer:1"}, BadDocument, "needs content"),
    "content that is text": (
        {"operation": "save", "record": "Customer:1", "content": "Ruth"},
        BadDocument,
        "must be an object",
    ),
    "a raw message without a request": ({"operation": "raw"}, BadDocument, "needs one qbXML request"),
    "a request that is not raw": (
        {"operation": "save", "record": "Customer:1", "content": CUSTOMER, "request": "<x/>"},
        BadDocument,
        "belongs to the operation 'raw'",
    ),
    "a priority out of range": (
        {"operation": "save", "record": "Customer:1", "content": CUSTOMER, "priority": 0},
        BadDocument,
        "from 1 to 9",
    ),
    "a time that is none": (
        {"operation": "save", "record": "Customer:1", "content": CUSTOMER, "not_before": "soon"},
        BadDocument,
        "'soon' is no time",
    ),
    "a revision that is no number": (
        {"operation": "save", "record": "Customer:1", "content": CUSTOMER, "revision": "3"},
        BadDocument,
        "must be a whole number",
    ),
    "half a character": (
        {"operation": "save", "record": "Customer:1", "content": {"Name": "Ruth \ud83d"}},
        BadDocument,
        "half of one",
    ),
    "a key with a character that is none": (
        {"operation": "save", "record": "Customer:1", "content": CUSTOMER, "idempotency_key": "a\x00b"},
        BadDocument,
        "a character that is none",
    ),
    "numbers without a value": (
        {"operation": "save", "record": "Customer:1", "content": {"CreditLimit": float("nan")}},
        BadDocument,
        "cannot be written as JSON",
    ),
}


@pytest.mark.parametrize(("given", "refusal", "said"), SHAPES.values(), ids=SHAPES.keys())
def test_a_message_of_the_wrong_shape_is_refused_with_its_place(
    given: dict[str, Any], refusal: type[Exception], said: str
) -> None:
    with pytest.raises(refusal, match=re.escape(said)):
        document.read(given)


def test_all_complaints_about_a_content_come_at_once_each_with_its_path(shop: Conversation) -> None:
    content = invoice() | {"RefNumber": "123456789012"}
    content["InvoiceLineAdd"].append({"ItemRef": {"FullName": "Lamp"}, "Quantity": "2,5"})

    with pytest.raises(DocumentRefused) as caught:
        shop.enqueue(record="Invoice:10248", content=content)

    told = caught.value.complaints
    assert any(one.startswith("InvoiceAdd/RefNumber:") for one in told)
    assert any(one.startswith("InvoiceAdd/InvoiceLineAdd[2]/Quantity: '2,5' is not a number") for one in told)


def test_a_kind_that_quickbooks_does_not_know_is_refused_with_the_nearest(shop: Conversation) -> None:
    with pytest.raises(DocumentRefused, match="did you mean 'Customer'"):
        shop.enqueue(record="Custmer:1")


def test_a_refused_message_leaves_nothing_behind(shop: Conversation) -> None:
    with pytest.raises(DocumentRefused):
        shop.enqueue(content={"Name": "x" * 42})
    with shop.store.reading() as work:
        assert work.connection.execute(text("SELECT count(*) FROM messages")).scalar() == 0


def test_the_same_key_with_the_same_content_is_the_same_message(shop: Conversation) -> None:
    first = shop.put(idempotency_key="order-1")
    again = shop.put(idempotency_key="order-1")

    assert (first.is_new, again.is_new) == (True, False)
    assert again.message_id == first.message_id


def test_the_same_key_with_other_content_is_refused(shop: Conversation) -> None:
    shop.enqueue(idempotency_key="order-1")

    with pytest.raises(IdempotencyKeyReused, match="order-1"):
        shop.enqueue(idempotency_key="order-1", content={"Name": "Somebody Else"})


def test_an_older_revision_is_refused_also_when_the_newer_one_is_done(shop: Conversation) -> None:
    number = shop.enqueue(revision=5)
    handed = shop.begin()
    shop.receive(answer(customer_added(number), set_id=handed.new_id, set_code=0))

    with pytest.raises(RevisionIsOlder, match="revision 4 is older than revision 5"):
        shop.enqueue(revision=4)


def test_newer_content_replaces_what_waits_and_what_failed(shop: Conversation) -> None:
    first = shop.enqueue()
    second = shop.enqueue(content={"Name": "Calloway, Ruth B."})

    assert shop.statuses([first, second]) == ["superseded", "pending"]
    assert shop.message(second).waits_for == 0


def test_content_that_comes_while_the_record_is_in_flight_waits_its_turn(shop: Conversation) -> None:
    first = shop.enqueue()
    handed = shop.begin()
    second = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "207 555 0123"})

    assert shop.statuses([first, second]) == ["in_flight", "pending"]
    assert shop.message(second).waits_for == 1

    shop.receive(answer(customer_added(first), set_id=handed.new_id, set_code=0))

    assert shop.message(second).waits_for == 0
    assert shop.send().names == ["CustomerModRq"]


def test_a_message_goes_only_when_the_record_it_refers_to_is_in_quickbooks(shop: Conversation) -> None:
    bill = shop.enqueue(record="Invoice:10248", content=invoice())
    customer = shop.enqueue()

    handed = shop.begin()

    assert handed.numbers == [str(customer)]
    shop.receive(answer(customer_added(customer), set_id=handed.new_id, set_code=0))
    after = shop.send()
    assert after.numbers == [str(bill)]
    assert after.value("CustomerRef/ListID") == "80000001-1700000000"


def test_priorities_go_first_and_then_the_older(shop: Conversation) -> None:
    shop.change_company(set_limit=1)
    late, normal, urgent = (
        shop.enqueue(record=f"Customer:{number}", content={"Name": f"Customer {number}"}, priority=number)
        for number in (9, 5, 1)
    )
    order = []
    handed = shop.begin()
    for place in range(3):
        order += handed.numbers
        told = customer_added(handed.numbers[0], f"8000-{place}")
        if shop.receive(answer(told, set_id=handed.new_id, set_code=0)) < 100:
            handed = shop.send()

    assert order == [str(urgent), str(normal), str(late)]


def test_a_message_is_not_sent_before_its_time(shop: Conversation) -> None:
    shop.enqueue(not_before="2026-03-02T10:00:00+00:00")

    assert shop.authenticate() == "none"

    shop.clock.go_on(hours=1)

    assert shop.authenticate() == ""


def test_records_that_wait_for_each_other_are_refused_with_the_circle(shop: Conversation) -> None:
    def child_of(parent: str, name: str) -> dict[str, Any]:
        return {"Name": name, "ParentRef": {"record": parent}}

    shop.enqueue(record="Customer:A", content=child_of("Customer:B", "A"))
    shop.enqueue(record="Customer:B", content=child_of("Customer:C", "B"))

    with pytest.raises(RequirementsFormACircle) as caught:
        shop.enqueue(record="Customer:C", content=child_of("Customer:A", "C"))

    assert "Customer:C -> Customer:A -> Customer:B -> Customer:C" in str(caught.value)


def test_a_record_cannot_refer_to_itself(shop: Conversation) -> None:
    with pytest.raises(DocumentRefused, match="refers to itself"):
        shop.enqueue(record="Customer:A", content={"Name": "A", "ParentRef": {"record": "Customer:A"}})


def insert(shop: Conversation, values: str) -> None:
    with shop.store.writing() as work:
        work.connection.execute(
            text(
                "INSERT INTO messages (company_id, operation, record, content) "
                f"SELECT id, {values} FROM companies WHERE name = 'shop'"
            )
        )


def test_a_plain_sql_insert_is_sent_like_any_other(shop: Conversation) -> None:
    insert(shop, """'save', 'Customer:C-1', '{"Name": "Calloway, Ruth"}'""")

    handed = shop.begin()

    assert handed.names == ["CustomerAddRq"]
    assert handed.value("ExternalGUID") is not None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("""'save', 'Customer:C-1', 'Ruth'""", "not JSON"),
        ("""'save', 'Customer:C-1', '{"Nmae": "Ruth"}'""", "did you mean 'Name'"),
        ("""'save', 'Ruth', '{"Name": "Ruth"}'""", "does not name a record"),
        ("""'save', 'Custmer:1', '{"Name": "Ruth"}'""", "did you mean 'Customer'"),
    ],
)
def test_a_plain_sql_insert_that_cannot_be_sent_fails_with_the_reason(
    shop: Conversation, values: str, said: str
) -> None:
    insert(shop, values)

    assert shop.authenticate() == "none"
    failed = shop.message(1)
    assert failed.status == "failed"
    assert said in str(failed.what_happened)
    assert failed.what_to_do


def test_characters_that_were_replaced_are_noted_in_the_history(shop: Conversation) -> None:
    number = shop.enqueue(content={"Name": "Ruth \u2013 Harbor"})
    handed = shop.begin()

    assert handed.value("CustomerAdd/Name") == "Ruth - Harbor"
    with shop.store.reading() as work:
        from service.store import events

        notes = [event.note for event in events.of_message(work, number) if event.note]
    assert any("EN DASH" in note or "-" in note for note in notes)
