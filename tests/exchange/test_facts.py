"""What an accountant reads when QuickBooks refuses something: with names, and as good a sentence without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from service import catalogue
from service.exchange import facts, outcome
from service.store import identities, messages
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added, response
from tests.statements import counted

NO_CUSTOMER = (
    "There is an invalid reference to QuickBooks Customer &quot;Kern, Lila&quot; in the Invoice. "
    "QuickBooks error message: Invalid argument. The specified record does not exist in the list."
)
CREDIT_LIMIT = (
    "There was an error when saving a Invoice. QuickBooks error message: The customer has exceeded the credit limit."
)
UNREAD = 3
"""So often a message was read anew already: what QuickBooks says next is final."""


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def invoice(**more: Any) -> dict[str, Any]:
    return {"TxnDate": "2026-03-02", "InvoiceLineAdd": [{"Desc": "as agreed", "Amount": "14.00"}], **more}


def refused(shop: Conversation, number: int, code: int, text: str, name: str = "InvoiceAddRs") -> tuple[str, str]:
    """Send a message, have QuickBooks refuse it, and read what a person is told: what happened, and what to do."""
    handed = shop.begin()
    assert str(number) in handed.numbers
    shop.receive(answer(response(name, number, code=code, text=text), set_id=handed.new_id, set_code=0))
    told = shop.message(number)
    assert told.status_code == code
    return str(told.what_happened), str(told.what_to_do)


def told_of(shop: Conversation, number: int) -> Mapping[str, str]:
    """The facts about a message for a refusal that names the customer."""
    found = catalogue.entry(3180, request="InvoiceAddRq", message=CREDIT_LIMIT)
    with shop.store.reading() as work:
        return facts.of_message(work, shop.message(number), found)


def settle_on(shop: Conversation, number: int) -> None:
    """A message that was read anew as often as may be, so that its next refusal is for a person."""
    with shop.store.writing() as work:
        messages.change(work, number, rereads=UNREAD)


def test_a_customer_that_is_missing_is_named_with_the_record_that_brings_it(shop: Conversation) -> None:
    shop.enqueue(record="Customer:C-1042", content={"Name": "Kern, Lila"}, not_before="2026-12-01T08:00:00+00:00")
    number = shop.enqueue(record="Invoice:10248", content=invoice(CustomerRef={"FullName": "Kern, Lila"}))
    settle_on(shop, number)

    assert refused(shop, number, 3140, NO_CUSTOMER) == (
        'The customer "Kern, Lila" is not in QuickBooks.',
        "Add this customer there, or press Retry once customer C-1042 is synchronized.",
    )


def test_a_customer_that_nobody_brings_is_to_be_made(shop: Conversation) -> None:
    number = shop.enqueue(record="Invoice:10248", content=invoice(CustomerRef={"FullName": "Kern, Lila"}))

    assert refused(shop, number, 3140, NO_CUSTOMER) == (
        'The customer "Kern, Lila" is not in QuickBooks.',
        (
            "Create this customer in the Customer Center, with exactly this name, then press Retry. "
            "If QuickBooks has it under another name, correct the name in the order system."
        ),
    )


@pytest.mark.parametrize(
    ("content", "happened"),
    [
        (invoice(CustomerRef={"FullName": "Ottley, Simon"}), "Ottley, Simon is over the credit limit."),
        (invoice(CustomerRef={"ListID": "80000001-1700000000"}), "The customer is over the credit limit."),
    ],
    ids=["by the name", "by an id that says no name"],
)
def test_the_customer_is_named_where_the_document_names_it(
    shop: Conversation, content: dict[str, Any], happened: str
) -> None:
    number = shop.enqueue(record="Invoice:1", content=content)

    assert refused(shop, number, 3180, CREDIT_LIMIT)[0] == happened


def test_the_customer_behind_a_record_is_called_by_its_name_in_quickbooks(shop: Conversation) -> None:
    customer = shop.enqueue(record="Customer:C-1", content={"Name": "Calloway, Ruth"})
    handed = shop.begin()
    shop.receive(answer(customer_added(customer), set_id=handed.new_id, set_code=0))
    shop.close()
    number = shop.enqueue(record="Invoice:1", content=invoice(CustomerRef={"record": "Customer:C-1"}))

    assert refused(shop, number, 3180, CREDIT_LIMIT)[0] == "Calloway, Ruth is over the credit limit."


def test_the_customer_of_a_raw_request_is_named_too(shop: Conversation) -> None:
    text = (
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Ottley, Simon</FullName></CustomerRef>"
        "</InvoiceAdd></InvoiceAddRq>"
    )
    number = shop.enqueue("raw", None, request=text)

    assert refused(shop, number, 3180, CREDIT_LIMIT)[0] == "Ottley, Simon is over the credit limit."


def test_the_party_of_the_document_goes_before_those_of_its_lines(shop: Conversation) -> None:
    line = {"AccountRef": {"FullName": "Freight"}, "Amount": "5.00", "CustomerRef": {"FullName": "Kern, Lila"}}
    bill = {"ExpenseLineAdd": [line], "VendorRef": {"FullName": "Harbor Freight"}}
    number = shop.enqueue(record="Bill:1", content=bill)

    assert told_of(shop, number)["customer"] == "Harbor Freight"


def test_somebody_is_the_customer_themselves(shop: Conversation) -> None:
    number = shop.enqueue(record="Customer:C-7", content={"Name": "Kern, Lila", "ParentRef": {"FullName": "Kern"}})

    assert told_of(shop, number)["customer"] == "Kern, Lila"


def test_a_name_that_is_taken_is_the_messages_own_where_quickbooks_does_not_repeat_it(shop: Conversation) -> None:
    number = shop.enqueue(record="Customer:C-1", content={"Name": "Calloway, Ruth"})
    settle_on(shop, number)
    happened, _ = refused(shop, number, 3100, "The name of the list element is already in use.", "CustomerAddRs")

    assert happened == 'The name "Calloway, Ruth" is already in use in QuickBooks.'


def test_a_text_that_is_too_long_is_counted_in_the_document_since_quickbooks_may_cut_it(shop: Conversation) -> None:
    number = shop.enqueue(record="Customer:C-1", content={"Name": "Ada", "AccountNumber": "4711-0815-4711-0815"})
    text = (
        "The string &quot;4711-0815-4711&quot; in the field &quot;AccountNumber&quot; is too long. "
        "The maximum length is 15 characters."
    )

    assert refused(shop, number, 3070, text, "CustomerAddRs")[0] == (
        "The account number is too long for QuickBooks: 19 of 15 characters."
    )


def test_a_text_that_is_too_long_and_not_in_the_document_is_not_counted(shop: Conversation) -> None:
    number = shop.enqueue(record="Customer:C-1", content={"Name": "Ada"})
    text = (
        "The string &quot;4711&quot; in the field &quot;AccountNumber&quot; is too long. "
        "The maximum length is 15 characters."
    )

    assert refused(shop, number, 3070, text, "CustomerAddRs")[0] == (
        "The account number is too long for QuickBooks: it takes 15 characters."
    )


def test_the_pc_and_the_company_file_are_named_once_they_are_known(shop: Conversation) -> None:
    number = shop.enqueue(record="Invoice:1", content=invoice(CustomerRef={"FullName": "Ada"}))
    _, what_to_do = refused(shop, number, 3000, "The given object ID is invalid.")
    shop.close()

    assert what_to_do.startswith(r"Check that C:\Books\Harbor Lane.qbw is the file in which it was first entered")
    with shop.store.reading() as work:
        told = facts.of_message(work, shop.message(number), catalogue.entry(3300))
    assert told["pc"] == "FRONT-DESK"


def test_a_visit_that_breaks_off_says_on_which_pc(shop: Conversation) -> None:
    shop.enqueue()
    shop.begin()
    assert shop.receive(hresult="0x80040408", message="Could not start QuickBooks.") < 0

    assert "on FRONT-DESK" in shop.trouble()


def test_what_is_not_known_of_the_company_is_left_to_the_words_of_the_catalogue(shop: Conversation) -> None:
    assert facts.of_company(shop.company()) == {}


def test_a_message_of_which_nothing_is_to_be_said_costs_no_statement(shop: Conversation) -> None:
    number = shop.enqueue(record="Customer:C-1", content={"Name": "Ada"})
    message = shop.message(number)
    warned = catalogue.entry(530, request="CustomerAddRq", message="A field is not supported here.")
    with shop.store.reading() as work, counted() as statements:
        outcome.explained(work, message, warned)

        assert statements == []
        identities.of_record(work, message.company_id, "Customer:C-1")
        assert len(statements) == 1, "the statements are counted"


@pytest.mark.parametrize(
    ("version", "told"),
    [("16.0", {"version": "QuickBooks 2023 or later"}), (None, {}), ("9.7", {})],
    ids=["known", "another edition", "a version of no year"],
)
def test_the_quickbooks_that_is_needed_is_told_by_its_year(version: str | None, told: dict[str, str]) -> None:
    assert facts.of_version(version) == told
