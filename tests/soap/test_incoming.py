"""What may come in: every spelling of a good request is understood, everything hostile is refused with a fault."""

import time
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.soap.incoming import read_call
from service.soap.refusals import RequestRefused
from service.soap.request_body import Body
from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import ENVELOPE, GET_LAST_ERROR, envelope, post

NAMESPACE = "http://developer.intuit.com/"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
NEVER_ASKED: list[tuple[Any, ...]] = []


def _receive(parameters: str) -> str:
    return f'<receiveResponseXML xmlns="{NAMESPACE}">{parameters}</receiveResponseXML>'


@pytest.fixture
def asked(calls: RecordingCalls) -> list[tuple[Any, ...]]:
    calls.answers = {"receive_response_xml": 50, "get_last_error": "e", "authenticate": ["T", "nvu"]}
    return calls.asked


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
    answer = post(door, envelope(_receive(parameters)))

    assert answer.result == "50"
    assert asked == [("receive_response_xml", *received)]


LATIN = _receive("<ticket>T</ticket><response>Café</response>")
BARE_ENVELOPE = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{LATIN}</soap:Body></soap:Envelope>'
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
            f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"'
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


def _with_header(entry: str) -> bytes:
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Header>{entry}</soap:Header>'
        f"<soap:Body>{GET_LAST_ERROR}</soap:Body></soap:Envelope>"
    ).encode()


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
    assert post(door, _with_header(entry)).result == "e"


BILLION_LAUGHS = '<!ENTITY l0 "ha">' + "".join(
    '<!ENTITY l{} "{}">'.format(level + 1, 10 * f"&l{level};") for level in range(9)
)
QUADRATIC = "&a;" * 20_000
GOOD = envelope(GET_LAST_ERROR).decode()
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
NOT_WELL_FORMED = "The request is not well-formed XML: see its line 1"
NO_DOCTYPE = "A document type declaration is not allowed in a SOAP request"
EMPTY_BODY = "The SOAP Body is missing or empty: it must hold one operation"


def _attributes(count: int) -> str:
    return " ".join(f'a{number}=""' for number in range(count))


def _with_doctype(doctype: str, ticket: str = "T") -> str:
    return GOOD.replace(DECLARATION, f"{DECLARATION}<!DOCTYPE a {doctype}>").replace(">T<", f">{ticket}<")


