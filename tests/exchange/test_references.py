"""References of a content to records of the order system: found, filled in, and refused with their paths."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.record import Record
from service.domain.refusals import DocumentRefused
from service.exchange import document, references
from service.exchange.enqueue import enqueue
from service.store import companies, messages
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation

CONTENT: dict[str, Any] = {
    "CustomerRef": {"record": "Customer:C-1"},
    "InvoiceLineAdd": [
        {"line": "1", "ItemRef": {"record": "ItemService:fit"}},
        {"line": "2", "ItemRef": {"FullName": "Lamp"}, "ClassRef": {"record": "Class:east"}},
    ],
    "LinkToTxnID": [{"record": "SalesOrder:7"}],
}


def test_the_records_are_found_wherever_they_stand() -> None:
    assert references.found_in(CONTENT) == {
        Record("Customer", "C-1"),
        Record("ItemService", "fit"),
        Record("Class", "east"),
        Record("SalesOrder", "7"),
    }


def test_they_become_ids_and_a_reference_becomes_an_object_with_one() -> None:
    filled = references.filled_in(CONTENT, lambda record: f"id-{record.key}")

    assert filled["CustomerRef"] == {"ListID": "id-C-1"}
    assert filled["InvoiceLineAdd"][0]["ItemRef"] == {"ListID": "id-fit"}
    assert filled["InvoiceLineAdd"][1]["ItemRef"] == {"FullName": "Lamp"}
    assert filled["LinkToTxnID"] == ["id-7"]


def looked_through(content: dict[str, Any], kind: str) -> references.Found:
    return references.looked_through(content, document.canonical(content), Record(kind, "7"), f"{kind}Add")


def test_a_content_whose_references_fit_has_no_complaints() -> None:
    assert looked_through(CONTENT, "Invoice").complaints == ()


def test_one_look_finds_the_records_and_leaves_what_qbxml_knows() -> None:
    found = looked_through(CONTENT, "Invoice")

    assert found.records == references.found_in(CONTENT)
    assert found.plain == {
        "CustomerRef": {"ListID": "0-0"},
        "InvoiceLineAdd": [
            {"ItemRef": {"ListID": "0-0"}},
            {"ItemRef": {"FullName": "Lamp"}, "ClassRef": {"ListID": "0-0"}},
        ],
        "LinkToTxnID": ["0-0"],
    }


def test_keys_of_lines_are_left_out_where_there_are_no_references_too() -> None:
    assert looked_through({"InvoiceLineAdd": [{"line": "1", "Desc": "Lamp"}]}, "Invoice").plain == {
        "InvoiceLineAdd": [{"Desc": "Lamp"}]
    }


def test_all_that_is_wrong_with_references_is_said_at_once_each_with_its_path() -> None:
    content = {
        "CustomerRef": {"record": "Vendor:7"},
        "ClassRef": {"record": "Class:1", "FullName": "East"},
        "InvoiceLineAdd": [
            {"ItemRef": {"record": "ItemService:fit"}},
            {"ItemRef": {"record": "fit"}, "ClassRef": {"record": "Customer:2"}},
        ],
    }

    assert looked_through(content, "Invoice").complaints == (
        "InvoiceAdd/CustomerRef: 'Vendor:7' is of the kind Vendor; allowed here: Customer",
        "InvoiceAdd/ClassRef: a reference to a record holds `record` and nothing else.",
        (
            "InvoiceAdd/InvoiceLineAdd[2]/ItemRef: 'fit' does not name a record. "
            "Write the kind, a colon and your own key, such as 'Customer:C-1042'."
        ),
        "InvoiceAdd/InvoiceLineAdd[2]/ClassRef: 'Customer:2' is of the kind Customer; allowed here: Class",
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_reference_to_the_wrong_kind_is_refused_at_the_door(store: Store, clock: Clock) -> None:
    Conversation(store, clock)
    given = {"operation": "save", "record": "Bill:1", "content": {"VendorRef": {"record": "Customer:C-1"}}}

    with store.writing() as work, pytest.raises(DocumentRefused) as refused:
        enqueue(work, companies.named(work, "shop"), document.read(given), by="test")

    assert refused.value.complaints == (
        "BillAdd/VendorRef: 'Customer:C-1' is of the kind Customer; allowed here: Vendor",
    )
    with store.reading() as work:
        assert not sum(messages.counts(work, companies.named(work, "shop").id).values())


def test_a_message_that_was_taken_before_with_another_kind_can_still_be_written() -> None:
    # The rule holds at the door; what QuickBooks says to what came in earlier is QuickBooks' affair.
    assert references.found_in({"VendorRef": {"record": "Customer:C-1"}}) == {Record("Customer", "C-1")}
