"""After a backup was restored, a page lists what it lacks, and people send it again or leave it: one, some, or all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.console import restore_presses
from service.domain.privilege import Privilege
from service.store import identities
from tests.console import day
from tests.console.office import Browser, Office, Page, rows
from tests.console.pressing import press
from tests.restoring import backup_of, restore, restored
from tests.shop import Shop

ADDRESS = "/company/shop/company-file/restored"
COMPANY_FILE = "/company/shop/company-file"
SYNCHRONIZE = "/company/shop/synchronize"
SAYING = "/company/shop/company-file/backup-restored"


def lacking(office: Office, more: int = 0) -> Shop:
    """A shop whose restored backup lacks an invoice and its payment, and a telephone number; all were looked for."""
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    shop.update()
    backup = backup_of(shop)
    day.customer(shop, "C-1", "Eastgate Senior Living", Phone="207 555 0111")
    day.invoice(shop, "20401", "C-1")
    day.payment(shop, "7741", "C-1", "20401")
    for number in range(more):
        day.customer(shop, f"D-{number}", f"Customer {number:02}")
    shop.update()
    restored(shop, backup, by="tom")
    shop.update()
    return shop


def opened(office: Office, name: str = "ines") -> Browser:
    browser = office.signed_in(name, full_name={"ines": "Ines Varga", "osric": "Osric Hale"}[name])
    browser.open(ADDRESS)
    return browser


def number_of(page: Page, name: str) -> str:
    """The number by which a form names the line of that title."""
    return str(page.tree.xpath(f"//tr[contains(., '{name}')]//input[@name='taken']/@value")[0])


def test_the_company_file_leads_to_what_the_backup_lacks(office: Office) -> None:
    lacking(office)
    browser = office.signed_in("ines")

    page = browser.open(COMPANY_FILE)

    assert page.part("restored").startswith("The restored backup lacks 3 that were in QuickBooks.")
    assert ADDRESS in page.links
    assert "Restored, as was said today, 4:30 AM." in page.part("backup")


def test_synchronize_warns_of_what_the_backup_lacks_until_it_is_settled(office: Office) -> None:
    lacking(office)
    browser = office.signed_in("ines")

    page = browser.open(SYNCHRONIZE)
    assert page.notices == [
        "The restored backup lacks 3 that were in QuickBooks. See which, and send them again or leave them"
    ]
    assert ADDRESS in page.links
    page = browser.open(ADDRESS)
    browser.post(ADDRESS, leave=number_of(page, "Payment 7741"))

    assert browser.open(SYNCHRONIZE).notices[0].startswith("The restored backup lacks 2 that were")


def test_each_is_told_with_its_date_and_amount_and_when_it_had_been_synchronized(office: Office) -> None:
    lacking(office)

    page = opened(office).page

    assert page is not None
    assert page.title == "What the restored backup lacks - Birchwood Supply Co."
    assert "tom said today, 4:30 AM, that a backup of Birchwood Supply Co. was restored." in page.text
    assert rows(page, "sendable") == [
        ["Customer", "Eastgate Senior Living", "", "", "As before the backup Was changed 4:30 AM"],
        ["Invoice 20401", "Eastgate Senior Living", "Mar 2", "$95.00", "Gone Was added 4:30 AM"],
        ["Payment 7741", "Eastgate Senior Living", "Mar 2", "$50.00", "Gone Was added 4:30 AM"],
    ]
    assert "Look there first whether somebody has entered one again by hand since." in page.part("what-to-do")


def test_the_page_of_each_says_that_the_backup_lacks_it_until_that_is_settled(office: Office) -> None:
    shop, browser = lacking(office), opened(office)
    assert browser.page is not None
    pages = {number: f"/company/shop/message/{number}" for number in (1, 2, 3, 4)}
    numbers = {name: number_of(browser.page, name) for name in ("Invoice 20401", "Payment 7741")}

    assert browser.open(pages[1]).part("taken") == ""
    assert "QuickBooks has it as it was when that was made." in browser.open(pages[2]).part("taken")
    assert "QuickBooks does not have it any more" in browser.open(pages[3]).part("taken")
    assert "it is gone in QuickBooks since a backup was restored" in browser.open(pages[3]).part("history")

    browser.open(ADDRESS)
    browser.post(ADDRESS, leave=numbers["Payment 7741"])
    browser.post(ADDRESS, send=numbers["Invoice 20401"])
    shop.update()
    assert [browser.open(pages[number]).part("taken") for number in (3, 4)] == ["", ""]


def test_one_is_sent_again_and_is_on_its_way(office: Office) -> None:
    shop, browser = lacking(office), opened(office)
    assert browser.page is not None

    page = browser.post(ADDRESS, do="send selected", taken=number_of(browser.page, "Invoice 20401"))

    assert page.notices == ["Invoice 20401 is to be sent again. It goes with the next run."]
    assert [row[0] for row in rows(page, "coming")] == ["Invoice 20401"]
    assert len(rows(page, "sendable")) == 2
    glance = browser.open(COMPANY_FILE).part("restored")
    assert glance.startswith("The restored backup lacks 2 that were in QuickBooks.")
    assert glance.endswith("1 more is on the way.")
    shop.update()
    assert len(shop.file.find("Invoice", "20401")) == 1
    assert rows(browser.open(ADDRESS), "coming") == []


def test_all_are_sent_again_and_come_back_in_their_order(office: Office) -> None:
    shop, browser = lacking(office, more=30), opened(office)
    assert browser.page is not None
    assert "Rows 1 to 25 of 33" in browser.page.part("sendable")
    up_to = str(browser.page.tree.xpath("//input[@name='up_to']/@value")[0])
    (further,) = browser.page.tree.xpath("//a[.='Next 25']/@href")
    assert "Rows 26 to 33 of 33" in browser.open(str(further)).part("sendable")

    asked = browser.post(ADDRESS, do="send sendable", up_to=up_to)
    assert asked.title == "Send 33 again? - Birchwood Supply Co."
    assert "would be there twice" in asked.text
    assert "Back to the list" in asked.text
    assert shop.counts() == {"synchronized": 34}
    (form,) = asked.tree.xpath("//main//form")
    fields = {one.get("name"): one.get("value") for one in form.xpath(".//input") if one.get("name") != "csrf_token"}

    page = browser.post(str(form.get("action")), **fields)

    assert page.notices == ["33 are to be sent again. They go with the next run."]
    told = browser.open(COMPANY_FILE).part("restored")
    assert told == "33 that the restored backup lacks are on the way to QuickBooks. See which"
    assert shop.update().status == "33 synchronized."
    assert shop.file.find("Customer", "Eastgate Senior Living")[0]["Phone"] == "207 555 0111"
    assert "Nothing is missing" in browser.open(ADDRESS).part("nothing")
    assert browser.open(COMPANY_FILE).part("restored") == ""
    told = browser.open("/company/shop/activity").text
    assert "had 33 messages sent again, which a restored backup lacks" in told


def test_what_is_left_stands_below_and_can_be_put_back(office: Office) -> None:
    lacking(office)
    browser = opened(office)
    assert browser.page is not None
    payment = number_of(browser.page, "Payment 7741")

    page = browser.post(ADDRESS, leave=payment)

    assert page.notices == ["Payment 7741 is left as the backup has it. It stands below, under Left as they are."]
    assert [row[:5] for row in rows(page, "left")] == [
        ["Payment 7741", "Eastgate Senior Living", "Mar 2", "$50.00", "Ines Varga, today, 4:45 AM"]
    ]
    assert len(rows(page, "sendable")) == 2
    assert "Ines Varga left payment 7741 as the restored backup has it" in browser.open("/company/shop/activity").text

    browser.open(ADDRESS)
    back = browser.post(ADDRESS, put_back=payment)
    assert back.notices == ["Payment 7741 stands on the list again."]
    assert (len(rows(back, "sendable")), rows(back, "left")) == (3, [])


def test_the_second_person_is_told_what_the_first_one_did(office: Office) -> None:
    shop, ines, osric = lacking(office), opened(office), opened(office, "osric")
    assert ines.page is not None
    invoice, payment = (number_of(ines.page, name) for name in ("Invoice 20401", "Payment 7741"))
    ines.post(ADDRESS, do="send selected", taken=invoice)
    ines.post(ADDRESS, leave=payment)

    page = osric.post(ADDRESS, do="send selected", taken=[invoice, payment], sure="yes")

    assert page.notices == [
        "Invoice 20401 is to be sent already: it came from Ines Varga, today, 4:45 AM.",
        "Payment 7741 is off the list: Ines Varga left it as it is, today, 4:45 AM.",
    ]
    shop.update()
    assert len(shop.file.find("Invoice", "20401")) == 1
    again = osric.post(ADDRESS, do="send selected", taken=invoice)
    assert again.notices == ["Invoice 20401 was written to QuickBooks again. Nothing has to be done."]


def test_all_means_what_was_seen(office: Office) -> None:
    """Another backup was restored between looking and pressing: what it took besides is for another press."""
    shop, browser = lacking(office), opened(office)
    assert browser.page is not None
    up_to = str(browser.page.tree.xpath("//input[@name='up_to']/@value")[0])
    backup = backup_of(shop)
    day.customer(shop, "C-9", "Maddox, Jerome")
    shop.update()
    restored(shop, backup)
    shop.update()

    page = browser.post(ADDRESS, do="leave sendable", up_to=up_to)

    assert page.notices[0].startswith("3 are left as the backup has them.")
    assert [row[1] for row in rows(page, "sendable")] == ["Maddox, Jerome"]


def test_the_last_one_is_called_it(office: Office) -> None:
    shop, browser = lacking(office), opened(office)
    assert browser.page is not None
    browser.post(
        ADDRESS, do="leave selected", taken=[number_of(browser.page, "Invoice"), number_of(browser.page, "Payment")]
    )

    alone = browser.open(ADDRESS)
    page = press(browser, alone, "Send it again")

    assert "QuickBooks does not have this one any more, or has it as it was" in alone.part("what-to-do")
    assert ("do", "leave sendable") not in alone.buttons
    assert page.notices == ["Eastgate Senior Living is to be sent again. It goes with the next run."]
    assert shop.counts() == {"synchronized": 4, "pending": 1}


def test_one_more_that_was_left_is_told_as_one(office: Office) -> None:
    _, browser = lacking(office, more=3), opened(office)
    assert browser.page is not None
    taken = browser.page.tree.xpath("//input[@name='taken']/@value")
    browser.post(ADDRESS, do="leave selected", taken=taken)

    page = browser.post(ADDRESS, do="leave selected", taken=taken)

    assert len(page.notices) == restore_presses.MOST_TOLD + 1
    assert page.notices[-1] == "1 more was left as it is."


def test_what_was_linked_and_has_no_message_is_for_the_order_system(office: Office) -> None:
    shop = lacking(office)
    backup = backup_of(shop)
    office.clock.go_on(minutes=1)
    with office.store.writing() as work:
        identities.learn(work, shop.company().id, [{"record": "Customer:C-77", "quickbooks_id": "80000099-1"}])
    restored(shop, backup)
    shop.update()

    page = opened(office).page

    assert page is not None
    assert [row[:2] for row in rows(page, "asked")] == [["Customer", "C-77"]]
    assert "Ask those who run the order system to send them once more" in page.part("asked")


def test_nothing_selected_and_forged_numbers_do_nothing(office: Office) -> None:
    shop, browser = lacking(office), opened(office)

    assert browser.post(ADDRESS, do="send selected").notices == [
        "Nothing is selected. Tick one or more, then press the button again."
    ]
    for fields in (
        {"do": "send selected", "taken": "1"},
        {"do": "accept"},
        {"leave": "x"},
        {"do": "send all", "up_to": "9" * 30},
    ):
        browser.post(ADDRESS, **fields)
    assert shop.counts() == {"synchronized": 4}
    assert len(rows(browser.open(ADDRESS), "sendable")) == 3


def test_who_may_only_look_sees_the_list_and_presses_nothing(office: Office) -> None:
    shop = lacking(office)
    browser = office.signed_in("osric", Privilege.VIEW, Privilege.MANAGE_COMPANY)

    page = browser.open(ADDRESS)
    refused = browser.post(ADDRESS, do="send selected", taken="1", token=browser.open(COMPANY_FILE).token)

    assert len(rows(page, "sendable")) == 3
    assert page.tree.xpath("//main//button") == []
    assert "Both need the privilege Synchronize." in page.part("what-to-do")
    assert refused.status == 403
    assert shop.counts() == {"synchronized": 4}


def test_a_backup_that_was_restored_is_said_on_the_page_of_the_company_file(office: Office) -> None:
    shop = office.shop()
    shop.update()
    backup = backup_of(shop)
    day.customer(shop, "C-1", "Eastgate Senior Living")
    shop.update()
    restore(shop, backup)
    browser = office.signed_in("ines")
    before = browser.open(COMPANY_FILE)
    made_at = (backup.made_at - timedelta(hours=5, minutes=1)).strftime("%Y-%m-%dT%H:%M")

    page = browser.post(SAYING, made_at=made_at)

    assert "A backup was restored" in before.part("backup")
    assert page.notices[0] == (
        "The backup is noted. Of what was synchronized since, 1 is looked for in QuickBooks at the next visit, before "
        "anything is sent."
    )
    assert "1 is to be looked for in QuickBooks at the next visit" in page.part("restored")
    shop.update()
    assert len(rows(browser.open(ADDRESS), "sendable")) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "'' is no day with a time: give those at which the backup was made."),
        ("yesterday", "'yesterday' is no day with a time: give those at which the backup was made."),
        ("2199-01-01T00:00", "January 1, 2199, 12:00 AM, is still to come: give when the backup was made."),
        ("0001-01-01T00:00", "'0001-01-01T00:00' is no day with a time: give those at which the backup was made."),
    ],
)
def test_what_is_no_moment_of_a_backup_is_named(office: Office, given: str, told: str) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    shop.update()
    browser = office.signed_in("ines")
    browser.open(COMPANY_FILE)

    page = browser.post(SAYING, made_at=given)

    assert page.notices == [told]
    assert "None was restored." in page.part("backup")


def test_where_no_backup_was_restored_the_page_says_so(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    shop.update()
    browser = office.signed_in("ines")

    assert "No backup was restored." in browser.open(ADDRESS).part("nothing")
    assert browser.open(COMPANY_FILE).part("restored") == ""
