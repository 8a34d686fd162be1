"""Every operation, with the client's exact bytes on one side and the canonical XML of the reply on the other."""

from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication

import pytest
from lxml import etree

from service.soap.contract import whole_number
from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import INTUIT, SOAP, envelope, post

HOST_RESPONSE = (
    '<?xml version="1.0" ?>\n<QBXML><QBXMLMsgsRs><HostQueryRs requestID="0" statusMessage="a &quot;b&quot;">'
)


class Exchange(NamedTuple):
    """One call: what the client sends, what is asked of the service, what it answers, what the client gets."""

    sent: str
    asked: tuple[Any, ...]
    answered: Any
    received: str


EXCHANGES = [
    Exchange(
        '<serverVersion xmlns="http://developer.intuit.com/" />',
        ("server_version",),
        "Deskpost 0.1.0",
        '<serverVersionResponse xmlns="http://developer.intuit.com/">'
        "<serverVersionResult>Deskpost 0.1.0</serverVersionResult></serverVersionResponse>",
    ),
    Exchange(
        '<clientVersion xmlns="http://developer.intuit.com/"><strVersion>2.2.0.71</strVersion></clientVersion>',
        ("client_version", "2.2.0.71", "203.0.113.7"),
        "",
        '<clientVersionResponse xmlns="http://developer.intuit.com/">'
        "<clientVersionResult></clientVersionResult></clientVersionResponse>",
    ),
    Exchange(
        '<authenticate xmlns="http://developer.intuit.com/"><strUserName>shop</strUserName>'
        "<strPassword>p&amp;ss</strPassword></authenticate>",
        ("authenticate", "shop", "p&ss", "203.0.113.7"),
        ["57F3B9B6", ""],
        '<authenticateResponse xmlns="http://developer.intuit.com/"><authenticateResult>'
        "<string>57F3B9B6</string><string></string></authenticateResult></authenticateResponse>",
    ),
    Exchange(
        '<authenticate xmlns="http://developer.intuit.com/"><strUserName>shop</strUserName>'
        "<strPassword /></authenticate>",
        ("authenticate", "shop", "", "203.0.113.7"),
        ["57F3B9B6", "none", "", "600"],
        '<authenticateResponse xmlns="http://developer.intuit.com/"><authenticateResult><string>57F3B9B6</string>'
        "<string>none</string><string></string><string>600</string></authenticateResult></authenticateResponse>",
    ),
    Exchange(
        '<sendRequestXML xmlns="http://developer.intuit.com/"><ticket>57F3B9B6</ticket><strHCPResponse>'
        '&lt;?xml version="1.0" ?&gt;\n&lt;QBXML&gt;&lt;QBXMLMsgsRs&gt;&lt;HostQueryRs requestID="0"'
        ' statusMessage="a &amp;quot;b&amp;quot;"&gt;</strHCPResponse>'
        "<strCompanyFileName>C:\\Books\\shop.qbw</strCompanyFileName><qbXMLCountry>US</qbXMLCountry>"
        "<qbXMLMajorVers>13</qbXMLMajorVers><qbXMLMinorVers>0</qbXMLMinorVers></sendRequestXML>",
        ("send_request_xml", "57F3B9B6", HOST_RESPONSE, "C:\\Books\\shop.qbw", "US", 13, 0),
        '<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="13.0"?>\n<QBXML><Name>A &amp; B</Name></QBXML>',
        '<sendRequestXMLResponse xmlns="http://developer.intuit.com/"><sendRequestXMLResult>'
        '&lt;?xml version="1.0" encoding="utf-8"?&gt;\n&lt;?qbxml version="13.0"?&gt;\n'
        "&lt;QBXML&gt;&lt;Name&gt;A &amp;amp; B&lt;/Name&gt;&lt;/QBXML&gt;"
        "</sendRequestXMLResult></sendRequestXMLResponse>",
    ),
    Exchange(
        '<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>57F3B9B6</ticket>'
        '<response>&lt;?xml version="1.0" ?&gt;\n&lt;QBXML&gt;&lt;/QBXML&gt;\n</response>'
        "<hresult /><message /></receiveResponseXML>",
        ("receive_response_xml", "57F3B9B6", '<?xml version="1.0" ?>\n<QBXML></QBXML>\n', "", ""),
        50,
        '<receiveResponseXMLResponse xmlns="http://developer.intuit.com/">'
        "<receiveResponseXMLResult>50</receiveResponseXMLResult></receiveResponseXMLResponse>",
    ),
    Exchange(
        '<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>57F3B9B6</ticket><response />'
        "<hresult>0x80040400</hresult><message>QuickBooks found an error when parsing the provided XML text"
        " stream.</message></receiveResponseXML>",
        (
            "receive_response_xml",
            "57F3B9B6",
            "",
            "0x80040400",
            "QuickBooks found an error when parsing the provided XML text stream.",
        ),
        -101,
        '<receiveResponseXMLResponse xmlns="http://developer.intuit.com/">'
        "<receiveResponseXMLResult>-101</receiveResponseXMLResult></receiveResponseXMLResponse>",
    ),
    Exchange(
        '<connectionError xmlns="http://developer.intuit.com/"><ticket>57F3B9B6</ticket>'
        "<hresult>0x80040408</hresult><message>Could not start QuickBooks.</message></connectionError>",
        ("connection_error", "57F3B9B6", "0x80040408", "Could not start QuickBooks."),
        "done",
        '<connectionErrorResponse xmlns="http://developer.intuit.com/">'
        "<connectionErrorResult>done</connectionErrorResult></connectionErrorResponse>",
    ),
    Exchange(
        '<getLastError xmlns="http://developer.intuit.com/"><ticket>57F3B9B6</ticket></getLastError>',
        ("get_last_error", "57F3B9B6"),
        "NoOp",
        '<getLastErrorResponse xmlns="http://developer.intuit.com/">'
        "<getLastErrorResult>NoOp</getLastErrorResult></getLastErrorResponse>",
    ),
    Exchange(
        '<closeConnection xmlns="http://developer.intuit.com/"><ticket>57F3B9B6</ticket></closeConnection>',
        ("close_connection", "57F3B9B6"),
        "12 synchronized, 1 needs attention",
        '<closeConnectionResponse xmlns="http://developer.intuit.com/">'
        "<closeConnectionResult>12 synchronized, 1 needs attention</closeConnectionResult>"
        "</closeConnectionResponse>",
    ),
    Exchange(
        '<getInteractiveURL xmlns="http://developer.intuit.com/"><wcTicket>57F3B9B6</wcTicket>'
        "<sessionID>9</sessionID></getInteractiveURL>",
        ("get_interactive_url", "57F3B9B6", "9"),
        "",
        '<getInteractiveURLResponse xmlns="http://developer.intuit.com/">'
        "<getInteractiveURLResult></getInteractiveURLResult></getInteractiveURLResponse>",
    ),
    Exchange(
        '<interactiveDone xmlns="http://developer.intuit.com/"><wcTicket>57F3B9B6</wcTicket></interactiveDone>',
        ("interactive_done", "57F3B9B6"),
        "DONE",
        '<interactiveDoneResponse xmlns="http://developer.intuit.com/">'
        "<interactiveDoneResult>DONE</interactiveDoneResult></interactiveDoneResponse>",
    ),
    Exchange(
        '<isInteractiveDone xmlns="http://developer.intuit.com/"><wcTicket>57F3B9B6</wcTicket></isInteractiveDone>',
        ("interactive_done", "57F3B9B6"),
        "DONE",
        '<isInteractiveDoneResponse xmlns="http://developer.intuit.com/">'
        "<isInteractiveDoneResult>DONE</isInteractiveDoneResult></isInteractiveDoneResponse>",
    ),
    Exchange(
        '<interactiveRejected xmlns="http://developer.intuit.com/"><wcTicket>57F3B9B6</wcTicket>'
        "<reason>Rejected by user</reason></interactiveRejected>",
        ("interactive_rejected", "57F3B9B6", "Rejected by user"),
        "Not allowed by the user",
        '<interactiveRejectedResponse xmlns="http://developer.intuit.com/">'
        "<interactiveRejectedResult>Not allowed by the user</interactiveRejectedResult>"
        "</interactiveRejectedResponse>",
    ),
]


