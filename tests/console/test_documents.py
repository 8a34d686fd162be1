"""What a message is about is named as an accountant names it, and nothing about it is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from service.console.documents import Directory, Document, parsed, total
from tests.console.office import Office
from tests.shop import Shop
from tests.statements import counted


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("Invoice", {"InvoiceLineAdd": [{"Quantity": 11, "Rate": "39.00"}, {"Amount": "5.50"}]}, "434.50"),
        ("Invoice", {"InvoiceLineAdd": [{"Rate": "0.333"}]}, "0.33"),
        ("Invoice", {"InvoiceLineAdd": [{"Desc": "Thank you"}, {"Amount": "5"}]}, "5"),
        ("Invoice", {"InvoiceLineAdd": [{"Amount": "5"}, {"ItemRef": {"FullName": "Fee"}, "Quantity": 1}]}, None),
        ("Invoice", {"InvoiceLineAdd": [{"Amount": "5"}], "InvoiceLineGroupAdd": [{"Quantity": 1}]}, None),
        ("Invoice", {"InvoiceLineAdd": [{"RatePercent": "10", "Quantity": 1}]}, None),
        ("Invoice", {}, None),
        ("CreditMemo", {"CreditMemoLineAdd": [{"Quantity": "2", "Rate": "22.5"}]}, "-45"),
        ("ReceivePayment", {"TotalAmount": "240.00"}, "240"),
        ("Bill", {"ExpenseLineAdd": [{"Amount": "10"}], "ItemLineAdd": [{"Cost": "2", "Quantity": "3"}]}, "16"),
        ("JournalEntry", {"JournalDebitLine": [{"Amount": "7"}], "JournalCreditLine": [{"Amount": "7"}]}, "7"),
        ("Transfer", {"TransferAmount": "7"}, "7"),
        ("Invoice", {"InvoiceLineAdd": [{"Amount": "a lot"}]}, None),
        ("Invoice", {"InvoiceLineAdd": [{"Amount": "NaN"}]}, None),
        ("Invoice", {"InvoiceLineAdd": [{"Amount": "1e999999"}]}, None),
        ("Invoice", {"InvoiceLineAdd": "no lines at all"}, None),
    ],
)
def test_a_total_is_shown_only_where_every_line_is_known(
    kind: str, content: Mapping[str, Any], expected: str | None
) -> None:
    assert total(kind, content) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("content", [None, "", "[]", "not json", '"text"', "[" * 100_000])
def test_a_content_that_cannot_be_read_says_nothing(content: str | None) -> None:
    assert parsed(content) == {}


def test_a_transaction_is_named_by_its_number_and_an_entry_of_a_list_by_its_name(office: Office) -> None:
    shop = office.shop()
    customer = shop.save("Customer:C-1042", {"Name": "Calloway, Ruth"})
    reference = {"CustomerRef": {"record": "Customer:C-1042"}}
    invoice = shop.save(
        "Invoice:a7", {**reference, "RefNumber": "20431", "InvoiceLineAdd": [{"Amount": "5.00", "Desc": "x"}]}
    )
    payment = shop.save(
        "ReceivePayment:7741", {**reference, "RefNumber": "1184", "TotalAmount": "240.00", "IsAutoApply": True}
    )
    receipt = shop.save("SalesReceipt:9021", {**reference, "SalesReceiptLineAdd": [{"Desc": "x"}]})

    found = documents(shop, customer, invoice, payment, receipt)

    assert [(one.title, one.called, one.spoken, one.name) for one in found] == [
        ("Customer", "Calloway, Ruth", "customer Calloway, Ruth", "Calloway, Ruth"),
        ("Invoice 20431", "Invoice 20431", "invoice 20431", "Calloway, Ruth"),
        ("Payment 7741", "Payment 7741", "payment 7741", "Calloway, Ruth"),
        ("Sales receipt 9021", "Sales receipt 9021", "sales receipt 9021", "Calloway, Ruth"),
    ]


def test_what_voids_or_deletes_is_named_by_what_was_saved_before(office: Office) -> None:
    shop = office.shop()
    shop.save("Customer:C-1042", {"Name": "Calloway, Ruth"})
    shop.save(
        "Invoice:a7",
        {
            "CustomerRef": {"record": "Customer:C-1042"},
            "RefNumber": "20431",
            "TxnDate": "2026-03-02",
            "InvoiceLineAdd": [{"Amount": "5.00", "Desc": "x"}],
        },
    )
    voided = shop.enqueue("void", "Invoice:a7")

    (found,) = documents(shop, voided)

    assert (found.called, found.name, found.amount) == ("Invoice 20431", "Calloway, Ruth", Decimal("5.00"))


def test_a_raw_request_is_named_by_its_number_and_what_it_asks_for(office: Office) -> None:
    shop = office.shop()
    raw = shop.put({"operation": "raw", "request": "<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq>"})

    (found,) = documents(shop, raw.message_id)

    assert (found.called, found.name) == (f"Request {raw.message_id}", "Customer query")


def test_a_name_that_only_quickbooks_knows_is_taken_from_there(office: Office) -> None:
    shop = office.shop()
    invoice = shop.save("Invoice:a7", {"CustomerRef": {"FullName": "Ottley, Simon"}, "InvoiceLineAdd": [{"Desc": "x"}]})
    unheard_of = shop.save("Invoice:a8", {"CustomerRef": {"record": "Customer:C-9"}, "InvoiceLineAdd": [{"Desc": "x"}]})

    found = documents(shop, invoice, unheard_of)

    assert [one.name for one in found] == ["Ottley, Simon", "C-9"]


def test_what_is_being_sent_is_called_the_same_without_looking_it_up(office: Office) -> None:
    shop = office.shop()
    customer = shop.save("Customer:C-1042", {"Name": "Calloway, Ruth"})
    invoice = shop.save(
        "Invoice:a7",
        {"CustomerRef": {"record": "Customer:C-1042"}, "RefNumber": "20431", "InvoiceLineAdd": [{"Desc": "x"}]},
    )
    voided = shop.enqueue("void", "Invoice:a7")
    raw = shop.put({"operation": "raw", "request": "<CustomerQueryRq/>"}).message_id
    every = [shop.message(one) for one in (customer, invoice, voided, raw)]

    with shop.store.reading() as work, counted() as statements:
        directory = Directory(work, shop.company().id)
        statements.clear()
        whole = [directory.spoken_of(message) for message in (every[0], every[1], every[3])]
        assert statements == []
        spoken = directory.spoken_of(every[2])

    assert whole == ["customer Calloway, Ruth", "invoice 20431", f"request {raw}"]
    assert spoken == "invoice 20431"


def documents(shop: Shop, *message_ids: int) -> list[Document]:
    with shop.store.reading() as work:
        messages = [shop.message(one) for one in message_ids]
        found = Directory(work, shop.company().id).documents(messages)
    return [found[one] for one in message_ids]
