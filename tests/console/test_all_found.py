"""All that a search found is decided about at one press: what the page showed, no more; who was first is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.console import decisions
from service.console.all_found import BUTTONS
from service.console.presses import PRESSES
from service.domain.privilege import Privilege
from service.domain.status import Status
from service.exchange import decide
from service.exchange import pages as work_of_people
from service.exchange.pages import Made
from service.store import decidable, old_skipped
from service.store.unit import StoreUnavailable
from tests.console import day
from tests.console.office import Office, Page
from tests.console.pressing import press, press_undo

ADDRESS = "/company/shop/history"
ALL = "/company/shop/decide-all"
FAILED = f"{ADDRESS}?status=failed"


def test_every_button_is_lawful_where_it_is_offered() -> None:
    assert all(status in PRESSES[one.press].leaves for one in BUTTONS for status in one.takes)
    assert not {Status.IN_FLIGHT, Status.IN_DOUBT} & {status for one in BUTTONS for status in one.takes}


def test_all_that_failed_is_retried_with_its_number_and_taken_back_together(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 4)
    browser = office.signed_in()

    page = browser.open(FAILED)
    after = press(browser, page, "Retry all 4")
    retried = shop.statuses(messages)
    undone = press_undo(browser, after)

    assert labels(page) == ["Retry all 4", "Enter all 4 manually", "Skip all 4"]
    assert after.notices == ["4 are to be sent again. Undo"]
    assert retried == ["pending"] * 4
    assert undone.notices == ["4 are back where they were."]
    assert shop.statuses(messages) == ["failed"] * 4


def test_a_search_narrows_what_the_press_takes(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    day.customer(shop, "C-2", "Ottley, Simon")
    other = day.invoice(shop, "30001", "C-2", item=day.EARMOLD)
    shop.update()
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?q=eastgate&kind=invoice")
    after = press(browser, page, "Skip all 2")

    assert after.notices == ["2 are skipped. They stand under Old skipped transactions. Undo"]
    assert shop.statuses([*messages, other]) == ["skipped", "skipped", "failed"]


def test_all_of_a_kind_that_waits_is_put_aside_from_its_list(office: Office) -> None:
    shop = office.shop()
    shop.update()
    customers = [day.customer(shop, f"C-{place}", f"Customer {place}") for place in range(3)]
    invoice = day.invoice(shop, "20440", "C-1")
    browser = office.signed_in()

    page = browser.open("/company/shop/synchronize?kind=customer")
    after = press(browser, page, "Enter all 3 manually")

    assert [label for label in labels(page) if "all" in label] == ["Enter all 3 manually", "Skip all 3"]
    assert after.notices == ["3 now stand under Manual entry. Undo"]
    assert shop.statuses([*customers, invoice]) == ["manual_entry"] * 3 + ["pending"]
    assert labels(browser.open("/company/shop/synchronize")) == []


def test_each_button_takes_only_what_stands_where_it_applies(office: Office) -> None:
    shop = office.shop()
    failed, by_hand, skipped = day.refused_invoices(shop, 3)
    waiting = day.invoice(shop, "20440", "C-1")
    with shop.store.writing() as work:
        decide.hand_over(work, by_hand, by="tom")
        decide.skip(work, skipped, by="tom")
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?kind=invoice")
    after = press(browser, page, "Enter all 3 manually")

    assert labels(page) == ["Retry all 2", "Enter all 3 manually", "Skip all 3"]
    assert after.notices == ["3 now stand under Manual entry. Undo"]
    assert shop.statuses([failed, by_hand, skipped, waiting]) == ["manual_entry"] * 4
    press_undo(browser, after)
    assert shop.statuses([failed, by_hand, skipped, waiting]) == ["failed", "manual_entry", "skipped", "pending"]


def test_one_alone_is_it_and_one_among_others_is_told_by_its_number(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    waiting = day.invoice(shop, "20440", "C-1")
    browser = office.signed_in()

    among_others = browser.open(f"{ADDRESS}?kind=invoice")
    alone = browser.open(FAILED)
    after = press(browser, alone, "Skip it")
    old = browser.open("/company/shop/old-skipped")

    assert labels(among_others) == ["Retry 1", "Enter all 2 manually", "Skip all 2"]
    assert labels(alone) == ["Retry it", "Enter it manually", "Skip it"]
    assert "on this page and the others" not in alone.text
    assert after.notices == ["Invoice 20431 is skipped. It stands under Old skipped transactions. Undo"]
    assert shop.statuses([message, waiting]) == ["skipped", "pending"]
    assert labels(old) == ["Retry it", "Enter it manually"]
    assert "You can retry this one 1" in old.part("can")


def test_without_a_search_there_is_no_button_for_everything(office: Office) -> None:
    shop = office.shop()
    day.refused_invoices(shop, 2)

    page = office.signed_in().open(ADDRESS)

    assert labels(page) == []
    assert [label for _, label in selected(page)] == ["Retry selected", "Enter selected manually", "Skip selected"]


def test_what_cannot_be_undone_is_asked_about_on_a_page_of_its_own(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    with shop.store.writing() as work:
        for message in messages:
            decide.hand_over(work, message, by="tom")
            decide.mark_entered(work, message, f"99{message}", by="tom")
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?status=manually_entered")
    asked = press(browser, page, "Enter all 2 again")
    still = shop.statuses(messages)
    after = press(browser, asked, "Enter 2 again")

    assert "the numbers noted for them are forgotten. This cannot be undone." in asked.text
    assert still == ["manually_entered"] * 2
    assert after.notices == ["2 are to be entered again."]
    assert shop.statuses(messages) == ["manual_entry"] * 2


def test_what_was_closed_is_not_sent_among_others(office: Office) -> None:
    shop = office.shop()
    sendable, closed = day.refused_invoices(shop, 2)
    with shop.store.writing() as work:
        for message in (sendable, closed):
            decide.skip(work, message, by="tom")
        old_skipped.add(
            work,
            company_id=shop.company().id,
            message_id=closed,
            date=date(2025, 11, 12),
            kind="Invoice",
            number="20432",
            reason="It was refused",
            fingerprint="f",
        )
        old_skipped.close(work, closed, "Entered by hand in January.")
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?status=skipped")

    assert labels(page) == ["Retry 1", "Enter 1 manually"]
    assert page.tree.xpath("//input[@name='message']/@value") == [str(sendable)]


def test_one_press_is_about_so_many_that_it_can_be_undone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decidable, "LOOKED_THROUGH", 3)
    shop = office.shop()
    messages = day.refused_invoices(shop, 5)
    browser = office.signed_in()

    page = browser.open(FAILED)
    after = press(browser, page, "Skip all 3")

    assert "It takes the newest of them; press again for the others" in page.text
    assert after.notices == ["3 are skipped. They stand under Old skipped transactions. Undo"]
    assert shop.statuses(messages) == ["failed", "failed", "skipped", "skipped", "skipped"]


def test_a_press_that_takes_too_long_says_what_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "AT_ONCE", 2)
    monkeypatch.setattr(decisions, "LONGEST", -1.0)
    shop = office.shop()
    messages = day.refused_invoices(shop, 5)
    browser = office.signed_in()

    after = press(browser, browser.open(FAILED), "Skip all 5")

    assert after.notices[0] == (
        "2 are skipped. They stand under Old skipped transactions. "
        "3 are still to be decided: press again to go on. Undo"
    )
    assert sorted(shop.statuses(messages)) == ["failed", "failed", "failed", "skipped", "skipped"]


def test_a_database_that_fails_half_way_does_not_hide_what_was_decided(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "AT_ONCE", 2)
    shop = office.shop()
    messages = day.refused_invoices(shop, 5)
    browser = office.signed_in()
    page = browser.open(FAILED)
    decide_each, parts = work_of_people.decide_each, iter([True, False])

    def locked_from_the_second_part_on(*given: Any) -> Made:
        if next(parts):
            return decide_each(*given)
        raise StoreUnavailable("here", "it is locked")

    monkeypatch.setattr(work_of_people, "decide_each", locked_from_the_second_part_on)

    after = press(browser, page, "Skip all 5")

    assert after.notices[0].endswith("3 are still to be decided: press again to go on. Undo")
    assert sorted(shop.statuses(messages)) == ["failed", "failed", "failed", "skipped", "skipped"]


def test_nobody_decides_without_the_privilege_or_about_another_company(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    office.company("other")
    browser = office.signed_in()
    page = browser.open(FAILED)
    viewer = office.signed_in("vera", Privilege.VIEW)
    seen = viewer.open(FAILED)
    fields = form_of(page)

    forged = viewer.post(ALL, **fields, do="skip")
    elsewhere = browser.post("/company/other/decide-all", **{**fields, "do": "skip", "back": "/company/other/history"})
    without_token = browser.post(ALL, token="forged", **fields, do="skip")

    assert (labels(seen), selected(seen)) == ([], [])
    assert (forged.status, without_token.status) == (403, 400)
    assert elsewhere.notices == ["Nothing matches any more, so nothing was changed."]
    assert shop.statuses(messages) == ["failed"] * 2


@pytest.mark.parametrize(
    "changed",
    [
        {"do": "found"},
        {"do": ""},
        {"status": "no such status"},
        {"kind": "no such kind"},
        {"since": "yesterday"},
        {"newest": "x"},
    ],
)
def test_a_form_that_no_page_of_ours_sends_does_nothing(office: Office, changed: dict[str, str]) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    browser = office.signed_in()
    fields = {**form_of(browser.open(FAILED)), "do": "skip", **changed}

    assert browser.post(ALL, **fields).status == 400
    assert shop.statuses(messages) == ["failed"] * 2


def labels(page: Page) -> list[str]:
    """The buttons for all that was found."""
    return [str(one.text_content()).strip() for one in page.tree.xpath("//button[@form='everything']")]


def selected(page: Page) -> list[tuple[str, str]]:
    """The buttons for what is ticked: what each does, and its label."""
    found = page.tree.xpath("//*[@id='found']//button[@name='do' and not(@form)]")
    return [(str(one.get("value")), str(one.text_content()).strip()) for one in found]


def form_of(page: Page) -> dict[str, str]:
    """What the form for all that was found would send."""
    found = page.tree.xpath("//form[@id='everything']//input")
    return {one.get("name"): one.get("value") for one in found if one.get("name") != "csrf_token"}
