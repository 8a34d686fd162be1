"""What counts as an answer: the strict reading refuses each violation, the lenient one shows what a user would see."""

from __future__ import annotations

import pytest

from qwc.connector import Manners, Outcome, Reply, WebConnector, WsgiTransport
from qwc.connector.reply import DotNetReader, ReplyIsBroken, StrictReader
from tests.qwc.fake_quickbooks import DOCUMENT, registered
from tests.qwc.web_service import Raw, WebService, fault, soap, soap_body

NS = "http://developer.intuit.com/"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def reply(raw: Raw) -> Reply:
    return Reply(int(raw.status.split()[0]), raw.content_type, raw.body)


def authenticate(inside: str) -> Reply:
    return reply(wrapped("authenticate", f"<authenticateResult>{inside}</authenticateResult>"))


def wrapped(operation: str, inside: str, namespace: str = NS) -> Raw:
    return soap_body(f'<{operation}Response xmlns="{namespace}">{inside}</{operation}Response>')


def test_a_working_answer_is_read_with_prefixes_and_line_breaks_between_elements_too() -> None:
    with_prefixes = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV='
        f'"http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="{NS}">\n<SOAP-ENV:Body>\n<ns1:authenticateResponse>\n'
        "<ns1:authenticateResult>\n<ns1:string>T</ns1:string>\n<ns1:string></ns1:string>\n</ns1:authenticateResult>\n"
        "</ns1:authenticateResponse>\n</SOAP-ENV:Body>\n</SOAP-ENV:Envelope>\n"
    )

    assert StrictReader().texts("authenticate", Reply(200, "text/xml", with_prefixes.encode())) == ["T", ""]


def test_text_comes_out_as_it_was_before_escaping() -> None:
    request = '<?xml version="1.0"?><a b="1">&amp; é</a>'

    for reader in (StrictReader(), DotNetReader()):
        assert reader.text("sendRequestXML", reply(soap("sendRequestXML", request))) == request
        assert reader.number("receiveResponseXML", reply(soap("receiveResponseXML", "-2147483648"))) == -(2**31)
        assert reader.texts("authenticate", reply(soap("authenticate", ["a", "b", "", "d"]))) == ["a", "b", "", "d"]


def test_a_request_of_twelve_megabytes_is_read() -> None:
    request = "<a>" + "x" * 12_000_000 + "</a>"

    assert StrictReader().text("sendRequestXML", reply(soap("sendRequestXML", request))) == request


