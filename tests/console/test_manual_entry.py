"""Manual entry tells all that has to be typed into QuickBooks, and keeps under which number it stands there."""

from __future__ import annotations

import pytest

from service.domain.privilege import Privilege
from service.exchange import decide
from tests.console import day
from tests.console.office import Browser, Office, Page, rows
from tests.console.pressing import press, press_undo
from tests.shop import Shop

ADDRESS = "/company/shop/manual-entry"
DECIDE = "/company/shop/decide"


def test_an_invoice_stands_there_with_all_that_has_to_be_typed(office: Office) -> None:
    _, message, browser = handed_over(office)

    page = browser.open(ADDRESS)

    todo = page.part(f"m{message}")
    assert page.title.startswith("Manual entry ")
    assert "Invoice 20431 Eastgate Senior Living $95.00" in todo
    assert "Customer Eastgate Senior Living" in todo
    assert "Invoice number 20431" in todo
    assert "Date March 2, 2026" in todo
    assert "Memo Second fitting" in todo
    assert f"{day.EARMOLD} Fitting 2 $47.50 $95.00" in todo
    assert "Total, no sales tax $95.00" in todo
    assert "Ines Varga put it here on" in todo
    assert "Invoice number in QuickBooks As it stands at the top of the invoice there." in todo
    assert page.tree.xpath(f"//input[@id='n{message}']/@value") == ["20431"]


def test_on_paper_there_is_a_line_to_write_the_number_on(office: Office) -> None:
    _, _, browser = handed_over(office)

    page = browser.open(ADDRESS)

    on_paper = [
        " ".join(str(one.text_content()).split()) for one in page.tree.xpath("//*[contains(@class,'on-paper')]")
    ]
    assert on_paper[0] == "Birchwood Supply Co. Printed March 2, 2026, 4:15 AM."
    assert on_paper[1] == "QuickBooks number ______________________ Entered by ______________ on ____________"


def test_what_was_typed_is_marked_with_its_number_and_can_be_taken_back(office: Office) -> None:
    shop, message, browser = handed_over(office)
    browser.open(ADDRESS)

    entered = enter(browser, message, " 9981 ")
    kept = shop.message(message)
    again = press_undo(browser, entered)

    assert entered.notices == ["Invoice 20431 is marked as entered, QuickBooks number 9981. Undo"]
    assert (kept.status, kept.quickbooks_number) == ("manually_entered", "9981")
    assert rows(entered, "entered") == [
        ["Invoice 20431", "Eastgate Senior Living", "Mar 2", "$95.00", "9981, by Ines Varga, today, 4:15 AM"]
    ]
    assert again.notices == ["Invoice 20431 is to be entered again."]
    assert shop.message(message).status == "manual_entry"
    assert shop.message(message).quickbooks_number is None


def test_a_row_of_what_was_entered_can_be_taken_back_later(office: Office) -> None:
    shop, message, browser = handed_over(office)
    browser.open(ADDRESS)
    enter(browser, message, "9981")
    browser.open(ADDRESS)

    page = browser.post(DECIDE, back=ADDRESS, reopen=str(message))

    assert shop.message(message).status == "manual_entry"
    assert rows(page, "entered") == []


def test_without_a_number_nothing_is_marked_and_the_field_says_so(office: Office) -> None:
    shop, message, browser = handed_over(office)
    browser.open(ADDRESS)

    page = enter(browser, message, "  ")

    assert page.status == 400
    assert page.title.startswith("Check: ")
    assert "Give the number that QuickBooks shows for it, such as 20379." in page.part(f"e{message}")
    assert page.tree.xpath(f"//input[@id='n{message}']/@aria-invalid") == ["true"]
    assert shop.message(message).status == "manual_entry"


def test_a_number_that_another_invoice_has_is_asked_about_once(office: Office) -> None:
    shop, message, browser = handed_over(office)
    day.invoice(shop, "20380", "C-1")
    shop.update()
    browser.open(ADDRESS)

    asked = enter(browser, message, "20380")
    kept = shop.message(message).status
    sure = asked.tree.xpath(f"//input[@name='sure-{message}']/@value")
    other = browser.post(
        ADDRESS, mark_entered=str(message), **{f"number-{message}": "20380 ", f"sure-{message}": "20431"}
    )
    entered = browser.post(
        ADDRESS, mark_entered=str(message), **{f"number-{message}": "20380", f"sure-{message}": sure[0]}
    )

    assert (asked.status, kept) == (409, "manual_entry")
    assert (
        "The invoice 20380 has the number 20380 already. Look in QuickBooks whether it is the right one."
        in asked.part(f"e{message}")
    )
    assert asked.tree.xpath(f"//input[@id='n{message}']/@value") == ["20380"]
    assert other.status == 409
    assert entered.notices == ["Invoice 20431 is marked as entered, QuickBooks number 20380. Undo"]


