"""What happened between the page and the press: nothing that came since is taken, and who was first is told."""

from __future__ import annotations

import pytest

from qwc.company import Mishap as InTheFile
from qwc.mishaps import Kind, Mishap
from service.console import outcomes
from service.exchange import decide
from tests.console import day
from tests.console.office import Office, Page
from tests.console.pressing import press

ADDRESS = "/company/shop/history"
FAILED = f"{ADDRESS}?status=failed"


def test_what_failed_or_came_since_the_page_was_made_is_not_taken(office: Office) -> None:
    shop = office.shop()
    shown = day.refused_invoices(shop, 3)
    late = day.invoice(shop, "20450", "C-1", item=day.EARMOLD)
    browser = office.signed_in()
    page = browser.open(FAILED)
    shop.update()
    newer = day.invoice(shop, "20999", "C-1", item=day.EARMOLD)
    shop.update()

    after = press(browser, page, "Skip all 3")

    assert after.notices == ["3 are skipped. They stand under Old skipped transactions. Undo"]
    assert shop.statuses([*shown, late, newer]) == ["skipped", "skipped", "skipped", "failed", "failed"]


def test_what_colleagues_and_quickbooks_did_meanwhile_is_told_with_their_names(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 5)
    office.user("tom", full_name="Tom Ashgrove")
    browser = office.signed_in()
    page = browser.open(FAILED)
    with shop.store.writing() as work:
        for message in messages[:2]:
            decide.skip(work, message, by="tom")
        decide.hand_over(work, messages[2], by="tom")

    after = press(browser, page, "Retry all 5")

    assert after.notices[0] == (
        "2 are to be sent again. 3 were left as they are: 2 are skipped, Tom Ashgrove decided so; "
        "1 stands under Manual entry, Tom Ashgrove decided so. Undo"
    )
    assert shop.statuses(messages) == ["skipped", "skipped", "manual_entry", "pending", "pending"]


def test_one_that_was_retried_by_a_colleague_and_failed_anew_is_looked_at_first(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    browser = office.signed_in()
    page = browser.open(FAILED)
    with shop.store.writing() as work:
        decide.retry(work, messages[:1], by="tom")
    shop.update()

    after = press(browser, page, "Skip all 2")

    assert after.notices == [
        "1 is skipped. It stands under Old skipped transactions. 1 was left as it is: it needs attention. Undo"
    ]
    assert shop.statuses(messages) == ["failed", "skipped"]


def test_what_is_being_sent_is_told_apart_and_never_moved(office: Office) -> None:
    shop = office.shop()
    waiting = [day.customer(shop, f"C-{place}", f"Customer {place}") for place in range(3)]
    browser = office.signed_in()
    page = browser.open(f"{ADDRESS}?kind=customer")
    seen: list[Page] = []
    shop.update(
        transport=day.Peeking(shop, "receiveResponseXML", 1, lambda: seen.append(press(browser, page, "Skip all 3")))
    )

    assert seen[0].notices == ["Nothing was changed. 3 were left as they are: they are being sent just now."]
    assert shop.statuses(waiting) == ["synchronized"] * 3


def test_what_quickbooks_may_have_is_told_apart_and_never_moved(office: Office) -> None:
    shop = office.shop()
    doubtful = day.in_doubt(shop)
    waiting = day.customer(shop, "C-9", "Hollis, Bernadette")
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?kind=customer")
    after = press(browser, page, "Skip 1")

    assert after.notices == ["Hollis, Bernadette is skipped. It stands under Old skipped transactions. Undo"]
    assert shop.statuses([doubtful, waiting]) == ["in_doubt", "skipped"]


def test_a_change_that_may_have_run_is_told_apart_and_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MOST_TOLD", 0)
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    day.customer(shop, "C-2", "Poole, Ada")
    change = day.customer(shop, "C-1", "Calloway, Ruth", Phone="503-555-0100")
    shop.file.arrange(InTheFile.CRASH_BEFORE_KEEPING)
    shop.update()
    shop.update(Mishap("sendRequestXML", 3, Kind.RESET))
    waiting = day.customer(shop, "C-3", "Hollis, Bernadette")
    browser = office.signed_in()

    after = press(browser, browser.open(f"{ADDRESS}?status=to_be_synchronized"), "Skip all 2")

    assert after.notices[0] == (
        "1 is skipped. It stands under Old skipped transactions. "
        "1 was left as it is: it may be in QuickBooks already, because its answer was lost. Undo"
    )
    assert shop.statuses([change, waiting]) == ["pending", "skipped"]


def test_what_has_to_be_looked_for_in_quickbooks_is_told_apart(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MOST_TOLD", 0)
    shop = office.shop()
    doubtful = day.in_doubt(shop)
    certain = day.customer(shop, "C-9", "Hollis, Bernadette")
    with shop.store.writing() as work:
        for message in (doubtful, certain):
            decide.hand_over(work, message, by="tom")
    browser = office.signed_in()

    after = press(browser, browser.open(f"{ADDRESS}?status=manual_entry"), "Send all 2 after all")

    assert after.notices == [
        "1 is to be sent. 1 was left as it is: it may be in QuickBooks: look for it there first. Undo"
    ]
    assert shop.statuses([doubtful, certain]) == ["manual_entry", "pending"]


def test_refusals_of_many_are_told_by_their_reasons(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 7)
    with shop.store.writing() as work:
        for message in messages:
            decide.hand_over(work, message, by="tom")
    for place in range(6):
        day.invoice(shop, str(20431 + place), "C-1")
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?status=manual_entry")
    after = press(browser, page, "Send all 7 after all")

    assert after.notices == ["1 is to be sent. 6 were left as they are: they have newer versions. Undo"]


def test_more_than_the_page_showed_is_refused(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 3)
    browser = office.signed_in()
    page = browser.open(FAILED)

    after = press(browser, page, "Skip all 3", failed="2.0")

    assert after.notices == [
        "More messages match now than the page showed, so nothing was done. Look at them here, then press again."
    ]
    assert shop.statuses(messages) == ["failed"] * 3


def test_what_matches_no_more_is_said(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    browser = office.signed_in()
    page = browser.open(f"{FAILED}&q=eastgate")

    after = press(browser, page, "Skip all 2", q="nobody of that name")

    assert after.notices == ["Nothing matches any more, so nothing was changed."]
    assert shop.statuses(messages) == ["failed"] * 2
