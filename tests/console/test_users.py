"""Users and privileges lets those who may say who may do what, for which company, and never shuts everybody out."""

from __future__ import annotations

import pytest

from service.domain.privilege import Privilege
from service.store import companies, users
from tests.console import day
from tests.console.office import EVERYTHING, PASSWORD, Browser, Office, Page, rows

ADDRESS = "/users"


def test_everybody_stands_there_with_what_they_may(office: Office) -> None:
    office.shop()
    office.user("osric", Privilege.VIEW, full_name="Osric Penhallow")
    office.user("kent", Privilege.VIEW, Privilege.SYNCHRONIZE, company="shop")

    page = office.signed_in("tom", full_name="Tom Ashgrove").open(ADDRESS)

    assert [row[:3] for row in rows(page, "users")] == [
        ["kent kent", "Synchronize (shop)", "Never"],
        ["Osric Penhallow osric", "Looks only", "Never"],
        ["shop-qb shop-qb, Web Connector", "Synchronize (shop)", "Cannot sign in"],
        ["Tom Ashgrove tom", "Synchronize, Company file, Users", "Today, 4:00 AM"],
    ]


def test_a_new_user_gets_a_first_password_and_may_do_what_was_ticked(office: Office) -> None:
    office.shop()
    browser = office.signed_in("tom")
    browser.open(ADDRESS)

    page = browser.post(ADDRESS, name="Ines Varga", login="ines", where="all", may=["synchronize"])
    password = page.part("secret")
    theirs = office.browser("10.0.0.8")
    signed_in = theirs.sign_in("ines", password)

    assert page.title.startswith("Password of Ines Varga")
    assert password not in browser.open(ADDRESS).source
    assert "Ines Varga" in signed_in.text
    assert granted(office, "ines") == {(Privilege.VIEW, None), (Privilege.SYNCHRONIZE, None)}
    assert theirs.open(ADDRESS).status == 403


def test_a_user_can_be_added_for_one_company_alone(office: Office) -> None:
    office.shop()
    office.company("other")
    number = company_number(office, "other")
    browser = office.signed_in("tom")
    browser.open(ADDRESS)

    browser.post(ADDRESS, name="", login="kent", where=str(number))

    assert granted(office, "kent") == {(Privilege.VIEW, number)}