def test_a_number_that_was_noted_by_hand_before_is_asked_about(office: Office) -> None:
    shop, message, browser = handed_over(office)
    second = day.invoice(shop, "20432", "C-1", item=day.EARMOLD)
    with office.store.writing() as work:
        decide.hand_over(work, second, by="ines")
        decide.mark_entered(work, second, "9981", by="ines")
    browser.open(ADDRESS)

    asked = enter(browser, message, "9981")

    assert "The invoice 20432 has the number 9981 already." in asked.part(f"e{message}")


def test_the_same_number_of_another_kind_or_of_itself_is_nothing_to_ask_about(office: Office) -> None:
    shop, message, browser = handed_over(office)
    day.payment(shop, "20431", "C-1", "20431")
    browser.open(ADDRESS)

    entered = enter(browser, message, "20431")

    assert entered.notices == ["Invoice 20431 is marked as entered, QuickBooks number 20431. Undo"]


def test_nobody_is_asked_about_another_company_s_message(office: Office) -> None:
    _, message, _ = handed_over(office)
    office.company("other")
    browser = office.signed_in("tom")
    browser.open("/company/other/manual-entry")

    page = browser.post("/company/other/manual-entry", mark_entered=str(message), **{f"number-{message}": "1"})

    assert page.status == 404


def test_a_number_longer_than_any_in_quickbooks_stays_in_its_field(office: Office) -> None:
    _, message, browser = handed_over(office)
    browser.open(ADDRESS)

    page = enter(browser, message, "9" * 210)

    assert "give the number alone" in page.part(f"e{message}")
    assert page.tree.xpath(f"//input[@id='n{message}']/@value") == ["9" * 210]


def test_it_can_be_sent_after_all_and_that_can_be_taken_back(office: Office) -> None:
    shop, message, browser = handed_over(office)
    browser.open(ADDRESS)

    sent = browser.post(DECIDE, back=ADDRESS, send_after_all=str(message))
    status = shop.message(message).status
    press_undo(browser, sent)

    assert sent.notices == ["Invoice 20431 is to be sent. Undo"]
    assert status == "pending"
    assert shop.message(message).status == "manual_entry"


def test_several_or_all_are_sent_after_all_and_taken_back_together(office: Office) -> None:
    shop = office.shop()
    messages = day.refused_invoices(shop, 3)
    with office.store.writing() as work:
        for message in messages:
            decide.hand_over(work, message, by="tom")
    browser = office.signed_in()
    page = browser.open(ADDRESS)

    ticked = browser.post(DECIDE, back=ADDRESS, do="skip", message=[str(one) for one in messages[:2]])
    skipped = shop.statuses(messages)
    everything = press(browser, press_undo(browser, ticked), "Send all 3 after all")
    sent = shop.statuses(messages)
    press_undo(browser, everything)

    assert page.tree.xpath("//input[@type='checkbox' and @form='ticked']/@value") == [str(one) for one in messages]
    assert skipped == ["skipped", "skipped", "manual_entry"]
    assert everything.notices == ["3 are to be sent. Undo"]
    assert sent == ["pending"] * 3
    assert shop.statuses(messages) == ["manual_entry"] * 3


def test_a_second_person_is_told_what_the_first_did(office: Office) -> None:
    shop, message, browser = handed_over(office)
    browser.open(ADDRESS)
    with office.store.writing() as work:
        decide.mark_entered(work, message, "7", by="tom")

    page = enter(browser, message, "9981")

    assert page.notices[0].startswith("Invoice 20431 is marked as entered: tom decided so")
    assert shop.message(message).quickbooks_number == "7"


def test_a_customer_is_asked_for_by_name_and_tells_who_waits(office: Office) -> None:
    shop = office.shop()
    message = day.customer(shop, "C-1", "Thistlewood, Ansel", Phone="845-555-0163")
    day.invoice(shop, "20401", "C-1")
    browser = office.signed_in()
    with office.store.writing() as work:
        decide.hand_over(work, message, by="ines")

    todo = browser.open(ADDRESS).part(f"m{message}")

    assert "Phone 845-555-0163" in todo
    assert "Invoice 20401 waits for this customer." in todo
    assert "Customer name in QuickBooks Exactly as it stands" in todo
    assert browser.page is not None
    assert browser.page.tree.xpath(f"//input[@id='n{message}']/@value") == ["Thistlewood, Ansel"]


