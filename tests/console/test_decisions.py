"""Each press does what it says, says what it did, can be undone where it can, and never undoes what another did."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from service.exchange import decide
from service.store.tables import events
from tests.console import day
from tests.console.office import Office
from tests.console.pressing import ADDRESS, DECIDE, opened, press_undo, undo
from tests.crossing import crossed
from tests.shop import Shop


def test_retry_sends_it_again_and_what_was_mended_goes_through(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)
    item = {"Name": day.EARMOLD, "SalesOrPurchase": {"Price": "95.00", "AccountRef": {"FullName": "Product Sales"}}}
    shop.save("ItemNonInventory:e", item, priority=1)

    page = browser.post(DECIDE, retry=str(message))
    shop.update()
    too_late = press_undo(browser, page)

    assert page.notices == ["Invoice 20431 is to be sent again. Undo"]
    assert too_late.notices == ["Invoice 20431 is in QuickBooks already. It was left as it is."]
    assert shop.message(message).status == "synchronized"


def test_a_retry_is_taken_back_until_the_next_visit_with_all_that_was_wrong(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    before = shop.message(message)
    browser = opened(office)

    page = press_undo(browser, browser.post(DECIDE, retry=str(message)))
    after = shop.message(message)

    assert page.notices == ["Invoice 20431 is back where it was."]
    assert (after.status, after.status_code, after.what_happened, after.what_to_do, after.offers) == (
        "failed",
        before.status_code,
        before.what_happened,
        before.what_to_do,
        before.offers,
    )
    assert "Ines took that back: it needs attention again." in browser.open(f"/company/shop/message/{message}").text


def test_skipping_what_somebody_may_be_typing_is_taken_back_to_manual_entry_and_not_sent(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    with shop.store.writing() as work:
        decide.hand_over(work, message, by="tom")
    browser = opened(office)

    page = press_undo(browser, browser.post(DECIDE, skip=str(message)))
    shop.update()

    assert page.notices == ["Invoice 20431 is back where it was."]
    assert shop.message(message).status == "manual_entry"


def test_nobody_takes_back_what_a_colleague_decided(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)
    page = browser.post(DECIDE, skip=str(message))
    with shop.store.writing() as work:
        decide.restore(work, message, by="tom")
        decide.skip(work, message, by="tom")

    after = press_undo(browser, page)

    assert after.notices == ["Invoice 20431 is skipped: tom decided so, today, 4:15 AM. It was left as it is."]
    assert shop.message(message).status == "skipped"


def test_entering_it_by_hand_can_be_undone(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    page = browser.post(DECIDE, hand_over=str(message))
    by_hand = shop.message(message).status
    after = press_undo(browser, page)

    assert page.notices == ["Invoice 20431 now stands under Manual entry. Undo"]
    assert by_hand == "manual_entry"
    assert after.notices == ["Invoice 20431 is back where it was."]
    assert shop.message(message).status == "failed"


def test_skipping_can_be_undone(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    page = browser.post(DECIDE, skip=str(message))
    skipped = shop.message(message).status
    press_undo(browser, page)

    assert page.notices == ["Invoice 20431 is skipped. It stands under Old skipped transactions. Undo"]
    assert skipped == "skipped"
    assert shop.message(message).status == "failed"


def test_linking_takes_the_existing_one_and_says_who_goes_now(office: Office) -> None:
    shop = office.shop()
    message = day.name_taken(shop)
    day.invoice(shop, "20436", "C-1042")
    day.invoice(shop, "20441", "C-1042")
    browser = opened(office)

    page = browser.post(DECIDE, link=str(message))
    shop.update()

    assert page.notices == ["Calloway, Ruth is linked. 2 invoices go with the next run."]
    assert shop.message(message).status == "synchronized"
    assert len(shop.file.find("Customer", "Calloway, Ruth")) == 1


def test_what_is_gone_in_quickbooks_is_created_again(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    shop.enqueue("delete", "Customer:C-1")
    with shop.store.reading() as work:
        known = work.connection.execute(select(events.c.id)).all()
    assert known
    gone = delete_by_hand(shop)
    browser = opened(office)

    page = browser.open(ADDRESS)
    assert ("create_again", str(gone)) in page.buttons
    after = browser.post(DECIDE, create_again=str(gone))
    shop.update()
    synchronized = browser.open(f"/company/shop/message/{gone}")

    assert after.notices == ["Calloway, Ruth is to be created again."]
    assert shop.message(gone).status == "synchronized"
    assert "Ines had it created again." in synchronized.part("history")


def test_a_doubt_is_settled_by_what_somebody_saw(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-0", "Ottley, Simon")
    shop.update()
    message = day.in_doubt(shop)
    browser = opened(office)

    page = browser.post(DECIDE, absent=str(message))
    shop.update()

    assert page.notices == ["Bergquist, Lars is to be sent again."]
    assert shop.message(message).status == "synchronized"
    assert len(shop.file.find("Customer", "Bergquist, Lars")) == 1


def test_a_doubt_that_is_there_needs_the_number_by_which_it_is_found(office: Office) -> None:
    shop = office.shop()
    message = day.in_doubt(shop)
    browser = opened(office)

    without = browser.post(DECIDE, found=str(message), **{f"number-{message}": "  "})
    still = shop.message(message).status
    with_it = browser.post(DECIDE, found=str(message), **{f"number-{message}": "Bergquist, Lars"})

    assert without.notices == ["Give the number that QuickBooks shows for it, such as 20379."]
    assert still == "in_doubt"
    assert with_it.notices == ["Bergquist, Lars is settled: it is in QuickBooks."]
    assert shop.message(message).status == "synchronized"
    assert shop.message(message).quickbooks_number == "Bergquist, Lars"


def test_a_doubt_that_was_put_aside_cannot_be_sent_again_by_undo(office: Office) -> None:
    """It may be in QuickBooks: sent again without looking, there might be two of it."""
    shop = office.shop()
    message = day.in_doubt(shop)
    browser = opened(office)

    page = browser.post(DECIDE, hand_over=str(message))
    forged = browser.post("/company/shop/undo", undo="not_by_hand", message=str(message))

    assert undo(page) is None
    assert shop.message(message).status == "manual_entry"
    assert forged.notices


@pytest.mark.parametrize("where", ["list", "message"])
def test_what_cannot_be_undone_is_asked_in_place_and_what_can_is_not(office: Office, where: str) -> None:
    shop = office.shop()
    message = day.name_taken(shop)
    browser = opened(office)

    page = browser.open(ADDRESS if where == "list" else f"/company/shop/message/{message}")
    asked = {
        str(one.get("name")): bool(one.xpath("ancestor::details"))
        for one in page.tree.xpath(f"//main//button[@value='{message}']")
    }

    assert asked == {"link": True, "retry": False, "hand_over": False, "skip": False}
    assert "what the order system has. This cannot be undone." in page.text


def test_to_link_several_is_asked_about_once_with_their_number(office: Office) -> None:
    shop = office.shop()
    first, second = day.name_taken(shop), day.refused_invoice(shop, "20440")
    browser = opened(office)

    asked = browser.post(DECIDE, do="link", message=[str(first), str(second)])
    still = shop.statuses([first, second])
    after = browser.post(DECIDE, do="link", message=[str(first), str(second)], sure="yes")

    assert asked.tree.xpath("//input[@name='message']/@value") == [str(first), str(second)]
    assert "Link 2 to what QuickBooks has?" in asked.text
    assert still == ["failed", "failed"]
    assert after.notices[0] == "Calloway, Ruth is linked."


def test_values_that_name_nothing_do_nothing(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    for fields in (
        {"retry": "x"},
        {"retry": ""},
        {"retry": "nokey.99"},
        {"retry": "-1"},
        {"retry": "9" * 30},
        {"do": "drop"},
        {"do": "found", "message": str(message)},
        {"do": "retry", "message": "nokey.99"},
        {},
    ):
        assert browser.post(DECIDE, **fields).status == 200
    assert browser.post(DECIDE, retry="999999").status == 404
    browser.open(ADDRESS)
    assert browser.post("/company/shop/undo", undo="retry", message=str(message)).status == 200
    assert browser.post("/company/shop/undo", undo="not_skipped", message="x y").status == 200
    assert shop.message(message).status == "failed"


def test_the_answer_leads_back_to_the_page_where_the_button_was(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    page = browser.post(DECIDE, retry=str(message), back=f"/company/shop/message/{message}")
    elsewhere = browser.post(DECIDE, retry=str(message), back="//evil.example/")

    assert page.response.request.path == f"/company/shop/message/{message}"
    assert elsewhere.response.request.path == ADDRESS


def test_who_decided_stands_in_the_events(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    browser.post(DECIDE, retry=str(message))
    browser.open(ADDRESS)
    browser.post("/company/shop/start")

    with shop.store.reading() as work:
        told = work.connection.execute(
            select(events.c.actor, events.c.action, events.c.note).where(events.c.actor == "ines")
        ).all()
    assert [tuple(row) for row in told] == [
        ("ines", "sign in", None),
        ("ines", "retry", None),
        ("ines", "start", "1 released"),
    ]


def test_a_notice_is_told_once(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)

    page = browser.post(DECIDE, retry=str(message))
    refreshed = browser.open(ADDRESS)

    assert page.notices
    assert refreshed.notices == []


def test_a_page_that_refreshes_itself_leaves_the_notice_for_the_person(office: Office) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    browser = opened(office)
    assert browser.page is not None
    browser.client.post(DECIDE, data={"csrf_token": browser.page.token, "retry": str(message)})

    browser.open(ADDRESS, headers={"X-Live": "1"})

    assert browser.open(ADDRESS).notices == ["Invoice 20431 is to be sent again. Undo"]


def delete_by_hand(shop: Shop) -> int:
    """Somebody deletes the customer in QuickBooks; the order system changes it afterwards, and that fails."""
    shop.update()
    with shop.store.writing() as work:
        from service.store import identities

        identities.learn(
            work,
            shop.company().id,
            [{"record": "Customer:C-1", "quickbooks_id": "80000099-1772440000", "edit_sequence": "1772440000"}],
        )
    message = day.customer(shop, "C-1", "Calloway, Ruth", Phone="845-555-0187")
    shop.update()
    assert shop.message(message).status == "failed"
    return message


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_press_that_a_deadlock_ended_is_done_anew_and_once(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    shop = office.shop()
    message = day.refused_invoice(shop)
    with shop.store.writing() as work:
        decide.hand_over(work, message, by="tom")
    voided = shop.enqueue("void", "Invoice:20431")
    browser = opened(office)

    with crossed(shop.store, caplog, holds=voided, wants=message):
        page = browser.post(DECIDE, skip=str(message))

    assert page.notices[0].startswith("Invoice 20431 is skipped")
    assert shop.message(message).status == "skipped"
    with shop.store.reading() as work:
        skips = select(func.count()).where(events.c.message_id == message, events.c.action == "skip")
        assert work.connection.execute(skips).scalar_one() == 1
