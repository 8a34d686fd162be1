"""Every page that the console has is among those that are looked at, and no picture lands in the project."""

from __future__ import annotations

from urllib.parse import urlsplit

from click.testing import CliRunner

from tests.console.browser.every_page import sights
from tests.console.browser.town import Harbor
from tests.console.office import Office
from tests.console.screenshots import screenshots
from tests.house.tree import ROOT

NO_PAGES = {"static", "entrance.front", "connect.qwc", "synchronize.progress"}
"""What is asked for by GET and has nothing to look at: it leads elsewhere, is a file, or a part of a page."""

LOOKED_AT_BEFORE_SIGNING_IN = {"entrance.sign_in"}


def test_every_page_is_looked_at(office: Office) -> None:
    harbor = Harbor(office.shop(), 1, 2, 3, 4, 5, 6, 7)
    pages = {rule.endpoint for rule in office.flask.url_map.iter_rules() if "GET" in (rule.methods or ())}

    asked = office.flask.url_map.bind("localhost")
    seen = {asked.match(urlsplit(sight.address).path, method="GET")[0] for sight in sights(harbor)}

    assert pages - NO_PAGES - LOOKED_AT_BEFORE_SIGNING_IN == seen


def test_every_picture_has_a_name_of_its_own(office: Office) -> None:
    harbor = Harbor(office.shop(), 1, 2, 3, 4, 5, 6, 7)

    names = [sight.name for sight in sights(harbor)]

    assert len(names) == len(set(names))


def test_pictures_are_not_put_into_the_project() -> None:
    told = CliRunner().invoke(screenshots, [str(ROOT / "pictures")])

    assert told.exit_code == 1
    assert f"{ROOT / 'pictures'} is inside of the project: name a folder elsewhere." in told.output
    assert not (ROOT / "pictures").exists()
