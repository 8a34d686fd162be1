"""A page that refreshes itself costs next to nothing while nothing changes, and tells nobody who may not look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from service.domain.privilege import Privilege
from service.store import console_people, users
from service.store.account_tables import grants
from service.store.account_tables import users as users_table
from service.store.console_tables import console_sessions
from tests.console import day
from tests.console.looking import ADDRESS, after_a_visit
from tests.console.office import Office, Page
from tests.console.watching import LIVE, PROGRESS, Watching, mark_of, refreshed
from tests.statements import counted


def test_a_page_on_which_nothing_changed_is_answered_with_nothing_but_the_time(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    browser = office.signed_in("tom")
    mark = mark_of(browser.open(ADDRESS))
    office.clock.go_on(seconds=59)

    with counted() as statements:
        page = refreshed(browser, mark)

    assert (page.status, page.source) == (304, "")
    assert page.response.headers["As-Of"] == "4:15:59 AM"
    assert page.response.headers["ETag"] == f'W/"{mark}"'
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Vary"] == "X-Live"
    assert len(statements) == 3


def test_a_page_that_refreshes_itself_writes_nothing(office: Office) -> None:
    after_a_visit(office)
    browser = office.signed_in("tom")
    mark = mark_of(browser.open(ADDRESS))
    office.clock.go_on(minutes=4)

    with counted() as statements:
        refreshed(browser, mark)
        refreshed(browser, "")
        refreshed(browser, "", PROGRESS)

    assert [one for one in statements if not one.startswith("SELECT")] == []


def test_a_mark_holds_for_five_minutes_at_most(office: Office) -> None:
    after_a_visit(office)
    page = Watching(office.signed_in("tom"))
    office.clock.go_on(minutes=4, seconds=59)
    assert not page.sees_something_new()

    office.clock.go_on(seconds=2)

    assert page.sees_something_new()


def test_a_mark_is_good_for_one_person_one_list_and_the_parts_of_the_page_alone(office: Office) -> None:
    after_a_visit(office)
    tom = office.signed_in("tom")
    mark = mark_of(tom.open(ADDRESS))
    of, _, end = mark.partition(".")

    assert refreshed(tom, mark).status == 304
    assert refreshed(office.signed_in("mia"), mark).status == 200
    assert refreshed(tom, mark, f"{ADDRESS}?kind=customer").status == 200
    assert refreshed(tom, mark, PROGRESS).status == 200
    assert tom.client.get(ADDRESS, headers={"If-None-Match": f'W/"{mark}"'}).status_code == 200
    for forged in (of, f"{of}.", f"{of}.x", f"{of}.{int(end) + 600}", f"{of}.{'9' * 40}", f".{end}", "*"):
        assert refreshed(tom, forged).status == 200, forged


DOORS: dict[str, tuple[Callable[..., object], int]] = {
    "signed out elsewhere": (lambda work, _: work.connection.execute(delete(console_sessions)), 302),
    "disabled": (lambda work, _: work.connection.execute(update(users_table).values(disabled_at=work.now)), 302),
    "another password": (lambda work, user: console_people.set_password(work, user, "another"), 302),
    "no privilege to look": (
        lambda work, _: work.connection.execute(delete(grants).where(grants.c.privilege == Privilege.VIEW)),
        403,
    ),
    "no privilege at all": (lambda work, _: work.connection.execute(delete(grants)), 404),
}


@pytest.mark.parametrize(("taken", "status"), DOORS.values(), ids=DOORS)
def test_who_may_not_look_any_more_is_shown_the_door_though_nothing_changed(
    office: Office, taken: Callable[..., object], status: int
) -> None:
    after_a_visit(office)
    tom = office.signed_in("tom")
    mark, alone = mark_of(tom.open(ADDRESS)), mark_of(tom.open(PROGRESS, headers=LIVE))
    assert refreshed(tom, mark).status == refreshed(tom, alone, PROGRESS).status == 304

    with office.store.writing() as work:
        taken(work, users.named(work, "tom").id)

    assert refreshed(tom, mark).status == status
    assert refreshed(tom, alone, PROGRESS).status == status


def test_a_page_that_is_left_open_is_signed_out_like_any_other(office: Office) -> None:
    after_a_visit(office)
    page = Watching(office.signed_in("tom"))
    for _ in range(8):
        page.sees_something_new()
        office.clock.go_on(hours=1)
    office.clock.go_on(minutes=1)

    assert refreshed(page.browser, page.mark).status == 302


def test_the_panel_alone_says_what_the_page_says_and_costs_a_fraction(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom", full_name="Tom Ashgrove")
    for number in range(2, 14):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    day.invoice(shop, "20436", "C-2")
    day.invoice(shop, "20437", "C-99")
    browser.open(ADDRESS)
    browser.post("/company/shop/start")
    asked: list[tuple[Page, Page, int]] = []

    def look() -> None:
        with counted() as statements:
            alone = browser.open(PROGRESS, headers=LIVE)
        asked.append((browser.open(ADDRESS), alone, len(statements)))

    for nth in (1, 2):
        shop.update(transport=day.Peeking(shop, "receiveResponseXML", nth, look))
        day.customer(shop, "C-77", "Customer 77")

    for page, alone, statements in asked:
        assert alone.part("panel") == page.part("panel")
        assert alone.title == page.title
        assert alone.tree.xpath("//*[@data-live]/@id") == ["panel"]
        assert "Started by Tom Ashgrove" in alone.part("panel")
        assert statements == 5
    assert asked[0][1].part("panel").startswith("Synchronizing: 0 of 12 done 0 synchronized 12 to go 2 waiting")


def test_when_the_run_has_ended_the_panel_says_so_and_leads_back_to_the_whole_page(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom")
    day.customer(shop, "C-2", "Ottley, Simon")
    seen: list[Page] = []
    look = lambda: seen.append(browser.open(ADDRESS))  # noqa: E731 # One line says it.
    shop.update(transport=day.Peeking(shop, "receiveResponseXML", 1, look))

    after = browser.open(PROGRESS, headers=LIVE)

    assert seen[0].tree.xpath("//*[@id='panel']/@data-progress") == [PROGRESS]
    assert seen[0].tree.xpath("//*[@id='panel']/@data-lists-every") == ["10"]
    assert after.part("panel").startswith("Finished: 1 synchronized")
    assert after.tree.xpath("//@data-progress") == []


def test_the_panel_has_no_page_of_its_own(office: Office) -> None:
    after_a_visit(office)
    browser = office.signed_in("tom")

    assert browser.client.get(PROGRESS).headers["Location"] == ADDRESS
