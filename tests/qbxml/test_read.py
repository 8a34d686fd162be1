"""QuickBooks' answers as plain data, whatever QuickBooks or somebody else may send."""

from __future__ import annotations

import json

import pytest

from service.qbxml import read
from service.qbxml.read import Answer, Response, Ret, read_answer
from tests.qbxml.answers import FINE, INVOICE, answer_of


def only(text: str | bytes) -> Response:
    (response,) = read_answer(text).responses
    return response


def test_an_invoice_comes_back_as_plain_json_with_its_numbers_as_they_came() -> None:
    (ret,) = only(answer_of(INVOICE)).rets

    assert ret.tag == "InvoiceRet"
    assert ret.content == {
        "TxnID": "1C9684-1783534817",
        "EditSequence": "1783534817",
        "CustomerRef": {"ListID": "80000001-1700000000", "FullName": "Kern & Söhne"},
        "RefNumber": "",
        "SalesTaxPercentage": "18.0%",
        "Subtotal": "0168.00",
        "IsPaid": False,
        "IsToBePrinted": True,
        "LinkedTxn": [{"TxnID": "1C9600-1"}],
        "InvoiceLineRet": [{"TxnLineID": "1", "Quantity": "1.50000"}, {"TxnLineID": "3"}],
        "InvoiceLineGroupRet": [{"TxnLineID": "2"}],
        "@order": ["InvoiceLineRet", "InvoiceLineGroupRet", "InvoiceLineRet"],
    }
    assert json.loads(json.dumps(ret.content)) == ret.content


def test_the_lines_of_an_invoice_are_told_in_quickbooks_own_order() -> None:
    (ret,) = only(answer_of(INVOICE)).rets
    mixed = read.in_order(ret.content, "InvoiceLineRet", "InvoiceLineGroupRet")

    assert [(tag, line["TxnLineID"]) for tag, line in mixed] == [
        ("InvoiceLineRet", "1"),
        ("InvoiceLineGroupRet", "2"),
        ("InvoiceLineRet", "3"),
    ]
    plain = {"InvoiceLineRet": [{"TxnLineID": "1"}, {"TxnLineID": "2"}]}
    assert len(list(read.in_order(plain, "InvoiceLineRet", "InvoiceLineGroupRet"))) == 2


def test_several_answers_come_each_with_its_request_id_and_status() -> None:
    text = answer_of(
        INVOICE,
        '<CustomerAddRs requestID="8" statusCode="3100" statusSeverity="Error" '
        'statusMessage="The name &quot;Kern&quot; of the list element is already in use." />',
        '<CustomerAddRs statusCode="3231" statusSeverity="Error" statusMessage="not processed"></CustomerAddRs>',
    )
    first, second, third = read_answer(text).responses

    assert (first.name, first.request_id, first.status_code, first.severity) == ("InvoiceAddRs", "7", 0, "Info")
    assert (second.request_id, second.status_code, second.rets) == ("8", 3100, ())
    assert second.message == 'The name "Kern" of the list element is already in use.'
    assert (third.request_id, third.status_code) == (None, 3231)


def test_a_recovered_set_tells_its_own_status_and_the_objects_identity() -> None:
    text = answer_of(
        f"""<InvoiceAddRs requestID="1" {FINE}><ErrorRecovery><TxnID>1C9684-1783534817</TxnID>
        <TxnNumber>4711</TxnNumber><EditSequence>1783534817</EditSequence>
        <ExternalGUID>{{6B063959-81B0-4622-85D6-F548C8CCB517}}</ExternalGUID></ErrorRecovery></InvoiceAddRs>""",
        attributes=' newMessageSetID="K3F9Q2M7X1A8C5D0T6R4" messageSetStatusCode="0"',
    )
    answer = read_answer(text)

    assert answer.message_set_status_code == 0
    assert answer.new_message_set_id == "K3F9Q2M7X1A8C5D0T6R4"
    assert answer.responses[0].rets == ()
    assert answer.responses[0].recovery == {
        "TxnID": "1C9684-1783534817",
        "TxnNumber": "4711",
        "EditSequence": "1783534817",
        "ExternalGUID": "{6B063959-81B0-4622-85D6-F548C8CCB517}",
    }


def test_a_lost_set_is_an_answer_without_responses() -> None:
    answer = read_answer('<QBXML><QBXMLMsgsRs messageSetStatusCode="600" /></QBXML>')

    assert answer == Answer(message_set_status_code=600, new_message_set_id=None, responses=())


def test_an_iterator_and_a_count_are_numbers() -> None:
    response = only(
        answer_of(
            f'<CustomerQueryRs requestID="1" {FINE} retCount="50" iteratorRemainingCount="120" '
            'iteratorID="{1A2B}"><CustomerRet><ListID>1</ListID></CustomerRet></CustomerQueryRs>'
        )
    )

    assert (response.ret_count, response.iterator_remaining, response.iterator_id) == (50, 120, "{1A2B}")


def test_a_query_of_items_returns_mixed_kinds_in_order() -> None:
    response = only(
        answer_of(
            f"<ItemQueryRs {FINE}><ItemServiceRet><ListID>1</ListID></ItemServiceRet>"
            "<ItemInventoryRet><ListID>2</ListID></ItemInventoryRet>"
            "<ItemServiceRet><ListID>3</ListID></ItemServiceRet></ItemQueryRs>"
        )
    )

    assert [(ret.tag, ret.content["ListID"]) for ret in response.rets] == [
        ("ItemServiceRet", "1"),
        ("ItemInventoryRet", "2"),
        ("ItemServiceRet", "3"),
    ]


