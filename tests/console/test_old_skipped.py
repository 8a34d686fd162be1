"""Old skipped transactions tells what can be sent after all, and of the rest why not and whom to ask."""

from __future__ import annotations

import json

from service.domain.privilege import Privilege
from service.exchange import decide, old_skipped
from service.store import companies, events
from tests.console import day
from tests.console.office import Browser, Office, Page, rows
from tests.console.pressing import press, press_undo
from tests.shop import Shop

ADDRESS = "/company/shop/old-skipped"
DECIDE = "/company/shop/decide"


def test_what_can_be_retried_stands_apart_from_what_cannot(office: Office) -> None:
    with_old_ones(office)

    page = office.signed_in().open(ADDRESS)

    assert [row[:4] for row in rows(page, "can")] == [
        ["Invoice 18214", "Abara, Naomi", "Nov 12, 2025", "$95.00"],
        ["Invoice 20436", "Eastgate Senior Living", "Mar 2", "$95.00"],
    ]
    assert [row[:4] for row in rows(page, "team")] == [
        ["Invoice 17966", "Hollis, Bernadette", "Oct 9, 2025", "$2,200.00"]
    ]
    assert "The customer was inactive" in rows(page, "can")[0][4]
    assert "Ines Varga skipped it on Mar 2" in rows(page, "can")[1][4]
    assert "Its content was not kept" in rows(page, "team")[0][4]
    assert "Ask those who run the order system to send them anew" in page.part("team")
    assert page.tree.xpath("//a[@aria-current='page']//span[@class='count']/text()") == ["3"]


def test_some_can_be_retried_and_that_can_be_taken_back(office: Office) -> None:
    shop, (sendable, _, skipped) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(DECIDE, back=ADDRESS, do="send", message=[str(sendable), str(skipped)])
    sent = shop.statuses([sendable, skipped])
    press_undo(browser, page)

    assert page.notices == ["2 are to be sent again. Undo"]
    assert sent == ["pending", "pending"]
    assert shop.statuses([sendable, skipped]) == ["skipped", "skipped"]


def test_history_shows_what_is_known_of_one_that_came_without_its_document(office: Office) -> None:
    with_old_ones(office)

    browser = office.signed_in()
    for words in ("17966", "hollis", "$2,200.00"):
        page = browser.open("/company/shop/history", query_string={"q": words})

        assert [row[:4] for row in rows(page, "found")] == [
            ["Invoice 17966", "Hollis, Bernadette", "Oct 9, 2025", "$2,200.00"]
        ]
    assert page.tree.xpath("//input[@name='message']") == []


def test_all_that_can_be_retried_are_and_the_rest_stays(office: Office) -> None:
    shop, numbers = with_old_ones(office)
    browser = office.signed_in()
    page = browser.open(ADDRESS)

    after = press(browser, page, "Retry all 2")

    assert after.notices == ["2 are to be sent again. Undo"]
    assert shop.statuses(numbers) == ["pending", "skipped", "pending"]
    assert after.part("can") == ""


def test_a_retried_one_reaches_quickbooks_as_a_record_of_its_own(office: Office) -> None:
    shop, (sendable, _, _) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    browser.post(DECIDE, back=ADDRESS, do="send", message=str(sendable))

    assert shop.message(sendable).record == "Invoice:old-18214"
    assert shop.message(sendable).status == "pending"


def test_one_can_be_entered_by_hand_instead(office: Office) -> None:
    shop, (sendable, _, _) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(DECIDE, back=ADDRESS, do="hand_over", message=str(sendable))

    assert page.notices == ["Invoice 18214 now stands under Manual entry. Undo"]
    assert shop.message(sendable).status == "manual_entry"


def test_one_without_its_document_is_not_sent_and_says_why(office: Office) -> None:
    shop, (_, stuck, _) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(DECIDE, back=ADDRESS, do="send", message=str(stuck))

    assert "cannot be sent: it came without its document." in page.notices[0]
    assert shop.message(stuck).status == "skipped"


def test_one_that_was_dealt_with_is_closed_with_a_note(office: Office) -> None:
    shop, (_, stuck, _) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    page = close(browser, stuck, "entered by hand in 2025")

    assert page.notices == ["Invoice 17966 is closed. Its note stands in its history. Undo"]
    assert page.part("team") == ""
    assert page.tree.xpath("//a[@aria-current='page']//span[@class='count']/text()") == ["2"]
    with office.store.reading() as work:
        last = events.of_message(work, stuck)[-1]
    assert (last.actor, last.action, last.note) == ("ines", "close", "entered by hand in 2025")
    assert shop.message(stuck).status == "skipped"


