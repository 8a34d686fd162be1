"""The first day: somebody who was shown nothing connects the PC, and sees by the page that it worked."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from qwc import company, document
from qwc.connector import HttpTransport, WebConnector
from service.exchange.document import read
from service.exchange.enqueue import enqueue
from service.store import companies
from tests.console.browser.conftest import Windows
from tests.console.browser.site import Site


def test_the_qwc_is_made_and_downloaded_and_its_first_visit_shows_by_itself(
    site: Site, window: Windows, tmp_path: Path
) -> None:
    site.company("first-day")
    with site.store.writing() as work:
        waiting = {"operation": "save", "record": "Customer:C-1", "content": {"Name": "Calloway, Ruth"}}
        enqueue(work, companies.named(work, "first-day"), read(waiting), by="test")
    site.user("ines-first-day", "first-day")
    ines = window()
    ines.sign_in("ines-first-day")
    expect(ines.notice).to_contain_text("1 from the order system is waiting already.")
    expect(ines.page.get_by_role("heading", name="Connect the PC with QuickBooks")).to_be_visible()

    ines.page.get_by_label("Runs by itself").select_option(label="Every 30 minutes")
    ines.press("Make the .qwc file")
    password = ines.page.locator("#secret").inner_text()
    with ines.page.expect_download() as download:
        ines.follow("download first-day-qb.qwc")
    ines.follow("I have it")
    ines.page.get_by_role("link", name="How a PC is connected, step by step").click()
    expect(ines.page.locator("#visit")).to_contain_text("No visit yet")
    ines.mark()

    file = company.create(tmp_path / "books.company", clock=site.clock)
    qwc = document.read(Path(download.value.path()).read_bytes())
    pc = WebConnector(qwc, password, HttpTransport(), file.connect(), clock=site.clock.seconds)
    pc.register()
    pc.update()

    expect(ines.page.locator("#visit")).to_contain_text("Last visit today, 4:00 AM")
    assert ines.is_marked()
    ines.open("/company/first-day/synchronize")
    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 1 synchronized")
    assert (download.value.suggested_filename, qwc.run_every_minutes) == ("first-day-qb.qwc", 30)
    assert len(file.find("Customer", "Calloway, Ruth")) == 1
