"""Pressing buttons: by their labels, in the forms that they belong to; and what Undo would send."""

from __future__ import annotations

from tests.console.office import Browser, Office, Page

ADDRESS = "/company/shop/synchronize"
DECIDE = "/company/shop/decide"


def opened(office: Office) -> Browser:
    """A browser in which Synchronize is open."""
    browser = office.signed_in("ines")
    browser.open(ADDRESS)
    return browser


def undo(page: Page) -> dict[str, str] | None:
    """What the form of Undo would send, or None where there is no Undo."""
    forms = page.tree.xpath("//form[contains(@action, '/undo')]")
    if not forms:
        return None
    fields = {one.get("name"): one.get("value") for one in forms[0].xpath(".//input[@name] | .//button[@name]")}
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def press_undo(browser: Browser, page: Page) -> Page:
    fields = undo(page)
    assert fields is not None
    return browser.post("/company/shop/undo", **fields)


def press(browser: Browser, page: Page, label: str, **changed: str) -> Page:
    """Press the button with that label, in the form that it belongs to."""
    (button,) = page.tree.xpath(f"//button[normalize-space()='{label}']")
    form = button.get("form")
    (found,) = page.tree.xpath(f"//form[@id='{form}']") if form else button.xpath("ancestor::form")
    fields = {one.get("name"): one.get("value") for one in found.xpath(".//input") if one.get("name") != "csrf_token"}
    if button.get("name"):
        fields[button.get("name")] = button.get("value")
    browser.page = page
    return browser.post(found.get("action"), **{**fields, **changed})
