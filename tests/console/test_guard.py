"""Nobody sees or does what is not theirs, whatever they send; every answer carries its headers."""

from __future__ import annotations

import re

import pytest

from service.console.form_token import GOOD_FOR
from service.domain.privilege import Privilege
from tests.console.office import Browser, Office

V, S, C, U = Privilege.VIEW, Privilege.SYNCHRONIZE, Privilege.MANAGE_COMPANY, Privilege.MANAGE_USERS

PAGES = [
    # method, address, who holds no privilege but this one -> status
    ("GET", "/company/shop/synchronize", {V: 200, S: 403, C: 403, U: 404}),
    ("GET", "/company/shop/message/{message}", {V: 200, S: 403, C: 403, U: 404}),
    ("POST", "/company/shop/decide", {V: 403, S: 303, C: 403, U: 404}),
    ("POST", "/company/shop/undo", {V: 403, S: 303, C: 403, U: 404}),
    ("POST", "/company/shop/start", {V: 403, S: 303, C: 403, U: 404}),
    ("GET", "/password", {V: 200, S: 200, C: 200, U: 200}),
]


@pytest.mark.parametrize("privilege", list(Privilege))
def test_each_page_is_for_those_who_hold_its_privilege(office: Office, privilege: Privilege) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    browser = office.signed_in("ines", privilege)

    for method, address, expected in PAGES:
        assert _status(browser, method, address.format(message=message)) == expected[privilege], address


