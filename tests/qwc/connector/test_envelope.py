"""The bytes of every request, as they were captured from the real client (with invented values)."""

from __future__ import annotations

import pytest

from qwc.connector.envelope import OPERATIONS, request_body, request_headers

BEFORE = (
    b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
)
AFTER = b"</soap:Body></soap:Envelope>"


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("serverVersion", (), b'<serverVersion xmlns="http://developer.intuit.com/" />'),
        (
            "clientVersion",
            ("2.2.0.71",),
            b'<clientVersion xmlns="http://developer.intuit.com/"><strVersion>2.2.0.71</strVersion></clientVersion>',
        ),
        (
            "authenticate",
            ("U", "P"),
            (
                b'<authenticate xmlns="http://developer.intuit.com/"><strUserName>U</strUserName>'
                b"<strPassword>P</strPassword></authenticate>"
            ),
        ),
        (
            "sendRequestXML",
            ("T", "<a/>", "C:\\x.qbw", "US", "13", "0"),
            (
                b'<sendRequestXML xmlns="http://developer.intuit.com/"><ticket>T</ticket><strHCPResponse>&lt;a/&gt;'
                b"</strHCPResponse><strCompanyFileName>C:\\x.qbw</strCompanyFileName><qbXMLCountry>US</qbXMLCountry>"
                b"<qbXMLMajorVers>13</qbXMLMajorVers><qbXMLMinorVers>0</qbXMLMinorVers></sendRequestXML>"
            ),
        ),
        (
            "receiveResponseXML",
            ("T", '<?xml version="1.0" ?>\n<m s="&quot;a&quot; &amp; b"/>', "", ""),
            (
                b'<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>T</ticket><response>'
                b'&lt;?xml version="1.0" ?&gt;\n&lt;m s="&amp;quot;a&amp;quot; &amp;amp; b"/&gt;</response>'
                b"<hresult /><message /></receiveResponseXML>"
            ),
        ),
        (
            "connectionError",
            ("T", "0x80040408", "Could not start QuickBooks."),
            (
                b'<connectionError xmlns="http://developer.intuit.com/"><ticket>T</ticket><hresult>0x80040408</hresult>'
                b"<message>Could not start QuickBooks.</message></connectionError>"
            ),
        ),
        (
            "getLastError",
            ("T",),
            b'<getLastError xmlns="http://developer.intuit.com/"><ticket>T</ticket></getLastError>',
        ),
        (
            "closeConnection",
            ("T",),
            b'<closeConnection xmlns="http://developer.intuit.com/"><ticket>T</ticket></closeConnection>',
        ),
        (
            "getInteractiveURL",
            ("T", "S"),
            (
                b'<getInteractiveURL xmlns="http://developer.intuit.com/"><wcTicket>T</wcTicket><sessionID>S</sessionID>'
                b"</getInteractiveURL>"
            ),
        ),
        (
            "interactiveDone",
            ("T",),
            b'<interactiveDone xmlns="http://developer.intuit.com/"><wcTicket>T</wcTicket></interactiveDone>',
        ),
        (
            "interactiveRejected",
            ("T", "no"),
            (
                b'<interactiveRejected xmlns="http://developer.intuit.com/"><wcTicket>T</wcTicket><reason>no</reason>'
                b"</interactiveRejected>"
            ),
        ),
    ],
)
def test_a_request_is_byte_for_byte_that_of_the_real_client(
    operation: str, arguments: tuple[str, ...], expected: bytes
) -> None:
    assert request_body(operation, arguments) == BEFORE + expected + AFTER


def test_a_null_argument_is_left_out() -> None:
    assert b"<ticket>T</ticket></getInteractiveURL>" not in request_body("getInteractiveURL", ("T", None))
    assert b"<wcTicket>T</wcTicket></getInteractiveURL>" in request_body("getInteractiveURL", ("T", None))


def test_text_outside_ascii_goes_out_as_utf_8() -> None:
    assert "<reason>Größe € 😀</reason>".encode() in request_body("interactiveRejected", ("T", "Größe € 😀"))


def test_the_headers_are_those_of_a_dotnet_client() -> None:
    assert request_headers("authenticate") == {
        "User-Agent": "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)",
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '"http://developer.intuit.com/authenticate"',
    }


def test_all_eleven_operations_and_the_alias_are_there() -> None:
    assert set(OPERATIONS) == {
        "serverVersion",
        "clientVersion",
        "authenticate",
        "sendRequestXML",
        "receiveResponseXML",
        "connectionError",
        "getLastError",
        "closeConnection",
        "getInteractiveURL",
        "interactiveDone",
        "isInteractiveDone",
        "interactiveRejected",
    }
