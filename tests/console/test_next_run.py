"""Synchronize and Company file say on which PC, and about when, what is ready will be sent; a late PC is named."""

from __future__ import annotations

import pytest

from tests.console import day
from tests.console.looking import ADDRESS
from tests.console.office import Browser, Office
from tests.shop import Shop

COMPANY_FILE = "/company/shop/company-file"


def visited(office: Office, every: int | None) -> tuple[Shop, Browser]:
    """A shop whose PC came once, at 4:15 AM in New York, with something that is ready since, and somebody who looks."""
    shop = office.shop(run_every_minutes=every)
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    day.customer(shop, "C-2", "Ottley, Simon")
    return shop, office.signed_in("ines")


def test_the_next_automatic_run_follows_the_last_visit(office: Office) -> None:
    _, browser = visited(office, 15)
    office.clock.go_on(minutes=4)

    page = browser.open(ADDRESS)

    assert "FRONT-DESK sends it at its next automatic run, about 4:30 AM. Start also" in page.part("panel")
    assert "Runs by itself Every 15 minutes, if Auto-Run is ticked; next at about 4:30 AM" in browser.open(
        COMPANY_FILE
    ).part("pc")


def test_a_run_that_was_missed_once_is_expected_at_the_one_after(office: Office) -> None:
    _, browser = visited(office, 15)
    office.clock.go_on(minutes=16)

    assert "next automatic run, about 4:45 AM." in browser.open(ADDRESS).part("panel")


def test_no_time_is_named_where_nobody_can_tell_it(office: Office) -> None:
    _, browser = visited(office, 15)
    office.clock.go_on(minutes=31)

    assert "FRONT-DESK sends it at its next automatic run. Start also" in browser.open(ADDRESS).part("panel")


def test_after_start_it_says_when_they_go(office: Office) -> None:
    shop, browser = visited(office, 60)
    shop.change_company(send_only_after_start=True)
    before = browser.open(ADDRESS)

    after = browser.post("/company/shop/start")

    assert "Start releases it. FRONT-DESK sends it at its next automatic run, about 5:15 AM, or" in before.part("panel")
    assert "1 is released. FRONT-DESK runs by itself every hour, next at about 5:15 AM. To send" in after.part("panel")


@pytest.mark.parametrize(
    ("every", "hours", "warns"),
    [(15, 0.9, False), (15, 1.1, True), (120, 7.9, False), (120, 8.1, True), (None, 23, False), (None, 25, True)],
)
def test_a_pc_is_silent_when_it_missed_four_runs_and_an_hour(
    office: Office, every: int | None, hours: float, *, warns: bool
) -> None:
    _, browser = visited(office, every)
    office.clock.go_on(hours=hours)
    browser.sign_in("ines")

    notices = browser.open(ADDRESS).notices

    assert [one.startswith("FRONT-DESK has been silent since") for one in notices] == [True] * warns


def test_the_qwc_says_the_interval(office: Office) -> None:
    _, browser = visited(office, 15)

    qwc = browser.open(f"{COMPANY_FILE}/connection.qwc")

    assert "<RunEveryNMinutes>15</RunEveryNMinutes>" in qwc.source


def test_the_version_of_the_web_connector_stands_with_the_pc(office: Office) -> None:
    _, browser = visited(office, None)

    assert "Web Connector 34.0.10014.101" in browser.open(COMPANY_FILE).part("pc")