def test_a_change_of_what_quickbooks_has_says_so(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Thistlewood, Ansel")
    shop.update()
    message = day.customer(shop, "C-1", "Thistlewood, Ansel", Phone="845-555-0163")
    browser = office.signed_in()
    with office.store.writing() as work:
        decide.hand_over(work, message, by="ines")

    todo = browser.open(ADDRESS).part(f"m{message}")

    assert "It is in QuickBooks already as Thistlewood, Ansel. Change it there." in todo


def test_what_was_in_doubt_is_looked_for_before_it_is_typed(office: Office) -> None:
    shop = office.shop()
    message = day.in_doubt(shop)
    browser = office.signed_in()
    with office.store.writing() as work:
        decide.hand_over(work, message, by="ines")

    page = browser.open(ADDRESS)

    assert "QuickBooks may have it already. Look for it there first." in page.part(f"m{message}")
    names = {name for name, _ in page.buttons}
    assert "absent" in names
    assert not names & {"send_after_all", "skip"}


def test_an_empty_list_says_what_would_be_there(office: Office) -> None:
    office.shop()

    page = office.signed_in().open(ADDRESS)

    assert page.part("todo") == (
        "To enter in QuickBooks Nothing to enter by hand. When you choose Enter manually for a transaction, it appears "
        "here with all you need to type it in."
    )


def test_more_than_twenty_are_paged_by_their_keys_and_printed_together(office: Office) -> None:
    shop = office.shop()
    numbers = [day.customer(shop, f"C-{place}", f"Customer {place:02}") for place in range(21)]
    browser = office.signed_in()
    with office.store.writing() as work:
        for number in numbers:
            decide.hand_over(work, number, by="ines")

    first = browser.open(ADDRESS)
    second = browser.open(next(link for link in first.links if "after=" in link))
    back = browser.open(next(link for link in second.links if "before=" in link))
    printed = browser.open(next(link for link in first.links if "rows=all" in link))

    assert "Rows 1 to 20 of 21" in first.text
    assert "Row 21 of 21" in second.text
    assert "1 more follows in Deskpost." in first.text
    assert "Customer 20" in second.text
    assert "Customer 19" not in second.part("todo")
    assert "Rows 1 to 20 of 21" in back.text
    assert len(printed.tree.xpath("//li[@class='todo']")) == 21


def test_who_may_only_look_sees_no_button_and_may_press_none(office: Office) -> None:
    shop, message, _ = handed_over(office)
    browser = office.signed_in("osric", Privilege.VIEW)

    page = browser.open(ADDRESS)
    refused = enter(browser, message, "9981")

    assert "Invoice 20431" in page.part("todo")
    assert page.buttons == []
    assert refused.status == 403
    assert shop.message(message).status == "manual_entry"


@pytest.mark.parametrize("field", ["mark_entered", "send_after_all", "skip"])
def test_another_company_s_message_is_as_if_it_did_not_exist(office: Office, field: str) -> None:
    shop, message, _ = handed_over(office)
    office.company("other")
    browser = office.signed_in("osric", Privilege.VIEW, Privilege.SYNCHRONIZE, company="other")
    browser.open("/company/other/manual-entry")

    address = "manual-entry" if field == "mark_entered" else "decide"
    page = browser.post(f"/company/other/{address}", **{field: str(message), f"number-{message}": "1"})

    assert page.status == 404
    assert shop.message(message).status == "manual_entry"


def test_markup_in_a_document_stays_text(office: Office) -> None:
    shop = office.shop()
    message = day.customer(shop, "C-1", "<b>Bold</b> & Sons")
    browser = office.signed_in()
    with office.store.writing() as work:
        decide.hand_over(work, message, by="ines")

    page = browser.open(ADDRESS)

    assert "<b>Bold</b>" in page.part(f"m{message}")
    assert page.tree.xpath("//b[text()='Bold']") == []


def handed_over(office: Office) -> tuple[Shop, int, Browser]:
    """An invoice that QuickBooks refused and that Ines put on the list."""
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    message = day.invoice(shop, "20431", "C-1", item=day.EARMOLD, Memo="Second fitting")
    shop.update()
    browser = office.signed_in("ines", full_name="Ines Varga")
    browser.open("/company/shop/synchronize")
    browser.post(DECIDE, back=ADDRESS, hand_over=str(message))
    return shop, message, browser


def enter(browser: Browser, message: int, number: str) -> Page:
    return browser.post(ADDRESS, mark_entered=str(message), **{f"number-{message}": number})
