"""Answers hold the text that was given, whatever is in it, and stay XML."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from service.soap.contract import OPERATIONS
from service.soap.outgoing import answer_envelope, fault_envelope

BY_NAME = {operation.name: operation for operation in OPERATIONS}
GET_LAST_ERROR = BY_NAME["getLastError"]


def _read(document: bytes) -> str:
    (result,) = etree.fromstring(document)[0][0]
    return result.text or ""


@pytest.mark.parametrize(
    ("given_text", "received"),
    [
        ("<a b=\"1\" c='2'>&amp;</a>", "<a b=\"1\" c='2'>&amp;</a>"),
        ("]]>", "]]>"),
        ("é € 😀", "é € 😀"),
        (" two\n  lines\t", " two\n  lines\t"),
        ("carriage\r\nreturn\r", "carriage\r\nreturn\r"),
        ("a\x00b\x01c\x08d\x0be\x1ff", "abcdef"),
        ("a\ufffeb\uffffc", "abc"),
        ("a\ud800b\udfffc", "abc"),
        ("a\x7fb\x85c\u2028d", "a\x7fb\x85c\u2028d"),
    ],
)
def test_a_text_arrives_as_it_was_given_but_for_what_xml_cannot_hold(given_text: str, received: str) -> None:
    assert _read(answer_envelope(GET_LAST_ERROR, given_text)) == received


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_text_arrives(text: str) -> None:
    expected = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)

    assert _read(answer_envelope(GET_LAST_ERROR, text)) == expected


def test_the_empty_second_string_is_written() -> None:
    """The client fails with 'Index was outside the bounds of the array' if it is not."""
    document = answer_envelope(BY_NAME["authenticate"], ["ticket", ""])

    assert b"<string>ticket</string><string></string>" in document


@pytest.mark.parametrize("number", [-(2**31), -1, 0, 99, 100])
def test_a_percentage_is_a_bare_decimal_number(number: int) -> None:
    assert _read(answer_envelope(BY_NAME["receiveResponseXML"], number)) == str(number)


def test_a_fault_is_written_as_soap_1_1_defines_it() -> None:
    """Its code is in the envelope's namespace, its parts are in none (SOAP 1.1, section 4.4)."""
    document = etree.fromstring(fault_envelope("Client", "a < b & c"))

    expected = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
        "<faultcode>soap:Client</faultcode><faultstring>a &lt; b &amp; c</faultstring>"
        "</soap:Fault></soap:Body></soap:Envelope>"
    )
    assert etree.tostring(document, method="c14n").decode() == expected
