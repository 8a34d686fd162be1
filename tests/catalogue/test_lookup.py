"""A code is found however it is spelled, and one that nobody knows is treated by its range."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalogue import Applied, Offer, Scope, Treatment, all_entries, entry, explain


@pytest.mark.parametrize(
    ("given_as", "code"),
    [
        (3140, "3140"),
        ("3140", "3140"),
        (" 3140 ", "3140"),
        ("0x8004040a", "0x8004040A"),
        (" 0X8004040A\n", "0x8004040A"),
        ("8004040A", "0x8004040A"),
        (0x80040400, "0x80040400"),
        (-2147220480, "0x80040400"),
        ("-2147220480", "0x80040400"),
        ("QBWC1039", "QBWC1039"),
        ("qbwc1039", "QBWC1039"),
        ("QBWC 1039", "QBWC1039"),
    ],
)
def test_a_code_is_found_in_any_spelling(given_as: int | str, code: str) -> None:
    found = entry(given_as)

    assert found.code == code
    assert found.title in {known.title for known in all_entries() if known.code == code}


@pytest.mark.parametrize("given_as", [1039, "1039", "QBWC1039"])
def test_a_bare_number_is_the_web_connectors_only_in_its_scope(given_as: int | str) -> None:
    assert entry(given_as, scope="web_connector").code == "QBWC1039"
    assert entry("1039").code == "1039"
    assert entry("1039").title == "General failure"


@pytest.mark.parametrize(
    ("code", "treatment", "applied"),
    [
        (2, Treatment.DONE, Applied.YES),
        (499, Treatment.DONE, Applied.YES),
        (777, Treatment.DONE, Applied.YES),
        (1500, Treatment.PROBE, Applied.UNKNOWN),
        (2999, Treatment.FIX, Applied.NO),
        (3099, Treatment.FIX, Applied.NO),
        (3121, Treatment.FIX, Applied.NO),
        (9099, Treatment.FIX, Applied.NO),
        (9150, Treatment.FIX, Applied.NO),
        (9200, Treatment.PROBE, Applied.UNKNOWN),
        (-5, Treatment.PROBE, Applied.UNKNOWN),
        ("", Treatment.PROBE, Applied.UNKNOWN),
        ("no code", Treatment.PROBE, Applied.UNKNOWN),
    ],
)
def test_an_unknown_status_code_takes_the_words_of_its_range(
    code: int | str, treatment: Treatment, applied: Applied
) -> None:
    found = entry(code)

    assert found.treatment is treatment
    assert found.applied is applied


def test_an_unknown_status_code_shows_what_quickbooks_said() -> None:
    explanation = explain(3262, request="InvoiceAddRq", message="Something that no list has.")

    assert explanation.what_happened == "QuickBooks refused this invoice."
    assert explanation.quickbooks_said == "Something that no list has."
    assert explanation.offers == (Offer.RETRY, Offer.ENTER_MANUALLY, Offer.SKIP)


def test_an_unknown_refusal_because_of_a_lock_is_tried_again_later() -> None:
    assert entry(3178, message="The list is locked by another user.").treatment is Treatment.LATER


def test_an_unknown_hresult_after_a_set_was_handed_out_leaves_it_in_doubt() -> None:
    found = entry("0x8004FFFF")

    assert found.code == "0x8004FFFF"
    assert (found.treatment, found.applied) == (Treatment.PROBE, Applied.UNKNOWN)


def test_an_unknown_hresult_before_anything_was_handed_out_stops_the_session() -> None:
    found = entry("0x8004FFFF", scope="connection")

    assert (found.treatment, found.applied) == (Treatment.STOP, Applied.NO)


@pytest.mark.parametrize("code", ["0x80040401", "0x80040402", "0x8004040E", "0x8004041C", "0x80040421", "0x800706BA"])
def test_nothing_is_in_doubt_when_quickbooks_was_not_even_opened(code: str) -> None:
    assert entry(code).applied is Applied.UNKNOWN
    assert entry(code, scope="connection").applied is Applied.NO
    assert entry(code, scope="connection").treatment is Treatment.STOP


def test_an_unknown_code_of_the_web_connector_sends_the_reader_to_its_log() -> None:
    found = entry("QBWC1077")

    assert found.code == "QBWC1077"
    assert "View Log" in found.what_to_do


def test_an_unknown_answer_of_the_memory_leaves_the_set_in_doubt() -> None:
    assert entry(1000, scope="message_set").applied is Applied.UNKNOWN
    assert entry(1, scope="message_set").treatment is Treatment.PROBE


def test_a_code_of_the_memory_is_found_without_saying_where_it_stood() -> None:
    assert entry(9002).scope is Scope.MESSAGE_SET
    assert entry(600).treatment is Treatment.PROBE


def test_the_memory_that_answers_fine_is_not_a_message_that_is_done() -> None:
    assert entry(0, scope="message_set").applied is Applied.NOT_APPLICABLE
    assert entry(0).applied is Applied.YES


def test_a_scope_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="respnse"):
        entry(0, scope="respnse")


def test_a_query_is_never_in_doubt_because_it_writes_nothing() -> None:
    found = entry("0x80040402", request="CustomerQueryRq")

    assert found.applied is Applied.NOT_APPLICABLE
    assert found.treatment is Treatment.LATER
    assert found.offers == (Offer.RETRY, Offer.SKIP)


def test_a_query_that_failed_is_not_offered_to_be_entered_by_hand() -> None:
    assert entry(3250, request="SalesOrderQueryRq").offers == (Offer.RETRY, Offer.SKIP)
    assert entry(1, request="CustomerQueryRq").offers == ()


def test_customers_names_in_a_message_do_not_show_when_an_entry_is_printed() -> None:
    found = entry(3100, request="CustomerAddRq", message='The name "Kern, Lila" of the list element is already in use.')

    assert "Kern" not in repr(found)
    assert "Kern" not in repr(explain(found)).replace(explain(found).what_happened, "")


@settings(max_examples=150, deadline=None)
@given(
    code=st.one_of(st.integers(), st.text(max_size=50)),
    scope=st.sampled_from(list(Scope)),
    request=st.one_of(st.text(max_size=20), st.sampled_from(["InvoiceAddRq", "ListDelRq", "CustomerQueryRq"])),
    message=st.text(max_size=200),
)
def test_no_code_request_or_text_makes_the_lookup_fail(
    code: int | str, scope: Scope, request: str, message: str
) -> None:
    explanation = explain(code, scope=scope, request=request, message=message)

    assert explanation.what_happened.endswith(".")
    assert explanation.what_to_do.endswith(".")
