"""The memory of message sets: qbXML reference 13.1 to 13.4, row by row, and what is kept and comes back."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile, Mishap
from qwc.quickbooks import ComError
from tests.qwc.company.conversation import Clock, Conversation, add, invoice, line, mod, query, ref

GUID = "{6B063959-81B0-4622-85D6-F548C8CCB517}"
KERN = add("Customer", f"<Name>Kern</Name><ExternalGUID>{GUID}</ExternalGUID>").replace("Rq>", 'Rq requestID="7">', 1)
HOLT = add("Customer", "<Name>Holt</Name>")


def code(talk: Conversation) -> str | None:
    return talk.set_attributes.get("messageSetStatusCode")


def kept(company: CompanyFile) -> list[str]:
    return [one["set_id"] for one in company.message_sets()]


def test_without_ids_a_set_runs_and_nothing_is_kept(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(HOLT)

    assert talk.set_attributes == {}
    assert kept(company) == []


def test_under_a_new_id_a_set_runs_and_its_outcome_is_kept(talk: Conversation, company: CompanyFile) -> None:
    (reply,) = talk.ask(KERN, newMessageSetID="A")

    assert talk.set_attributes == {"newMessageSetID": "A", "messageSetStatusCode": "0"}
    assert reply.text("CustomerRet/Name") == "Kern"
    assert reply.text("ErrorRecovery/ListID") is None
    assert kept(company) == ["A"]


def test_the_same_set_under_the_same_id_does_not_run_again(talk: Conversation, company: CompanyFile) -> None:
    (first,) = talk.ask(invoice(line("Oak Board")), newMessageSetID="A")
    (again,) = talk.ask(invoice(line("Oak Board")), newMessageSetID="A")

    assert code(talk) == "0"
    assert len(company.records("Invoice")) == 1
    assert (again.code, again.text("ErrorRecovery/TxnID")) == (0, first.identity[0])


def test_another_content_under_a_known_id_does_not_run(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(KERN, newMessageSetID="A")
    replies = talk.ask(HOLT, newMessageSetID="A")

    assert (code(talk), replies) == ("9001", [])
    assert company.find("Customer", "Holt") == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(KERN.replace('requestID="7"', 'requestID="8"'), id="another request id"),
        pytest.param(KERN.replace("><Name>", ">\n<Name>"), id="white space"),
    ],
)
def test_the_checksum_covers_every_byte_of_the_requests(talk: Conversation, other: str) -> None:
    talk.ask(KERN, newMessageSetID="A")
    talk.ask(other, newMessageSetID="A")

    assert code(talk) == "9001"


def test_a_status_check_returns_the_kept_outcome_and_runs_nothing(talk: Conversation, company: CompanyFile) -> None:
    (first,) = talk.ask(KERN, newMessageSetID="A")
    (again,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert talk.set_attributes == {"newMessageSetID": "A", "messageSetStatusCode": "0"}
    assert (again.name, again.code, again.attribute("requestID")) == ("CustomerAddRs", 0, "7")
    assert [str(one.tag) for one in again.element] == ["ErrorRecovery"]
    assert [str(one.tag) for one in again.element[0]] == ["ListID", "EditSequence", "ExternalGUID"]
    assert again.text("ErrorRecovery/ListID") == first.identity[0]
    assert again.text("ErrorRecovery/ExternalGUID") == GUID
    assert kept(company) == ["A"]


def test_a_status_check_runs_nothing_even_with_requests_in_it(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(KERN, newMessageSetID="A")
    talk.ask(HOLT, newMessageSetID="A", oldMessageSetID="A")

    assert company.find("Customer", "Holt") == []


def test_a_status_check_of_an_unknown_id_finds_no_kept_answer(talk: Conversation) -> None:
    assert talk.ask(newMessageSetID="A", oldMessageSetID="A") == []
    assert code(talk) == "9002"


def test_an_old_id_alone_clears_its_record(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(KERN, newMessageSetID="A")
    talk.ask(oldMessageSetID="A")

    assert talk.set_attributes == {"messageSetStatusCode": "0"}
    assert kept(company) == []


def test_clearing_what_is_not_kept_says_so(talk: Conversation) -> None:
    talk.ask(oldMessageSetID="A")

    assert code(talk) == "600"


def test_the_running_mode_clears_the_one_before_and_keeps_the_next(talk: Conversation, company: CompanyFile) -> None:
    company.set("recovery_records", "many")
    talk.ask(KERN, newMessageSetID="A")
    (reply,) = talk.ask(HOLT, newMessageSetID="B", oldMessageSetID="A")

    assert (code(talk), reply.code) == ("0", 0)
    assert kept(company) == ["B"]


def test_in_the_running_mode_an_unknown_old_id_does_not_matter(talk: Conversation, company: CompanyFile) -> None:
    (reply,) = talk.ask(HOLT, newMessageSetID="B", oldMessageSetID="A")

    assert (code(talk), reply.code) == ("0", 0)


def test_all_records_of_one_application_are_cleared_at_once(
    talk: Conversation, company: CompanyFile, clock: Clock
) -> None:
    company.set("recovery_records", "many")
    other = Conversation(company, clock, application="Other Program")
    other.ask(HOLT, newMessageSetID="A")
    other.leave()
    talk.ask(KERN, newMessageSetID="A")
    talk.ask(add("Customer", "<Name>Voss</Name>"), newMessageSetID="B")

    talk.ask(oldMessageSetID="ClearAllMessageSets")

    assert code(talk) == "0"
    assert [(one["application"], one["set_id"]) for one in company.message_sets()] == [("Other Program", "A")]


def test_the_same_id_of_another_application_is_another_set(
    talk: Conversation, company: CompanyFile, clock: Clock
) -> None:
    talk.ask(KERN, newMessageSetID="A")
    other = Conversation(company, clock, application="Other Program")

    (reply,) = other.ask(HOLT, newMessageSetID="A")

    other.leave()
    assert reply.text("CustomerRet/Name") == "Holt"


@pytest.mark.parametrize(("kind", "ids"), [("one", ["B"]), ("many", ["A", "B"])])
def test_one_record_per_application_is_kept_unless_told_otherwise(
    talk: Conversation, company: CompanyFile, kind: str, ids: list[str]
) -> None:
    company.set("recovery_records", kind)
    talk.ask(KERN, newMessageSetID="A")
    talk.ask(HOLT, newMessageSetID="B")

    assert kept(company) == ids


@pytest.mark.parametrize(("length", "expected"), [(23, "0"), (24, "9004")])
def test_an_id_may_have_twenty_three_characters(
    talk: Conversation, company: CompanyFile, length: int, expected: str
) -> None:
    talk.ask(KERN, newMessageSetID="K" * length)

    assert code(talk) == expected
    assert len(company.find("Customer", "Kern")) == (expected == "0")


def test_an_error_is_kept_as_well_and_not_tried_again(talk: Conversation, company: CompanyFile) -> None:
    bad = invoice(line("Elm Board"))
    talk.ask(bad, newMessageSetID="A")
    talk.done(
        add(
            "ItemService",
            f"<Name>Elm Board</Name><SalesOrPurchase>{ref('AccountRef', 'Product Sales')}</SalesOrPurchase>",
        )
    )

    (again,) = talk.ask(bad, newMessageSetID="A")
    (checked,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")
    (under_new_id,) = talk.ask(bad, newMessageSetID="B")

    assert (again.code, checked.code, under_new_id.code) == (3140, 3140, 0)
    assert len(checked.element) == 0
    assert len(company.records("Invoice")) == 1


def test_skipped_requests_are_kept_as_skipped(talk: Conversation) -> None:
    talk.ask(KERN, KERN, HOLT, newMessageSetID="A", on_error="stopOnError")

    replies = talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert [reply.code for reply in replies] == [0, 3100, 3231]


def test_a_refused_set_keeps_nothing_and_clears_nothing(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(KERN, newMessageSetID="A")

    with pytest.raises(ComError):
        talk.ask(add("Customer", "<Phone>1</Phone>"), newMessageSetID="B", oldMessageSetID="A")

    assert kept(company) == ["A"]


def test_a_kept_transaction_comes_back_with_its_number(talk: Conversation) -> None:
    (first,) = talk.ask(invoice(line("Oak Board")), newMessageSetID="A")
    (again,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert [str(one.tag) for one in again.element[0]] == ["TxnID", "TxnNumber", "EditSequence"]
    assert again.text("ErrorRecovery/TxnNumber") == first.text("InvoiceRet/TxnNumber")


def test_a_kept_change_comes_back_with_its_new_edit_sequence(talk: Conversation) -> None:
    added = talk.done(HOLT)
    talk.ask(mod("Customer", added.identity, "<Phone>1</Phone>"), newMessageSetID="A")

    (again,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert again.text("ErrorRecovery/EditSequence") == "1783177201"


def test_a_deletion_of_a_list_entry_has_no_identity_to_come_back(talk: Conversation) -> None:
    list_id = talk.done(HOLT).identity[0]
    talk.ask(
        f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{list_id}</ListID></ListDelRq>", newMessageSetID="A"
    )

    (again,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert (again.name, again.code, len(again.element)) == ("ListDelRs", 0, 0)


def test_before_version_11_the_identity_does_not_come_back(talk: Conversation) -> None:
    talk.ask(HOLT, newMessageSetID="A", version="10.0")

    (again,) = talk.ask(newMessageSetID="A", oldMessageSetID="A", version="10.0")

    assert (again.code, len(again.element)) == (0, 0)


def test_a_kept_outcome_survives_the_session_and_the_program(
    talk: Conversation, company: CompanyFile, clock: Clock
) -> None:
    talk.ask(KERN, newMessageSetID="A")
    talk.leave()

    later = Conversation(CompanyFile(company.path, clock=clock), clock)
    (again,) = later.ask(newMessageSetID="A", oldMessageSetID="A")

    later.leave()
    assert again.code == 0


def test_a_lost_memory_answers_like_an_unknown_id(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(KERN, newMessageSetID="A")
    company.lose_memory()

    talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert code(talk) == "9002"


def test_an_outcome_that_could_not_be_stored_leaves_it_unknown(talk: Conversation, company: CompanyFile) -> None:
    company.arrange(Mishap.OUTCOME_NOT_STORED)

    replies = talk.ask(KERN, newMessageSetID="A")

    assert (code(talk), replies) == ("9005", [])
    assert len(company.find("Customer", "Kern")) == 1
    assert kept(company) == []


def test_queries_may_be_kept_too_but_only_their_status(talk: Conversation) -> None:
    talk.ask(query("Host"), newMessageSetID="A")

    (again,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert (again.name, again.code, len(again.element)) == ("HostQueryRs", 0, 0)