def test_a_delete_answers_outside_of_any_object() -> None:
    response = only(
        answer_of(
            f"<TxnDelRs {FINE}><TxnDelType>Invoice</TxnDelType><TxnID>1C9684-1</TxnID>"
            "<TimeDeleted>2026-07-04T14:05:00-08:00</TimeDeleted></TxnDelRs>"
        )
    )

    assert response.rets == ()
    assert response.content == {
        "TxnDelType": "Invoice",
        "TxnID": "1C9684-1",
        "TimeDeleted": "2026-07-04T14:05:00-08:00",
    }


def test_a_report_keeps_its_columns_and_the_order_of_its_rows() -> None:
    response = only(
        answer_of(
            f"""<GeneralSummaryReportQueryRs {FINE}><ReportRet><ReportTitle>Profit &amp; Loss</ReportTitle>
            <NumRows>3</NumRows>
            <ColDesc colID="1" dataType="STRTYPE"><ColTitle titleRow="1" /><ColType>Blank</ColType></ColDesc>
            <ColDesc colID="2" dataType="AMTTYPE"><ColTitle titleRow="1" value="Jul 26" />
            <ColType>Amount</ColType></ColDesc>
            <ReportData><TextRow rowNumber="1" value="Income" />
            <DataRow rowNumber="2"><RowData rowType="account" value="Sales" /><ColData colID="1" value="Sales" />
            <ColData colID="2" value="168.00" /></DataRow>
            <TextRow rowNumber="3" value="" />
            <TotalRow rowNumber="4"><ColData colID="2" value="168.00" /></TotalRow></ReportData>
            </ReportRet></GeneralSummaryReportQueryRs>"""
        )
    )
    report = response.rets[0].content

    assert response.rets[0].tag == "ReportRet"
    assert report["ReportTitle"] == "Profit & Loss"
    assert report["ColDesc"][1] == {
        "@colID": "2",
        "@dataType": "AMTTYPE",
        "ColTitle": [{"@titleRow": "1", "@value": "Jul 26"}],
        "ColType": "Amount",
    }
    rows = read.in_order(report["ReportData"], "TextRow", "DataRow", "SubtotalRow", "TotalRow")
    assert [(tag, row["@rowNumber"]) for tag, row in rows] == [
        ("TextRow", "1"),
        ("DataRow", "2"),
        ("TextRow", "3"),
        ("TotalRow", "4"),
    ]
    assert report["ReportData"]["DataRow"][0] == {
        "@rowNumber": "2",
        "RowData": {"@rowType": "account", "@value": "Sales"},
        "ColData": [{"@colID": "1", "@value": "Sales"}, {"@colID": "2", "@value": "168.00"}],
    }


def test_what_the_schema_does_not_know_is_kept_as_it_comes() -> None:
    response = only(
        answer_of(
            f"""<CustomerQueryRs {FINE} newThing="1"><CustomerRet><ListID>1</ListID><NewFlag>true</NewFlag>
            <NewList>a</NewList><NewList>b</NewList><NewObject kind="x"><Inner>c</Inner></NewObject>
            <Name>first</Name><Name>second</Name><Phone><Part>d</Part></Phone></CustomerRet>
            <CustomerNewRet><ListID>2</ListID></CustomerNewRet></CustomerQueryRs>"""
        )
    )

    assert response.rets == (
        Ret(
            "CustomerRet",
            {
                "ListID": "1",
                "NewFlag": "true",
                "NewList": ["a", "b"],
                "NewObject": {"@kind": "x", "Inner": "c"},
                "Name": ["first", "second"],
                "Phone": {"Part": "d"},
            },
        ),
        Ret("CustomerNewRet", {"ListID": "2"}),
    )


@pytest.mark.parametrize("attributes", ["", 'statusCode=""', 'statusCode="many"', 'statusCode="٣"', 'statusCode="9e9"'])
def test_a_status_that_cannot_be_read_is_no_success(attributes: str) -> None:
    response = only(answer_of(f"<CustomerAddRs {attributes} />"))

    assert response.status_code == read.NO_STATUS
    assert response.status_code < 0
    assert (response.severity, response.message) == ("", "")


def test_a_false_declaration_a_byte_order_mark_and_comments_do_not_matter() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-16"?><?qbxml version="13.0"?><!-- a --><QBXML><QBXMLMsgsRs><!-- b -->'
        "<CustomerAddRs statusCode='0'><CustomerRet><!-- c --><Name>S\u00f6h<!-- d -->ne</Name></CustomerRet>"
        "</CustomerAddRs></QBXMLMsgsRs></QBXML>"
    )

    for form in (text, text.encode(), "\ufeff" + text):
        assert only(form).rets == (Ret("CustomerRet", {"Name": "Söhne"}),)


def test_point_of_sale_is_read_as_far_as_it_goes() -> None:
    text = (
        '<QBPOSXML><QBPOSXMLMsgsRs><CustomerAddRs requestID="1" statusCode="0"><CustomerRet><ListID>1</ListID>'
        "</CustomerRet></CustomerAddRs></QBPOSXMLMsgsRs></QBPOSXML>"
    )

    assert only(text).rets == (Ret("CustomerRet", {"ListID": "1"}),)


def test_of_a_long_answer_only_the_first_objects_are_kept_where_more_are_of_no_use() -> None:
    one = "<CustomerRet><ListID>8-1</ListID><Name>Ruth</Name></CustomerRet>"
    text = (
        '<QBXML><QBXMLMsgsRs><CustomerQueryRs requestID="1" statusCode="0" statusSeverity="Info">'
        + one * 20_000
        + "</CustomerQueryRs></QBXMLMsgsRs></QBXML>"
    )

    assert len(read_answer(text, most_rets=3).responses[0].rets) == 3
    assert len(read_answer(text).responses[0].rets) == 20_000
