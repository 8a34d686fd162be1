"""Synchronize says what goes on, what needs a person, what waits for what, and what is in QuickBooks."""

from __future__ import annotations

from qwc.company import Mishap as Trouble
from qwc.mishaps import Kind, Mishap
from service.store import console_people
from tests.console import day
from tests.console.office import Office, Page, rows
from tests.shop import Shop

ADDRESS = "/company/shop/synchronize"


def test_before_the_first_visit_it_says_how_to_connect_the_pc(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    browser = office.signed_in()

    page = browser.open(ADDRESS)

    assert page.title == "Set up - Synchronize - shop"
    assert "1 from the order system is waiting already." in page.notices[0]
    assert "Connect the PC with QuickBooks" in page.text
    assert page.tree.xpath("//*[@id='visit']/@data-every") == ["5"]


def test_when_all_is_in_quickbooks_it_says_so(office: Office) -> None:
    after_a_visit(office)
    office.clock.go_on(hours=2)

    page = office.signed_in("tom").open(ADDRESS)

    assert "Nothing to synchronize" in page.part("panel")
    assert "Everything from the order system is in QuickBooks." in page.part("panel")
    assert "Last run: today, 4:15 AM, 1 synchronized." in page.part("panel")
    assert page.part("attention") == page.part("pending") == ""
    assert every(page) == 30


def test_what_is_ready_can_be_started(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    day.invoice(shop, "20436", "C-2")

    page = office.signed_in("tom").open(ADDRESS)

    assert page.title == "2 to be synchronized - Birchwood Supply Co."
    assert "2 to be synchronized FRONT-DESK sends them at its next automatic run." in page.part("panel")
    assert ("do", "start") in page.buttons
    assert rows(page, "pending") == [
        ["Customer", "Ottley, Simon", "", "", "Ready"],
        ["Invoice 20436", "Ottley, Simon", "Mar 2", "$95.00", "Waits for customer Ottley, Simon"],
    ]


def test_what_is_sent_only_after_start_says_so_and_waits_for_it(office: Office) -> None:
    shop, _ = after_a_visit(office)
    shop.change_company(send_only_after_start=True)
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.update()
    browser = office.signed_in("tom", full_name="Tom Ashgrove")

    before = browser.open(ADDRESS)
    after = browser.post("/company/shop/start")
    shop.update()
    then = browser.open(ADDRESS)

    assert "Start releases them. FRONT-DESK sends them at its next automatic run, or at once" in before.part("panel")
    assert "Started. Waiting for FRONT-DESK" in after.part("panel")
    assert "1 is released." in after.part("panel")
    assert "Started by Tom Ashgrove, 4:30 AM." in after.part("panel")
    assert every(after) == 5
    assert "Finished: all 1 synchronized" in then.part("panel")
    assert "Started by Tom Ashgrove." in then.part("panel")


def test_while_a_run_goes_on_it_shows_how_far_it_is(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom")
    for number in range(2, 26):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    day.invoice(shop, "20436", "C-99")
    seen: list[Page] = []

    # The sets hold 10 and 20 of them, so the second answer comes when 10 are done.
    shop.update(transport=day.Peeking(shop, "receiveResponseXML", 2, lambda: seen.append(browser.open(ADDRESS))))

    (page,) = seen
    assert "Synchronizing: 10 of 24 done" in page.part("panel")
    assert page.title == "10 of 24 done - Synchronize - Birchwood Supply Co."
    assert page.tree.xpath("//progress/@value") == ["10"]
    assert page.tree.xpath("//progress/@max") == ["24"]
    assert "10 synchronized 14 to go 1 waiting" in page.part("panel")
    assert "FRONT-DESK is sending customer Customer 12." in page.part("panel")
    assert every(page) == 2
    assert [row[-1] for row in rows(page, "pending")] == ["Being sent"] * 14 + ["Waits for customer C-99"]
    assert len(rows(page, "done")) == 10


def test_a_run_of_which_nothing_is_heard_says_when_it_was_heard_of_last(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.update(Mishap("ProcessRequest", 1, Kind.KILLED))
    browser = office.signed_in("tom")

    at_once = browser.open(ADDRESS)
    office.clock.go_on(minutes=4)
    later = browser.open(ADDRESS)

    assert "Synchronizing: 0 of 1 done" in at_once.part("panel")
    assert "Last heard of" not in at_once.part("panel")
    assert "Last heard of at 4:30 AM: QuickBooks may be busy with it." in later.part("panel")


def test_a_page_that_refreshes_itself_gets_its_parts_without_the_frame(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    browser = office.signed_in("tom")

    page = browser.open(ADDRESS, headers={"X-Live": "1"})

    assert page.title == "1 to be synchronized - Birchwood Supply Co."
    parts = page.tree.xpath("//*[@data-live]/@id")
    assert parts == ["alarms", "panel", "attention", "pending", "done"]
    assert "Signed in as" not in page.text


def test_every_live_part_of_a_page_is_there_in_its_next_state_too(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom")
    nothing = browser.open(ADDRESS).tree.xpath("//*[@data-live]/@id")
    day.refused_invoice(shop)
    day.payment(shop, "7752", "C-1", "20431")

    everything = browser.open(ADDRESS).tree.xpath("//*[@data-live]/@id")

    assert nothing == everything


def test_after_a_run_it_says_what_came_of_it(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.refused_invoices(shop, 2)
    day.customer(shop, "C-3", "Hollis, Bernadette")
    day.payment(shop, "7752", "C-1", "20431")
    shop.update()

    page = office.signed_in("tom").open(ADDRESS)

    assert "Finished: all 1 synchronized" in page.part("panel")
    assert "1 other waits." in page.part("panel")
    assert page.title == "Finished - Synchronize - Birchwood Supply Co."
    assert rows(page, "done") == [["Customer", "Hollis, Bernadette", "", "", "Added 4:45 AM"]]


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


def test_a_doubt_stands_first_has_no_box_and_suggests_nothing(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.refused_invoice(shop)
    doubt = day.in_doubt(shop)

    page = office.signed_in("tom").open(ADDRESS)

    cases = page.tree.xpath("//*[@id='attention']//li[contains(@class, 'case')]")
    assert cases[0].get("id") == f"m{doubt}"
    assert cases[0].xpath(".//input[@type='checkbox']") == []
    assert cases[0].xpath(".//button[contains(@class, 'next')][@name != 'found']") == []
    assert "Check in QuickBooks" in page.part(f"m{doubt}")
    assert "Retry all 1" in page.part("attention")


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


def test_what_was_locked_says_when_it_is_tried_again_and_start_brings_it_forward(office: Office) -> None:
    shop, _ = after_a_visit(office)
    shop.file.arrange(Trouble.RECORD_LOCKED, target="Hollis, Bernadette")
    message = day.customer(shop, "C-9", "Hollis, Bernadette")
    shop.update()
    browser = office.signed_in("tom")

    before = browser.open(ADDRESS)
    office.clock.go_on(hours=1)
    later = browser.open(ADDRESS)
    browser.post("/company/shop/start")

    assert rows(before, "pending")[0][-1].startswith("Next try 4:32 AM: ")
    assert ("do", "start") in later.buttons
    assert shop.message(message).not_before is None


def test_a_time_that_the_order_system_gave_is_not_brought_forward(office: Office) -> None:
    shop, _ = after_a_visit(office)
    message = shop.save("Customer:C-2", {"Name": "Ottley, Simon"}, not_before="2026-03-05T12:00:00+00:00")
    browser = office.signed_in("tom")

    page = browser.open(ADDRESS)
    browser.post("/company/shop/start")

    assert rows(page, "pending")[0][-1] == "Not before Mar 5, 7:00 AM"
    assert shop.message(message).not_before is not None


def test_a_run_that_broke_off_says_what_to_do_and_that_nothing_is_lost(office: Office) -> None:
    shop, _ = after_a_visit(office)
    for number in range(2, 26):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    shop.update(Mishap("ProcessRequest", 2, Kind.ANSWER_LOST))

    page = office.signed_in("tom").open(ADDRESS)

    assert "Stopped before the end: 10 of 24 done" in page.part("panel")
    assert "Deskpost first checks what QuickBooks has, then goes on with the other 14." in page.part("panel")


def test_a_run_that_ends_in_a_doubt_is_finished_and_not_broken_off(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.in_doubt(shop)

    page = office.signed_in("tom").open(ADDRESS)

    assert "Finished: 0 synchronized, 1 needs attention" in page.part("panel")


def test_another_company_file_is_an_alarm_that_stays(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.change_company(mismatch="The company file that is open is another one.")

    page = office.signed_in("tom").open(ADDRESS)

    (notice,) = page.notices
    assert notice.startswith("FRONT-DESK has another company file open. Nothing was sent to it.")
    assert ("do", "start") in page.buttons


def test_a_wrong_password_in_the_web_connector_is_an_alarm(office: Office) -> None:
    shop, _ = after_a_visit(office)
    shop.update(password="not the password")
    browser = office.signed_in("tom")

    wrong = browser.open(ADDRESS)
    shop.update()
    right = browser.open(ADDRESS)

    (notice,) = wrong.notices
    assert notice.startswith("The password in the Web Connector on FRONT-DESK is wrong. It was refused at 4:30 AM.")
    assert right.notices == []


def test_a_pc_that_is_silent_while_work_waits_is_an_alarm(office: Office) -> None:
    shop, _ = after_a_visit(office)
    office.clock.go_on(days=3)
    browser = office.signed_in("tom")

    idle = browser.open(ADDRESS)
    day.customer(shop, "C-2", "Ottley, Simon")
    waiting = browser.open(ADDRESS)

    assert idle.notices == []
    assert waiting.notices == ["FRONT-DESK has been silent since Monday, March 2, 4:15 AM. 1 is waiting. What to check"]


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


def test_times_are_in_the_zone_of_the_company_and_the_zone_is_named(office: Office) -> None:
    shop, _ = after_a_visit(office)
    with office.store.writing() as work:
        console_people.set_time_zone(work, shop.company().id, "America/Los_Angeles")

    page = office.signed_in("tom").open(ADDRESS)

    assert "last visit today, 1:15 AM" in page.text
    assert "Times are Pacific Time" in page.text


def after_a_visit(office: Office) -> tuple[Shop, Page]:
    """A shop whose PC came once, at 4:15 AM in New York, and added a customer; and what is seen after it."""
    shop = office.shop()
    day.customer(shop, "C-0", "Calloway, Ruth")
    shop.update()
    return shop, office.signed_in("first").open(ADDRESS)


def every(page: Page) -> int:
    return int(page.tree.xpath("//*[@id='panel']/@data-every")[0])


def cases(page: Page) -> list[str]:
    return [str(title).strip() for title in page.tree.xpath("//*[@id='attention']//h3//text()[normalize-space()]")]


def names(page: Page) -> list[str]:
    return [row[1] for row in rows(page, "pending")]


def link(page: Page, words: str) -> str:
    (address,) = page.tree.xpath(f"//a[normalize-space()='{words}']/@href")
    return str(address).partition("#")[0]
