"""A request that a caller wrote as qbXML itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.refusals import Refusal
from service.qbxml import parsing, raw, schema
from service.qbxml.complaints import ContentRefused

INVOICE = """<?xml version="1.0" encoding="utf-8"?>
<!-- written by hand -->
<InvoiceAddRq requestID="theirs">
  <InvoiceAdd defMacro="TxnID:Order1">
    <CustomerRef><FullName>Söhne &amp; Co…</FullName></CustomerRef>
    <TxnDate>2026-07-04</TxnDate>
    <InvoiceLineAdd><Desc><![CDATA[<one>]]></Desc><Quantity>2</Quantity><Rate>14.0</Rate></InvoiceLineAdd>
    <InvoiceLineGroupAdd><ItemGroupRef><ListID>8-1</ListID></ItemGroupRef></InvoiceLineGroupAdd>
    <InvoiceLineAdd/>
  </InvoiceAdd>
</InvoiceAddRq>
"""


def complaints(text: str) -> list[str]:
    with pytest.raises(ContentRefused) as refusal:
        raw.read_request(text)
    return [str(one) for one in refusal.value.complaints]


def test_a_raw_request_is_written_anew_with_our_id() -> None:
    taken = raw.read_request(INVOICE, request_id="17")

    assert taken.name == "InvoiceAddRq"
    assert taken.content == {
        "InvoiceAdd": {
            "@defMacro": "TxnID:Order1",
            "CustomerRef": {"FullName": "Söhne & Co…"},
            "TxnDate": "2026-07-04",
            "@each": [
                {"InvoiceLineAdd": {"Desc": "<one>", "Quantity": "2", "Rate": "14.0"}},
                {"InvoiceLineGroupAdd": {"ItemGroupRef": {"ListID": "8-1"}}},
                {"InvoiceLineAdd": {}},
            ],
        }
    }
    assert taken.text == (
        '<InvoiceAddRq requestID="17"><InvoiceAdd defMacro="TxnID:Order1">'
        "<CustomerRef><FullName>S&#246;hne &amp; Co...</FullName></CustomerRef><TxnDate>2026-07-04</TxnDate>"
        "<InvoiceLineAdd><Desc>&lt;one&gt;</Desc><Quantity>2</Quantity><Rate>14.0</Rate></InvoiceLineAdd>"
        "<InvoiceLineGroupAdd><ItemGroupRef><ListID>8-1</ListID></ItemGroupRef></InvoiceLineGroupAdd>"
        "<InvoiceLineAdd></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
    )
    assert [str(one) for one in taken.substitutions] == [
        "InvoiceAdd/CustomerRef/FullName: U+2026 (HORIZONTAL ELLIPSIS) was written as '...'"
    ]


def test_without_an_id_of_ours_there_is_none() -> None:
    assert raw.read_request('<HostQueryRq requestID="1"/>').text == "<HostQueryRq></HostQueryRq>"


def test_an_element_out_of_order_is_told_where_it_belongs() -> None:
    text = (
        "<InvoiceAddRq><InvoiceAdd><TxnDate>2026-07-04</TxnDate><CustomerRef><ListID>1</ListID></CustomerRef>"
        "<Memo>x</Memo><RefNumber>1</RefNumber></InvoiceAdd></InvoiceAddRq>"
    )

    assert complaints(text) == [
        "InvoiceAdd/CustomerRef: stands after TxnDate; it belongs first, before TxnDate",
        "InvoiceAdd/RefNumber: stands after Memo; it belongs after TxnDate, before Memo",
    ]


def test_a_repeat_that_is_torn_apart_is_out_of_order() -> None:
    text = (
        "<CustomerQueryRq><IncludeRetElement>Name</IncludeRetElement><OwnerID>0</OwnerID>"
        "<IncludeRetElement>ListID</IncludeRetElement></CustomerQueryRq>"
    )

    assert complaints(text) == ["IncludeRetElement: stands after OwnerID; it belongs first, before OwnerID"]


def test_what_is_out_of_order_in_one_of_several_lines_is_told_with_the_number_of_the_line() -> None:
    lines = (
        "<InvoiceLineAdd><Desc>x</Desc></InvoiceLineAdd>"
        "<InvoiceLineAdd><Quantity>1</Quantity><Desc>y</Desc></InvoiceLineAdd>"
    )
    text = f"<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>1</ListID></CustomerRef>{lines}</InvoiceAdd></InvoiceAddRq>"

    assert complaints(text) == [
        "InvoiceAdd/InvoiceLineAdd[2]/Desc: stands after Quantity; it belongs first, before Quantity"
    ]


def test_the_content_is_checked_as_any_other() -> None:
    text = (
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><Name>x</Name></CustomerRef><InvoiceLineAdd><Quantity>1</Quantity>"
        "</InvoiceLineAdd><InvoiceLineAdd><Quantity>2,5</Quantity></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
    )

    assert complaints(text) == [
        "InvoiceAdd/CustomerRef/Name: CustomerRef has no element 'Name'; did you mean 'FullName'?",
        "InvoiceAdd/InvoiceLineAdd[2]/Quantity: '2,5' is not a number; write it as 2.5",
    ]


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ("<ListID>1</ListID>x", "InvoiceAdd/CustomerRef: the text 'x' stands where only elements may stand"),
        ('<ListID a="1">1</ListID>', "InvoiceAdd/CustomerRef/ListID: has the attributes a, but takes none"),
        ("<ListID><b/></ListID>", "InvoiceAdd/CustomerRef/ListID: an object was given where a single value belongs"),
        ('<ListID useMacro="x"/>', "InvoiceAdd/CustomerRef/ListID: has the attributes useMacro, but takes none"),
        ("<ListID>1</ListID><ListID>2</ListID>", "InvoiceAdd/CustomerRef/ListID: 2 given; it may stand only once"),
        (
            '<x:ListID xmlns:x="urn:x">1</x:ListID>',
            "InvoiceAdd/CustomerRef/{urn:x}ListID: CustomerRef has no element '{urn:x}ListID'; did you mean 'ListID'?",
        ),
    ],
)
def test_what_only_xml_can_get_wrong_is_named_too(inside: str, complaint: str) -> None:
    text = f"<InvoiceAddRq><InvoiceAdd><CustomerRef>{inside}</CustomerRef></InvoiceAdd></InvoiceAddRq>"

    assert complaints(text) == [complaint]


@pytest.mark.parametrize(
    ("text", "refusal", "sentence"),
    [
        ("", parsing.Unreadable, "The raw request is not XML"),
        ("CustomerAddRq", parsing.Unreadable, "The raw request is not XML"),
        ("<HostQueryRq/><HostQueryRq/>", parsing.Unreadable, "The raw request is not XML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><HostQueryRq/>", parsing.Unreadable, "names a document type"),
        ("<a>" * 3000, parsing.Unreadable, "The raw request is not XML"),
        ("<QBXML><QBXMLMsgsRq/></QBXML>", raw.RawRequestRefused, "begins with <QBXML>: give one request alone"),
        ("<HostQueryRs/>", schema.UnknownRequest, "no request 'HostQueryRs'; did you mean 'HostQueryRq'"),
        ("x" * 4_000_001, raw.RawRequestRefused, "has 4000001 characters; at most 4000000 are allowed"),
    ],
)
def test_what_is_not_one_request_is_refused(text: str, refusal: type[Refusal], sentence: str) -> None:
    with pytest.raises(refusal, match=sentence):
        raw.read_request(text)


def test_a_raw_request_in_great_disorder_is_refused_in_little_time() -> None:
    text = "<CustomerQueryRq>" + "<OwnerID>0</OwnerID><IncludeRetElement>a</IncludeRetElement>" * 20_000
    found = complaints(text + "</CustomerQueryRq>")

    assert len(found) < 210


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(INVOICE)), st.integers(0, 80), st.text(max_size=20))
def test_a_damaged_request_is_refused_or_taken_but_never_an_accident(start: int, length: int, instead: str) -> None:
    try:
        taken = raw.read_request(INVOICE[:start] + instead + INVOICE[start + length :])
    except Refusal as refusal:
        assert str(refusal)
    else:
        assert taken.text.isascii()
