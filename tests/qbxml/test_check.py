"""What a developer is told about a document that QuickBooks would refuse, each complaint with its place."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from service.qbxml.check import check, examine
from service.qbxml.complaints import of_the_content, of_the_session


def invoice(**others: Any) -> dict[str, Any]:
    return {"InvoiceAdd": {"CustomerRef": {"FullName": "Kern"}, **others}}


def customer(**others: Any) -> dict[str, Any]:
    return {"CustomerAdd": {"Name": "Kern", **others}}


def told(name: str, content: Any, **session: Any) -> list[str]:
    return [str(complaint) for complaint in check(name, content, **session)]


def kinds(name: str, content: Any, **session: Any) -> list[str]:
    return [str(complaint.kind) for complaint in check(name, content, **session)]


def test_a_document_in_order_has_no_complaints() -> None:
    content = invoice(
        TxnDate="2026-07-04",
        RefNumber="10248",
        InvoiceLineAdd=[{"ItemRef": {"FullName": "Chai"}, "Quantity": 12, "Rate": "14.00"}],
    )

    assert told("InvoiceAddRq", content) == []


def test_an_unknown_element_is_answered_with_what_was_probably_meant() -> None:
    content = invoice(Custmer="x", refnumber="x", City="Köln", Quux="x", InvoiceLine=[])

    assert told("InvoiceAddRq", content) == [
        "InvoiceAdd/Custmer: InvoiceAdd has no element 'Custmer'; did you mean 'CustomerRef'?",
        "InvoiceAdd/refnumber: InvoiceAdd has no element 'refnumber'; it is spelled 'RefNumber'",
        "InvoiceAdd/City: InvoiceAdd has no element 'City'; it belongs into BillAddress or ShipAddress",
        (
            "InvoiceAdd/Quux: InvoiceAdd has no element 'Quux'; it has CustomerRef, ClassRef, ARAccountRef, "
            "TemplateRef, TxnDate, RefNumber, BillAddress, ShipAddress, IsPending, IsFinanceCharge, PONumber, "
            "TermsRef, DueDate, SalesRepRef, FOB, ShipDate, ShipMethodRef, ItemSalesTaxRef, Memo, CustomerMsgRef, "
            "IsToBePrinted, IsToBeEmailed, CustomerSalesTaxCodeRef, Other, ExchangeRate, ExternalGUID, LinkToTxnID, "
            "SetCredit, InvoiceLineAdd, InvoiceLineGroupAdd"
        ),
        (
            "InvoiceAdd/InvoiceLine: InvoiceAdd has no element 'InvoiceLine'; "
            "did you mean 'InvoiceLineAdd' or 'InvoiceLineGroupAdd'?"
        ),
    ]


def test_what_is_missing_is_named() -> None:
    assert told("CustomerAddRq", {}) == ["CustomerAdd: is missing; CustomerAddRq must have it"]
    assert told("CustomerAddRq", {"CustomerAdd": {"Name": None}}) == [
        "CustomerAdd/Name: is missing; CustomerAdd must have it"
    ]
    assert told("InvoiceModRq", {"InvoiceMod": {"EditSequence": "1"}}) == [
        "InvoiceMod/TxnID: is missing; InvoiceMod must have it"
    ]


def test_the_place_of_a_repeated_part_counts_from_one() -> None:
    lines = [{"Quantity": 1}, {"Quantity": "2,5"}, {"DataExt": [{"OwnerID": "0", "DataExtName": "x"}]}]

    assert told("InvoiceAddRq", invoice(InvoiceLineAdd=lines)) == [
        "InvoiceAdd/InvoiceLineAdd[2]/Quantity: '2,5' is not a number; write it as 2.5",
        "InvoiceAdd/InvoiceLineAdd[3]/DataExt[1]/DataExtValue: is missing; DataExt must have it",
    ]


def test_all_complaints_come_at_once_each_with_what_was_given() -> None:
    content = customer(
        CompanyName="x" * 42,
        IsActive="yes",
        OpenBalance="12,50",
        OpenBalanceDate="4.7.2026",
        JobStatus="won",
        CreditCardInfo={"ExpirationMonth": 13},
    )
    found = check("CustomerAddRq", content)

    assert [(one.path, str(one.kind), one.given) for one in found] == [
        ("CustomerAdd/CompanyName", "length", repr("x" * 42)),
        ("CustomerAdd/IsActive", "type", "'yes'"),
        ("CustomerAdd/OpenBalance", "type", "'12,50'"),
        ("CustomerAdd/OpenBalanceDate", "type", "'4.7.2026'"),
        ("CustomerAdd/JobStatus", "value", "'won'"),
        ("CustomerAdd/CreditCardInfo/ExpirationMonth", "bounds", "13"),
    ]


def test_too_many_are_refused_and_a_list_where_one_may_stand() -> None:
    addresses = [{"Name": f"Dock {number}"} for number in range(51)]

    assert told("CustomerAddRq", customer(ShipToAddress=addresses)) == [
        "CustomerAdd/ShipToAddress: 51 given; at most 50 are allowed"
    ]
    assert told("CustomerAddRq", customer(ShipToAddress=addresses[:50])) == []
    assert told("CustomerAddRq", customer(Phone=["1", "2"])) == ["CustomerAdd/Phone: 2 given; it may stand only once"]
    assert told("CustomerAddRq", customer(Phone=["1"])) == [
        "CustomerAdd/Phone: a list was given, but it may stand only once; give the value without the list"
    ]


def test_more_than_one_branch_of_a_choice_is_refused() -> None:
    line = {"Rate": "14.00", "RatePercent": "7", "PriceLevelRef": {"FullName": "Retail"}}

    assert told("InvoiceAddRq", invoice(InvoiceLineAdd=[line])) == [
        "InvoiceAdd/InvoiceLineAdd[1]/RatePercent: cannot stand beside Rate; give one or the other",
        "InvoiceAdd/InvoiceLineAdd[1]/PriceLevelRef: cannot stand beside Rate; give one or the other",
    ]
    assert told("CustomerQueryRq", {"FullName": "Kern", "MaxReturned": 5}) == [
        "MaxReturned: cannot stand beside FullName; give one or the other"
    ]


def test_a_choice_that_must_be_made_is_named_with_its_branches() -> None:
    assert told("DataExtAddRq", {"DataExtAdd": {"OwnerID": "0", "DataExtName": "Route", "DataExtValue": "7"}}) == [
        (
            "DataExtAdd: one of these must be given: (ListDataExtType, ListObjRef), "
            "(TxnDataExtType, TxnID, TxnLineID), OtherDataExtType"
        )
    ]
    assert told("EstimateAddRq", {"EstimateAdd": {"CustomerRef": {"FullName": "Kern"}}}) == [
        "EstimateAdd: one of these must be given: EstimateLineAdd, EstimateLineGroupAdd"
    ]


def test_the_rest_of_a_begun_branch_is_missing() -> None:
    content = {"OwnerID": "0", "DataExtName": "Route", "DataExtValue": "7", "ListDataExtType": "Customer"}

    assert told("DataExtAddRq", {"DataExtAdd": content}) == [
        "DataExtAdd/ListObjRef: must be given with ListDataExtType"
    ]


def test_a_branch_of_optional_elements_makes_no_demand() -> None:
    assert told("PriceLevelAddRq", {"PriceLevelAdd": {"Name": "Retail"}}) == []


@pytest.mark.parametrize(("country", "most"), [("US", 15), ("CA", 21), ("UK", 21), ("AU", 21)])
def test_a_length_is_that_of_the_edition(country: str, most: int) -> None:
    assert told("CustomerAddRq", customer(ResaleNumber="9" * most), country=country) == []
    assert told("CustomerAddRq", customer(ResaleNumber="9" * (most + 1)), country=country) == [
        f"CustomerAdd/ResaleNumber: '{'9' * (most + 1)}' has {most + 1} characters; at most {most} are allowed"
    ]


def test_an_element_that_is_too_new_says_which_quickbooks_has_it() -> None:
    content = customer(JobTitle="Owner", ShipToAddress=[{"Name": "Dock"}])
    found = check("CustomerAddRq", content, version="11.0")

    assert [str(one) for one in found] == [
        "CustomerAdd/JobTitle: needs qbXML 12.0, which QuickBooks 2013 and later have; this session uses 11.0",
        "CustomerAdd/ShipToAddress: needs qbXML 12.0, which QuickBooks 2013 and later have; this session uses 11.0",
    ]
    assert [one.needs for one in found] == ["12.0", "12.0"]
    assert told("CustomerAddRq", content, version="12.0") == []


def test_a_choice_and_a_whole_request_can_be_too_new() -> None:
    line = {"InvoiceLineAdd": [{"SerialNumber": "SN-1"}]}

    assert kinds("InvoiceAddRq", invoice(**line), version="10.0") == ["version"]
    assert kinds("InvoiceAddRq", invoice(**line), version="11.0") == []
    assert told("LeadQueryRq", {}, version="11.0") == [
        "LeadQueryRq: needs qbXML 13.0, which QuickBooks 2014 and later have; this session uses 11.0"
    ]


def test_an_element_of_another_edition_says_which_editions_know_it() -> None:
    assert told("InvoiceAddRq", invoice(IsTaxIncluded=True), country="US") == [
        "InvoiceAdd/IsTaxIncluded: only the CA, UK and AU editions of QuickBooks know it, this is US"
    ]
    assert told("InvoiceAddRq", invoice(IsTaxIncluded=True), country="CA") == []
    assert told("CustomerAddRq", customer(ItemSalesTaxRef={"FullName": "x"}), country="CA") == [
        "CustomerAdd/ItemSalesTaxRef: only the US and AU editions of QuickBooks know it, this is CA"
    ]


def test_a_value_that_came_later_or_went_needs_its_version() -> None:
    content = {"MappingCategory": "BOX15"}

    assert kinds("Form1099CategoryAccountMappingQueryRq", content, version="13.0") == ["version"]
    assert kinds("Form1099CategoryAccountMappingQueryRq", content, version="14.0") == []
    assert told("Form1099CategoryAccountMappingQueryRq", {"MappingCategory": "BOX13"}, version="16.0") == [
        "MappingCategory: 'BOX13' is known up to qbXML 15.0 only; this session uses 16.0"
    ]


def test_what_another_quickbooks_would_take_is_told_apart_from_what_none_takes() -> None:
    found = check("CustomerAddRq", customer(JobTitle="Owner", Phone=5.5, TaxRegistrationNumber="1"), version="11.0")

    assert [one.path for one in of_the_session(found)] == ["CustomerAdd/JobTitle", "CustomerAdd/TaxRegistrationNumber"]
    assert [one.path for one in of_the_content(found)] == ["CustomerAdd/Phone"]


def test_an_attribute_that_is_not_there_is_refused_and_a_value_checked() -> None:
    assert told("CustomerQueryRq", {"@iterator": "Go", "@foo": 1, "@requestID": "x" * 51}) == [
        "@foo: CustomerQueryRq has no attribute '@foo'; it has @requestID, @metaData, @iterator, @iteratorID",
        f"@requestID: '{'x' * 51}' has 51 characters; at most 50 are allowed",
        "@iterator: 'Go' is not allowed; allowed are: Start, Continue, Stop",
    ]
    assert kinds("AccountQueryRq", {"@iterator": "Start"}) == ["attribute"]
    assert kinds("CustomerAddRq", customer(**{"@defMacro": "x"})) == ["attribute"]


def test_an_iterator_goes_on_by_its_id() -> None:
    assert told("CustomerQueryRq", {"@iterator": "Continue", "MaxReturned": 50}) == [
        "@iteratorID: is missing; an iterator is continued or stopped by the iteratorID of its first answer"
    ]
    assert told("CustomerQueryRq", {"@iterator": "Start", "MaxReturned": 50}) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            invoice(CustomerRef="Kern"),
            "InvoiceAdd/CustomerRef: 'Kern' was given where an object with ListID, FullName belongs",
        ),
        (invoice(RefNumber={"a": 1}), "InvoiceAdd/RefNumber: an object was given where a single value belongs"),
        (invoice(TxnDate={}), "InvoiceAdd/TxnDate: an object was given where a single value belongs"),
        (invoice(Memo=1.5), "InvoiceAdd/Memo: 1.5 is not a text; put it in quotes"),
        (invoice(Memo=True), "InvoiceAdd/Memo: true is not a text; put it in quotes"),
        ({"InvoiceAdd": 5}, "InvoiceAdd: 5 was given where an object with CustomerRef, ClassRef, ARAccountRef, "),
        (invoice(**{"@each": 5}), "InvoiceAdd/@each: 5 was given where a list of objects with one key each belongs"),
        (
            invoice(**{"@each": [{"Memo": "x"}]}),
            (
                "InvoiceAdd/@each[1]: an object was given where an object with one key belongs, "
                "InvoiceLineAdd or InvoiceLineGroupAdd"
            ),
        ),
        (
            invoice(InvoiceLineAdd=[], **{"@each": []}),
            "InvoiceAdd/@each: cannot stand beside InvoiceLineAdd; give all parts in one place",
        ),
        (invoice(InvoiceLineAdd=[[{}]]), "InvoiceAdd/InvoiceLineAdd[1]: a list was given where an object with "),
    ],
)
def test_a_wrong_shape_is_named(content: dict[str, Any], sentence: str) -> None:
    (found,) = told("InvoiceAddRq", content)

    assert found.startswith(sentence)


def test_a_content_that_is_no_object_at_all_is_refused() -> None:
    assert told("CustomerAddRq", ["Name"])[0].startswith(
        "CustomerAddRq: a list was given where an object with CustomerAdd"
    )


def test_a_colon_stands_in_no_name_of_a_list_but_in_full_names() -> None:
    assert told("CustomerAddRq", {"CustomerAdd": {"Name": "Jones:Kitchen"}}) == [
        (
            "CustomerAdd/Name: 'Jones:Kitchen' holds a colon, which separates the levels of a full name; "
            "write the name without it, and the level above in ParentRef"
        )
    ]
    assert kinds("ItemServiceModRq", {"ItemServiceMod": {"ListID": "1", "EditSequence": "1", "Name": "a:b"}}) == [
        "name"
    ]
    assert told("InvoiceAddRq", {"InvoiceAdd": {"CustomerRef": {"FullName": "Jones:Kitchen"}}}) == []
    assert told("CustomerMsgAddRq", {"CustomerMsgAdd": {"Name": "Note: thank you"}}) == []


def test_an_unknown_request_is_a_complaint_and_no_accident() -> None:
    assert told("CustomerAdd", {}) == ["qbXML has no request 'CustomerAdd'; did you mean 'CustomerAddRq'?"]


def test_a_hostile_document_is_refused_in_little_time_and_few_words() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"CustomerRef": deep}
    huge = "x" * 5_000_000

    assert told("InvoiceAddRq", {"InvoiceAdd": deep}) == [
        "InvoiceAdd/CustomerRef/CustomerRef: CustomerRef has no element 'CustomerRef'; it has ListID, FullName"
    ]
    assert kinds("InvoiceAddRq", invoice(InvoiceLineAdd=[{}] * 60_000)) == ["size"]
    assert kinds("InvoiceAddRq", invoice(Memo=huge)) == ["size"]
    assert len(told("InvoiceAddRq", {f"Custmer{number}": 1 for number in range(60_000)})) == 101
    assert kinds("CustomerAddRq", customer(Notes="\u2026" * 1_000_000)) == ["length"]
    many = told("InvoiceAddRq", invoice(InvoiceLineAdd=[{"Quantity": "x"}] * 1000))
    assert len(many) == 101
    assert many[-1] == "there is more that is wrong; only the first 100 complaints are told"
    assert all(len(one) < 1000 for one in told("InvoiceAddRq", {"InvoiceAdd": {huge: huge, 5: 5}}))


def test_any_mapping_serves_as_an_object_and_any_tuple_as_a_list() -> None:
    content = MappingProxyType({"InvoiceAdd": MappingProxyType({"CustomerRef": MappingProxyType({"ListID": "1"})})})

    assert told("InvoiceAddRq", content) == []
    assert told("InvoiceAddRq", invoice(InvoiceLineAdd=({"Quantity": 1},))) == []


def test_an_examination_tells_the_characters_that_would_be_replaced() -> None:
    complaints, substitutions = examine("CustomerAddRq", customer(Notes="caf\u00e9 \u2026"))

    assert complaints == []
    assert [str(one) for one in substitutions] == [
        "CustomerAdd/Notes: U+2026 (HORIZONTAL ELLIPSIS) was written as '...'"
    ]
