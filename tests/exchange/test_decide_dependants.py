"""What waits for a record goes, waits or asks, as somebody decides about that record."""

from __future__ import annotations

import pytest

from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, response
from tests.exchange.decisions import decided, refuse


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


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
