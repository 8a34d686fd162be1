"""Somebody presses Update Selected, and the page that is open tells what comes of it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.console import day
from tests.console.browser.conftest import Windows
from tests.console.browser.site import Site, under_way, update_selected


def test_progress_and_outcome_appear_without_a_reload(site: Site, window: Windows) -> None:
    shop = site.shop("progress")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    update_selected(shop)
    for number in range(2, 25):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    refused = day.invoice(shop, "20436", "C-1", item=day.EARMOLD)
    site.user("ines-progress", "progress")
    ines = window()
    ines.sign_in("ines-progress")
    ines.page.clock.install()
    ines.page.reload()
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
    ines.page.clock.fast_forward(15_000)
    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 23 synchronized, 1 needs attention")
    expect(ines.page.locator("#announce")).to_have_text("Finished: 23 synchronized, 1 needs attention")
    expect(ines.page.locator(f"#m{refused}")).to_contain_text(f'The item "{day.EARMOLD}" is not in QuickBooks.')

    assert ines.is_marked()
    assert len(shop.file.find("Customer", "Customer 24")) == 1


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

    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: all 1 synchronized")
    expect(ines.page.locator("#done tbody tr")).to_contain_text(["Ottley, Simon"])
