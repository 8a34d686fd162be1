"""Sessions that end in an error: QuickBooks shut, the service in trouble, an answer that is none."""

from __future__ import annotations

import pytest

from qwc.connector import Manners, Outcome
from qwc.quickbooks import ComError
from tests.qwc.fake_quickbooks import registered
from tests.qwc.front_desk import GREETING, update
from tests.qwc.web_service import Raw, WebService, fault


@pytest.mark.parametrize("closes", [True, False])
def test_closed_quickbooks_is_tried_twice_and_then_reported(closes: bool) -> None:
    refusal = ComError("0x80040408", "Could not start QuickBooks.")
    service = WebService(requests=["<first/>"])
    quickbooks = registered(refusals=[refusal, refusal])

    visit = update(service, quickbooks, manners=Manners(closes_after_connection_error=closes))

    assert service.operations == [*GREETING, "connectionError"] + ["closeConnection"] * closes
    assert service.received("connectionError") == [
        {"ticket": "TICKET-1", "hresult": "0x80040408", "message": "Could not start QuickBooks."}
    ]
    assert (visit.outcome, visit.code) == (Outcome.NO_QUICKBOOKS, "QBWC1013")
    assert visit.status == "Could not start QuickBooks."
    assert quickbooks.application is None


def test_connection_error_may_name_another_file_to_try() -> None:
    refusal = ComError("0x8004040A", "Another file is open.")
    service = WebService(
        requests=["<first/>"],
        answers={
            "authenticate": [["TICKET-1", "C:\\Books\\Old.qbw"]],
            "connectionError": ["", "C:\\Books\\New.qbw"],
        },
    )
    quickbooks = registered(refusals=[refusal] * 4)

    visit = update(service, quickbooks)

    assert visit.outcome is Outcome.DONE
    assert quickbooks.opened == ["C:\\Books\\Old.qbw"] * 2 + [""] * 2 + ["C:\\Books\\New.qbw"]


def test_a_service_that_never_says_done_to_connection_errors_is_given_up() -> None:
    refusal = ComError("0x80040414", "A modal dialog is open.")
    service = WebService(requests=["<first/>"], answers={"connectionError": [""] * 9})

    visit = update(service, registered(refusals=[refusal] * 99))

    assert service.operations.count("connectionError") == 5
    assert visit.outcome is Outcome.ENDLESS


def test_an_update_whose_look_at_the_company_fails_ends_with_qbwc1014() -> None:
    def fail(request: str) -> str:
        raise ComError("0x8004041C", "Internal error.")

    quickbooks = registered()
    quickbooks.process_request = fail  # type: ignore[method-assign]

    visit = update(WebService(requests=["<first/>"]), quickbooks)

    assert visit.operations == GREETING
    assert visit.code == "QBWC1014"
    assert quickbooks.application is None


def test_an_empty_request_brings_the_last_error_into_the_status_column() -> None:
    service = WebService(requests=[""], answers={"authenticate": [["T", ""]], "getLastError": ["The queue is locked."]})

    visit = update(service, registered())

    assert service.operations == [*GREETING, "sendRequestXML", "getLastError", "closeConnection"]
    assert (visit.outcome, visit.status) == (Outcome.STOPPED, "The queue is locked.")


def test_a_negative_answer_brings_the_last_error_into_the_status_column() -> None:
    service = WebService(
        requests=["<first/>"], answers={"receiveResponseXML": ["-7"], "getLastError": ["Wrong company file."]}
    )

    visit = update(service, registered())

    assert service.operations == [
        *GREETING,
        "sendRequestXML",
        "receiveResponseXML",
        "getLastError",
        "closeConnection",
    ]
    assert (visit.outcome, visit.status, visit.percentages) == (Outcome.STOPPED, "Wrong company file.", [-7])


@pytest.mark.parametrize(
    ("operation", "code", "position"),
    [
        ("authenticate", "QBWC1012", 3),
        ("sendRequestXML", "QBWC1041", 4),
        ("receiveResponseXML", "QBWC1042", 5),
        ("closeConnection", "QBWC1044", 6),
    ],
)
@pytest.mark.parametrize(
    "broken",
    [
        fault("database is locked"),
        Raw(b""),
        Raw(b"<html>Bad Gateway</html>", "502 Bad Gateway", "text/html"),
        Raw(b"<p>login</p>", "200 OK", "text/html"),
    ],
    ids=["fault", "empty", "502", "login page"],
)
def test_a_broken_answer_ends_the_session_with_the_code_of_its_call(
    operation: str, code: str, position: int, broken: Raw
) -> None:
    service = WebService(requests=["<first/>"], answers={operation: [broken]})
    quickbooks = registered()

    visit = update(service, quickbooks)

    assert len(service.operations) == position
    assert (visit.outcome, visit.code) == (Outcome.CALL_FAILED, code)
    assert visit.status.startswith(f"{code}: {operation} failed: ")
    assert visit.calls[-1].failure
    assert quickbooks.application is None


def test_a_broken_last_error_ends_the_session_with_qbwc1043() -> None:
    service = WebService(requests=["<first/>"], answers={"receiveResponseXML": ["-1"], "getLastError": [fault("gone")]})

    assert update(service, registered()).code == "QBWC1043"


def test_a_broken_answer_to_connection_error_ends_the_session_with_qbwc1045() -> None:
    refusal = ComError("0x80040420", "The user denied access.")
    service = WebService(requests=["<first/>"], answers={"connectionError": [fault("gone")]})

    assert update(service, registered(refusals=[refusal] * 2)).code == "QBWC1045"
