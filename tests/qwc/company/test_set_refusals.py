"""What makes QuickBooks refuse a whole set: the schema, the version, hostile text. Nothing of it runs."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from qwc.quickbooks import ComError
from tests.qwc.company.conversation import Conversation, add, document, invoice, line, query

GOOD = add("Customer", "<Name>Kept Out</Name>")
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError='


def refused(talk: Conversation, text: str) -> str:
    with pytest.raises(ComError) as caught:
        talk.connection.process_request(text)
    return caught.value.hresult


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(add("Customer", "<Phone>1</Phone><Name>A</Name>"), id="order"),
        pytest.param(add("Customer", "<Name>A</Name><Nickname>B</Nickname>"), id="unknown element"),
        pytest.param(add("Customer", "<CompanyName>A</CompanyName>"), id="missing element"),
        pytest.param(add("Customer", "<Name>A</Name><Name>B</Name>"), id="too many"),
        pytest.param(add("Customer", "<Name>A</Name><JobStatus>Maybe</JobStatus>"), id="bad choice of a list"),
        pytest.param(add("Customer", "<Name>A</Name><JobStatus>none</JobStatus>"), id="case of a choice"),
        pytest.param(query("Customer", "<ListID>8-1</ListID><FullName>A</FullName>"), id="two branches of a choice"),
        pytest.param(add("ItemService", "<Name>A</Name>"), id="no branch of a required choice"),
        pytest.param("<CustomersAddRq></CustomersAddRq>", id="unknown request"),
        pytest.param(add("Customer", "loose text<Name>A</Name>"), id="text between elements"),
        pytest.param(add("Customer", "<Name><b>A</b></Name>"), id="element within text"),
        pytest.param(add("Customer", '<Name lang="en">A</Name>'), id="unknown attribute"),
        pytest.param('<CustomerQueryRq iterator="Begin"></CustomerQueryRq>', id="bad iterator"),
        pytest.param(
            '<CustomerAddRq iterator="Start"><CustomerAdd><Name>A</Name></CustomerAdd></CustomerAddRq>', id="x"
        ),
        pytest.param(add("Customer", "<Name>A</Name><TaxRegistrationNumber>1</TaxRegistrationNumber>"), id="country"),
    ],
)
def test_a_breach_of_the_schema_refuses_the_whole_set(talk: Conversation, company: CompanyFile, bad: str) -> None:
    hresult = refused(talk, document(GOOD, bad))

    assert hresult == "0x80040400"
    assert company.find("Customer", "Kept Out") == []


def test_an_element_newer_than_the_declared_version_refuses_the_set(talk: Conversation) -> None:
    job_title = add("Customer", "<Name>A</Name><JobTitle>Owner</JobTitle>")

    assert refused(talk, document(job_title, version="11.0")) == "0x80040400"
    assert talk.done(job_title, version="12.0").text("CustomerRet/JobTitle") == "Owner"


def test_a_request_newer_than_the_declared_version_refuses_the_set(talk: Conversation) -> None:
    assert refused(talk, document(query("Transaction"), version="3.0")) == "0x80040400"


def test_rollback_is_not_offered(talk: Conversation, company: CompanyFile) -> None:
    assert refused(talk, document(GOOD, on_error="rollbackOnError")) == "0x80040413"
    assert company.find("Customer", "Kept Out") == []


@pytest.mark.parametrize("version", ["17.0", "13.5", "CA13.0", "UK2.0", "99.0"])
def test_a_version_that_the_file_does_not_know_is_refused_by_its_own_code(talk: Conversation, version: str) -> None:
    assert refused(talk, document(GOOD, version=version)) == "0x80040423"


def test_early_versions_carry_the_prefix_of_their_country(company: CompanyFile, talk: Conversation) -> None:
    """The request processor spells the early Australian versions OZ."""
    for country, prefix in (("CA", "CA"), ("UK", "UK"), ("AU", "OZ")):
        company.set("country", country)

        assert talk.one(query("Account"), version=f"{prefix}2.0").code == 0
        other = "UK" if country == "CA" else "CA"
        assert refused(talk, document(GOOD, version=f"{other}2.0")) == "0x80040423"


def test_a_company_of_an_older_quickbooks_refuses_newer_versions(company: CompanyFile, talk: Conversation) -> None:
    company.set("qbxml_version", "12.0")

    assert refused(talk, document(GOOD, version="13.0")) == "0x80040423"
    assert talk.one(GOOD, version="12.0").code == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Hello", id="no XML"),
        pytest.param("<QBXML>", id="not closed"),
        pytest.param(document(GOOD).replace('<?qbxml version="16.0"?>', ""), id="no version"),
        pytest.param(document(GOOD).replace("QBXMLMsgsRq", "QBXMLMsgs"), id="envelope"),
        pytest.param(document(GOOD, on_error="carryOn"), id="onError"),
        pytest.param(document(GOOD).replace(' onError="continueOnError"', ""), id="no onError"),
        pytest.param(document(GOOD, colour="red"), id="unknown attribute of the set"),
        pytest.param(document(GOOD, responseData="some"), id="responseData"),
        pytest.param("\ufeff" + document(GOOD), id="byte order mark"),
        pytest.param(LAUGHS + '"stopOnError"></QBXMLMsgsRq></QBXML>', id="document type"),
        pytest.param(document(add("Customer", "<Name>&a;</Name>")), id="entity"),
        pytest.param(document("<CustomerQueryRq>" * 5000 + "</CustomerQueryRq>" * 5000), id="depth"),
        pytest.param(document(add("Customer", "<Name>A\x01</Name>")), id="control character"),
        pytest.param(document(add("Customer", "<Name>A \N{RIGHT SINGLE QUOTATION MARK}</Name>")), id="raw quote"),
        pytest.param(document(add("Customer", "<Name>\N{PARTY POPPER}</Name>")), id="raw emoji"),
    ],
)
def test_what_cannot_be_parsed_is_refused_whole(talk: Conversation, text: str) -> None:
    assert refused(talk, text) == "0x80040400"


def test_latin_1_is_kept_and_references_beyond_it_become_question_marks(talk: Conversation) -> None:
    raw = talk.done(add("Customer", "<Name>Café Ñandú</Name>"))
    references = talk.done(add("Customer", "<Name>Caf&#233; &#8217;&#8364;&#128512;</Name>"))

    assert raw.text("CustomerRet/Name") == "Café Ñandú"
    assert references.text("CustomerRet/Name") == "Café ???"


def test_an_answer_is_written_as_quickbooks_writes_it(talk: Conversation) -> None:
    text = talk.connection.process_request(document(add("Customer", "<Name>Kern &amp; Sons</Name>")))

    assert text.startswith('<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<CustomerAddRs statusCode="0"')
    assert "<Name>Kern &amp; Sons</Name>\n" in text
    assert "<?qbxml" not in text
    assert "\r" not in text


def test_a_quote_in_a_status_message_is_escaped(talk: Conversation) -> None:
    text = talk.connection.process_request(document(add("Customer", "<Name>A:B</Name>")))

    assert "&quot;A:B&quot;" in text


def test_an_empty_set_is_answered_empty(talk: Conversation) -> None:
    assert talk.ask() == []


def test_after_an_error_stop_on_error_skips_the_rest_and_keeps_what_was_done(
    talk: Conversation, company: CompanyFile
) -> None:
    first = add("Customer", "<Name>First</Name>")
    bad = invoice(line("No Such Item"))
    last = add("Customer", "<Name>Last</Name>")

    replies = talk.ask(first, bad, last, query("Customer"), on_error="stopOnError")

    assert [reply.code for reply in replies] == [0, 3140, 3231, 3231]
    assert [reply.severity for reply in replies] == ["Info", "Error", "Error", "Error"]
    assert len(company.find("Customer", "First")) == 1
    assert company.find("Customer", "Last") == []


def test_a_warning_does_not_stop_a_set(talk: Conversation) -> None:
    replies = talk.ask(query("Customer", "<FullName>Nobody</FullName>"), query("Host"), on_error="stopOnError")

    assert [reply.code for reply in replies] == [500, 0]


def test_continue_on_error_gives_each_request_its_own_status(talk: Conversation) -> None:
    replies = talk.ask(
        add("Customer", "<Name>Bergamot</Name>"),
        add("Vendor", "<Name>bergamot</Name>"),
        invoice(line("No Such Item")),
        query("Invoice", "<RefNumber>777</RefNumber>"),
        query("Host"),
    )

    assert [reply.code for reply in replies] == [0, 3100, 3140, 500, 0]


def test_include_none_leaves_the_statuses_alone(talk: Conversation) -> None:
    (reply,) = talk.ask(add("Customer", "<Name>A</Name>"), responseData="includeNone")

    assert reply.code == 0
    assert len(reply.element) == 0


def test_a_request_id_is_echoed_and_may_have_fifty_characters(talk: Conversation) -> None:
    fits = talk.one(f'<HostQueryRq requestID="{"7" * 50}"></HostQueryRq>')
    too_long = talk.one(f'<HostQueryRq requestID="{"7" * 51}"></HostQueryRq>')

    assert fits.attribute("requestID") == "7" * 50
    assert too_long.code == 1060


def test_reports_are_not_simulated_and_say_so(talk: Conversation) -> None:
    request = query("JobReport", "<JobReportType>JobProfitabilitySummary</JobReportType>")

    assert talk.one(request).code == 1030


def test_a_choice_must_be_made_where_the_country_knows_fewer_branches(company: CompanyFile, talk: Conversation) -> None:
    """The Australian edition has no serial and lot numbers, but an adjustment adjusts something everywhere."""
    company.set("country", "AU")
    item = "<InventoryAdjustmentLineAdd><ItemRef><FullName>Oak Board</FullName></ItemRef></InventoryAdjustmentLineAdd>"
    head = "<AccountRef><FullName>Inventory Shrinkage</FullName></AccountRef>"

    assert refused(talk, document(add("InventoryAdjustment", head + item))) == "0x80040400"
