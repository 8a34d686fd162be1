"""Every spelling of a good request is understood."""

from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.soap.incoming import read_call
from service.soap.request_body import Body
from tests.soap.web_connector import (
    ENVELOPE,
    GET_LAST_ERROR,
    NAMESPACE,
    SOAP_NAMESPACE,
    envelope,
    post,
    receive,
    with_header,
)

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.mark.parametrize(
    ("parameters", "received"),
    [
        ("<ticket>T</ticket><response /><hresult /><message />", ("T", "", "", "")),
        ("<ticket>T</ticket><response></response>", ("T", "", "", "")),
        ("", ("", "", "", "")),
        ("<ticket>T</ticket><hresult>\n  </hresult>", ("T", "", "", "")),
        ('<ticket>T</ticket><response xsi:nil="true" /><message xsi:nil="1"/>', ("T", "", "", "")),
        ('<ticket>T</ticket><response xsi:nil="false">r</response>', ("T", "r", "", "")),
        ("<message>m</message><response>r</response><ticket>T</ticket>", ("T", "r", "", "m")),
        ("<ticket>T</ticket><response><![CDATA[<QBXML/>]]></response>", ("T", "<QBXML/>", "", "")),
        ("<ticket>T</ticket><response>a<!-- b -->c<?d e?>f</response>", ("T", "acf", "", "")),
        ("<ticket>T</ticket><response>&#233;&#x20AC;</response>", ("T", "é€", "", "")),
        ("<ticket>T</ticket><strExtra>x</strExtra><response>r</response>", ("T", "r", "", "")),
        ('<ticket response="x">T</ticket>', ("T", "", "", "")),
        ('<ticket href="#nope">T</ticket>', ("T", "", "", "")),
        ('<ticket id="a" href="#a">T</ticket>', ("T", "", "", "")),
        ("<ticket>T</ticket>stray text<response>r</response>", ("T", "r", "", "")),
    ],
    ids=[
        "empty elements",
        "start and end tags",
        "all missing",
        "blank",
        "nil",
        "not nil",
        "another order",
        "CDATA",
        "comments and instructions",
        "character references",
        "an extra parameter",
        "an attribute named as a parameter",
        "href to nowhere",
        "href to itself",
        "stray text",
    ],
)
def test_parameters_are_read_however_they_are_written(
    parameters: str, received: tuple[str, ...], asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    answer = post(door, envelope(receive(parameters)))

    assert answer.result == "50"
    assert asked == [("receive_response_xml", *received)]


LATIN = receive("<ticket>T</ticket><response>Café</response>")
BARE_ENVELOPE = f'<soap:Envelope xmlns:soap="{SOAP_NAMESPACE}"><soap:Body>{LATIN}</soap:Body></soap:Envelope>'
UTF_8 = "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    ("request_body", "content_type"),
    [
        (envelope(LATIN), UTF_8),
        (envelope(LATIN), "text/xml"),
        (envelope(LATIN), 'text/xml;charset="UTF-8"'),
        (envelope(LATIN), "application/soap+xml; charset=utf-8"),
        (envelope(LATIN), ""),
        (envelope(LATIN), None),
        (envelope(LATIN), "text/xml; charset=klingon"),
        (b"\xef\xbb\xbf" + envelope(LATIN), UTF_8),
        (BARE_ENVELOPE.encode(), UTF_8),
        (BARE_ENVELOPE.encode(), "text/xml; charset=us-ascii"),
        (BARE_ENVELOPE.encode("iso-8859-1"), "text/xml; charset=iso-8859-1"),
        (BARE_ENVELOPE.encode("windows-1252"), "text/xml; charset=windows-1252"),
        (f'<?xml version="1.0" encoding="iso-8859-1"?>{BARE_ENVELOPE}'.encode("iso-8859-1"), "text/xml"),
        (BARE_ENVELOPE.encode("utf-16"), "text/xml; charset=utf-16"),
        (ENVELOPE.format(LATIN).replace("utf-8", "utf-16").encode("utf-16"), UTF_8),
        (BARE_ENVELOPE.replace("soap:", "s:").replace("xmlns:soap", "xmlns:s").encode(), UTF_8),
        (BARE_ENVELOPE.replace("><", ">\r\n  <").encode(), UTF_8),
    ],
)
def test_a_request_is_read_in_its_own_encoding(
    request_body: bytes, content_type: str | None, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    answer = post(door, request_body, CONTENT_TYPE=content_type)

    assert answer.result == "50"
    assert asked == [("receive_response_xml", "T", "Café", "", "")]


@pytest.mark.parametrize("soap_action", [f'"{NAMESPACE}getLastError"', f'"{NAMESPACE}authenticate"', "", None])
def test_the_operation_is_known_by_the_body_and_not_by_soapaction(
    soap_action: str | None, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    answer = post(door, envelope(GET_LAST_ERROR), HTTP_SOAPACTION=soap_action)

    assert answer.result == "e"
    assert asked == [("get_last_error", "T")]


def test_a_request_in_rpc_style_is_answered_too(asked: list[tuple[Any, ...]], door: WSGIApplication) -> None:
    """In RPC style the operation has a prefix, and the parameters types and no namespace."""
    answer = post(
        door,
        (
            f'<soap:Envelope xmlns:soap="{SOAP_NAMESPACE}" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"'
            f' xmlns:tns="{NAMESPACE}" xmlns:types="{NAMESPACE}encodedTypes" {XSI}'
            ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
            '<soap:Body soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
            f'<q1:receiveResponseXML xmlns:q1="{NAMESPACE}"><ticket xsi:type="xsd:string">T</ticket>'
            '<response xsi:type="xsd:string">r</response><hresult xsi:type="xsd:string" />'
            '<message xsi:type="xsd:string" /></q1:receiveResponseXML></soap:Body></soap:Envelope>'
        ).encode(),
    )

    assert answer.result == "50"
    assert asked == [("receive_response_xml", "T", "r", "", "")]


@pytest.mark.parametrize(
    "entry",
    [
        '<a xmlns="urn:a">x</a>',
        '<a xmlns="urn:a" soap:mustUnderstand="0"/>',
        '<a xmlns="urn:a" soap:mustUnderstand="1" soap:actor="http://example.com/another"/>',
    ],
)
def test_a_header_that_need_not_be_understood_is_ignored(
    entry: str, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    assert post(door, with_header(entry)).result == "e"


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_a_long_request_as_the_web_connector_writes_it_passes(
    start: bytes, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    """A text of more than 10,000,000 characters is what libxml2 refuses unless it is told otherwise."""
    record = '&lt;Name a="1"&gt;Müller &amp;amp; Söhne&lt;/Name&gt;\n'
    parameters = f"<ticket>T</ticket><response>{record * 300_000}</response>"

    answer = post(door, start + envelope(receive(parameters)))

    assert answer.result == "50"
    ((_, ticket, response, *_),) = asked
    assert ticket == "T"
    assert response == '<Name a="1">Müller &amp; Söhne</Name>\n' * 300_000


@pytest.mark.parametrize("declared", ["utf-7", "utf-16", "iso-8859-1"])
def test_a_long_request_is_utf_8_whatever_a_hidden_declaration_says(declared: str) -> None:
    """In UTF-7 the text would turn into tags after they were counted."""
    text = "+ADw-b/+AD4-é" * 100_000
    declaration = f'<?xml version="1.0"{" " * 300}encoding="{declared}"?>'
    content = ENVELOPE.format(GET_LAST_ERROR.replace(">T<", f">{text}<")).partition("?>")[2]

    call = read_call(Body(f"{declaration}{content}".encode(), ""))

    assert call.given == {"ticket": text}


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60))
def test_any_text_that_xml_can_hold_arrives_as_it_was_sent(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    call = read_call(Body(envelope(GET_LAST_ERROR.replace(">T<", f">{escaped}<")), "utf-8"))

    assert call.given == {"ticket": "" if not text.strip() else text}