@pytest.mark.parametrize(
    ("request_text", "code", "sentence"),
    [
        ("", "soap:Client", "The request has no body: POST a SOAP 1.1 envelope"),
        (" \r\n\t ", "soap:Client", "The request has no body: POST a SOAP 1.1 envelope"),
        ("no XML", "soap:Client", NOT_WELL_FORMED),
        (GOOD[:-1], "soap:Client", NOT_WELL_FORMED),
        (GOOD + "<more/>", "soap:Client", NOT_WELL_FORMED),
        ("\n" + GOOD, "soap:Client", "The request is not well-formed XML: see its line 2"),
        (GOOD.replace(">T<", ">&nope;<"), "soap:Client", NOT_WELL_FORMED),
        (GOOD.replace(">T<", ">\x00<"), "soap:Client", NOT_WELL_FORMED),
        ("<html><body/></html>", "soap:Client", "A SOAP 1.1 Envelope was expected"),
        ("<Envelope/>", "soap:Client", "A SOAP 1.1 Envelope was expected"),
        (
            GOOD.replace(SOAP, "http://www.w3.org/2003/05/soap-envelope"),
            "soap:VersionMismatch",
            "Only SOAP 1.1 is spoken here: the Envelope is of another version",
        ),
        (f'<e:Envelope xmlns:e="{SOAP}"/>', "soap:Client", EMPTY_BODY),
        (f'<e:Envelope xmlns:e="{SOAP}"><e:Body/></e:Envelope>', "soap:Client", EMPTY_BODY),
        (f'<e:Envelope xmlns:e="{SOAP}"><e:Body>text</e:Body></e:Envelope>', "soap:Client", EMPTY_BODY),
        (
            GOOD.replace(GET_LAST_ERROR, "<soap:Fault><faultcode>soap:Server</faultcode></soap:Fault>"),
            "soap:Client",
            "The SOAP Body holds no operation of the Web Connector: see the WSDL for their names",
        ),
        (
            GOOD.replace("getLastError", "getLastErrors"),
            "soap:Client",
            "The SOAP Body holds no operation of the Web Connector: see the WSDL for their names",
        ),
        (
            GOOD.replace(NAMESPACE, "http://developer.intuit.com"),
            "soap:Client",
            "The SOAP Body holds no operation of the Web Connector: see the WSDL for their names",
        ),
        (
            GOOD.replace("</ticket>", "</ticket><ticket>U</ticket>"),
            "soap:Client",
            "ticket is given twice",
        ),
        (
            GOOD.replace(">T<", "><QBXML/><"),
            "soap:Client",
            "ticket holds XML elements: it must hold text, with the markup escaped",
        ),
        (
            _with_header('<a xmlns="urn:a" soap:mustUnderstand="1"/>').decode(),
            "soap:MustUnderstand",
            "The request has a header that must be understood, and none is known here",
        ),
        (
            _with_header(
                '<a xmlns="urn:a" soap:mustUnderstand="1" soap:actor="http://schemas.xmlsoap.org/soap/actor/next"/>'
            ).decode(),
            "soap:MustUnderstand",
            "The request has a header that must be understood, and none is known here",
        ),
        (_with_doctype(""), "soap:Client", NO_DOCTYPE),
        (_with_doctype('[<!ENTITY a "b">]', "x&a;y"), "soap:Client", NO_DOCTYPE),
        (_with_doctype('[<!ENTITY a SYSTEM "file:///etc/hostname">]', "&a;"), "soap:Client", NO_DOCTYPE),
        (_with_doctype('[<!ENTITY a SYSTEM "http://192.0.2.1/a">]', "&a;"), "soap:Client", NO_DOCTYPE),
        (_with_doctype('[<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]'), "soap:Client", NO_DOCTYPE),
        (_with_doctype('SYSTEM "file:///etc/hostname"'), "soap:Client", NO_DOCTYPE),
        (_with_doctype('PUBLIC "-//A//B" "http://192.0.2.1/a.dtd"'), "soap:Client", NO_DOCTYPE),
        (_with_doctype('[<!ATTLIST ticket a CDATA "default">]'), "soap:Client", NO_DOCTYPE),
        (_with_doctype(f"[{BILLION_LAUGHS}]", "&l9;"), "soap:Client", NOT_WELL_FORMED),
        (_with_doctype("[<!ENTITY a '{}'>]".format("x" * 20_000), QUADRATIC), "soap:Client", NOT_WELL_FORMED),
        (
            GOOD.replace("<ticket>", f"<ticket {_attributes(30_000)}>"),
            "soap:Client",
            "An element of the request has more than 32 attributes",
        ),
        (
            GOOD.replace("<soap:Body>", f"<soap:Body {_attributes(33)}>"),
            "soap:Client",
            "An element of the request has more than 32 attributes",
        ),
        (
            GOOD.replace("</ticket>", "</ticket>" + "<a/>" * 32),
            "soap:Client",
            "The operation has more than 32 parameters",
        ),
        (
            GOOD.replace(">T<", f">{'<a>' * 300}{'</a>' * 300}<"),
            "soap:Client",
            NOT_WELL_FORMED,
        ),
    ],
)
def test_what_is_no_call_is_refused_with_one_sentence(
    request_text: str, code: str, sentence: str, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    answer = post(door, request_text.encode())

    assert answer.fault == (code, sentence)
    assert asked == NEVER_ASKED


@pytest.mark.parametrize(
    ("request_body", "content_type", "sentence"),
    [
        (GOOD.replace(DECLARATION, "").encode(), "text/xml; charset=klingon", "character set is not known"),
        (GOOD.replace("utf-8", "klingon").encode(), "text/xml", "character set is not known"),
        (envelope(LATIN).replace("é".encode(), b"\xe9"), UTF_8, "not well-formed XML"),
        (BARE_ENVELOPE.encode("utf-8"), "text/xml; charset=utf-16", "not well-formed XML"),
        (b"\xff\xfe" + envelope(LATIN), UTF_8, "not well-formed XML"),
    ],
)
def test_bytes_that_do_not_fit_their_encoding_are_refused(
    request_body: bytes, content_type: str, sentence: str, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    _, refused = post(door, request_body, CONTENT_TYPE=content_type).fault

    assert sentence in refused
    assert asked == NEVER_ASKED


LONG = "x" * 2**21
UNUSUAL = "A request over 1048576 bytes must be in UTF-8, with few and short tags and its text escaped"


@pytest.mark.parametrize(
    "request_body",
    [
        GOOD.replace("</ticket>", "</ticket>" + "<a/>" * 300_000).encode(),
        GOOD.replace("<ticket>", f"<ticket {_attributes(150_000)}>").encode(),
        GOOD.replace("<ticket>", f'<ticket a="{LONG}">').encode(),
        GOOD.replace("<ticket>", '<ticket a=">" b="{}">'.format(">" * 2**21)).encode(),
        GOOD.replace("</ticket>", f"</ticket><!-- {LONG} -->").encode(),
        GOOD.replace(">T<", f"><![CDATA[{'<a>' * 2**19}]]><").encode(),
        _with_doctype('[<!ENTITY a "b">]', LONG).encode(),
        GOOD.replace(DECLARATION, "").replace(">T<", f">{LONG}<").encode("utf-16"),
        GOOD.replace(DECLARATION, "").replace(">T<", f">{LONG}<").encode("utf-16-le"),
        GOOD.replace("utf-8", "utf-7").replace(">T<", f">{LONG}<").encode(),
        GOOD.replace("utf-8", "iso-8859-1").replace(">T<", f">{LONG}<").encode(),
    ],
    ids=[
        "300,000 elements",
        "150,000 attributes",
        "a long attribute",
        "a tag that hides its end",
        "a long comment",
        "markup in CDATA",
        "a DOCTYPE",
        "UTF-16",
        "UTF-16 without a mark",
        "UTF-7",
        "Latin-1",
    ],
)
def test_a_long_request_that_would_cost_more_than_its_size_is_refused_before_it_is_parsed(
    request_body: bytes, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    assert len(request_body) > 2**20
    started = time.process_time()

    answer = post(door, request_body, CONTENT_TYPE="text/xml")

    assert answer.fault[0] == "soap:Client"
    assert answer.fault[1] in {UNUSUAL, NOT_WELL_FORMED}
    assert asked == NEVER_ASKED
    assert time.process_time() - started < 2


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_a_long_request_as_the_web_connector_writes_it_passes(
    start: bytes, asked: list[tuple[Any, ...]], door: WSGIApplication
) -> None:
    """A text of more than 10,000,000 characters is what libxml2 refuses unless it is told otherwise."""
    record = '&lt;Name a="1"&gt;Müller &amp;amp; Söhne&lt;/Name&gt;\n'
    parameters = f"<ticket>T</ticket><response>{record * 300_000}</response>"

    answer = post(door, start + envelope(_receive(parameters)))

    assert answer.result == "50"
    ((_, ticket, response, *_),) = asked
    assert ticket == "T"
    assert response == '<Name a="1">Müller &amp; Söhne</Name>\n' * 300_000


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60))
def test_any_text_that_xml_can_hold_arrives_as_it_was_sent(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    call = read_call(Body(envelope(GET_LAST_ERROR.replace(">T<", f">{escaped}<")), "utf-8"))

    assert call.given == {"ticket": "" if not text.strip() else text}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_request_is_read_or_refused_and_never_crashes(data: st.DataObject) -> None:
    good = envelope(_receive("<ticket>T</ticket><response>&lt;a/&gt;</response>"))
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 30)))
    inserted = data.draw(st.binary(max_size=20) | st.sampled_from([b"<", b"&", b"<!", b"]]>", b"\x00", b"'"]))
    charset = data.draw(st.sampled_from(["", "utf-8", "utf-16", "iso-8859-1", "rot13", "x" * 40]))

    try:
        call = read_call(Body(good[:start] + inserted + good[end:], charset))
    except RequestRefused as refusal:
        assert str(refusal)
    else:
        assert set(call.given) == set(call.operation.parameters)