def test_one_that_was_closed_can_be_put_back_at_once_or_later(office: Office) -> None:
    _, (_, stuck, _) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    closed = close(browser, stuck, "entered by hand in 2025")
    undone = press_undo(browser, closed)
    close(browser, stuck, "sent by mail")
    later = browser.open(ADDRESS)
    back = browser.post(DECIDE, back=ADDRESS, open_again=str(stuck))
    twice = browser.post(DECIDE, back=ADDRESS, open_again=str(stuck))

    assert rows(closed, "closed")[0][0] == "Invoice 17966"
    assert rows(closed, "closed")[0][4] == "entered by hand in 2025"
    assert undone.notices == ["Invoice 17966 stands on the list again."]
    assert [row[0] for row in rows(undone, "team")] == ["Invoice 17966"]
    assert undone.part("closed") == ""
    assert rows(later, "team") == []
    assert back.notices == ["Invoice 17966 stands on the list again."]
    assert [row[0] for row in rows(back, "team")] == ["Invoice 17966"]
    assert "It was left as it is." in twice.notices[0]
    assert (
        "put it back on the list of old skipped ones: it was closed with: sent by mail"
        in browser.open(f"/company/shop/message/{stuck}").text
    )


def test_who_may_only_look_puts_nothing_back(office: Office) -> None:
    _, (_, stuck, _) = with_old_ones(office)
    with office.store.writing() as work:
        old_skipped.close(work, stuck, "done", by="test")
    browser = office.signed_in("osric", Privilege.VIEW)

    page = browser.open(ADDRESS)

    assert "Put back" not in [str(one) for one in page.tree.xpath("//button/text()")]
    assert browser.post(DECIDE, open_again=str(stuck)).status == 403


def test_without_a_note_nothing_is_closed(office: Office) -> None:
    _, (_, stuck, skipped) = with_old_ones(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    empty = close(browser, stuck, " ")
    not_old = close(browser, skipped, "done")

    assert empty.notices == ["Say with a note how it was dealt with, such as 'entered by hand in 2025'."]
    assert not_old.notices[0].startswith("Invoice 20436 was not imported from before")
    assert len(rows(not_old, "team")) == 1


def test_an_empty_list_says_so(office: Office) -> None:
    office.shop()

    page = office.signed_in().open(ADDRESS)

    assert "No skipped transactions." in page.text


def test_more_than_twenty_five_are_paged_by_their_keys(office: Office) -> None:
    shop = office.shop()
    for place in range(27):
        number = day.customer(shop, f"C-{place}", f"Customer {place:02}")
        with office.store.writing() as work:
            decide.skip(work, number, by="ines")
    browser = office.signed_in()

    first = browser.open(ADDRESS)
    second = browser.open(next(link for link in first.links if "after=" in link))

    assert "Rows 1 to 25 of 27" in first.part("can")
    assert [row[1] for row in rows(second, "can")] == ["Customer 25", "Customer 26"]
    assert "Rows 26 to 27 of 27" in second.part("can")


def test_who_may_only_look_finds_no_button_and_may_press_none(office: Office) -> None:
    shop, numbers = with_old_ones(office)
    browser = office.signed_in("osric", Privilege.VIEW)

    page = browser.open(ADDRESS)
    refused = [browser.post("/company/shop/decide-all", do="send").status, close(browser, numbers[1], "x").status]

    assert page.buttons == []
    assert page.tree.xpath("//input[@type='checkbox']") == []
    assert refused == [403, 403]
    assert shop.statuses(numbers) == ["skipped"] * 3


def test_nobody_closes_another_company_s(office: Office) -> None:
    _, (_, stuck, _) = with_old_ones(office)
    office.company("other")
    browser = office.signed_in("osric", Privilege.VIEW, Privilege.SYNCHRONIZE, company="other")
    browser.open("/company/other/old-skipped")

    page = browser.post("/company/other/old-skipped/close", close=str(stuck), **{f"note-{stuck}": "mine"})

    assert page.status == 404
    with office.store.reading() as work:
        assert events.of_message(work, stuck)[-1].action == "import old skipped"


def with_old_ones(office: Office) -> tuple[Shop, list[int]]:
    """An old one with its document, an old one without, and an invoice that Ines skipped."""
    shop = office.shop()
    content = {
        "CustomerRef": {"FullName": "Abara, Naomi"},
        "TxnDate": "2025-11-12",
        "RefNumber": "18214",
        "InvoiceLineAdd": [{"Desc": "Fitting", "Quantity": 2, "Rate": "47.50"}],
    }
    document = json.dumps(content).replace('"', '""')
    lines = [
        "date,kind,number,customer,amount,reason,document",
        f'2025-11-12,Invoice,18214,"Abara, Naomi",95.00,The customer was inactive,"{document}"',
        '2025-10-09,Invoice,17966,"Hollis, Bernadette",2200.00,Its content was not kept,',
    ]
    with office.store.writing() as work:
        old_skipped.import_file(work, companies.named(work, "shop"), "\n".join(lines).encode(), by="tom")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    skipped = day.invoice(shop, "20436", "C-1")
    with office.store.writing() as work:
        decide.skip(work, skipped, by="varga")
    office.user("varga", Privilege.VIEW, full_name="Ines Varga")
    return shop, [1, 2, skipped]


def close(browser: Browser, message: int, note: str) -> Page:
    return browser.post(f"{ADDRESS}/close", close=str(message), **{f"note-{message}": note})
