"""Activity tells in words who did what and how the runs went, and shows nobody what is not theirs."""

from __future__ import annotations

import pytest

from service.domain.privilege import Privilege
from service.exchange import decide, file_changes, linking
from service.store import activity_pages, companies
from tests.console import day
from tests.console.office import Browser, Office, Page, folded
from tests.shop import Shop

ADDRESS = "/company/shop/activity"
RAN = "4:15 AM FRONT-DESK called: 1 synchronized, 1 needs attention: see the Synchronize page. What it did at 4:15 AM"


def test_a_day_is_told_in_words_newest_first(office: Office) -> None:
    shop, browser = a_day(office)

    page = browser.open(ADDRESS)

    path = shop.company().company_file_path
    assert page.tree.xpath("//main//h2/text()") == ["Today, March 2"]
    assert told(page) == [
        "4:15 AM Ines Varga marked invoice 20431 as entered, QuickBooks number 9981.",
        "4:15 AM Ines Varga put invoice 20431 under Manual entry.",
        f"4:15 AM The company file was accepted at the first visit: Birchwood Supply Co. ({path}).",
        RAN,
        "4:00 AM Ines Varga pressed Start: 1 released.",
        "4:00 AM test issued a .qwc file for shop-qb.",
        "4:00 AM test added the company shop.",
    ]


def test_look_ups_and_what_belongs_to_no_message_are_told_as_sentences(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    shop.update()
    number = day.invoice(shop, "20431", "C-1")
    with office.store.writing() as work:
        company = companies.named(work, "shop")
        decide.hand_over(work, number, by="ines")
        decide.mark_entered(work, number, "9981", by="ines")
        linking.ask(work, company, ["customers"], by="ines")
    shop.update()

    lines = [line.partition(" AM ")[2] for line in told(office.signed_in("ines", full_name="Ines Varga").open(ADDRESS))]

    assert (
        "Deskpost looked in QuickBooks for invoice 20431: nothing was found under 9981, so it is not linked." in lines
    )
    assert "Ines Varga asked QuickBooks for customers." in lines


def test_a_message_that_is_told_of_is_a_link(office: Office) -> None:
    _, browser = a_day(office)

    page = browser.open(ADDRESS)

    assert page.tree.xpath("//ol//a[text()='invoice 20431']/@href")


def test_what_one_press_did_with_several_is_one_entry(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 3)
    browser = office.signed_in("ines", full_name="Ines Varga")
    browser.open("/company/shop/synchronize")

    browser.post("/company/shop/decide", do="retry", message=[str(one) for one in messages])

    assert told(browser.open(ADDRESS))[0] == "4:15 AM Ines Varga retried 3 invoices."


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (
            "about=runs",
            RAN,
        ),
        ("about=messages", "4:15 AM Ines Varga marked invoice 20431 as entered, QuickBooks number 9981."),
        ("about=users", "4:00 AM Ines Varga signed in."),
        ("q=released", "4:00 AM Ines Varga pressed Start: 1 released."),
        ("who=test", "4:00 AM test issued a .qwc file for shop-qb."),
        (
            "until=2026-03-02&about=messages",
            "4:15 AM Ines Varga marked invoice 20431 as entered, QuickBooks number 9981.",
        ),
    ],
)
def test_it_can_be_narrowed_down(office: Office, asked: str, first: str) -> None:
    _, browser = a_day(office)

    assert told(browser.open(f"{ADDRESS}?{asked}"))[0] == first


def test_nothing_found_is_said(office: Office) -> None:
    _, browser = a_day(office)

    assert "Nothing found." in browser.open(f"{ADDRESS}?until=2026-03-01").text
    assert "Nothing found." in browser.open(f"{ADDRESS}?q=%25").text


def test_the_path_of_a_file_that_was_moved_is_told(office: Office) -> None:
    shop, browser = a_day(office)
    with office.store.writing() as work:
        file_changes.set_path(work, companies.named(work, "shop"), r"D:\Books\Birchwood.qbw", by="ines")

    page = browser.open(f"{ADDRESS}?about=company_file")

    assert told(page)[0].startswith(
        r"4:15 AM Ines Varga changed the path of the company file to D:\Books\Birchwood.qbw"
    )
    assert shop.company().path_to_open == r"D:\Books\Birchwood.qbw"


def test_more_than_fifty_are_paged_by_their_keys(office: Office) -> None:
    shop = office.shop()
    browser = office.signed_in("ines", full_name="Ines Varga")
    for place in range(52):
        message = day.customer(shop, f"C-{place}", f"Customer {place:02}")
        office.clock.go_on(seconds=1)
        with office.store.writing() as work:
            decide.skip(work, message, by="ines")

    first = browser.open(ADDRESS)
    older = browser.open(next(link for link in first.links if "before=" in link))

    assert len(told(first)) == 50
    assert "Newest 50 entries" in first.text
    assert told(older)[:2] == [
        "4:00 AM Ines Varga skipped customer Customer 01.",
        "4:00 AM Ines Varga skipped customer Customer 00.",
    ]
    assert "That is all" in older.text


def test_a_look_back_says_how_far_it_went(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity_pages, "LOOKED_THROUGH", 2)
    _, browser = a_day(office)

    first = browser.open(f"{ADDRESS}?q=released")

    assert "Looked through what happened since today, 4:15 AM." in first.text
    assert [link for link in first.links if "before=" in link]


def test_signing_in_is_told_to_those_alone_who_manage_users(office: Office) -> None:
    a_day(office)
    browser = office.signed_in("osric", Privilege.VIEW)

    page = browser.open(f"{ADDRESS}?about=users")

    assert "signed in" not in page.part("main").lower().replace("signed in as", "")
    assert page.tree.xpath("//select[@id='about']/option/@value") == ["", "runs", "messages", "company_file"]


def test_another_company_s_people_see_nothing_of_this_one(office: Office) -> None:
    a_day(office)
    office.company("other")
    office.user("kent", Privilege.VIEW, company="shop")
    browser = office.signed_in("osric", Privilege.VIEW, company="other")

    page = browser.open("/company/other/activity")

    assert told(page) == ["4:15 AM test added the company other."]
    assert page.tree.xpath("//select[@id='who']/option/@value") == ["", "ines", "osric"]
    assert browser.open(ADDRESS).status == 404


def test_markup_in_a_note_stays_text(office: Office) -> None:
    shop, browser = a_day(office)
    message = day.customer(shop, "C-9", "<i>Bo</i>")
    with office.store.writing() as work:
        decide.skip(work, message, "<i>why</i>", by="ines")

    page = browser.open(ADDRESS)

    assert told(page)[0] == "4:15 AM Ines Varga skipped customer <i>Bo</i>: <i>why</i>."
    assert page.tree.xpath("//i") == []


def a_day(office: Office) -> tuple[Shop, Browser]:
    """Ines starts a run; an invoice is refused in it, and she enters that one by hand."""
    shop = office.shop()
    browser = office.signed_in("ines", full_name="Ines Varga")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    message = day.invoice(shop, "20431", "C-1", item=day.EARMOLD)
    browser.open("/company/shop/synchronize")
    browser.post("/company/shop/start")
    shop.update()
    with office.store.writing() as work:
        decide.hand_over(work, message, by="ines")
        decide.mark_entered(work, message, "9981", by="ines")
    return shop, browser


def told(page: Page) -> list[str]:
    return [folded(one) for one in page.tree.xpath("//ol[contains(@class, 'log')]/li")]
