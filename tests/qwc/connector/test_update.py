"""A session that goes well: its calls in their order, what each carries, and what QuickBooks gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qwc.connector import Outcome, Progress
from qwc.quickbooks import ComError
from tests.qwc.fake_quickbooks import DOCUMENT, PATH, FakeQuickBooks, registered
from tests.qwc.front_desk import GREETING, NOON_IN_TICKS, Clock, update
from tests.qwc.web_service import WebService, fault


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


def test_a_failed_call_lets_the_company_file_go() -> None:
    failed = registered()
    update(WebService(requests=["<first/>"], answers={"receiveResponseXML": [fault("gone")]}), failed)

    assert [lock.partition(":")[0] for lock in failed.locks] == ["LOCKED", "UNLOCKED"]


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
