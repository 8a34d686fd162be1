"""What is no call is refused with a fault, before it costs more than its size, and nothing is asked of the service."""

import time
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.soap.incoming import read_call
from service.soap.refusals import RequestRefused
from service.soap.request_body import Body
from tests.soap.web_connector import (
    GET_LAST_ERROR,
    NAMESPACE,
    SOAP_NAMESPACE,
    envelope,
    post,
    receive,
    with_header,
)

NEVER_ASKED: list[tuple[Any, ...]] = []
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
            GOOD.replace(SOAP_NAMESPACE, "http://www.w3.org/2003/05/soap-envelope"),
            "soap:VersionMismatch",
            "Only SOAP 1.1 is spoken here: the Envelope is of another version",
        ),
        (f'<e:Envelope xmlns:e="{SOAP_NAMESPACE}"/>', "soap:Client", EMPTY_BODY),
        (f'<e:Envelope xmlns:e="{SOAP_NAMESPACE}"><e:Body/></e:Envelope>', "soap:Client", EMPTY_BODY),
        (f'<e:Envelope xmlns:e="{SOAP_NAMESPACE}"><e:Body>text</e:Body></e:Envelope>', "soap:Client", EMPTY_BODY),
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
            with_header('<a xmlns="urn:a" soap:mustUnderstand="1"/>').decode(),
            "soap:MustUnderstand",
            "The request has a header that must be understood, and none is known here",
        ),
        (
            with_header(
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
        (GOOD.replace(">T<", ">\xe9<").encode("iso-8859-1"), "text/xml; charset=utf-8", "not well-formed XML"),
        (GOOD.replace(DECLARATION, "").encode(), "text/xml; charset=utf-16", "not well-formed XML"),
        (b"\xff\xfe" + GOOD.encode(), "text/xml; charset=utf-8", "not well-formed XML"),
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


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_request_is_read_or_refused_and_never_crashes(data: st.DataObject) -> None:
    good = envelope(receive("<ticket>T</ticket><response>&lt;a/&gt;</response>"))
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
