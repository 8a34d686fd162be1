"""Mishaps: each happens where the script says, once, and on the side of the loss that it says."""

from __future__ import annotations

from typing import Any

import pytest

from qwc.connector import Outcome, WebConnector, WsgiTransport
from qwc.mishaps import (
    PLACES,
    REPLIES,
    SERVICE_CALLS,
    Kind,
    Mishap,
    MishapIsUnknown,
    MishapQuickBooks,
    MishapTransport,
    Script,
    When,
    random_mishaps,
    read_mishap,
)
from qwc.quickbooks import ComError
from tests.qwc.fake_quickbooks import DOCUMENT, FakeQuickBooks, registered
from tests.qwc.web_service import WebService

CODES = {
    "authenticate": "QBWC1012",
    "sendRequestXML": "QBWC1041",
    "receiveResponseXML": "QBWC1042",
    "connectionError": "QBWC1045",
    "getLastError": "QBWC1043",
    "closeConnection": "QBWC1044",
}


def client(
    service: WebService, *mishaps: str, quickbooks: Any = None, other: FakeQuickBooks | None = None
) -> WebConnector:
    script = Script(read_mishap(text) for text in mishaps)
    return WebConnector(
        DOCUMENT,
        "secret",
        MishapTransport(WsgiTransport(service), script),
        MishapQuickBooks(quickbooks or registered(), script, other),
        sleep=lambda seconds: None,
    )


def service_that_visits(operation: str) -> tuple[WebService, FakeQuickBooks]:
    """A service, and a QuickBooks, with which one update comes by an operation."""
    service = WebService(requests=["<first/>"])
    if operation == "getLastError":
        service.answers = {"receiveResponseXML": ["-1"], "getLastError": ["stopped"]}
    refusal = ComError("0x80040408", "Could not start QuickBooks.")
    return service, registered(refusals=[refusal, refusal] if operation == "connectionError" else [])


