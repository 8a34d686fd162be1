"""What tests in a browser may ask for: one Chromium a process, one site a module, and windows that tell on pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from service.exchange import passwords
from tests.console.browser.chromium import NoChromium, running_chromium
from tests.console.browser.site import Site, serving
from tests.console.browser.window import Window, opened
from tests.programs import missing
from tests.shop import CHEAP_HASHES

Windows = Callable[..., Window]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return this process's Chromium; without one, the test is skipped, or fails, and says how to get it."""
    expect.set_options(timeout=15_000)
    with ExitStack() as stack:
        try:
            chromium = stack.enter_context(running_chromium())
        except NoChromium as refusal:
            missing("chromium", str(refusal))
        yield chromium


@pytest.fixture(scope="module")
def site(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a site of this module, without companies; each test makes one with a name of its own."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(migrated_sqlite, folder / "deskpost.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_context", CHEAP_HASHES)
        with serving(f"sqlite:///{folder / 'deskpost.sqlite'}", folder) as running:
            yield running


@pytest.fixture
def window(browser: Browser, site: Site) -> Iterator[Windows]:
    """Return what opens windows; at the end of the test, none of them may have complained about anything."""
    with ExitStack() as stack:
        made: list[Window] = []

        def open_one(**settings: Any) -> Window:
            made.append(stack.enter_context(opened(browser, site, **settings)))
            return made[-1]

        yield open_one
        assert [complaint for one in made for complaint in one.complaints] == []
