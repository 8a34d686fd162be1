"""Company file says which file it is, what is wrong with it, and lets those who may change what can be changed."""

from __future__ import annotations

import pytest

from qwc import document
from service.domain.privilege import Privilege
from service.store import connections
from tests.console import day
from tests.console.office import Office
from tests.shop import Shop

ADDRESS = "/company/shop/company-file"
POSTS = ("password", "connections", "revoke", "path", "accept", "settings", "time-zone")


def test_it_tells_the_file_the_pc_and_the_sign_in(office: Office) -> None:
    visited(office)

    page = office.signed_in().open(ADDRESS)

    assert "Company name Birchwood Supply Co." in page.part("file")
    assert "Accepted Today, 4:15 AM, at the first visit. Any other company file is refused." in page.part("file")
    assert "Name FRONT-DESK" in page.part("pc")
    assert "Last visit Today, 4:15 AM: 1 synchronized." in page.part("pc")
    assert "QuickBooks Enterprise Solutions (simulated), United States, multi-user" in page.part("pc")
    assert "User name shop-qb" in page.part("sign-in")
    assert "Password Set March 2, 2026, by test. Deskpost cannot show it again." in page.part("sign-in")
    assert "In use by FRONT-DESK." in page.part("sign-in")


def test_before_the_first_visit_it_says_so(office: Office) -> None:
    office.company("shop")

    page = office.signed_in().open(ADDRESS)

    assert "Path The file that is open in QuickBooks" in page.part("file")
    assert page.tree.xpath("//*[@id='file']//*[@class='path']") == []
    assert "No visit yet." in page.part("pc")
    assert "No .qwc file was issued yet." in page.part("sign-in")


