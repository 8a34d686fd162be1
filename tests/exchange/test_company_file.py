"""Nothing is sent into a company file that is not the right one."""

from __future__ import annotations

import pytest

from service.exchange import accounts
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import COMPANY_NAME, PATH, Conversation, answer, customer_added


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    shop = Conversation(store, clock)
    shop.enqueue()
    return shop


def first_visit(shop: Conversation) -> None:
    handed = shop.begin()
    told = answer(customer_added(handed.numbers[0]), set_id=handed.new_id, set_code=0)
    assert shop.receive(told) == 100
    shop.close()
    shop.enqueue(record="Customer:C-2", content={"Name": "Second, The"})


def test_the_first_visit_pins_the_file_and_keeps_what_it_says_of_itself(shop: Conversation) -> None:
    first_visit(shop)

    company = shop.company()
    assert company.pinned_company_name == COMPANY_NAME
    assert company.pinned_file_id == shop.connection.file_id
    assert (company.company_file_path, company.pc, company.file_mode) == (PATH, "FRONT-DESK", "SingleUser")
    assert company.product_name == "QuickBooks Enterprise Solutions 24.0"
    assert company.qbxml_version == "16.0"


@pytest.mark.parametrize(
    "file_id", ["", "{00000000-0000-0000-0000-000000000000}"], ids=["no mark", "another connection's mark"]
)
def test_a_file_without_our_mark_gets_nothing(shop: Conversation, file_id: str) -> None:
    shop.authenticate()

    assert shop.send_text(host=shop.host(company="Other Company", file_id=file_id)) == ""
    assert "Other Company" in shop.trouble()
    assert "nothing was sent" in shop.trouble()
    assert shop.message(1).status == "pending"
    assert "Other Company" in shop.close()
    assert shop.company().mismatch is not None


def test_a_copy_under_another_name_gets_nothing_and_both_files_are_named(shop: Conversation) -> None:
    first_visit(shop)
    shop.authenticate()

    assert shop.send_text(host=shop.host(company="Harbor Lane Supply (training)")) == ""
    assert COMPANY_NAME in shop.trouble()
    assert "Harbor Lane Supply (training)" in shop.trouble()
    assert shop.message(2).status == "pending"


@pytest.mark.parametrize("host", ["junk", "<html/>", "HOSTQUERY, COMPANYQUERY and PREFQUERY are not supported."])
def test_where_quickbooks_does_not_say_which_file_is_open_nothing_is_sent(shop: Conversation, host: str) -> None:
    shop.authenticate()

    assert shop.send_text(host=host) == ""
    assert "which company file is open" in shop.trouble()


def test_a_mismatch_is_over_when_the_right_file_is_open_again(shop: Conversation) -> None:
    first_visit(shop)
    shop.authenticate()
    shop.send_text(host=shop.host(company="Other Company"))
    shop.close()

    assert shop.begin().names == ["CustomerAddRq"]
    assert shop.company().mismatch is None


def test_a_second_connection_of_the_same_company_is_accepted_in_the_same_file(shop: Conversation) -> None:
    first_visit(shop)
    with shop.store.writing() as work:
        issued = accounts.add_connection(work, "shop", "office", "another-long-password", app_name="D", by="test")
    shop.ticket, instruction = shop.calls.authenticate("office", "another-long-password", "203.0.113.8")

    assert instruction == ""
    assert issued.connection.owner_id == shop.connection.owner_id
    assert shop.send_text(host=shop.host(file_id=issued.connection.file_id)) != ""


def test_recovery_does_not_ask_the_wrong_file_either(shop: Conversation) -> None:
    first_visit(shop)
    shop.begin()
    shop.authenticate()

    assert shop.send_text(host=shop.host(company="Other Company")) == ""
    assert shop.message(2).status == "in_flight"
