"""Several are decided at once, and several people decide: all that can go goes, and nobody undoes another's."""

from __future__ import annotations

import pytest

from qwc.mishaps import Kind, Mishap, When
from service.exchange import decide
from tests.console import day
from tests.console.office import Office
from tests.console.pressing import ADDRESS, DECIDE, opened, press, press_undo


def test_several_are_decided_at_once_with_their_number(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    browser = opened(office)

    page = browser.post(DECIDE, do="hand_over", message=[str(one) for one in messages])
    press_undo(browser, page)

    assert page.notices == ["2 now stand under Manual entry. Undo"]
    assert shop.statuses(messages) == ["failed", "failed"]


def test_nothing_selected_is_said_and_does_nothing(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    page = browser.post(DECIDE, do="retry")

    assert page.notices == ["Nothing is selected. Tick one or more, then press the button again."]
    assert shop.message(message).status == "failed"


def test_all_of_a_cause_are_decided_together_by_box_and_by_button(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 4)
    browser = opened(office)
    (box,) = browser.page.tree.xpath("//input[@name='message']/@value")  # type: ignore[union-attr]

    page = browser.post(DECIDE, skip=box)
    skipped = shop.statuses(messages)
    press_undo(browser, page)

    assert page.notices == ["4 are skipped. They stand under Old skipped transactions. Undo"]
    assert skipped == ["skipped"] * 4
    assert shop.statuses(messages) == ["failed"] * 4


def test_retry_all_takes_what_was_on_the_page_and_not_what_failed_since(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 4)
    browser = opened(office)
    page = browser.page
    assert page is not None
    newer = day.invoice(shop, "20999", "C-1", item="Another item")
    shop.update()

    after = press(browser, page, "Retry all 4 4 invoices")

    assert after.notices == ["4 are to be sent again. Undo"]
    assert shop.statuses(messages) == ["pending"] * 4
    assert shop.message(newer).status == "failed"


def test_an_older_one_that_failed_of_the_same_cause_since_is_not_taken_unseen(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    older = day.invoice(shop, "20400", "C-1", item=day.EARMOLD)
    with shop.store.writing() as work:
        decide.skip(work, older, by="tom")
    shown = day.refused_invoices(shop, 4)
    browser = opened(office)
    page = browser.page
    assert page is not None
    with shop.store.writing() as work:
        decide.restore(work, older, by="tom")
    shop.update()

    after = press(browser, page, "Skip all 4 4 invoices")

    assert after.notices == ["4 are skipped. They stand under Old skipped transactions. Undo"]
    assert shop.statuses([older, *shown]) == ["failed", *["skipped"] * 4]


def test_one_of_a_cause_that_was_retried_and_failed_anew_is_looked_at_first(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 4)
    browser = opened(office)
    page = browser.page
    assert page is not None
    with shop.store.writing() as work:
        decide.retry(work, messages[:1], by="tom")
    shop.update()

    after = press(browser, page, "Skip all 4 4 invoices")

    assert after.notices == ["3 are skipped. They stand under Old skipped transactions. Undo"]
    assert shop.statuses(messages) == ["failed", *["skipped"] * 3]


def test_more_of_a_cause_than_the_page_showed_are_refused(office: Office) -> None:
    """On PostgreSQL, what was written before the page was made can be committed after it."""
    shop = office.shop()
    messages = day.refused_invoices(shop, 4)
    browser = opened(office)
    (box,) = browser.page.tree.xpath("//input[@name='message']/@value")  # type: ignore[union-attr]
    cause, number, newest, event = box.split(".")

    page = browser.post(DECIDE, skip=f"{cause}.{int(number) - 1}.{newest}.{event}")

    assert page.notices == [
        "More messages match now than the page showed, so nothing was done. Look at them here, then press again."
    ]
    assert shop.statuses(messages) == ["failed"] * 4


@pytest.mark.parametrize("shown", ["4", "4.9", "4.9.", "4.9.x", "4.9.9.9", ".9.9"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_cause_without_what_was_shown_of_it_is_nobody(office: Office, shown: str) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 4)
    browser = opened(office)
    (box,) = browser.page.tree.xpath("//input[@name='message']/@value")  # type: ignore[union-attr]

    page = browser.post(DECIDE, skip=f"{box.split('.')[0]}.{shown}")

    assert page.notices == ["Nothing is selected. Tick one or more, then press the button again."]
    assert shop.statuses(messages) == ["failed"] * 4


def test_a_group_that_others_settled_meanwhile_is_nothing_to_decide_about(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 3)
    browser = opened(office)
    (box,) = browser.page.tree.xpath("//input[@name='message']/@value")  # type: ignore[union-attr]
    with shop.store.writing() as work:
        decide.retry(work, messages, by="tom")

    page = browser.post(DECIDE, skip=box)

    assert page.notices == ["Nothing is selected. Tick one or more, then press the button again."]
    assert shop.statuses(messages) == ["pending"] * 3


def test_the_second_of_two_people_is_told_what_the_first_did(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    second = opened(office)
    office.signed_in("tom", full_name="Tom Ashgrove").open(ADDRESS)
    first = office.browser(at="10.0.0.9")
    first.sign_in("tom")
    first.open(ADDRESS)
    first.post(DECIDE, skip=str(message))
    office.clock.go_on(minutes=2)

    page = second.post(DECIDE, retry=str(message))

    assert page.notices == ["Invoice 20431 is skipped: Tom Ashgrove decided so, today, 4:15 AM. It was left as it is."]
    assert shop.message(message).status == "skipped"


def test_of_several_those_that_can_go_go_and_the_others_are_named(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 2)
    browser = opened(office)
    with shop.store.writing() as work:
        decide.skip(work, messages[0], by="tom")

    page = browser.post(DECIDE, do="retry", message=[str(one) for one in messages])

    assert page.notices == [
        "Invoice 20432 is to be sent again. Undo",
        "Invoice 20431 is skipped: tom decided so, today, 4:15 AM. It was left as it is.",
    ]


def test_what_is_being_sent_just_now_cannot_be_moved(office: Office) -> None:
    shop = office.shop()
    message = day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update(Mishap("ProcessRequest", 1, Kind.KILLED, When.BEFORE))
    browser = opened(office)

    for button in ("hand_over", "skip", "retry", "link", "create_again", "absent", "found", "send", "send_after_all"):
        page = browser.post(DECIDE, **{button: str(message)})

        assert shop.message(message).status == "in_flight"
        assert page.notices[0].startswith("Calloway, Ruth is being sent just now")
    assert ("hand_over", str(message)) not in browser.open(ADDRESS).buttons


def test_older_content_is_not_retried_over_newer(office: Office) -> None:
    shop = office.shop()
    older = day.refused_invoice(shop)
    browser = opened(office)
    with shop.store.writing() as work:
        decide.hand_over(work, older, by="tom")
    day.invoice(shop, "20431", "C-1")

    page = browser.post(DECIDE, send_after_all=str(older))

    assert shop.message(older).status == "manual_entry"
    assert page.notices[0].startswith("Invoice 20431 stays as it is")
