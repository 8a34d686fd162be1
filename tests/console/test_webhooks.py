"""Webhooks in the console: who is told, what arrived, and telling it once more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.deliver import deliver_due
from service.domain.privilege import Privilege
from service.exchange import webhooks
from service.store import companies
from tests.console import day
from tests.console.office import Office, rows
from tests.receiver import Receiver, receiver
from tests.shop import Shop

ADDRESS = "/company/shop/webhooks"


@pytest.fixture
def orders() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def add(shop: Shop, url: str) -> None:
    with shop.store.writing() as work:
        webhooks.add(work, companies.named(work, shop.name), url, (), by="ann")


def test_a_company_without_a_webhook_says_how_one_is_added(office: Office) -> None:
    office.shop()

    page = office.signed_in().open(ADDRESS)

    assert "deskpost webhook add" in page.part("addresses")
    assert page.part("deliveries") == ""


def test_what_did_not_arrive_is_told_once_more_at_a_press(office: Office, orders: Receiver) -> None:
    shop = office.shop()
    add(shop, orders.url)
    day.refused_invoices(shop, 1)
    orders.answers = [410, 410]
    deliver_due(shop.store)
    browser = office.signed_in()

    page = browser.open(ADDRESS)
    assert rows(page, "addresses")[0][:2] == [orders.url, "Everything"]
    told = rows(page, "deliveries")
    assert [what.partition(" ")[0] for what, _, _ in told] == ["Failed", "Synchronized"]
    assert {about for _, about, _ in told} == {"Invoice 20431", "Eastgate Senior Living"}
    assert {state for _, _, state in told} == {"Given up It answered 410"}

    (name, value) = next(button for button in page.buttons if button[0] == "delivery")
    after = browser.post(f"{ADDRESS}/again", **{name: value})
    assert after.notices == [f"Delivery {value} is told once more."]
    deliver_due(shop.store)
    assert [state for _, _, state in rows(browser.open(ADDRESS), "deliveries")] == [
        "Arrived",
        "Given up It answered 410",
    ]


def test_anothers_delivery_is_not_told_again(office: Office, orders: Receiver) -> None:
    shop = office.shop()
    office.shop(name="other")
    add(shop, orders.url)
    day.refused_invoices(shop, 1)
    deliver_due(shop.store)
    browser = office.signed_in()
    browser.open("/company/other/webhooks")

    assert browser.post("/company/other/webhooks/again", delivery="1").notices == [
        "There is no delivery 1. `deskpost webhook deliveries` shows those there are."
    ]
    assert deliver_due(shop.store) == 0


def test_only_those_who_manage_the_company_file_see_it(office: Office) -> None:
    office.shop()
    browser = office.signed_in("lou", Privilege.VIEW, Privilege.SYNCHRONIZE)

    page = browser.open(ADDRESS)

    assert page.status == 403
    assert not any(address.endswith("/webhooks") for address in page.links)


def test_long_lists_go_on_by_position(office: Office, orders: Receiver) -> None:
    shop = office.shop()
    add(shop, orders.url)
    day.refused_invoices(shop, 60)  # And the customer whose they are.
    browser = office.signed_in()

    page = browser.open(ADDRESS)
    assert len(rows(page, "deliveries")) == 50
    (older,) = [address for address in page.links if "before=" in address]
    assert len(rows(browser.open(older), "deliveries")) == 11
