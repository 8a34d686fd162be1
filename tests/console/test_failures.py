"""Whatever goes wrong ends in a page that says what happened to the reader's work, and never in a traceback."""

from __future__ import annotations

import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from service.store.unit import StoreUnavailable
from tests.console.office import Office

ADDRESS = "/company/shop/synchronize"


def test_an_unforeseen_failure_has_a_reference_and_tells_nobody_s_data(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.company("shop")
    browser = office.signed_in()
    monkeypatch.setattr("service.console.synchronize.live.mark", fails(RuntimeError("Calloway, Ruth owes $1,284.00")))

    with capture_logs() as logs:
        page = browser.open(ADDRESS)

    assert page.status == 500
    assert "Nothing goes to QuickBooks twice, so it is safe to look and do it again." in page.text
    found = re.search(r"reference ([A-Z2-9]{4}-[A-Z2-9]{4}), March 2, 2026, 4:00:00 AM", page.text)
    assert found is not None
    (log,) = [one for one in logs if one["event"] == "page failed"]
    assert log["reference"] == found[1]
    assert log["failure"] == "RuntimeError"
    assert "Calloway" not in str(logs)
    assert "Calloway" not in page.source
    assert "Traceback" not in page.source
    assert "Content-Security-Policy" in page.response.headers


def test_a_database_that_is_away_is_a_page_that_promises_to_be_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.company("shop")
    browser = office.signed_in()
    monkeypatch.setattr(office.store, "reading", fails(StoreUnavailable("here", "it is locked")))

    page = browser.open(ADDRESS)

    assert page.status == 503
    assert "Deskpost is being looked after" in page.text
    assert "Nothing is lost" in page.text
    assert ADDRESS in page.links
    assert page.response.headers["Cache-Control"] == "no-store"


def test_a_form_that_is_far_too_large_is_refused(office: Office) -> None:
    office.company("shop")
    browser = office.signed_in()

    page = browser.post("/company/shop/decide", retry="1" * 3_000_000)

    assert page.status == 413
    assert "Nothing was done." in page.text


@pytest.mark.parametrize(("method", "address"), [("GET", "/company/shop/decide"), ("POST", "/password/"), ("PUT", "/")])
def test_a_way_to_ask_that_there_is_not_is_no_page(office: Office, method: str, address: str) -> None:
    office.company("shop")
    browser = office.signed_in()

    response = browser.client.open(address, method=method)

    assert response.status_code in (400, 404, 405)
    assert "Traceback" not in response.text


def fails(failure: Exception) -> Any:
    def fail(*_: object, **__: object) -> Any:
        raise failure

    return fail
