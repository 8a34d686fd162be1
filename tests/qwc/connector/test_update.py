"""One update: the calls of every row of the reference's table, in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from qwc.connector import Manners, Outcome, Progress, Visit, WebConnector, WsgiTransport
from qwc.quickbooks import ComError
from tests.qwc.fake_quickbooks import DOCUMENT, PATH, FakeQuickBooks, registered
from tests.qwc.web_service import Raw, WebService, fault

GREETING = ["serverVersion", "clientVersion", "authenticate"]
NOON = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
NOON_IN_TICKS = 639_028_656_000_000_000


class Clock:
    """Stands at noon and moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def update(service: WebService, quickbooks: FakeQuickBooks | None = None, **options: Any) -> Visit:
    clock = options.pop("clock", None) or Clock()
    return WebConnector(
        options.pop("document", DOCUMENT),
        "secret",
        WsgiTransport(service),
        quickbooks or FakeQuickBooks(),
        clock=clock,
        sleep=clock.sleep,
        **options,
    ).update()


def test_a_session_with_two_requests_takes_the_calls_of_a_real_one_in_their_order() -> None:
    service = WebService(requests=["<first/>", "<second/>"])

    visit = update(service, registered())

    assert service.operations == [
        *GREETING,
        "sendRequestXML",
        "receiveResponseXML",
        "sendRequestXML",
        "receiveResponseXML",
        "closeConnection",
    ]
    assert visit.operations == service.operations
    assert (visit.outcome, visit.status, visit.code) == (Outcome.DONE, "OK", "")
    assert visit.succeeded
    assert (visit.percentages, visit.message_sets, visit.connections) == ([50, 100], 2, 1)
    assert visit.server_version == "Test 1.0"


def test_what_quickbooks_says_about_host_and_company_goes_out_with_the_first_request_only() -> None:
    service = WebService(requests=["<first/>", "<second/>"])

    update(service, registered())

    first, second = service.received("sendRequestXML")
    assert first["strHCPResponse"].index('requestID="0"') < first["strHCPResponse"].index('requestID="1"')
    assert first["strHCPResponse"].index('requestID="1"') < first["strHCPResponse"].index('requestID="2"')
    assert DOCUMENT.file_id in first["strHCPResponse"]
    assert f"LOCKED:FRONT-DESK:{NOON_IN_TICKS}" in first["strHCPResponse"]
    assert second["strHCPResponse"] == ""
    for arguments in (first, second):
        assert arguments["ticket"] == "TICKET-1"
        assert arguments["strCompanyFileName"] == PATH
        assert arguments["qbXMLCountry"] == "US"
        assert (arguments["qbXMLMajorVers"], arguments["qbXMLMinorVers"]) == ("16", "0")


def test_quickbooks_gets_each_request_as_it_came_and_the_service_each_answer() -> None:
    service = WebService(requests=['<?xml version="1.0"?><a b="1">&amp; é</a>'])
    quickbooks = registered(process=lambda request: '<answer text="a &quot;b&quot; &amp; c">\n</answer>')

    update(service, quickbooks)

    assert quickbooks.processed == ['<?xml version="1.0"?><a b="1">&amp; é</a>']
    assert service.received("receiveResponseXML") == [
        {
            "ticket": "TICKET-1",
            "response": '<answer text="a &quot;b&quot; &amp; c">\n</answer>',
            "hresult": "",
            "message": "",
        }
    ]


def test_the_company_file_is_locked_for_the_update_and_let_go_before_the_close() -> None:
    quickbooks = registered()

    update(WebService(requests=["<first/>"]), quickbooks, pc="BACK-OFFICE")

    assert quickbooks.locks == [f"LOCKED:BACK-OFFICE:{NOON_IN_TICKS}", f"UNLOCKED:BACK-OFFICE:{NOON_IN_TICKS}"]
    assert quickbooks.application is None
    assert not quickbooks.in_session


def test_a_company_file_that_another_pc_still_holds_is_noted() -> None:
    quickbooks = registered()
    quickbooks.extensions[DOCUMENT.owner_id, "AppLock"] = "LOCKED:LAP:TOP:639028656000000000"

    visit = update(WebService(requests=["<first/>"]), quickbooks)

    assert visit.notes == ["The company file was still locked by the PC LAP:TOP."]


def test_another_company_file_goes_on_without_a_file_id_so_that_the_service_has_to_notice() -> None:
    service = WebService(requests=["<first/>"])

    visit = update(service, FakeQuickBooks())

    assert visit.outcome is Outcome.DONE
    assert "FileID" not in service.received("sendRequestXML")[0]["strHCPResponse"]
    assert visit.notes[0] == "The AppLock could not be written (3180: Status 3180)."


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


