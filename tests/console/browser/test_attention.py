"""What QuickBooks refused is mended by somebody who reads the page: fixed and retried, typed in, or sent after all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accountant import Accountant
from tests.console import day
from tests.console.browser.conftest import Windows
from tests.console.browser.site import Site, update_selected
from tests.console.browser.window import Window

SERVICE = (
    "<Name>{}</Name><SalesOrPurchase><Price>47.50</Price>"
    "<AccountRef><FullName>Product Sales</FullName></AccountRef></SalesOrPurchase>"
)
INVOICE = (
    "<CustomerRef><FullName>Eastgate Senior Living</FullName></CustomerRef><TxnDate>2026-03-02</TxnDate>"
    "<RefNumber>9981</RefNumber><InvoiceLineAdd><ItemRef><FullName>Installation</FullName></ItemRef>"
    "<Quantity>2</Quantity><Rate>47.50</Rate></InvoiceLineAdd>"
)


def tab_to(window: Window, role: str, name: str) -> None:
    """Go on with the Tab key until that is in focus, as somebody without a mouse has to."""
    wanted = window.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]  # The role is one of ARIA's.
    for _ in range(80):
        window.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The Tab key does not reach the {role} {name!r}.")


def test_a_refused_invoice_is_fixed_in_quickbooks_and_retried_by_keyboard_alone(site: Site, window: Windows) -> None:
    shop = site.shop("retried")
    message = day.refused_invoice(shop)
    site.user("ines-retried", "retried")
    ines = window()
    keys = ines.page.keyboard
    ines.open("/sign-in")
    tab_to(ines, "textbox", "Sign-in name")
    keys.type("ines-retried")
    keys.press("Tab")
    keys.type("correct horse battery")
    keys.press("Enter")
    expect(ines.page.locator(f"#m{message}")).to_contain_text("then press Retry")
    keys.press("Tab")
    expect(ines.page.get_by_role("link", name="Skip to the page")).to_be_focused()
    keys.press("Enter")

    Accountant(shop).adds("ItemService", SERVICE.format(day.EARMOLD))
    tab_to(ines, "button", "Retry Invoice 20431")
    keys.press("Enter")
    expect(ines.notice).to_contain_text("Invoice 20431 is to be sent again.")
    tab_to(ines, "button", "Start")
    keys.press("Enter")
    expect(ines.panel.get_by_role("heading")).to_have_text("Started. Waiting for FRONT-DESK")
    update_selected(shop)

    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 1 synchronized")
    assert len(shop.file.find("Invoice", "20431")) == 1


def test_a_menu_opens_and_shuts_by_keyboard_and_gives_the_focus_back(site: Site, window: Windows) -> None:
    shop = site.shop("menus")
    message = day.refused_invoice(shop)
    site.user("ines-menus", "menus")
    ines = window()
    ines.sign_in("ines-menus")
    ines.open("/company/menus/history")
    summary = ines.page.locator("summary", has_text="Invoice 20431: More")

    summary.focus()
    ines.page.keyboard.press("Enter")
    expect(ines.page.get_by_role("link", name="Invoice details")).to_be_visible()
    ines.page.keyboard.press("Escape")
    expect(ines.page.get_by_role("link", name="Invoice details")).to_be_hidden()
    expect(summary).to_be_focused()
    ines.page.keyboard.press("Enter")
    ines.page.keyboard.press("Tab")
    ines.page.keyboard.press("Enter")

    expect(ines.page.get_by_role("heading", level=1)).to_have_text("Invoice 20431")
    assert f"/message/{message}" in ines.page.url


@pytest.mark.parametrize("has_script", [True, False])
def test_what_was_entered_by_hand_is_ticked_off_and_updated(site: Site, window: Windows, has_script: bool) -> None:
    name = "by-hand" if has_script else "by-hand-plain"
    shop = site.shop(name)
    message = day.refused_invoice(shop)
    site.user(f"ines-{name}", name)
    ines = window(java_script_enabled=has_script)
    ines.sign_in(f"ines-{name}")

    ines.press("Enter manually Invoice 20431")
    expect(ines.notice).to_contain_text("Invoice 20431 now stands under Manual entry.")
    ines.follow("Manual entry")
    todo = ines.page.locator(f"#m{message}")
    expect(todo).to_contain_text("Eastgate Senior Living")
    Accountant(shop).adds("Invoice", INVOICE)
    todo.get_by_label("Invoice number in QuickBooks").fill("9981")
    ines.press("Save as entered", within=todo)
    expect(ines.notice).to_contain_text("Invoice 20431 is marked as entered, QuickBooks number 9981.")
    expect(ines.page.locator("#entered")).to_contain_text("9981, by Ines Varga")
    update_selected(shop)
    day.invoice(shop, "20431", "C-1", Memo="Second fitting")
    update_selected(shop)

    ines.follow("Synchronize")
    expect(ines.panel.get_by_role("heading")).to_have_text("Finished: 1 synchronized")
    (invoice,) = shop.file.find("Invoice", "9981") + shop.file.find("Invoice", "20431")
    assert invoice["Memo"] == "Second fitting"


def test_an_old_skipped_one_is_sent_after_all_and_undo_takes_it_back(site: Site, window: Windows) -> None:
    shop = site.shop("skipped")
    day.refused_invoice(shop)
    site.user("ines-skipped", "skipped")
    ines = window()
    ines.sign_in("ines-skipped")

    ines.press("Skip Invoice 20431")
    expect(ines.notice).to_contain_text("Invoice 20431 is skipped. It stands under Old skipped transactions.")
    ines.follow("Old skipped")
    ines.press("Retry selected")
    expect(ines.notice).to_contain_text("Nothing is selected.")
    ines.page.get_by_label("Select Invoice 20431").check()
    ines.press("Retry selected")
    expect(ines.notice).to_contain_text("Invoice 20431 is to be sent again.")
    ines.press("Undo")
    ines.open("/company/skipped/history?status=skipped")
    ines.press("Retry it")
    expect(ines.notice).to_contain_text("Invoice 20431 is to be sent again.")
    Accountant(shop).adds("ItemService", SERVICE.format(day.EARMOLD))
    update_selected(shop)
    ines.open("/company/skipped/synchronize")

    expect(ines.page.locator("#done tbody tr")).to_contain_text(["Invoice 20431"])
    assert len(shop.file.find("Invoice", "20431")) == 1