@pytest.mark.parametrize("operation", CODES)
@pytest.mark.parametrize("kind", ["timeout", "reset", "fault", "empty", "bad gateway"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_loss_ends_the_session_with_its_code_and_the_service_knows_of_it_only_after(
    operation: str, kind: str, when: str
) -> None:
    service, quickbooks = service_that_visits(operation)

    visit = client(service, f"{operation}:1:{kind}:{when}", quickbooks=quickbooks).update()

    assert (visit.outcome, visit.code) == (Outcome.CALL_FAILED, CODES[operation])
    assert visit.operations[-1] == operation
    assert service.operations.count(operation) == (1 if when == "after" else 0)
    assert quickbooks.application is None


@pytest.mark.parametrize("operation", CODES)
def test_a_refused_connection_never_reaches_the_service(operation: str) -> None:
    service, quickbooks = service_that_visits(operation)

    visit = client(service, f"{operation}:1:refused", quickbooks=quickbooks).update()

    assert visit.code == CODES[operation]
    assert operation not in service.operations


@pytest.mark.parametrize("operation", ["serverVersion", "clientVersion"])
def test_a_loss_at_the_version_calls_does_not_end_the_session(operation: str) -> None:
    service, quickbooks = service_that_visits(operation)

    visit = client(service, f"{operation}:1:timeout", quickbooks=quickbooks).update()

    assert visit.outcome is Outcome.DONE


def test_a_client_killed_before_quickbooks_has_the_request_wrote_nothing() -> None:
    service, quickbooks = service_that_visits("sendRequestXML")

    visit = client(service, "ProcessRequest:1:killed:before", quickbooks=quickbooks).update()

    assert visit.outcome is Outcome.KILLED
    assert quickbooks.processed == []
    assert service.operations[-1] == "sendRequestXML"
    assert quickbooks.application is None
    assert [lock.partition(":")[0] for lock in quickbooks.locks] == ["LOCKED"]


def test_a_client_killed_after_quickbooks_had_the_request_wrote_and_told_nobody() -> None:
    service, quickbooks = service_that_visits("sendRequestXML")

    visit = client(service, "ProcessRequest:1:killed:after", quickbooks=quickbooks).update()

    assert visit.outcome is Outcome.KILLED
    assert quickbooks.processed == ["<first/>"]
    assert service.operations[-1] == "sendRequestXML"


def test_a_client_killed_before_the_close_leaves_the_session_open() -> None:
    service, quickbooks = service_that_visits("closeConnection")

    visit = client(service, "closeConnection:1:killed", quickbooks=quickbooks).update()

    assert visit.outcome is Outcome.KILLED
    assert service.operations[-1] == "receiveResponseXML"


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_quickbooks_loses_is_a_crash_in_mid_session(when: str) -> None:
    service = WebService(requests=["<first/>", "<second/>"])
    quickbooks = registered()

    visit = client(service, f"ProcessRequest:1:answer lost:{when}", quickbooks=quickbooks).update()

    first, second = service.received("receiveResponseXML")
    assert (first["response"], first["hresult"]) == ("", "0x80010105")
    assert second["hresult"] == "0x8004040D"
    assert quickbooks.processed == (["<first/>"] if when == "after" else [])
    assert visit.outcome is Outcome.DONE
    assert quickbooks.application is None


@pytest.mark.parametrize("operation", ["authenticate", "receiveResponseXML", "closeConnection"])
def test_a_call_that_is_sent_twice_arrives_twice_and_the_second_answer_counts(operation: str) -> None:
    service = WebService(requests=["<first/>"])

    visit = client(service, f"{operation}:1:sent twice").update()

    assert service.operations.count(operation) == 2
    assert visit.operations.count(operation) == 1
    assert visit.outcome is Outcome.DONE


def test_a_request_asked_for_twice_goes_to_quickbooks_once() -> None:
    service = WebService(requests=["<first/>", "<second/>"])
    quickbooks = registered()

    client(service, "sendRequestXML:1:sent twice", quickbooks=quickbooks).update()

    assert service.operations.count("sendRequestXML") == 2
    assert quickbooks.processed == ["<second/>"]


def test_another_company_file_is_open_for_one_update_only() -> None:
    service = WebService(requests=["<first/>", "<second/>"], answers={"receiveResponseXML": ["100", "100"]})
    right, wrong = registered(), FakeQuickBooks()
    connector = client(service, "BeginSession:1:other company", quickbooks=right, other=wrong)

    connector.update()
    connector.update()

    assert (wrong.processed, right.processed) == (["<first/>"], ["<second/>"])
    assert wrong.application is None


@pytest.mark.parametrize(("kind", "hresult"), [("user refuses", "0x80040420"), ("modal dialog", "0x80040414")])
def test_what_keeps_quickbooks_shut_meets_both_tries_and_is_gone_at_the_next_update(kind: str, hresult: str) -> None:
    service = WebService(requests=["<first/>"])
    connector = client(service, f"BeginSession:1:{kind}")

    assert connector.update().outcome is Outcome.NO_QUICKBOOKS
    assert connector.update().outcome is Outcome.DONE
    assert [call["hresult"] for call in service.received("connectionError")] == [hresult]


def test_the_web_connectors_own_requests_are_not_counted() -> None:
    service = WebService(requests=["<first/>", "<second/>"])
    quickbooks = registered()

    client(service, "ProcessRequest:2:killed:before", quickbooks=quickbooks).update()

    assert quickbooks.processed == ["<first/>"]


def test_a_script_goes_on_over_several_updates_and_each_mishap_happens_once() -> None:
    service = WebService(requests=["<first/>"], answers={"receiveResponseXML": ["100"]})
    service.requests *= 3
    script = Script([Mishap("receiveResponseXML", 2, Kind.RESET, When.AFTER)])
    connector = WebConnector(
        DOCUMENT, "secret", MishapTransport(WsgiTransport(service), script), MishapQuickBooks(registered(), script)
    )

    assert [connector.update().succeeded for _ in range(3)] == [True, False, True]
    assert script.waiting == []
    assert [str(mishap) for mishap in script.happened] == ["receiveResponseXML:2:reset:after"]


def test_another_company_needs_a_second_file() -> None:
    with pytest.raises(MishapIsUnknown, match="needs a second company file"):
        MishapQuickBooks(registered(), Script([Mishap("BeginSession", 1, Kind.OTHER_COMPANY)]))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("receiveResponseXML", "is no mishap"),
        ("receiveResponseXML:0:timeout", "is no mishap"),
        ("receiveResponseXML:1:earthquake", "There is no mishap 'earthquake'"),
        ("ProcessRequest:1:timeout", "cannot happen at 'ProcessRequest'"),
        ("authenticate:1:refused:after", "has no 'after'"),
    ],
)
def test_a_mishap_that_cannot_be_is_refused_with_what_can(text: str, complaint: str) -> None:
    with pytest.raises(MishapIsUnknown, match=complaint):
        read_mishap(text)


def test_a_mishap_reads_back_from_its_own_text() -> None:
    mishap = Mishap("sendRequestXML", 3, Kind.BAD_GATEWAY, When.AFTER)

    assert read_mishap(str(mishap)) == mishap


def test_every_kind_but_the_second_file_comes_up_by_chance_and_the_same_seed_brings_the_same() -> None:
    mishaps = random_mishaps(7, 300)

    assert mishaps == random_mishaps(7, 300)
    assert mishaps != random_mishaps(8, 300)
    assert {mishap.kind for mishap in mishaps} == set(Kind) - {Kind.OTHER_COMPANY}
    assert {mishap.operation for mishap in mishaps} == {*SERVICE_CALLS, "ProcessRequest", "BeginSession"}


def test_every_kind_has_its_places_and_its_effect() -> None:
    assert set(PLACES) == set(Kind)
    assert {reply.status for reply in REPLIES.values()} == {200, 500, 502}