def test_a_request_that_quickbooks_refuses_is_reported_and_the_next_one_follows() -> None:
    def process(request: str) -> str:
        if request == "<bad/>":
            raise ComError("0x80040400", "QuickBooks found an error when parsing the provided XML text stream.")
        return "<fine/>"

    service = WebService(requests=["<bad/>", "<good/>"])

    visit = update(service, registered(process=process))

    bad, good = service.received("receiveResponseXML")
    assert bad["response"] == ""
    assert bad["hresult"] == "0x80040400"
    assert bad["message"] == "QuickBooks found an error when parsing the provided XML text stream."
    assert (good["response"], good["hresult"]) == ("<fine/>", "")
    assert visit.outcome is Outcome.DONE


@pytest.mark.parametrize("empty", ["", "NoOp"])
def test_no_op_waits_five_seconds_and_asks_again(empty: str) -> None:
    service = WebService(
        requests=["<first/>"], answers={"sendRequestXML": [empty, empty], "getLastError": ["NoOp", "NoOp"]}
    )
    clock = Clock()

    visit = update(service, registered(), clock=clock)

    assert clock.slept == [5, 5]
    assert visit.outcome is Outcome.DONE
    assert visit.seconds == 10
    first, *later = service.received("sendRequestXML")
    assert first["strHCPResponse"]
    assert [arguments["strHCPResponse"] for arguments in later] == ["", ""]


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


def interactive(*, done: list[str], operation: str = "interactiveDone") -> WebService:
    answers: dict[str, Any] = {
        "sendRequestXML": [""],
        "getLastError": ["Interactive mode"],
        "getInteractiveURL": ["https://sync.example.com/choose"],
        operation: done,
        "interactiveRejected": done,
    }
    return WebService(requests=["<first/>"], answers=answers)


@pytest.mark.parametrize("operation", ["interactiveDone", "isInteractiveDone"])
def test_an_accepted_interactive_session_is_polled_every_minute(operation: Any) -> None:
    service = interactive(done=["", "CONTINUE"], operation=operation)
    clock, pages = Clock(), list[str]()

    visit = update(
        service,
        registered(),
        clock=clock,
        open_page=pages.append,
        manners=Manners(accepts_interactive=True, interactive_done=operation),
    )

    assert pages == ["https://sync.example.com/choose"]
    assert clock.slept == [60, 60]
    assert service.operations[4:] == [
        "getLastError",
        "getInteractiveURL",
        operation,
        operation,
        "sendRequestXML",
        "receiveResponseXML",
        "closeConnection",
    ]
    assert service.received("getInteractiveURL")[0]["wcTicket"] == "TICKET-1"
    assert visit.outcome is Outcome.DONE


def test_an_interactive_session_may_end_the_update() -> None:
    service = interactive(done=["DONE"])

    visit = update(service, registered(), open_page=print, manners=Manners(accepts_interactive=True))

    assert service.operations[-2:] == ["interactiveDone", "closeConnection"]
    assert visit.outcome is Outcome.DONE


def test_an_interactive_session_may_end_in_an_error() -> None:
    service = interactive(done=["Nobody chose a customer."])

    visit = update(service, registered(), open_page=print, manners=Manners(accepts_interactive=True))

    assert (visit.outcome, visit.status) == (Outcome.STOPPED, "Nobody chose a customer.")


def test_a_refused_interactive_session_is_told_to_the_service() -> None:
    service = interactive(done=["Then do it in the console."])

    visit = update(service, registered())

    assert service.operations[-3:] == ["getLastError", "interactiveRejected", "closeConnection"]
    assert service.received("interactiveRejected") == [
        {"wcTicket": "TICKET-1", "reason": "The user did not permit it."}
    ]
    assert visit.status == "Then do it in the console."


def test_progress_is_told_after_every_response() -> None:
    seen: list[Progress] = []

    update(WebService(requests=["<a/>", "<b/>", "<c/>"]), registered(), show_progress=seen.append)

    assert seen == [Progress(33, 1), Progress(66, 2), Progress(100, 3)]


def test_a_service_on_an_address_with_a_query_gets_every_call_there() -> None:
    service = WebService(requests=["<first/>"])

    update(service, registered(), document=replace(DOCUMENT, app_url="https://sync.example.com/q%20b?wsdl&a=1"))

    assert {(call.environ["PATH_INFO"], call.environ["QUERY_STRING"]) for call in service.calls} == {
        ("/q b", "wsdl&a=1")
    }


def test_a_visit_counts_the_bytes_of_both_directions() -> None:
    service = WebService(requests=["<first/>"])

    visit = update(service, registered())

    assert visit.bytes_sent == sum(len(call.body) for call in service.calls)
    assert [call.result for call in visit.calls][2:5] == ["['TICKET-1', '']", "<first/>", "100"]
    assert visit.bytes_received > 0


def test_an_older_quickbooks_is_asked_in_its_own_version() -> None:
    asked: list[str] = []
    quickbooks = registered(version=("US", 8, 0))
    answer = quickbooks.process_request
    quickbooks.process_request = lambda request: asked.append(request) or answer(request)  # type: ignore

    update(WebService(requests=["<first/>"]), quickbooks)

    assert '<?qbxml version="8.0"?>' in asked[0]
