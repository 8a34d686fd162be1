"""Every page serves everyone: axe finds nothing, nothing sticks out of a narrow window, the console stays silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # It ships no types.
from playwright.sync_api import Browser

from tests.console.browser.every_page import Sight, sights
from tests.console.browser.site import Site
from tests.console.browser.town import INES, VERA, Harbor, furnished
from tests.console.browser.window import HEIGHT, NARROW, NARROWEST, WIDE, Window, opened

Scheme = Literal["light", "dark"]
ALL_RULES = {"resultTypes": ["violations"]}
OF_COLORS = {**ALL_RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LOOKS: Sequence[tuple[int, Scheme, dict[str, Any]]] = (
    (WIDE, "light", ALL_RULES),
    (WIDE, "dark", OF_COLORS),
    (NARROW, "dark", OF_COLORS),
    (NARROW, "light", ALL_RULES),
)
"""Dark has other colors and nothing else that is other, so axe looks for all the rest in light."""

PARTS = 3
"""The pages are looked at in so many tests, which run beside each other."""

STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def harbor(site: Site) -> Iterator[Harbor]:
    with furnished(site) as harbor:
        yield harbor


def complaints(window: Window, sight: Sight) -> list[str]:
    """What is wrong with a page, in every look of it."""
    window.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    sight.show(window)
    found = []
    window.page.evaluate(Axe().axe_script)
    for width, scheme, rules in LOOKS:
        window.page.set_viewport_size({"width": width, "height": HEIGHT})
        window.page.emulate_media(color_scheme=scheme)
        violations = window.page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules)
        found += [f"{sight.name}, {width}, {scheme}: {told(one)}" for one in violations]
    for width in (WIDE, NARROW, NARROWEST):
        window.page.set_viewport_size({"width": width, "height": HEIGHT})
        if pixels := window.page.evaluate(STICKS_OUT):
            found.append(f"{sight.name}, {width}: {pixels} pixels stick out")
    return found


def told(violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']}, at {places}"


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_and_nothing_sticks_out(browser: Browser, site: Site, harbor: Harbor, part: int) -> None:
    found: list[str] = []
    seen = sights(harbor)[part::PARTS]
    for who in (INES, VERA):
        with opened(browser, site) as window:
            found += complaints(window, Sight("sign-in", "/sign-in")) if part == 0 else []
            window.sign_in(who)
            for sight in seen:
                found += complaints(window, sight) if sight.who == who else []
        found += window.complaints

    assert seen
    assert found == []
