"""Cases say why and what to do, doubts first; lists are paged by position, in the order of sending."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from service.store import messages, tables
from tests.console import day
from tests.console.looking import ADDRESS, after_a_visit, cases, link, names
from tests.console.office import Office, rows


def test_a_failure_says_why_what_to_do_what_quickbooks_said_and_who_waits(office: Office) -> None:
    shop, _ = after_a_visit(office)
    message = day.refused_invoice(shop)
    day.payment(shop, "7752", "C-1", "20431")

    page = office.signed_in("tom").open(ADDRESS)

    assert "Needs attention 1 A retry never posts anything twice." in page.part("attention")
    case = page.part(f"m{message}")
    assert case.startswith("Invoice 20431 Eastgate Senior Living Mar 2, $95.00")
    assert f'The item "{day.EARMOLD}" is not in QuickBooks.' in case
    assert "then press Retry." in case
    assert f'QuickBooks said: There is an invalid reference to QuickBooks Item "{day.EARMOLD}"' in case
    assert "Payment 7752 waits for this invoice." in case
    assert [(name, value) for name, value in page.buttons if value == str(message)] == [
        ("retry", str(message)),
        ("hand_over", str(message)),
        ("skip", str(message)),
    ]


def test_a_name_that_is_taken_offers_to_link_and_says_who_waits_by_kind(office: Office) -> None:
    shop, _ = after_a_visit(office)
    message = day.name_taken(shop, "Quimby, Theodora")
    for number in ("20436", "20441"):
        day.invoice(shop, number, "C-1042")
    day.payment(shop, "7757", "C-1042", "20436")

    page = office.signed_in("tom").open(ADDRESS)

    case = page.part(f"m{message}")
    assert case.startswith("Quimby, Theodora New customer C-1042")
    assert "2 invoices and 1 payment wait for this customer. They go by themselves once it is in." in case
    assert "Link to the existing customer" in case


@pytest.mark.parametrize("knew_of_each_other", [True, False])
def test_what_is_held_back_behind_a_doubt_of_its_own_record_says_so(office: Office, knew_of_each_other: bool) -> None:
    shop, _ = after_a_visit(office)
    doubt = day.in_doubt(shop)
    newer = day.customer(shop, "C-7", "Bergquist, Lars", Phone="207 555 0111")
    if not knew_of_each_other:
        with office.store.writing() as work:
            work.connection.execute(delete(tables.requirements))
            messages.change(work, newer, waits_for=0)
    browser = office.signed_in("tom")

    page = browser.open(ADDRESS)

    (row,) = rows(page, "pending")
    assert row[1] == "Bergquist, Lars"
    assert row[-1] == "Waits for its earlier version: check in QuickBooks"
    assert f"/company/shop/message/{doubt}" in link(page, "its earlier version: check in QuickBooks")
    assert "A newer version of it goes once this is settled." in page.part(f"m{doubt}")
    assert "its earlier version: check in QuickBooks" in browser.open(f"/company/shop/message/{newer}").text
    assert "its newer version" in browser.open(f"/company/shop/message/{doubt}").text


def test_a_doubt_stands_first_has_no_box_and_suggests_nothing(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.refused_invoices(shop, 2)
    doubt = day.in_doubt(shop)

    page = office.signed_in("tom").open(ADDRESS)

    cases = page.tree.xpath("//*[@id='attention']//li[contains(@class, 'case')]")
    assert cases[0].get("id") == f"m{doubt}"
    assert cases[0].xpath(".//input[@type='checkbox']") == []
    assert cases[0].xpath(".//button[contains(@class, 'next')][@name != 'found']") == []
    assert "Check in QuickBooks" in page.part(f"m{doubt}")
    assert "without those to be checked there: Retry all 2" in page.part("attention")


def test_failures_of_one_cause_become_one_case_from_three_on(office: Office) -> None:
    shop, _ = after_a_visit(office)
    messages = day.refused_invoices(shop, 2)
    browser = office.signed_in("tom")

    two = browser.open(ADDRESS)
    day.invoice(shop, "20433", "C-1", item=day.EARMOLD, TxnDate="2026-02-27")
    shop.update()
    three = browser.open(ADDRESS)

    assert "Invoice 20431" in two.part(f"m{messages[0]}")
    assert "Invoice 20432" in two.part(f"m{messages[1]}")
    case = three.part(f"m{messages[0]}")
    assert case.startswith("3 invoices Same cause Feb 27 to Mar 2, $285.00")
    assert "Retry all 3" in case
    assert "Enter all 3 manually" in case
    assert "Invoice 20433, Eastgate Senior Living, Feb 27, $95.00" in case


def test_cases_are_paged_too_with_the_doubts_before_all_else(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-1", "Eastgate Senior Living")
    for number in range(25):
        day.invoice(shop, str(20400 + number), "C-1", item=f"Item {number}")
    shop.update()
    doubt = day.in_doubt(shop)
    browser = office.signed_in("tom")

    first = browser.open(ADDRESS)
    second = browser.open(link(first, "Next 20"))

    assert cases(first) == ["Bergquist, Lars", *[f"Invoice {20400 + number}" for number in range(19)]]
    assert cases(second) == [f"Invoice {20419 + number}" for number in range(6)]
    assert shop.message(doubt).status == "in_doubt"
    assert cases(browser.open(link(second, "First 20"))) == cases(first)


def test_the_list_is_paged_by_position_in_the_order_of_sending(office: Office) -> None:
    shop, _ = after_a_visit(office)
    for number in range(1, 61):
        day.customer(shop, f"D-{number}", f"Customer {number:02}")
    day.customer(shop, "D-99", "Urgent")
    urgent = shop.save("Customer:D-99", {"Name": "Most urgent"}, priority=1)
    browser = office.signed_in("tom")

    first = browser.open(ADDRESS)
    second = browser.open(link(first, "Next 25"))
    third = browser.open(link(second, "Next 25"))
    back = browser.open(link(third, "Previous 25"))
    front = browser.open(link(back, "Previous 25"))

    assert shop.message(urgent).priority == 1
    assert names(first) == ["Most urgent", *[f"Customer {number:02}" for number in range(1, 25)]]
    assert names(second) == [f"Customer {number:02}" for number in range(25, 50)]
    assert names(third) == [f"Customer {number:02}" for number in range(50, 61)]
    assert names(back) == names(second)
    assert names(front) == names(first)
    assert "Rows 26 to 50 of 61" in second.part("pending")
    assert "Rows 51 to 61 of 61" in third.part("pending")
    assert "Rows 26 to 50 of 61" in back.part("pending")
    assert "Rows 1 to 25 of 61" in front.part("pending")
    assert "Next 25" not in third.part("pending")
    assert "Previous 25" not in front.part("pending")


def test_from_a_hundred_on_the_kinds_stand_above_the_list(office: Office) -> None:
    shop, _ = after_a_visit(office)
    for number in range(98):
        day.customer(shop, f"D-{number}", f"Customer {number:02}")
    day.invoice(shop, "20436", "D-1")
    shop.save("ItemService:fee", {"Name": "Fitting fee", "SalesOrPurchase": {"Price": "5.00"}})
    browser = office.signed_in("tom")

    page = browser.open(ADDRESS)
    invoices = browser.open(link(page, "Invoices 1"))
    waiting = browser.open(link(page, "Waiting 1"))
    items = browser.open(link(page, "Items 1"))

    kinds = page.tree.xpath("//nav[@aria-label='Kinds']/a/text()")
    assert kinds == ["All 100", "Customers 98", "Invoices 1", "Items 1", "Waiting 1"]
    assert [row[0] for row in rows(invoices, "pending")] == ["Invoice 20436"]
    assert [row[0] for row in rows(waiting, "pending")] == ["Invoice 20436"]
    assert [row[1] for row in rows(items, "pending")] == ["Fitting fee"]


def test_a_place_or_kind_that_means_nothing_shows_the_first_page(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    browser = office.signed_in("tom")

    for query in (
        "after=9.9.9",
        "after=x",
        "before=1.5",
        "after=1.5.99999999999999999999",
        "attention=doubt.x",
        "row=-1",
    ):
        page = browser.open(f"{ADDRESS}?{query}")
        assert page.status == 200
    assert names(browser.open(f"{ADDRESS}?after=1.5.x")) == ["Ottley, Simon"]