def test_no_page_of_a_company_exists_for_those_who_may_not_know_of_it(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    office.company("other")
    browser = office.signed_in("ines", *Privilege, company="other")

    asked = 0
    for rule in office.flask.url_map.iter_rules():
        if "company" not in rule.arguments:
            continue
        values = {name: "shop" if name == "company" else message for name in rule.arguments}
        built = rule.build(values)
        assert built is not None
        address = built[1]
        for method in ("GET", "POST"):
            if method in (rule.methods or ()):
                asked += 1
                assert _status(browser, method, address) == 404, f"{method} {address}"
    assert asked >= 5


def test_a_message_of_another_company_does_not_exist_under_the_own_one(office: Office) -> None:
    message = office.shop().save("Customer:C-1", {"Name": "Calloway, Ruth"})
    office.company("other")
    browser = office.signed_in("ines", *Privilege, company="other")

    page = browser.open(f"/company/other/message/{message}")

    assert page.status == 404
    assert "Calloway" not in page.source


def test_a_forged_decision_about_a_message_of_another_company_changes_nothing(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    office.company("other")
    browser = office.signed_in("ines", *Privilege, company="other")

    page = browser.post("/company/other/decide", hand_over=str(message))

    assert page.status == 404
    assert shop.message(message).status == "pending"


def test_buttons_that_one_may_not_press_are_not_shown(office: Office) -> None:
    shop = office.shop()
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    shop.update()
    shop.save("Customer:C-2", {"Name": "Ottley, Simon"})

    looks_only = office.signed_in("osric", V)
    presses = office.signed_in("ines", V, S)

    assert looks_only.open("/company/shop/synchronize").buttons == []
    assert ("do", "start") in presses.open("/company/shop/synchronize").buttons


def test_the_refusal_names_the_privilege_and_who_can_give_it(office: Office) -> None:
    office.shop()
    office.user("tom", U, full_name="Tom Ashgrove")
    browser = office.signed_in("ines", V, full_name="Ines Varga")

    page = browser.post("/company/shop/start")

    assert page.status == 403
    assert (
        "Your user, Ines Varga, does not have the privilege Synchronize. "
        "Somebody with the privilege Users can give it: Tom Ashgrove." in page.text
    )


def test_a_form_without_a_token_does_nothing(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    browser = office.signed_in()

    for token in ("", "1.2", "nonsense", "9" * 40, "1772442000.éé"):
        page = browser.post("/company/shop/decide", token=token, hand_over=str(message))

        assert page.status == 400
        assert "This page was open too long" in page.text
        browser.open("/company/shop/synchronize")

    assert shop.message(message).status == "pending"


def test_a_token_of_another_session_does_nothing(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    stranger = office.signed_in("mallory")
    assert stranger.page is not None
    browser = office.signed_in("ines")

    page = browser.post("/company/shop/decide", token=stranger.page.token, hand_over=str(message))

    assert page.status == 400
    assert shop.message(message).status == "pending"


def test_a_page_can_be_used_for_eight_hours(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    browser = office.signed_in()
    page = browser.open("/company/shop/synchronize")
    for _ in range(2):
        office.clock.go_on(hours=4)
        browser.open("/company/shop/synchronize")

    assert GOOD_FOR.total_seconds() == 8 * 3600
    assert browser.post("/company/shop/decide", token=page.token, hand_over=str(message)).status == 400
    assert shop.message(message).status == "pending"


def test_a_form_that_is_sent_after_the_session_ended_says_that_nothing_was_done(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    browser = office.signed_in()
    office.clock.go_on(hours=9)

    page = browser.post("/company/shop/decide", hand_over=str(message))

    assert "Nothing was done." in page.text
    assert shop.message(message).status == "pending"


def test_the_sign_in_form_of_one_browser_does_not_sign_in_another(office: Office) -> None:
    office.user("mallory", V)
    attacker, victim = office.browser(), office.browser()
    token = attacker.open("/sign-in").token
    victim.open("/sign-in")

    page = victim.post("/sign-in", token=token, name="mallory", password="correct horse battery")

    assert page.status == 400
    assert victim.client.get_cookie("deskpost") is None


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_every_answer_has_the_policy_and_is_not_kept(office: Office, is_signed_in: bool) -> None:
    office.company("shop")
    client = office.signed_in().client if is_signed_in else office.browser().client

    for address in ("/", "/sign-in", "/nowhere", "/static/style.css", "/static/no.css", "/company/shop/synchronize"):
        with client.get(address) as response:
            headers = response.headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == ("no-cache" if address.startswith("/static") else "no-store")


def test_no_page_has_a_script_or_a_style_in_it_or_names_another_host(office: Office) -> None:
    shop = office.shop()
    message = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    browser = office.signed_in()

    for address in ("/company/shop/synchronize", f"/company/shop/message/{message}", "/password", "/nowhere"):
        tree = browser.open(address).tree
        assert tree.xpath("//style | //script[not(@src)] | //@style | //@*[starts-with(name(), 'on')]") == []
        hosts = tree.xpath("//@src | //link/@href | //form/@action")
        assert [one for one in hosts if re.match(r"(\w+:)?//", str(one))] == []


def test_every_form_that_does_something_carries_a_token(office: Office) -> None:
    shop = office.shop()
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    shop.update()
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth Ann"})
    browser = office.signed_in()

    for address in ("/company/shop/synchronize", "/company/shop/message/1", "/company/shop/message/2", "/password"):
        forms = browser.open(address).tree.xpath("//form[@method='post']")
        assert forms
        assert [form for form in forms if not form.xpath(".//input[@name='csrf_token']")] == []


def test_under_a_prefix_all_addresses_and_the_cookie_have_it(office: Office) -> None:
    office.company("shop")
    office.user("ines", V)
    client = office.flask.test_client()
    base = "http://localhost/accounting/console/"
    page = client.get("/sign-in", base_url=base)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    form = {"csrf_token": token, "name": "ines", "password": "correct horse battery"}
    signed_in = client.post("/sign-in", base_url=base, data=form)
    shown = client.get("/company/shop/synchronize", base_url=base)

    assert signed_in.headers["Location"] == "/accounting/console/"
    assert "Path=/accounting/console/" in signed_in.headers["Set-Cookie"]
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', shown.text)
    assert addresses
    assert [one for one in addresses if not one.startswith("/accounting/console/")] == []


def test_a_person_with_several_companies_can_change_between_them(office: Office) -> None:
    office.company("shop")
    office.company("branch")
    browser = office.signed_in("ines", V)
    alone = office.signed_in("tom", V, company="branch")

    page = browser.open("/company/shop/synchronize")

    assert "/company/branch/synchronize" in page.links
    assert "Companies" not in alone.open("/company/branch/synchronize").text
    assert alone.open("/company/shop/synchronize").status == 404


def test_a_person_without_any_privilege_is_told_so(office: Office) -> None:
    office.company("shop")
    office.user("osric")

    page = office.browser().sign_in("osric")

    assert page.status == 403
    assert "does not have the privilege View" in page.text


def _status(browser: Browser, method: str, address: str) -> int:
    assert browser.page is not None
    if method == "GET":
        return browser.client.get(address).status_code
    return browser.client.post(address, data={"csrf_token": browser.page.token}).status_code
