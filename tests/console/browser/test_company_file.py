"""The company file is another one, or elsewhere: the page says so, what is decided there counts, the warning goes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from qwc import company
from qwc.mishaps import BEGIN_SESSION, Kind, Mishap
from tests.console import day
from tests.console.browser.conftest import Windows
from tests.console.browser.site import Site, update_selected

MOVED = r"D:\Books\Birchwood Supply.qbw"


def test_the_wrong_file_gets_nothing_and_the_warning_goes_once_the_right_one_is_open(
    site: Site, window: Windows, tmp_path: Path
) -> None:
    shop = site.shop("wrong-file")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    update_selected(shop)
    day.customer(shop, "C-2", "Ottley, Simon")
    site.user("ines-wrong-file", "wrong-file")
    ines = window()
    ines.sign_in("ines-wrong-file")
    ines.page.clock.install()
    ines.page.reload()
    ines.mark()
    other = company.create(tmp_path / "other.company", company_name="Elm Street Bakery", clock=site.clock)
    before = other.counts()

    shop.update(Mishap(BEGIN_SESSION, 1, Kind.OTHER_COMPANY), other=other)
    ines.page.clock.fast_forward(30_000)
    expect(ines.notice).to_contain_text("FRONT-DESK has another company file open. Nothing was sent to it.")
    assert ines.is_marked()
    ines.follow("See the two files")
    expect(ines.page.get_by_role("table")).to_contain_text("Elm Street Bakery")
    expect(ines.page.locator("#what-to-do")).to_contain_text("The wrong file is open")
    expect(ines.page.get_by_role("button", name="Accept Elm Street Bakery")).to_have_count(0)
    update_selected(shop)
    ines.page.reload()

    expect(ines.notice).to_have_count(0)
    assert other.counts() == before
    assert len(shop.file.find("Customer", "Ottley, Simon")) == 1


def test_a_file_that_was_moved_is_found_again_once_its_path_is_changed(site: Site, window: Windows) -> None:
    shop = site.shop("moved")
    shop.change_company(path_to_open=shop.file.windows_path)
    day.customer(shop, "C-1", "Eastgate Senior Living")
    update_selected(shop)
    shop.file.set("windows_path", MOVED)
    shop.file.set("quickbooks_running", False)
    shop.file.set("automatic_login", True)
    day.customer(shop, "C-2", "Ottley, Simon")
    update_selected(shop)
    site.user("ines-moved", "moved")
    ines = window()
    ines.sign_in("ines-moved")
    expect(ines.panel.get_by_role("heading")).to_contain_text("Stopped before the end")

    ines.page.get_by_role("link", name="Change the path of the company file").click()
    ines.unfold("Change the path")
    ines.page.get_by_label("New path").fill("D:/Books/Birchwood Supply.qbw")
    ines.press("Save the path")
    expect(ines.page).to_have_title(re.compile("^Check: Company file "))
    expect(ines.page.get_by_label("New path")).to_have_attribute("aria-invalid", "true")
    ines.page.get_by_label("New path").fill(MOVED)
    ines.press("Save the path")
    expect(ines.notice).to_have_text("The path is changed. It counts from the next visit.")
    update_selected(shop)
    ines.open("/company/moved/synchronize")

    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 1 synchronized")
    expect(ines.page.locator("dl.file")).to_contain_text(MOVED)