def _name(exchange: Exchange) -> str:
    return f"{exchange.sent[1:].partition(' ')[0]} answered {exchange.answered!r:.20}"


@pytest.mark.parametrize("exchange", EXCHANGES, ids=_name)
def test_each_operation_is_asked_and_answered_as_intuit_writes_it(
    exchange: Exchange, calls: RecordingCalls, door: WSGIApplication
) -> None:
    calls.answers = {exchange.asked[0]: exchange.answered}

    answer = post(door, envelope(exchange.sent))

    assert answer.status == "200 OK"
    assert calls.asked == [exchange.asked]
    expected = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f"{exchange.received}</soap:Body></soap:Envelope>"
    )
    assert etree.tostring(answer.root, method="c14n") == etree.tostring(etree.fromstring(expected), method="c14n")


@pytest.mark.parametrize("exchange", EXCHANGES, ids=_name)
def test_nothing_precedes_the_declaration_and_every_element_is_in_a_namespace(
    exchange: Exchange, calls: RecordingCalls, door: WSGIApplication
) -> None:
    """The .NET client reads an element of another namespace as null, and a blank line as no XML at all."""
    calls.answers = {exchange.asked[0]: exchange.answered}

    answer = post(door, envelope(exchange.sent))

    assert answer.body.startswith(b"<?xml ")
    outer, body, *inner = (str(element.tag) for element in answer.root.iter())
    assert [outer, body] == [f"{SOAP}Envelope", f"{SOAP}Body"]
    assert inner
    assert all(tag.startswith(INTUIT) for tag in inner)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13", 13),
        ("0", 0),
        (" 13 ", 13),
        ("13.0", 13),
        ("", 0),
        ("thirteen", 0),
        ("-1", 0),
        ("99999999999999999999", 0),
        ("1e3", 1),
        ("\u0661\u0663", 0),
    ],
)
def test_version_numbers_are_read_leniently(text: str, number: int) -> None:
    assert whole_number(text) == number
