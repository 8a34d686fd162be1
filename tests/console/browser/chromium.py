"""Starts the machine's own Chromium for a test or for the screenshots, or says how to get one. Opens no page."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser")
SWITCHES = (
    "--no-sandbox",  # Chromium refuses root without it, and everything that it opens here is ours.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_IT = (
    "Chromium is not on this machine: install it, on Debian and Ubuntu by"
    " 'apt-get install --no-install-recommends chromium' as root, which tests/run does by itself where it may."
)


class NoChromium(Exception):
    """There is no Chromium on the PATH."""

    def __init__(self) -> None:
        super().__init__(HOW_TO_GET_IT)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run a Chromium without a window until the block ends, with a profile of its own; raises NoChromium."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise NoChromium
    with tempfile.TemporaryDirectory(prefix="deskpost-chromium-") as home, sync_playwright() as playwright:
        # Every browser context of playwright is a profile of its own; what is left for the program is its home.
        browser = playwright.chromium.launch(
            executable_path=program,
            headless=True,
            args=list(SWITCHES),
            env={"HOME": home, "PATH": "/usr/bin:/bin", "TZ": "America/New_York", "LANG": "C.UTF-8"},
        )
        try:
            yield browser
        finally:
            browser.close()