GOOD = soap("getLastError", "text").body
STRICT_VIOLATIONS = {
    "a fault": (fault("database is locked"), "database is locked"),
    "a fault with status 200": (Raw(fault("x").body), "should have exactly"),
    "an empty body": (Raw(b""), "empty response"),
    "another status": (Raw(GOOD, "404 Not Found"), "HTTP status 404: Not Found"),
    "an HTML page": (Raw(b"<html></html>", content_type="text/html"), "'text/html', but expected 'text/xml'"),
    "no content type": (Raw(GOOD, content_type=""), "content type of ''"),
    "a blank line first": (Raw(b"\n" + GOOD), "not well-formed"),
    "a byte order mark": (Raw(b"\xef\xbb\xbf" + GOOD), "not well-formed"),
    "a warning first": (Raw(b"Warning: x in y.php" + GOOD), "not well-formed"),
    "cut off": (Raw(GOOD[:-9]), "not well-formed"),
    "a DTD": (Raw(GOOD.replace(b"?>", b"?><!DOCTYPE a>", 1)), "DTD is prohibited"),
    "SOAP 1.2": (Raw(GOOD.replace(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope")), "SOAP"),
    "no envelope": (Raw(b"<a/>"), "no SOAP 1.1 envelope"),
    "no wrapper": (soap_body(""), "nothing"),
    "the wrapper of another call": (soap("closeConnection", "OK"), "closeConnectionResponse"),
    "two wrappers": (Raw(GOOD.replace(b"</soap:Body>", b"<a/></soap:Body>")), "should have exactly"),
    "no namespace": (Raw(GOOD.replace(f' xmlns="{NS}"'.encode(), b"")), "should have exactly"),
    "the namespace without its slash": (Raw(GOOD.replace(NS.encode(), NS[:-1].encode())), "should have exactly"),
    "no result": (soap_body(f'<getLastErrorResponse xmlns="{NS}" />'), "nothing"),
    "a nil result": (
        wrapped("getLastError", f'<getLastErrorResult xmlns:i="{XSI}" i:nil="true"/>'),
        "is nil",
    ),
    "XML and not text": (
        wrapped("getLastError", "<getLastErrorResult><QBXML/></getLastErrorResult>"),
        "elements and not text",
    ),
}


@pytest.mark.parametrize("violation", STRICT_VIOLATIONS)
def test_the_strict_reading_refuses(violation: str) -> None:
    raw, words = STRICT_VIOLATIONS[violation]

    with pytest.raises(ReplyIsBroken) as broken:
        StrictReader().text("getLastError", reply(raw))

    assert words in str(broken.value)


@pytest.mark.parametrize("written", ["101", "", " 50", "50.0", "+5", "fifty", "-2147483649", "true"])
def test_a_percentage_is_a_whole_number_up_to_100(written: str) -> None:
    with pytest.raises(ReplyIsBroken):
        StrictReader().number("receiveResponseXML", reply(soap("receiveResponseXML", written)))


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<string>T</string>",
        "<string/>" * 5,
        "<string>T</string><other/>",
        f'<string>T</string><string xmlns:i="{XSI}" i:nil="true"/>',
        f'<string>T</string><string xmlns="{ARRAYS}"/>',
        "<string>T</string><string><b/></string>",
    ],
)
def test_the_strict_reading_takes_two_to_four_plain_strings_from_authenticate(inside: str) -> None:
    with pytest.raises(ReplyIsBroken):
        StrictReader().texts("authenticate", authenticate(inside))


def lenient_update(service: WebService) -> tuple[str, str]:
    connector = WebConnector(DOCUMENT, "secret", WsgiTransport(service), registered(), manners=Manners(is_lenient=True))
    visit = connector.update()
    return visit.code, visit.status


def test_dotnet_sees_null_where_the_result_of_authenticate_has_no_namespace() -> None:
    answer = wrapped("authenticate", "<authenticateResult/>", "")
    service = WebService(answers={"authenticate": [answer]})

    assert lenient_update(service) == (
        "QBWC1012",
        "QBWC1012: authenticate failed: Object reference not set to an instance of an object.",
    )


@pytest.mark.parametrize(
    "inside",
    [
        f'<a:string xmlns:a="{ARRAYS}">T</a:string><a:string xmlns:a="{ARRAYS}"></a:string>',
        "<string>T</string>",
    ],
    ids=["the strings of WCF", "the empty second string is missing"],
)
def test_dotnet_runs_out_of_the_array_where_strings_are_missing(inside: str) -> None:
    answer = Raw(authenticate(inside).body)
    service = WebService(answers={"authenticate": [answer]})

    assert lenient_update(service) == (
        "QBWC1012",
        "QBWC1012: authenticate failed: Index was outside the bounds of the array.",
    )


def test_dotnet_takes_a_request_in_the_wrong_namespace_for_an_empty_one() -> None:
    answer = wrapped("sendRequestXML", "<sendRequestXMLResult>&lt;a/&gt;</sendRequestXMLResult>", "urn:x")
    service = WebService(
        requests=["<first/>"], answers={"sendRequestXML": [answer], "getLastError": ["What did I do wrong?"]}
    )

    assert lenient_update(service) == ("", "What did I do wrong?")
    assert service.operations[-3:] == ["sendRequestXML", "getLastError", "closeConnection"]


def test_dotnet_takes_a_percentage_in_the_wrong_namespace_for_zero() -> None:
    answer = wrapped("receiveResponseXML", "<receiveResponseXMLResult>100</receiveResponseXMLResult>", "")
    service = WebService(requests=["<first/>", "<second/>"], answers={"receiveResponseXML": [answer]})

    lenient_update(service)

    assert service.operations.count("sendRequestXML") == 2


def test_dotnet_stops_at_a_percentage_that_is_no_number() -> None:
    service = WebService(requests=["<first/>"], answers={"receiveResponseXML": ["done"]})

    code, status = lenient_update(service)

    assert code == "QBWC1042"
    assert "Input string was not in a correct format." in status


def test_dotnet_accepts_what_the_strict_reading_only_frowns_at() -> None:
    service = WebService(
        requests=["<first/>"],
        answers={"authenticate": [["T", "", "", "", "more"]], "receiveResponseXML": [" 100 "]},
    )

    assert lenient_update(service) == ("", "OK")


def test_the_strict_reading_ends_a_session_with_the_code_of_the_call() -> None:
    service = WebService(requests=["<first/>"], answers={"receiveResponseXML": ["150"]})

    visit = WebConnector(DOCUMENT, "secret", WsgiTransport(service), registered()).update()

    assert (visit.outcome, visit.code) == (Outcome.CALL_FAILED, "QBWC1042")
