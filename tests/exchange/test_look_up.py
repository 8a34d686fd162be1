"""What is asked of QuickBooks about a lost document, and what the answer proves."""

from __future__ import annotations

from typing import Any

import pytest

from service.exchange.look_up import Finding, judge, queries_for
from service.exchange.request import Draft
from service.qbxml.read import Response, Ret

GUID = "{6B063959-81B0-4622-85D6-F548C8CCB517}"


def add(kind: str, **content: Any) -> Draft:
    return Draft(f"{kind}AddRq", {f"{kind}Add": content})


def told(tag: str, *entries: dict[str, Any], code: int = 0) -> Response:
    return Response("x", "1.0", code, "Info", "", None, None, None, tuple(Ret(tag, entry) for entry in entries))


INVOICE = add("Invoice", CustomerRef={"ListID": "8-1"}, TxnDate="2026-03-02", RefNumber="10248", ExternalGUID=GUID)


def test_a_transaction_is_asked_for_by_number_customer_and_date() -> None:
    (query,) = queries_for(INVOICE)

    assert query.name == "InvoiceQueryRq"
    assert query.content == {
        "RefNumberRangeFilter": {"FromRefNumber": "10248", "ToRefNumber": "10248"},
        "TxnDateRangeFilter": {"FromTxnDate": "2026-03-02", "ToTxnDate": "2026-03-02"},
        "EntityFilter": {"ListID": ["8-1"]},
    }


def test_without_a_number_customer_and_date_are_enough() -> None:
    (query,) = queries_for(add("ReceivePayment", CustomerRef={"FullName": "Ruth"}, TxnDate="2026-03-02"))

    assert set(query.content) == {"TxnDateRangeFilter", "EntityFilter"}


def test_a_number_too_large_to_be_compared_is_not_asked_for() -> None:
    (query,) = queries_for(
        add("Invoice", CustomerRef={"FullName": "Ruth"}, TxnDate="2026-03-02", RefNumber="99999999999")
    )

    assert "RefNumberRangeFilter" not in query.content


@pytest.mark.parametrize(
    "lost",
    [
        add("Invoice", CustomerRef={"FullName": "Ruth"}),
        add("JournalEntry", TxnDate="2026-03-02"),
        Draft("ListMergeRq", {}),
        Draft("CustomerModRq", {"CustomerMod": {}}),
    ],
    ids=["neither number nor date", "a date alone", "a merge", "a change"],
)
def test_what_cannot_be_found_is_not_asked_for(lost: Draft) -> None:
    assert queries_for(lost) == []


def test_a_list_entry_is_asked_for_by_its_full_name_and_the_inactive_ones_too() -> None:
    by_name, inactive_too = queries_for(add("Customer", Name="Kitchen", ParentRef={"FullName": "Jones"}))

    assert by_name.content == {"FullName": ["Jones:Kitchen"]}
    assert inactive_too.content == {
        "ActiveStatus": "All",
        "NameFilter": {"MatchCriterion": "StartsWith", "Name": "Kitchen"},
    }


def test_only_our_guid_proves_that_it_is_ours() -> None:
    entry = {"TxnID": "1-1", "RefNumber": "10248", "ExternalGUID": GUID.lower()}

    assert judge(INVOICE, [told("InvoiceRet", entry)]).finding is Finding.OURS


@pytest.mark.parametrize("guid", [{}, {"ExternalGUID": "{00000000-0000-0000-0000-00000000000A}"}])
def test_the_number_alone_proves_nothing(guid: dict[str, Any]) -> None:
    found = judge(INVOICE, [told("InvoiceRet", {"TxnID": "1-1", "RefNumber": "10248"} | guid)])

    assert found.finding is Finding.PERHAPS_OURS
    assert found.entry["TxnID"] == "1-1"


def test_other_numbers_of_the_same_day_are_not_ours() -> None:
    assert judge(INVOICE, [told("InvoiceRet", {"RefNumber": "10249"})]).finding is Finding.ABSENT


def test_no_hit_is_absent_and_a_refused_question_cannot_tell() -> None:
    assert judge(INVOICE, [told("InvoiceRet", code=1)]).finding is Finding.ABSENT
    assert judge(INVOICE, [told("InvoiceRet", code=3260)]).finding is Finding.CANNOT_TELL
    assert judge(INVOICE, []).finding is Finding.CANNOT_TELL
