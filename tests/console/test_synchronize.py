"""Synchronize says what goes on, what needs a person, what waits for what, and what is in QuickBooks."""

from __future__ import annotations

from qwc.company import Mishap as Trouble
from qwc.mishaps import Kind, Mishap
from service.store import console_people
from tests.console import day
from tests.console.looking import ADDRESS, after_a_visit, every
from tests.console.office import Office, Page, rows


def test_before_the_first_visit_it_says_how_to_connect_the_pc(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    browser = office.signed_in()

    page = browser.open(ADDRESS)

    assert page.title == "Set up - Synchronize - shop"
    assert "1 from the order system is waiting already. It is sent once" in page.notices[0]
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


def test_one_alone_is_told_of_as_one(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    browser = office.signed_in("tom")

    ready = browser.open(ADDRESS)
    started = browser.post("/company/shop/start")

    assert "FRONT-DESK sends it at its next automatic run." in ready.part("panel")
    assert "To send it now, press Update Selected" in ready.part("panel")
    assert "1 is released. FRONT-DESK sends it at its next automatic run. To send it now," in started.part("panel")


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

    assert "Start releases it. FRONT-DESK sends it at its next automatic run, or at once" in before.part("panel")
    assert "Started. Waiting for FRONT-DESK" in after.part("panel")
    assert "1 is released." in after.part("panel")
    assert "Started by Tom Ashgrove, 4:30 AM." in after.part("panel")
    assert every(after) == 5
    assert "Finished: 1 synchronized" in then.part("panel")
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

    assert "Finished: 1 synchronized" in page.part("panel")
    assert "1 other waits." in page.part("panel")
    assert page.title == "Finished - Synchronize - Birchwood Supply Co."
    assert rows(page, "done") == [["Customer", "Hollis, Bernadette", "", "", "Added 4:45 AM"]]


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


def test_one_that_waits_alone_goes_by_itself(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.in_doubt(shop)
    day.invoice(shop, "20440", "C-7")

    page = office.signed_in("tom").open(ADDRESS)

    assert "It goes by itself once what it waits for is in." in page.part("pending")


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
    assert page.part("panel").count("Deskpost first checks") == 1


def test_a_run_that_broke_off_before_the_last_one_goes_on_with_that(office: Office) -> None:
    shop, _ = after_a_visit(office)
    for number in range(2, 13):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    shop.update(Mishap("ProcessRequest", 2, Kind.ANSWER_LOST))

    panel = office.signed_in("tom").open(ADDRESS).part("panel")

    assert "Stopped before the end: 10 of 11 done" in panel
    assert "then goes on with the other one." in panel


def test_a_run_that_broke_off_counts_what_had_waited_when_it_began(office: Office) -> None:
    shop, _ = after_a_visit(office)
    for number in range(2, 13):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    day.invoice(shop, "20500", "C-2")
    shop.update(Mishap("ProcessRequest", 2, Kind.ANSWER_LOST))

    panel = office.signed_in("tom").open(ADDRESS).part("panel")

    assert "Stopped before the end: 10 of 12 done" in panel
    assert "then goes on with the other 2." in panel


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
    assert "Nothing is sent before the right company file is open on FRONT-DESK." in page.part("panel")
    assert "next automatic run" not in page.part("panel")
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


def test_times_are_in_the_zone_of_the_company_and_the_zone_is_named(office: Office) -> None:
    shop, _ = after_a_visit(office)
    with office.store.writing() as work:
        console_people.set_time_zone(work, shop.company().id, "America/Los_Angeles")

    page = office.signed_in("tom").open(ADDRESS)

    assert "last visit today, 1:15 AM" in page.text
    assert "Times are Pacific Time" in page.text
