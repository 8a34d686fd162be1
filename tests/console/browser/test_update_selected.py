"""Somebody presses Update Selected, and the page that is open tells what comes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from service.exchange import people
from service.store import console_sessions, users
from tests.console import day
from tests.console.browser.conftest import Windows
from tests.console.browser.site import Site, under_way, update_selected
from tests.console.browser.window import Window


def test_progress_and_outcome_appear_without_a_reload(site: Site, window: Windows) -> None:
    shop = site.shop("progress")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    site.user("ines-progress", "progress")
    ines = window()
    ines.sign_in("ines-progress")
    ines.page.clock.install()
    ines.open("/company/progress/synchronize")
    expect(ines.page.locator("#visit")).to_contain_text("No visit yet")

    # The first visit makes Synchronize another page.
    update_selected(shop)
    ines.page.clock.fast_forward(5_000)
    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 1 synchronized")
    for number in range(2, 25):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    refused = day.invoice(shop, "20436", "C-1", item=day.EARMOLD)
    ines.page.clock.fast_forward(30_000)
    expect(ines.panel).to_contain_text("24 to be synchronized")

    ines.press("Start")
    expect(ines.panel).to_contain_text("Started. Waiting for FRONT-DESK")
    ines.mark()

    # The sets hold 10 and 20, so the second answer comes when 10 are done.
    with under_way(shop, "receiveResponseXML", 2):
        ines.page.clock.fast_forward(5_000)
        expect(ines.panel.get_by_role("heading")).to_have_text("Synchronizing: 10 of 24 done")
        expect(ines.panel.get_by_role("progressbar")).to_have_attribute("value", "10")
        expect(ines.page).to_have_title(re.compile("^10 of 24 done .* Birchwood Supply Co.$"))
        expect(ines.page.locator("#pending tbody tr")).to_have_count(14)
        assert [asked_again(ines) for _ in range(2)] == [("/progress", 200), ("/progress", 304)]
    # The panel alone tells of the end, and then the page looks at what came of it.
    assert asked_again(ines) == ("/progress", 200)
    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 23 synchronized, 1 needs attention")
    expect(ines.page.locator("#announce")).to_have_text("Finished: 23 synchronized, 1 needs attention")
    expect(ines.page.locator(f"#m{refused}")).to_contain_text(f'The item "{day.EARMOLD}" is not in QuickBooks.')

    assert ines.is_marked()
    assert len(shop.file.find("Customer", "Customer 24")) == 1


def asked_again(window: Window) -> tuple[str, int]:
    """Wait for the next look of a page at what goes on: the end of the address that it asks, and the status."""
    with window.page.expect_response(lambda answer: "/synchronize" in answer.url) as awaited:
        window.page.clock.fast_forward(2_000)
    return awaited.value.url.rpartition("/synchronize")[2], awaited.value.status


@pytest.mark.parametrize(("taken", "told"), [("session", "Sign in"), ("privileges", "There is no such page")])
def test_a_page_that_is_open_shows_the_door_to_who_may_not_look_any_more(
    site: Site, window: Windows, taken: str, told: str
) -> None:
    shop = site.shop(f"door-{taken}")
    update_selected(shop)
    site.user(f"ines-{taken}", shop.name)
    ines = window()
    ines.sign_in(f"ines-{taken}")
    ines.page.clock.install()
    ines.open(f"/company/{shop.name}/synchronize")
    expect(ines.panel).to_contain_text("Nothing to synchronize")

    with site.store.writing() as work:
        user_id = users.named(work, f"ines-{taken}").id
        if taken == "session":
            console_sessions.end_all_of(work, user_id)
        else:
            people.set_privileges(work, user_id, [], by="test")
    ines.page.clock.fast_forward(30_000)

    expect(ines.page.get_by_role("heading", level=1)).to_have_text(told)


def test_without_javascript_refresh_tells_the_same(site: Site, window: Windows) -> None:
    shop = site.shop("plain")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    update_selected(shop)
    day.customer(shop, "C-2", "Ottley, Simon")
    site.user("ines-plain", "plain")
    ines = window(java_script_enabled=False)
    ines.sign_in("ines-plain")

    ines.press("Start")
    expect(ines.panel).to_contain_text("Started. Waiting for FRONT-DESK")
    with under_way(shop, "receiveResponseXML", 1):
        ines.panel.get_by_role("link", name="Refresh").click()
        expect(ines.panel.get_by_role("heading")).to_have_text("Synchronizing: 0 of 1 done")
    ines.panel.get_by_role("link", name="Refresh").click()

    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 1 synchronized")
    expect(ines.page.locator("#done tbody tr")).to_contain_text(["Ottley, Simon"])