def test_the_path_can_be_changed(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/path", path=r"\\SERVER\Books\Birchwood.qbw")

    assert page.notices == ["The path is changed. It counts from the next visit."]
    assert shop.company().path_to_open == r"\\SERVER\Books\Birchwood.qbw"


def test_what_is_no_path_is_said_beside_its_field_and_changes_nothing(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/path", path="C:/Books/Birchwood.qbw")

    assert page.status == 400
    assert page.title.startswith("Check: ")
    assert "'C:/Books/Birchwood.qbw' is no path of a company file" in page.part("path-wrong")
    assert page.tree.xpath("//input[@id='new-path']/@value") == ["C:/Books/Birchwood.qbw"]
    assert shop.company().path_to_open is None


def test_a_new_password_is_shown_once_and_is_the_one_that_counts(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/password", connection="shop-qb")
    password = page.part("secret")
    later = browser.open(ADDRESS)

    assert "It is shown only now" in page.text
    assert len(password) == 27
    assert password not in later.source
    assert page.response.headers["Cache-Control"] == "no-store"
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.update(password=password)
    assert shop.counts() == {"synchronized": 2}


def test_the_qwc_of_the_connection_is_read_by_the_web_connector(office: Office) -> None:
    visited(office)
    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}/connection.qwc")
    read = document.read(page.response.get_data())

    assert page.response.mimetype == "application/x-qwc"
    assert "filename=shop-qb.qwc" in page.response.headers["Content-Disposition"]
    assert (read.user_name, read.app_url) == ("shop-qb", "http://localhost:8330/qbwc")
    assert read.file_id == connection(office, "shop-qb").file_id


def test_another_pc_gets_a_qwc_and_a_password_of_its_own(office: Office) -> None:
    visited(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/connections")
    link = next(link for link in page.links if ".qwc" in link)
    read = document.read(browser.open(link).response.get_data())

    assert page.part("secret")
    assert read.user_name == "shop-qb-2"
    assert read.file_id != connection(office, "shop-qb").file_id


def test_a_connection_that_is_turned_away_stays_away(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/revoke", connection="shop-qb")
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.update()

    assert page.notices == ["shop-qb is turned away from its next visit on."]
    assert "No .qwc file was issued yet." in page.part("sign-in")
    assert shop.counts() == {"synchronized": 1, "pending": 1}
    assert browser.open(f"{ADDRESS}/connection.qwc").status == 404


def test_how_it_sends_can_be_set(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/settings", when="start", link="link")
    again = browser.post(f"{ADDRESS}/settings", when="start", link="link")

    assert page.notices == ["The settings are saved."]
    assert again.notices == ["Nothing was changed."]
    assert (shop.company().send_only_after_start, shop.company().link_existing) == (True, True)
    assert page.tree.xpath("//input[@checked]/@value") == ["start", "link"]


def test_a_company_gets_a_time_zone_of_its_own_and_its_pages_follow(office: Office) -> None:
    visited(office)
    office.company("other")
    browser = office.signed_in()
    before = browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/time-zone", zone="America/Los_Angeles")

    assert "Time zone Eastern Time (America/New_York), that of the installation" in before.part("zone")
    assert page.notices == ["Times are shown in the zone America/Los_Angeles from now on."]
    assert "Last visit Today, 1:15 AM" in page.part("pc")
    assert "Now Today, 1:15 AM" in page.part("zone")
    assert "Times are Pacific Time" in page.text
    assert "Times are Eastern Time" in browser.open("/company/other/company-file").text
    told = browser.open("/company/shop/activity?about=company_file").text
    assert "set the time zone to America/Los_Angeles instead of that of the installation" in told

    browser.open(ADDRESS)
    assert browser.post(f"{ADDRESS}/time-zone", zone="America/Los_Angeles").notices == ["Nothing was changed."]
    back = browser.post(f"{ADDRESS}/time-zone", zone="")
    assert back.notices == ["Times are shown in the zone America/New_York from now on."]
    assert "Last visit Today, 4:15 AM" in back.part("pc")


def test_what_is_no_time_zone_is_said_beside_its_field_and_changes_nothing(office: Office) -> None:
    visited(office)
    browser = office.signed_in()
    browser.open(ADDRESS)

    page = browser.post(f"{ADDRESS}/time-zone", zone="<b>New York")

    assert page.status == 400
    assert page.title.startswith("Check: ")
    assert "'<b>New York' is no time zone that this machine knows." in page.part("zone-wrong")
    assert page.tree.xpath("//input[@id='new-zone']/@value") == ["<b>New York"]
    assert "Times are Eastern Time" in page.text
    assert {"America/New_York", "Europe/Berlin", "UTC"} <= set(page.tree.xpath("//datalist/option/@value"))


def test_a_renamed_company_is_compared_and_accepted(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    stopped(office, shop, marked=True)

    page = browser.open(ADDRESS)
    unsure = browser.post(f"{ADDRESS}/accept", name="Birchwood of Kent")
    accepted = browser.post(f"{ADDRESS}/accept", name="Birchwood of Kent", sure="yes")

    assert "has another company file open. Nothing was sent to it." in page.part("other")
    assert "Company name Birchwood Supply Co. Birchwood of Kent" in page.part("both")
    assert r"C:\Kent.qbw" in page.part("both")
    assert "Accept Birchwood of Kent" in page.part("what-to-do")
    assert "Nothing was accepted." in unsure.notices[0]
    assert "Birchwood of Kent is accepted." in accepted.notices[0]
    assert shop.company().pinned_company_name == "Birchwood of Kent"
    assert shop.company().mismatch is None
    assert accepted.part("other") == ""


def test_a_file_that_changed_since_it_was_compared_is_not_accepted(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    stopped(office, shop, marked=True)
    browser.open(ADDRESS)
    shop.change_company(seen_company_name="Somebody else")

    page = browser.post(f"{ADDRESS}/accept", name="Birchwood of Kent", sure="yes")

    assert "Nothing was accepted." in page.notices[0]
    assert shop.company().pinned_company_name == "Birchwood Supply Co."


def test_a_file_without_our_mark_cannot_be_accepted(office: Office) -> None:
    shop, browser = visited(office), office.signed_in()
    stopped(office, shop, marked=False)

    page = browser.open(ADDRESS)
    forged = browser.post(f"{ADDRESS}/accept", name="Birchwood of Kent", sure="yes")

    assert "does not carry the mark of Deskpost" in page.part("what-to-do")
    assert "Accept Birchwood of Kent" not in page.text
    assert "cannot be confirmed" in forged.notices[0]
    assert shop.company().pinned_company_name == "Birchwood Supply Co."


def test_a_pc_that_is_silent_is_named_with_what_to_check(office: Office) -> None:
    shop = visited(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    office.clock.go_on(hours=30)

    page = office.signed_in().open(ADDRESS)

    assert page.notices[0].startswith("FRONT-DESK has been silent since yesterday, 4:15 AM. 1 is waiting to be sent.")
    assert "check that somebody is signed in to Windows" in page.notices[0]


@pytest.mark.parametrize("post", POSTS)
def test_who_may_only_look_finds_no_form_and_may_send_none(office: Office, post: str) -> None:
    shop = visited(office)
    browser = office.signed_in("osric", Privilege.VIEW, Privilege.SYNCHRONIZE)
    before = (shop.company(), connection(office, "shop-qb"))

    page = browser.open(ADDRESS)
    refused = browser.post(f"{ADDRESS}/{post}", connection="shop-qb", path="C:\\A.qbw", when="start", zone="UTC")

    assert page.tree.xpath("//main//form") == []
    assert refused.status == 403
    assert (shop.company(), connection(office, "shop-qb")) == before


def test_who_manages_another_company_reaches_nothing_of_this_one(office: Office) -> None:
    visited(office)
    office.company("other")
    browser = office.signed_in("osric", Privilege.VIEW, Privilege.MANAGE_COMPANY, company="other")
    browser.open("/company/other/company-file")

    assert browser.post("/company/other/company-file/password", connection="shop-qb").status == 404
    assert browser.open("/company/other/company-file/connection.qwc?connection=shop-qb").status == 404
    assert browser.open(ADDRESS).status == 404


def test_markup_in_what_quickbooks_says_stays_text(office: Office) -> None:
    shop = visited(office)
    stopped(office, shop, marked=True)
    shop.change_company(seen_company_name="<i>Kent</i>", company_file_path="<i>C:</i>")

    page = office.signed_in().open(ADDRESS)

    assert "<i>Kent</i>" in page.part("both")
    assert page.tree.xpath("//i") == []


def visited(office: Office) -> Shop:
    """A shop whose first visit is over."""
    shop = office.shop()
    day.customer(shop, "C-1", "Maddox, Jerome")
    shop.update()
    return shop


def stopped(office: Office, shop: Shop, *, marked: bool) -> None:
    """The last visit saw a file under another name."""
    shop.change_company(
        mismatch="Another file is open.",
        seen_company_name="Birchwood of Kent",
        seen_path="C:\\Kent.qbw",
        seen_file_id=connection(office, "shop-qb").file_id if marked else None,
    )


def connection(office: Office, name: str) -> connections.Connection:
    with office.store.reading() as work:
        return connections.named(work, name)
