"""Connect leads somebody who was shown nothing from a new company to its first visit, and says what may go wrong."""

from __future__ import annotations

import pytest

from qwc import document
from qwc.connector import Manners, WebConnector, WsgiTransport
from service import app
from service.console import door
from service.console.installation import Installation
from service.domain.privilege import Privilege
from service.settings import Settings
from service.store import connections
from tests.console import day
from tests.console.office import Browser, Office, Page, folded

ADDRESS = "/company/shop/connect"
MAKE = "/company/shop/company-file/connections"


def current_step(page: Page) -> list[str]:
    return [str(one).strip() for one in page.tree.xpath("//li[@aria-current='step']//h3/text()[1]")]


def marked_done(page: Page) -> list[str]:
    """The titles of the steps that are marked as done."""
    return [str(title.text).strip() for title in page.tree.xpath("//ol[@class='steps']//h3") if "Done" in folded(title)]


def test_a_new_company_makes_its_qwc_there_and_sees_the_password_once(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()

    before = browser.open(ADDRESS)
    made = browser.post(MAKE, every="30")
    password = made.part("secret")
    (link,) = {one for one in made.links if ".qwc" in one}
    read = document.read(browser.open(link).response.get_data())
    after = browser.open(ADDRESS)

    assert "0 of 5 done" in before.text
    assert current_step(before) == ["Say which company file"]
    assert [one for one in before.links if ".qwc" in one] == []
    assert (read.user_name, read.run_every_minutes) == ("shop-qb", 30)
    assert "1 of 5 done" in after.text
    assert "shop-qb.qwc was made March 2, 2026, to run every 30 minutes." in after.part("make")
    assert current_step(after) == ["Download it and add it to the Web Connector"]
    assert len(password) == 27
    assert password not in after.source


def test_the_first_day_page_has_the_same_steps(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()

    page = browser.open("/company/shop/synchronize")

    assert "0 of 5 done" in page.text
    assert page.tree.xpath("//form/@action")[-1] == MAKE
    assert "If it does not work" in page.part("troubles")


def test_with_the_path_given_the_file_is_the_next_step(office: Office) -> None:
    shop = office.shop()
    shop.change_company(path_to_open=r"C:\Books\Birchwood.qbw")

    page = office.signed_in().open(ADDRESS)

    assert "2 of 5 done" in page.text
    assert r"C:\Books\Birchwood.qbw" in page.text
    assert current_step(page) == ["Download it and add it to the Web Connector"]


def test_after_the_first_visit_all_is_done(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()

    page = office.signed_in().open(ADDRESS)

    assert "5 of 5 done" in page.text
    assert marked_done(page) == [
        "Say which company file",
        "Make the .qwc file and its password",
        "Download it and add it to the Web Connector",
        "Give it the password",
        "Run it once",
    ]
    assert current_step(page) == []
    assert "Birchwood Supply Co., the file that was open at the first visit" in page.text
    assert "Last visit today, 4:15 AM" in page.part("visit")


def test_a_connection_for_another_pc_begins_with_what_is_known_of_the_company(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    shop.add_connection("shop-qb-2")

    page = office.signed_in().open(ADDRESS)

    assert "2 of 5 done" in page.text
    assert marked_done(page) == ["Say which company file", "Make the .qwc file and its password"]
    assert current_step(page) == ["Download it and add it to the Web Connector"]
    assert "No visit yet" in page.part("visit")


def test_what_was_made_there_brings_the_first_visit(office: Office) -> None:
    """The password and the file from the pages alone, taken to a PC."""
    shop = office.shop()
    with office.store.writing() as work:
        connections.change(work, connections.named(work, "shop-qb").id, revoked_at=work.now)
    day.customer(shop, "C-1", "Calloway, Ruth")
    browser = office.signed_in()
    browser.open(ADDRESS)

    made = browser.post(MAKE, every="")
    link = next(one for one in made.links if ".qwc" in one)
    read = document.read(browser.open(link).response.get_data())
    service = app.build(Settings(), office.store)
    web_connector = WebConnector(
        read,
        made.part("secret"),
        WsgiTransport(service),
        shop.file.connect(),
        manners=Manners(),
        clock=shop.clock.seconds,
    )
    web_connector.register()
    visit = web_connector.update()

    assert visit.succeeded
    assert read.run_every_minutes is None
    assert shop.counts() == {"synchronized": 1}


def test_it_says_what_the_codes_of_a_first_day_mean(office: Office) -> None:
    office.company("shop")

    page = office.signed_in().open(ADDRESS)

    assert "QBWC1048: Certificate not verified The PC does not trust the certificate of Deskpost." in page.part(
        "troubles"
    )
    assert "0x80040418: Never allowed into this file" in page.part("troubles")


def test_who_may_only_look_reads_the_steps_and_makes_nothing(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in("osric", Privilege.VIEW)

    page = browser.open(ADDRESS)
    forged = browser.post(MAKE)

    assert "Somebody with the privilege Company file can make it." in page.part("make")
    assert page.tree.xpath("//main//form") == []
    assert forged.status == 403
    with office.store.reading() as work:
        assert connections.by_user_name(work, "shop-qb") is None


def test_who_may_not_look_at_the_company_finds_no_such_page(office: Office) -> None:
    office.company("shop")
    office.company("other")
    browser = office.signed_in("osric", *Privilege, company="other")

    assert browser.open(ADDRESS).status == 404


@pytest.mark.parametrize(
    ("address", "told"),
    [("http://192.168.1.5:8330", "QBWC1001"), ("http://books.example.com", "QBWC1010")],
)
def test_what_the_web_connector_would_refuse_is_said_before_anything_is_made(
    office: Office, address: str, told: str
) -> None:
    office.company("shop")
    office.user("ines", *Privilege)
    installation = Installation(address, f"{address}/qbwc", f"{address}/support", "Deskpost", "1.0")
    browser = Browser(door.build(office.store, installation).test_client(), "10.0.0.7")
    browser.sign_in("ines")

    page = browser.open(ADDRESS)
    forged = browser.post(MAKE)

    assert told in page.part("problems")
    assert "DESKPOST_PUBLIC_URL" in page.part("problems")
    assert "Make the .qwc file" not in [str(one) for one in page.tree.xpath("//main//button/text()")]
    assert forged.status == 409
    with office.store.reading() as work:
        assert connections.by_user_name(work, "shop-qb") is None


def test_a_file_whose_address_became_useless_is_not_handed_out(office: Office) -> None:
    office.shop()
    office.user("ines", *Privilege)
    address = "http://192.168.1.5:8330"
    installation = Installation(address, f"{address}/qbwc", f"{address}/support", "Deskpost", "1.0")
    browser = Browser(door.build(office.store, installation).test_client(), "10.0.0.7")
    browser.sign_in("ines")

    page = browser.open("/company/shop/company-file/connection.qwc")

    assert page.status == 409
    assert "QBWC1001" in page.part("problems")
