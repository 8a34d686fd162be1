"""Answers that are damaged, hostile or very long: read alike piece by piece, or refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.qbxml import read
from service.qbxml.read import AnswerUnreadable, Response, Ret, read_answer
from tests.qbxml.answers import FINE, INVOICE, answer_of


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not XML"),
        ("   \n", "is not XML"),
        ("Invalid ticket", "is not XML"),
        ("<html><body>502 Bad Gateway</body></html>", "is not qbXML: it begins with <html>, not with <QBXML>"),
        ("<QBXML></QBXML>", "holds no QBXMLMsgsRs"),
        ("<QBXML><QBXMLMsgsRs>", "is not XML"),
        ("<QBXML><QBXMLMsgsRs><A>&nbsp;</A></QBXMLMsgsRs></QBXML>", "is not XML"),
        ("<QBXML><QBXMLMsgsRs><A>\x00</A></QBXMLMsgsRs></QBXML>", "is not XML"),
        ("<QBXML><QBXMLMsgsRs><A>\ud800</A></QBXMLMsgsRs></QBXML>", "holds half a character"),
        ('<!DOCTYPE QBXML SYSTEM "file:///etc/passwd"><QBXML><QBXMLMsgsRs/></QBXML>', "names a document type"),
        (b"<QBXML>\xff</QBXML>", "is not XML"),
        ("<QBXML><QBXMLMsgsRs/></QBXML>".encode("utf-16"), "is not XML"),
        (answer_of("<XRs>" + "<a>" * 300 + "</a>" * 300 + "</XRs>"), "nested more than 40 levels deep"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_what_is_no_answer_is_refused_in_one_sentence(
    text: str | bytes, sentence: str, streamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "STREAMED_FROM", -1 if streamed else 10**9)

    with pytest.raises(AnswerUnreadable, match=sentence):
        read_answer(text)


def test_no_file_of_this_machine_is_read_for_an_answer(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<!ENTITY x 'secret'>")
    text = f'<!DOCTYPE QBXML SYSTEM "{secret.as_uri()}"><QBXML><QBXMLMsgsRs><A b="&x;">&x;</A></QBXMLMsgsRs></QBXML>'

    with pytest.raises(AnswerUnreadable, match="names a document type"):
        read_answer(text)


MANY = answer_of(
    f'<HostQueryRs requestID="0" {FINE} />',
    f'<ItemQueryRs requestID="1" {FINE} iteratorRemainingCount="0">'
    + "".join(f"<ItemServiceRet><ListID>{n}</ListID><IsActive>true</IsActive></ItemServiceRet>\n" for n in range(500))
    + "</ItemQueryRs>",
    INVOICE,
    f'<DataExtAddRs requestID="3" {FINE}><DataExtRet><OwnerID>0</OwnerID></DataExtRet><ErrorRecovery><OwnerID>0'
    "</OwnerID></ErrorRecovery></DataExtAddRs>",
    f'<CustomerQueryRs requestID="4" {FINE}><CustomerRet /><CustomerRet><DataExtRet><OwnerID>0</OwnerID></DataExtRet>'
    "</CustomerRet></CustomerQueryRs>",
    attributes=' messageSetStatusCode="0"',
)


@pytest.mark.parametrize("form", ["str", "bytes"])
@pytest.mark.parametrize("chunk", [1, 7, 1000, 1 << 18])
def test_an_answer_read_piece_by_piece_says_the_same(form: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = MANY if form == "str" else MANY.encode()
    whole = read_answer(text)
    monkeypatch.setattr(read, "STREAMED_FROM", 0)
    monkeypatch.setattr("service.qbxml.parsing.CHUNK", chunk)

    assert read_answer(text) == whole
    assert [len(response.rets) for response in whole.responses] == [0, 500, 1, 1, 2]


def test_the_objects_can_be_had_one_by_one_with_their_response() -> None:
    found = list(read.iter_rets(MANY))

    assert len(found) == 504
    assert found[0][0] == Response("ItemQueryRs", "1", 0, "Info", "Status OK", None, 0, None)
    assert found[0][1] == Ret("ItemServiceRet", {"ListID": "0", "IsActive": True})
    assert [head.request_id for head, _ in found[-4:]] == ["7", "3", "4", "4"]
    assert [ret for _, ret in found] == [ret for one in read_answer(MANY).responses for ret in one.rets]


def test_objects_that_nobody_knows_come_last_of_all() -> None:
    text = answer_of(f"<XQueryRs {FINE}><XRet><A>1</A></XRet><CustomerRet><Name>2</Name></CustomerRet></XQueryRs>")

    assert [ret.tag for _, ret in read.iter_rets(text)] == ["CustomerRet", "XRet"]


INVOICE_ONLY = answer_of(INVOICE)


def unreadable_or_answer(text: str | bytes) -> None:
    for way in (read_answer, lambda one: list(read.iter_rets(one))):
        try:
            way(text)
        except AnswerUnreadable as refusal:
            assert str(refusal).startswith("The answer of QuickBooks")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(MANY)), st.integers(0, 60), st.text(max_size=20))
def test_a_damaged_answer_never_does_more_than_be_unreadable(start: int, length: int, instead: str) -> None:
    unreadable_or_answer(INVOICE_ONLY[: start % len(INVOICE_ONLY)] + instead + INVOICE_ONLY[start % 997 + length :])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_noise_never_does_more_than_be_unreadable(noise: str | bytes) -> None:
    unreadable_or_answer(noise)


TAGS = st.sampled_from(
    ["CustomerRet", "InvoiceRet", "InvoiceLineRet", "ErrorRecovery", "Name", "ReportData", "X", "DataRow"]
)
TREES = st.recursive(
    st.sampled_from(["", "true", "x", " \n", "&#233;"]),
    lambda inside: st.lists(
        st.tuples(TAGS, inside, st.sampled_from(["", ' a="1"'])).map(
            lambda one: f"<{one[0]}{one[2]}>{one[1]}</{one[0]}>"
        ),
        max_size=4,
    ).map("".join),
    max_leaves=25,
)


def spelled(ret: Ret) -> str:
    return ret.tag + json.dumps(ret.content, sort_keys=True)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["CustomerQueryRs", "InvoiceAddRs", "GeneralSummaryReportQueryRs", "XRs"]), TREES)
def test_any_tree_of_elements_is_read_and_read_the_same_piece_by_piece(name: str, inside: str) -> None:
    text = answer_of(f'<{name} statusCode="0">{inside}</{name}>')
    whole = read_answer(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "STREAMED_FROM", 0)
        pieces = read_answer(text)

    assert sorted(map(spelled, pieces.responses[0].rets)) == sorted(map(spelled, whole.responses[0].rets))
    assert pieces.responses[0].content == whole.responses[0].content
