"""Watching Synchronize: a page that is open and refreshes itself, as the script of the pages lets it."""

from __future__ import annotations

from tests.console.looking import ADDRESS
from tests.console.office import Browser, Page

PROGRESS = f"{ADDRESS}/progress"
LIVE = {"X-Live": "1"}


def mark_of(page: Page) -> str:
    (mark,) = page.tree.xpath("//@data-mark")
    return str(mark)


def refreshed(browser: Browser, mark: str, address: str = ADDRESS) -> Page:
    """What the page asks for by itself, when it shows what `mark` stands for."""
    return Page(browser.client.get(address, headers={**LIVE, "If-None-Match": f'W/"{mark}"'}))


class Watching:
    """A page that is open and refreshes itself."""

    def __init__(self, browser: Browser, address: str = ADDRESS) -> None:
        self.browser = browser
        self.address = address
        self.mark = mark_of(browser.open(address, headers=LIVE))

    @property
    def what(self) -> str:
        """What the mark stands for, without the time until which it holds."""
        return self.mark.partition(".")[0]

    def sees_something_new(self) -> bool:
        page = refreshed(self.browser, self.mark, self.address)
        if page.status == 304:
            return False
        assert page.status == 200
        self.mark = mark_of(page)
        return True
