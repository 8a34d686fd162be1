"""The pages beside the endpoint: the Web Connector gets its 200, and no browser is fooled."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from service import app
from service.settings import Settings
from service.store.unit import Store
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "store"]

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def browser(store: Store) -> Client:
    return Client(app.build(Settings(public_url="https://books.example.com"), store))


@pytest.mark.parametrize("path", ["/qbwc", "/support"])
def test_what_the_web_connector_asks_for_when_it_is_added_answers_200(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 200


def test_the_support_page_says_what_to_do_in_plain_words(browser: Client) -> None:
    page = browser.get("/support").text

    assert "Update Selected" in page
    assert "password" in page


@pytest.mark.parametrize("path", ["/support", "/nowhere"])
def test_no_page_can_be_framed_or_run_a_script(browser: Client, path: str) -> None:
    headers = browser.get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_404(browser: Client) -> None:
    assert browser.get("/nowhere").status_code == 404
    assert browser.post("/support").status_code == 405
