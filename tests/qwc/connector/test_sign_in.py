"""Before QuickBooks is touched: the versions, the sign-in, and every answer that ends the update there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qwc.connector import ApplicationIsNotPlayed, Manners, Outcome
from tests.qwc.fake_quickbooks import DOCUMENT, registered
from tests.qwc.front_desk import GREETING, update
from tests.qwc.web_service import WebService, fault


@pytest.mark.parametrize(
    ("word", "outcome", "code", "succeeded"),
    [
        ("none", Outcome.NOTHING_TO_DO, "", True),
        ("NVU", Outcome.PASSWORD_REFUSED, "QBWC1040", False),
        ("busy", Outcome.BUSY, "", False),
    ],
)
@pytest.mark.parametrize("closes", [True, False])
def test_no_work_a_wrong_password_or_a_busy_service_end_the_update_before_quickbooks(
    word: str, outcome: Outcome, code: str, succeeded: bool, closes: bool
) -> None:
    service = WebService(answers={"authenticate": [["TICKET-1", word]]})
    quickbooks = registered()

    visit = update(service, quickbooks, manners=Manners(closes_after_refusal=closes))

    assert service.operations == GREETING + ["closeConnection"] * closes
    assert (visit.outcome, visit.code, visit.succeeded) == (outcome, code, succeeded)
    assert quickbooks.opened == []


def test_a_postponed_update_says_for_how_long_and_does_not_run() -> None:
    service = WebService(answers={"authenticate": [["TICKET-1", "", "120", "600"]]})

    visit = update(service)

    assert service.operations == GREETING
    assert visit.outcome is Outcome.POSTPONED
    assert (visit.postponed_seconds, visit.minimum_seconds) == (120, 600)


def test_a_lower_bound_for_automatic_runs_does_not_keep_the_update_from_running() -> None:
    service = WebService(requests=["<first/>"], answers={"authenticate": [["TICKET-1", "", "", "600"]]})

    visit = update(service, registered())

    assert visit.outcome is Outcome.DONE
    assert visit.minimum_seconds == 600


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [
        ("E:Get version 35", "QBWC1037", "Get version 35"),
        ("O:35.0", "QBWC1037", "35.0"),
        ("welcome", "QBWC1046", "clientVersion answered 'welcome', which has no meaning."),
    ],
)
def test_a_refused_version_ends_everything(answer: str, code: str, status: str) -> None:
    service = WebService(answers={"clientVersion": [answer]})

    visit = update(service)

    assert service.operations == ["serverVersion", "clientVersion"]
    assert (visit.outcome, visit.code, visit.status) == (Outcome.VERSION_REFUSED, code, status)


@pytest.mark.parametrize("goes_on", [True, False])
def test_after_a_warning_about_the_version_the_user_decides(goes_on: bool) -> None:
    service = WebService(requests=["<first/>"], answers={"clientVersion": ["W:Version 35 is out"]})

    visit = update(service, registered(), manners=Manners(accepts_version_warning=goes_on))

    assert visit.outcome is (Outcome.DONE if goes_on else Outcome.VERSION_REFUSED)


@pytest.mark.parametrize(("operation", "code"), [("serverVersion", ""), ("clientVersion", "QBWC1036")])
def test_trouble_with_the_version_calls_is_logged_and_no_more(operation: str, code: str) -> None:
    service = WebService(requests=["<first/>"], answers={operation: [fault("not here")]})

    visit = update(service, registered())

    assert visit.outcome is Outcome.DONE
    assert [note.startswith(code) and "not here" in note for note in visit.notes] == [True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"style": "RPC"}, "Style is RPC"), ({"qb_type": "QBPOS"}, "QBType is QBPOS")],
)
def test_what_only_the_real_web_connector_can_do_is_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(ApplicationIsNotPlayed, match=words):
        update(WebService(), document=replace(DOCUMENT, **changes))  # type: ignore[arg-type]  # Both are texts.


def test_a_number_of_seconds_that_is_none_is_noted() -> None:
    service = WebService(answers={"authenticate": [["T", "none", "", "9" * 5000]]})

    visit = update(service)

    assert visit.minimum_seconds == 0
    assert visit.notes == [f"authenticate gave '{'9' * 40}' where a number of seconds belongs."]
