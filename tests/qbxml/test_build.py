"""Requests and message sets as QuickBooks gets them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.qbxml import build
from service.qbxml.complaints import ContentRefused


def test_an_invoice_is_written_in_the_schemas_order_whatever_order_it_came_in() -> None:
    content = {
        "InvoiceAdd": {
            "InvoiceLineAdd": [{"Rate": "14", "Quantity": Decimal("1.5"), "ItemRef": {"FullName": "Chai"}}],
            "RefNumber": 10248,
            "TxnDate": date(2026, 7, 4),
            "BillAddress": {"City": "Köln", "Addr1": "Kern & Co"},
            "IsToBePrinted": False,
            "CustomerRef": {"ListID": "80000001-1700000000"},
        }
    }

    assert build.request("InvoiceAddRq", content, request_id="7") == (
        '<InvoiceAddRq requestID="7"><InvoiceAdd>'
        "<CustomerRef><ListID>80000001-1700000000</ListID></CustomerRef>"
        "<TxnDate>2026-07-04</TxnDate><RefNumber>10248</RefNumber>"
        "<BillAddress><Addr1>Kern &amp; Co</Addr1><City>K&#246;ln</City></BillAddress>"
        "<IsToBePrinted>false</IsToBePrinted>"
        "<InvoiceLineAdd><ItemRef><FullName>Chai</FullName></ItemRef><Quantity>1.5</Quantity><Rate>14</Rate>"
        "</InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
    )


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        (
            "ItemNonInventoryAddRq",
            {
                "ItemNonInventoryAdd": {
                    "SalesOrPurchase": {"AccountRef": {"FullName": "Sales"}, "Price": 14.5, "Desc": "Chai"},
                    "Name": "Chai",
                }
            },
            (
                "<ItemNonInventoryAddRq><ItemNonInventoryAdd><Name>Chai</Name><SalesOrPurchase><Desc>Chai</Desc>"
                "<Price>14.5</Price><AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase>"
                "</ItemNonInventoryAdd></ItemNonInventoryAddRq>"
            ),
        ),
        (
            "ReceivePaymentAddRq",
            {
                "ReceivePaymentAdd": {
                    "AppliedToTxnAdd": {"PaymentAmount": 168, "TxnID": {"@useMacro": "TxnID:Order1"}},
                    "TotalAmount": "168",
                    "CustomerRef": {"FullName": "Kern"},
                }
            },
            (
                "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Kern</FullName></CustomerRef>"
                '<TotalAmount>168.00</TotalAmount><AppliedToTxnAdd><TxnID useMacro="TxnID:Order1"></TxnID>'
                "<PaymentAmount>168.00</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>"
            ),
        ),
        (
            "CustomerQueryRq",
            {"@metaData": "MetaDataOnly", "FullName": ["Kern", "Jones:Kitchen"], "OwnerID": "0"},
            (
                '<CustomerQueryRq metaData="MetaDataOnly"><FullName>Kern</FullName><FullName>Jones:Kitchen</FullName>'
                "<OwnerID>0</OwnerID></CustomerQueryRq>"
            ),
        ),
        (
            "CustomerQueryRq",
            {"MaxReturned": 50, "@iteratorID": "{A-1}", "@iterator": "Continue", "ActiveStatus": "All"},
            (
                '<CustomerQueryRq iterator="Continue" iteratorID="{A-1}"><MaxReturned>50</MaxReturned>'
                "<ActiveStatus>All</ActiveStatus></CustomerQueryRq>"
            ),
        ),
        ("HostQueryRq", {}, "<HostQueryRq></HostQueryRq>"),
        (
            "TxnVoidRq",
            {"TxnID": "1C9684-1783534817", "TxnVoidType": "Invoice"},
            "<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>1C9684-1783534817</TxnID></TxnVoidRq>",
        ),
    ],
)
def test_other_requests_are_written_in_order_too(name: str, content: dict[str, Any], text: str) -> None:
    assert build.request(name, content) == text


LINES: list[dict[str, Any]] = [
    {"InvoiceLineAdd": {"Desc": "one"}},
    {"InvoiceLineGroupAdd": {"ItemGroupRef": {"FullName": "Basket"}}},
    {"InvoiceLineAdd": {"Desc": "two"}},
]


def lines_of(**content: Any) -> str:
    text = build.request("InvoiceAddRq", {"InvoiceAdd": {"CustomerRef": {"ListID": "1"}, **content}})
    return text.partition("</CustomerRef>")[2].removesuffix("</InvoiceAdd></InvoiceAddRq>")


def test_item_lines_and_group_lines_keep_the_order_given_under_each() -> None:
    assert lines_of(Memo="x", **{"@each": LINES}) == (
        "<Memo>x</Memo>"
        "<InvoiceLineAdd><Desc>one</Desc></InvoiceLineAdd>"
        "<InvoiceLineGroupAdd><ItemGroupRef><FullName>Basket</FullName></ItemGroupRef></InvoiceLineGroupAdd>"
        "<InvoiceLineAdd><Desc>two</Desc></InvoiceLineAdd>"
    )


def test_given_by_kind_the_item_lines_come_before_the_group_lines() -> None:
    group = LINES[1]["InvoiceLineGroupAdd"]

    assert lines_of(InvoiceLineGroupAdd=group, InvoiceLineAdd=[{"Desc": "one"}, {"Desc": "two"}]) == (
        "<InvoiceLineAdd><Desc>one</Desc></InvoiceLineAdd><InvoiceLineAdd><Desc>two</Desc></InvoiceLineAdd>"
        "<InvoiceLineGroupAdd><ItemGroupRef><FullName>Basket</FullName></ItemGroupRef></InvoiceLineGroupAdd>"
    )


def test_an_empty_text_clears_and_null_is_left_out() -> None:
    content: dict[str, Any] = {
        "ListID": "1",
        "EditSequence": "1",
        "Phone": "",
        "Fax": None,
        "ShipToAddress": [],
        "BillAddress": {},
    }

    assert build.request("CustomerModRq", {"CustomerMod": content}) == (
        "<CustomerModRq><CustomerMod><ListID>1</ListID><EditSequence>1</EditSequence>"
        "<BillAddress></BillAddress><Phone></Phone></CustomerMod></CustomerModRq>"
    )


def test_a_macro_is_defined_by_an_attribute() -> None:
    content = {"InvoiceAdd": {"@defMacro": "TxnID:Order1", "CustomerRef": {"ListID": "1"}}}

    assert build.request("InvoiceAddRq", content).startswith('<InvoiceAddRq><InvoiceAdd defMacro="TxnID:Order1">')


def test_an_attribute_cannot_break_out_of_its_quotes() -> None:
    content = {"InvoiceAdd": {"@defMacro": 'x" y="<&', "CustomerRef": {"ListID": "1"}}}

    assert 'defMacro="x&quot; y=&quot;&lt;&amp;"' in build.request("InvoiceAddRq", content)
    for bad in ("", "a\nb", "é", "a\x00"):
        with pytest.raises(ContentRefused, match="@requestID"):
            build.request("HostQueryRq", {}, request_id=bad)


def test_what_the_check_refuses_is_never_written() -> None:
    with pytest.raises(ContentRefused) as refusal:
        build.request("CustomerAddRq", {"CustomerAdd": {"Phone": "1" * 22}})

    assert [one.path for one in refusal.value.complaints] == ["CustomerAdd/Phone", "CustomerAdd/Name"]
    assert str(refusal.value) == (
        "CustomerAddRq cannot be written: CustomerAdd/Phone: '1111111111111111111111' has 22 characters; "
        "at most 21 are allowed; CustomerAdd/Name: is missing; CustomerAdd must have it"
    )


def test_a_message_set_is_one_document_of_ascii_bytes() -> None:
    requests = [build.request("HostQueryRq", {}, request_id="1"), build.request("CompanyQueryRq", {}, request_id="2")]

    assert build.message_set(
        requests,
        version="13.0",
        new_message_set_id="K3F9Q2M7X1A8C5D0T6R4",
        old_message_set_id="B",
        on_error="stopOnError",
    ) == (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        b'<?qbxml version="13.0"?>\n'
        b'<QBXML><QBXMLMsgsRq onError="stopOnError" newMessageSetID="K3F9Q2M7X1A8C5D0T6R4" oldMessageSetID="B">'
        b'<HostQueryRq requestID="1"></HostQueryRq><CompanyQueryRq requestID="2"></CompanyQueryRq>'
        b"</QBXMLMsgsRq></QBXML>"
    )


def test_recovery_asks_with_an_empty_message_set() -> None:
    asked = build.message_set([], version="13.0", new_message_set_id="A", old_message_set_id="A")
    cleared = build.message_set([], version="2.0", country="CA", old_message_set_id=build.CLEAR_ALL)

    assert asked.endswith(
        b'<QBXMLMsgsRq onError="continueOnError" newMessageSetID="A" oldMessageSetID="A"></QBXMLMsgsRq></QBXML>'
    )
    assert b'<?qbxml version="CA2.0"?>' in cleared
    assert b'onError="continueOnError" oldMessageSetID="ClearAllMessageSets"' in cleared


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"on_error": "rollbackOnError"}, "'rollbackOnError' is not offered by QuickBooks"),
        ({"new_message_set_id": "x" * 24}, "cannot be the newMessageSetID: it takes 1 to 23 letters and digits"),
        ({"new_message_set_id": ""}, "cannot be the newMessageSetID"),
        ({"old_message_set_id": 'A" x="'}, "cannot be the oldMessageSetID"),
    ],
)
def test_a_message_set_that_quickbooks_would_refuse_is_not_written(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(build.MessageSetRefused, match=sentence):
        build.message_set([], version="13.0", **wrong)


def test_a_message_set_takes_only_what_was_written_here() -> None:
    with pytest.raises(build.MessageSetRefused, match="pure ASCII"):
        build.message_set(["<HostQueryRq>é</HostQueryRq>"], version="13.0")
