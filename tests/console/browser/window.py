"""A window of the browser: one page of one person, and all that went wrong in it. Judges no page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Locator, Page

from tests.console.browser.site import Site
from tests.console.office import PASSWORD

WIDE, NARROW, NARROWEST = 1280, 390, 360
HEIGHT = 900
A_REFUSAL = "Failed to load resource: the server responded with a status of "
"""What Chromium itself writes to its console about an answer that is no 200: it is told apart from what pages say."""


class Window:
    """A page of `site`; `complaints` holds every console message, uncaught exception and dialog, in its order."""

    def __init__(self, site: Site, page: Page) -> None:
        self.site = site
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", self._raised)
        page.on("dialog", self._asked)

    def open(self, address: str) -> int:
        """Open a page of the console by its address below /console; returns the status of the answer."""
        answer = self.page.goto(f"{self.site.url}/console{address}")
        assert answer is not None
        return answer.status

    def sign_in(self, name: str) -> None:
        self.open("/sign-in")
        self.page.get_by_label("Sign-in name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", level=1).wait_for()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def unfold(self, name: str) -> None:
        """Open what folds out below that word."""
        self.page.locator("summary", has_text=name).first.click()

    @property
    def panel(self) -> Locator:
        return self.page.locator("#panel")

    @property
    def notice(self) -> Locator:
        return self.page.locator(".notice")

    def mark(self) -> None:
        """Leave a mark in the page that is gone once it is loaded again."""
        self.page.evaluate("window.deskpostTest = 'here'")

    def is_marked(self) -> bool:
        return bool(self.page.evaluate("window.deskpostTest === 'here'"))

    def _said(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(A_REFUSAL):
            self.complaints.append(f"{self.page.url}: the console says: {message.text}")

    def _raised(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error}")

    def _asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"{self.page.url}: a dialog says: {dialog.message}")
        dialog.dismiss()


@contextmanager
def opened(browser: Browser, site: Site, *, width: int = WIDE, **settings: Any) -> Iterator[Window]:
    """A window until the block ends; `settings` are those of playwright's new_context."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale="en-US", timezone_id="America/New_York", **settings
    )
    context.set_default_timeout(15_000)
    try:
        yield Window(site, context.new_page())
    finally:
        context.close()