def test_a_user_is_called_by_another_name_where_people_are_named(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    invoice = day.invoice(shop, "20431", "C-1")
    office.user("osric", *EVERYTHING)
    theirs = office.browser("10.0.0.8")
    theirs.sign_in("osric")
    theirs.open("/company/shop/synchronize")
    theirs.post("/company/shop/decide", hand_over=str(invoice))
    browser = office.signed_in("tom")
    address = f"{ADDRESS}/{user_number(office, 'osric')}"
    browser.open(address)

    page = browser.post(f"{address}/name", name=" Osric Penhallow ")
    again = browser.post(f"{address}/name", name="Osric Penhallow")
    refused = browser.post(f"{address}/name", name="Osric\u202e")

    assert page.notices == ["The name is saved."]
    assert again.notices == ["Nothing was changed."]
    assert "cannot be a person's name" in refused.notices[0]
    assert page.title.startswith("Osric Penhallow ")
    assert "Osric Penhallow put invoice 20431 under Manual entry." in browser.open("/company/shop/activity").text
    assert "Osric Penhallow put it here" in browser.open("/company/shop/manual-entry").text
    assert (
        "said what a user is called: osric: Osric Penhallow" in browser.open("/company/shop/activity?about=users").text
    )


def test_who_manages_no_users_names_nobody(office: Office) -> None:
    office.user("tom", *EVERYTHING)
    browser = office.signed_in("osric", Privilege.VIEW)

    assert browser.post(f"{ADDRESS}/{user_number(office, 'tom')}/name", name="Fool").status == 403


@pytest.mark.parametrize(
    ("login", "objection"),
    [
        ("tom", "The user name 'tom' is in use already: choose another one."),
        ("a b", "'a b' cannot be the name of a user"),
        ("", "'' cannot be the name of a user"),
    ],
)
def test_a_name_that_cannot_be_is_said_beside_its_field(office: Office, login: str, objection: str) -> None:
    browser = office.signed_in("tom")
    browser.open(ADDRESS)

    page = browser.post(ADDRESS, name="Ines Varga", login=login)

    assert page.status == 400
    assert page.title.startswith("Check: ")
    assert objection in page.part("login-wrong")
    assert page.tree.xpath("//input[@id='full']/@value") == ["Ines Varga"]


def test_privileges_are_exactly_what_is_ticked(office: Office) -> None:
    office.shop()
    number = company_number(office, "shop")
    office.user("ines", Privilege.VIEW, Privilege.SYNCHRONIZE, full_name="Ines Varga")
    browser = office.signed_in("tom")
    address = page_of(browser, "Ines Varga")

    page = browser.post(address, may=[f"manage_company@{number}"])
    again = browser.post(address, may=[f"manage_company@{number}", f"view@{number}"])

    assert page.notices == ["The privileges of Ines Varga are saved."]
    assert again.notices == ["Nothing was changed."]
    assert granted(office, "ines") == {(Privilege.VIEW, number), (Privilege.MANAGE_COMPANY, number)}


def test_who_was_disabled_is_out_at_once_and_can_be_let_in_again(office: Office) -> None:
    office.shop()
    theirs = office.signed_in("ines", Privilege.VIEW, full_name="Ines Varga")
    browser = office.signed_in("tom")
    address = page_of(browser, "Ines Varga")

    page = browser.post(f"{address}/state", state="disabled")
    out = theirs.open("/company/shop/synchronize")
    browser.post(f"{address}/state", state="enabled")
    back = theirs.sign_in("ines")

    assert page.notices == ["Ines Varga is disabled, and signed out everywhere."]
    assert out.title.startswith("Sign in")
    assert "Ines Varga" in back.text


def test_a_web_connector_whose_user_is_disabled_is_turned_away(office: Office) -> None:
    shop = office.shop()
    browser = office.signed_in("tom")
    address = page_of(browser, "shop-qb")
    day.customer(shop, "C-1", "Maddox, Jerome")

    browser.post(f"{address}/state", state="disabled")
    shop.update()

    assert shop.counts() == {"pending": 1}


def test_a_new_password_counts_and_the_old_one_does_not(office: Office) -> None:
    office.shop()
    theirs = office.signed_in("ines", Privilege.VIEW, full_name="Ines Varga")
    browser = office.signed_in("tom")
    address = page_of(browser, "Ines Varga")

    password = browser.post(f"{address}/password").part("secret")
    out = theirs.open("/company/shop/synchronize")
    old = theirs.sign_in("ines", PASSWORD)
    new = theirs.sign_in("ines", password)

    assert out.title.startswith("Sign in")
    assert old.status == 403
    assert "Ines Varga" in new.text


def test_a_web_connector_s_user_gets_no_password_to_sign_in_with(office: Office) -> None:
    office.shop()
    browser = office.signed_in("tom")
    address = page_of(browser, "shop-qb")

    page = browser.post(f"{address}/password")

    assert page.notices[0].startswith("shop-qb is the user name of a Web Connector")


def test_the_last_one_who_can_manage_users_stays(office: Office) -> None:
    browser = office.signed_in("tom", full_name="Tom Ashgrove")
    address = page_of(browser, "Tom Ashgrove")

    disabled = browser.post(f"{address}/state", state="disabled")
    stripped = browser.post(address, may=["view@all"])

    assert disabled.notices[0].startswith("Tom Ashgrove is the only one who can sign in and manage users.")
    assert "is the only one who can sign in and manage users." in stripped.text
    assert granted(office, "tom") == {(privilege, None) for privilege in EVERYTHING}


def test_with_another_one_there_it_can_be_handed_on(office: Office) -> None:
    office.shop()
    office.user("ines", *EVERYTHING)
    browser = office.signed_in("tom", full_name="Tom Ashgrove")
    address = page_of(browser, "Tom Ashgrove")

    browser.post(address, may=["view@all"])

    assert granted(office, "tom") == {(Privilege.VIEW, None)}
    assert browser.open(ADDRESS).status == 403


@pytest.mark.parametrize("address", ["", "/1", "/1/state", "/1/password"])
def test_who_may_not_manage_users_for_all_companies_may_do_nothing_here(office: Office, address: str) -> None:
    office.shop()
    browser = office.signed_in("osric", *EVERYTHING, company="shop")
    browser.open("/company/shop/synchronize")

    assert browser.open(ADDRESS).status == 403
    assert ADDRESS not in browser.open("/company/shop/synchronize").links
    assert browser.post(f"{ADDRESS}{address}", login="x", state="disabled").status == 403


def test_a_user_that_is_not_there_is_not_found(office: Office) -> None:
    browser = office.signed_in("tom")

    assert browser.open("/users/99").status == 404


def test_markup_in_a_name_stays_text(office: Office) -> None:
    office.user("ines", Privilege.VIEW, full_name="<i>Ines</i>")

    page = office.signed_in("tom").open(ADDRESS)

    assert "<i>Ines</i>" in page.part("users")
    assert page.tree.xpath("//i") == []


def page_of(browser: Browser, called: str) -> str:
    """Open the page of a user by the list, and return its address."""
    page: Page = browser.open(ADDRESS)
    (link,) = page.tree.xpath(f"//a[span[normalize-space()='{called}']]/@href")
    browser.open(link)
    return str(link)


def granted(office: Office, name: str) -> set[tuple[Privilege, int | None]]:
    with office.store.reading() as work:
        return set(users.granted(work, users.named(work, name).id))


def company_number(office: Office, name: str) -> int:
    with office.store.reading() as work:
        return companies.named(work, name).id


def user_number(office: Office, name: str) -> int:
    with office.store.reading() as work:
        return users.named(work, name).id
