"""People sign in, stay signed in for a while, and are out when they should be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.domain.privilege import Privilege
from service.exchange import passwords
from service.store import console_people, users
from service.store.console_tables import console_sessions
from service.store.tables import events
from service.store.tables import users as users_table
from tests.console.office import PASSWORD, Office


def test_a_person_signs_in_and_sees_the_first_page_that_is_theirs(office: Office) -> None:
    office.company("shop")
    office.user("ines", Privilege.VIEW, full_name="Ines Varga")

    page = office.browser().sign_in("ines")

    assert page.status == 200
    assert page.response.request.path == "/company/shop/synchronize"
    assert "Signed in as Ines Varga" in page.text


def test_whoever_is_not_signed_in_is_asked_to_and_then_gets_the_page(office: Office) -> None:
    office.company("shop")
    office.user("ines", Privilege.VIEW)
    browser = office.browser()

    asked = browser.open("/company/shop/synchronize?kind=invoice")
    page = browser.post(asked.response.request.full_path, name="ines", password=PASSWORD)

    assert asked.response.request.path == "/sign-in"
    assert page.response.request.full_path == "/company/shop/synchronize?kind=invoice"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "evil", "/\n//evil.example"]
)
def test_signing_in_never_leads_to_another_site(office: Office, elsewhere: str) -> None:
    office.company("shop")
    office.user("ines", Privilege.VIEW)
    browser = office.browser()
    browser.open("/sign-in", query_string={"next": elsewhere})
    assert browser.page is not None

    response = browser.client.post(
        "/sign-in",
        query_string={"next": elsewhere},
        data={"csrf_token": browser.page.token, "name": "ines", "password": PASSWORD},
    )

    assert response.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("ines", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("ines", ""), ("web", PASSWORD)],
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(office: Office, name: str, password: str) -> None:
    office.user("ines", Privilege.VIEW)
    with office.store.writing() as work:
        users.add(work, "web", None)

    page = office.browser().sign_in(name, password)

    assert page.status == 403
    assert page.title == "Check: Sign in - Deskpost"
    assert "The sign-in name or the password is wrong." in page.text


def test_guessing_is_slowed_down_for_this_name_from_this_address_alone(office: Office) -> None:
    office.company("shop")
    office.user("ines", Privilege.VIEW)
    guesser = office.browser(at="203.0.113.9")
    for _ in range(4):
        guesser.sign_in("ines", "a wrong password")

    too_soon = guesser.sign_in("ines")
    elsewhere = office.browser(at="10.0.0.8").sign_in("ines")
    office.clock.go_on(minutes=1)
    later = guesser.sign_in("ines")

    assert "Wait a minute, then try again." in too_soon.text
    assert elsewhere.status == 200
    assert later.status == 200


def test_the_cookie_cannot_be_read_by_scripts_and_the_database_does_not_hold_it(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()
    cookie = browser.client.get_cookie("deskpost")
    assert cookie is not None

    with office.store.reading() as work:
        kept = work.connection.execute(select(console_sessions.c.token_hash)).scalar_one()

    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert len(cookie.value) >= 43
    assert cookie.value not in kept


def test_over_https_the_cookie_never_goes_over_http(office: Office) -> None:
    office.company("shop")
    office.user("ines", Privilege.VIEW)
    client = office.flask.test_client()
    page = client.get("/sign-in", base_url="https://books.example.com/")

    assert "; Secure;" in page.headers["Set-Cookie"]


def test_a_session_of_another_person_is_not_taken_over_by_a_cookie_from_before(office: Office) -> None:
    office.company("shop")
    office.user("ines", Privilege.VIEW)
    browser = office.browser()
    browser.client.set_cookie("deskpost", "planted-by-somebody")

    browser.sign_in("ines")
    cookie = browser.client.get_cookie("deskpost")

    assert cookie is not None
    assert cookie.value != "planted-by-somebody"


@pytest.mark.parametrize(("hours", "status"), [(7.9, 200), (8.1, 302)])
def test_a_session_is_over_after_eight_hours_of_nothing(office: Office, hours: float, status: int) -> None:
    office.company("shop")
    browser = office.signed_in()

    office.clock.go_on(hours=hours)

    assert browser.client.get("/company/shop/synchronize").status_code == status


def test_a_session_is_over_after_a_day_however_busy(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()
    for _ in range(3):
        office.clock.go_on(hours=7.9)
        assert browser.client.get("/company/shop/synchronize").status_code == 200

    office.clock.go_on(hours=0.4)

    assert browser.client.get("/company/shop/synchronize").status_code == 302


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()
    office.clock.go_on(hours=7)
    browser.open("/company/shop/synchronize", headers={"X-Live": "1"})

    office.clock.go_on(hours=1.1)

    assert browser.client.get("/company/shop/synchronize").status_code == 302


def test_signing_out_ends_the_session_itself_and_not_only_the_cookie(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()
    cookie = browser.client.get_cookie("deskpost")
    assert cookie is not None

    browser.post("/sign-out")
    browser.client.set_cookie("deskpost", cookie.value)

    assert browser.client.get("/company/shop/synchronize").status_code == 302


def test_a_user_who_is_disabled_is_out_at_once_and_cannot_come_back(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()

    with office.store.writing() as work:
        work.connection.execute(update(users_table).values(disabled_at=work.now))

    assert browser.client.get("/company/shop/synchronize").status_code == 302
    assert office.browser().sign_in("ines").status == 403


def test_a_password_that_was_changed_elsewhere_signs_out(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()

    with office.store.writing() as work:
        user = users.named(work, "ines")
        console_people.set_password(work, user.id, passwords.hashed("another horse battery"))

    assert browser.client.get("/company/shop/synchronize").status_code == 302


def test_a_person_changes_the_password_and_stays_while_all_others_are_out(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()
    other = office.browser(at="10.0.0.9")
    other.sign_in("ines")

    browser.open("/password")
    page = browser.post("/password", now=PASSWORD, new="another horse battery", again="another horse battery")

    assert page.notices == ["Your password is changed. You are signed out everywhere else."]
    assert other.client.get("/company/shop/synchronize").status_code == 302
    assert office.browser().sign_in("ines").status == 403
    assert office.browser().sign_in("ines", "another horse battery").status == 200


@pytest.mark.parametrize(
    ("now", "new", "again", "told"),
    [
        ("wrong horse battery", "another horse battery", "another horse battery", "This is not your password of now."),
        (PASSWORD, "another horse battery", "another house battery", "The two new passwords are not the same."),
        (PASSWORD, "short", "short", "The password is too short: it needs at least 12 characters."),
    ],
)
def test_a_change_of_password_that_is_refused_changes_nothing(
    office: Office, now: str, new: str, again: str, told: str
) -> None:
    office.company("shop")
    browser = office.signed_in()
    browser.open("/password")

    page = browser.post("/password", now=now, new=new, again=again)

    assert page.status == 403
    assert page.title.startswith("Check: ")
    assert told in page.text
    assert office.browser().sign_in("ines").status == 200


def test_who_signed_in_stands_in_the_events_and_no_password_does(office: Office) -> None:
    office.company("shop")
    office.signed_in()

    with office.store.reading() as work:
        told = work.connection.execute(select(events.c.actor, events.c.action, events.c.note)).all()
        last = console_people.last_sign_ins(work)

    assert ("ines", "sign in", None) in [tuple(row) for row in told]
    assert list(last.values()) == [office.clock()]
    assert PASSWORD not in str(told)


def test_sessions_that_are_over_are_forgotten_when_somebody_signs_in(office: Office) -> None:
    office.company("shop")
    office.signed_in("ines")
    office.clock.now += timedelta(days=2)
    office.signed_in("tom")

    with office.store.reading() as work:
        kept = work.connection.execute(select(console_sessions.c.id)).all()

    assert len(kept) == 1
