"""What an accountant reads: the names filled in, and natural words where a name is not known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalogue import Entry, Offer, all_entries, blanks, entry, explain

MISSING_CUSTOMER = (
    'There is an invalid reference to QuickBooks Customer "Kern, Lila" in the Invoice.  QuickBooks error message: '
    "Invalid argument.  The specified record does not exist in the list."
)
MISSING_ITEM = 'There is an invalid reference to QuickBooks Item "Earmold, silicone, custom" in the Invoice line.'


def test_a_missing_customer_that_is_on_its_way() -> None:
    explanation = explain(3140, {"waits_for": "customer C-1042"}, request="InvoiceAddRq", message=MISSING_CUSTOMER)

    assert f"{explanation.what_happened} {explanation.what_to_do}" == (
        'The customer "Kern, Lila" is not in QuickBooks. '
        "Add this customer there, or press Retry once customer C-1042 is synchronized."
    )
    assert explanation.offers == (Offer.RETRY, Offer.ENTER_MANUALLY, Offer.SKIP)


def test_a_missing_item_that_nobody_will_send() -> None:
    explanation = explain(3140, request="InvoiceAddRq", message=MISSING_ITEM)

    assert explanation.what_happened == 'The item "Earmold, silicone, custom" is not in QuickBooks.'
    assert explanation.what_to_do == (
        "Create this item under Lists > Item List, with exactly this name, then press Retry. "
        "If QuickBooks has it under another name, correct the name in the order system."
    )


def test_what_quickbooks_said_stands_beneath_on_one_line() -> None:
    said = explain(3140, message=MISSING_CUSTOMER).quickbooks_said

    assert said == (
        'There is an invalid reference to QuickBooks Customer "Kern, Lila" in the Invoice. QuickBooks error message: '
        "Invalid argument. The specified record does not exist in the list."
    )


def test_an_entry_that_was_looked_up_before_is_explained_the_same() -> None:
    found = entry(3140, request="InvoiceAddRq", message=MISSING_ITEM)

    assert explain(found) == explain(3140, request="InvoiceAddRq", message=MISSING_ITEM)


def test_without_a_text_the_sentence_still_reads_naturally() -> None:
    assert (
        explain(3140, request="InvoiceAddRq").what_happened == "Something that this invoice needs is not in QuickBooks."
    )
    assert explain(3140).what_happened == "Something that this document needs is not in QuickBooks."


def test_a_kind_without_a_name_is_still_said() -> None:
    message = "There is an invalid reference to QuickBooks Vendor."

    assert explain(3140, request="BillAddRq", message=message).what_happened == (
        "The vendor that this bill needs is not in QuickBooks."
    )


@pytest.mark.parametrize(
    ("facts", "happened"),
    [
        ({"length": "4,310", "limit": "4,095"}, "The memo is too long for QuickBooks: 4,310 of 4,095 characters."),
        ({"limit": "4,095"}, "The memo is too long for QuickBooks: it takes 4,095 characters."),
        ({}, "The memo is too long for QuickBooks."),
    ],
)
def test_a_text_too_long_says_as_much_as_is_known(facts: dict[str, str], happened: str) -> None:
    message = 'The string "Quarterly visit ..." in the field "Memo" is too long.'

    assert explain(3070, facts, request="InvoiceAddRq", message=message).what_happened == happened


def test_the_closing_date_is_named_if_it_is_known() -> None:
    assert explain(3171, {"closing_date": "February 28, 2026"}).what_happened == (
        "The books are closed through February 28, 2026."
    )
    assert explain(3171, request="CreditMemoModRq").what_happened == (
        "The books are closed for the date of this credit memo."
    )


def test_what_has_the_name_already_is_said_if_it_was_looked_up() -> None:
    message = 'The name "Calloway, Ruth" of the list element is already in use.'

    assert explain(
        3100, {"existing": "an inactive customer"}, request="CustomerAddRq", message=message
    ).what_happened == ('QuickBooks already has an inactive customer named "Calloway, Ruth".')
    assert explain(3100, request="CustomerAddRq", message=message).what_happened == (
        'The name "Calloway, Ruth" is already in use in QuickBooks.'
    )


def test_the_callers_facts_win_over_those_in_the_text() -> None:
    explanation = explain(3140, {"name": "Kern, Lila M."}, message=MISSING_CUSTOMER)

    assert explanation.what_happened == 'The customer "Kern, Lila M." is not in QuickBooks.'


def test_an_empty_fact_counts_as_not_known() -> None:
    explanation = explain(3180, {"customer": "  "}, message="The credit limit is exceeded.")

    assert explanation.what_happened == "The customer is over the credit limit."


def test_a_fact_at_the_beginning_of_a_sentence_gets_its_capital() -> None:
    assert explain(3180, {"customer": "Ottley, Simon"}, message="The credit limit is exceeded.").what_happened == (
        "Ottley, Simon is over the credit limit."
    )
    assert explain("0x8004041A", {"company_file": "the file of Tidewell"}).what_happened == (
        "Deskpost is not allowed to use the file of Tidewell."
    )
    assert explain("0x80040406").what_happened.startswith("The company file needs")


def test_a_name_keeps_its_own_capitals_at_the_beginning_of_a_sentence() -> None:
    explanation = explain(3180, {"customer": "eBay"}, message="The credit limit is exceeded.")

    assert explanation.what_happened == "eBay is over the credit limit."


def test_the_pc_and_the_files_are_named() -> None:
    facts = {"pc": "FRONT-DESK", "company_file": "Tidewell.qbw", "open_file": "Grangerford.qbw"}
    explanation = explain("0x8004040A", facts, scope="connection")

    assert explanation.what_happened == "QuickBooks on FRONT-DESK has another company file open."
    assert explanation.what_to_do.startswith("Close Grangerford.qbw and open Tidewell.qbw, then press Update Selected")


def test_a_kind_that_the_caller_gives_gets_its_article() -> None:
    message = "QuickBooks error message: Duplicate document number is not allowed."

    assert explain(3180, {"kind": "estimate"}, message=message).what_happened == (
        "QuickBooks already has an estimate with this number."
    )


def test_a_fact_is_never_read_as_a_blank_or_a_choice() -> None:
    explanation = explain(3140, {"missing": "item", "name": "{customer} [a|b] {{x}}"})

    assert explanation.what_happened == 'The item "{customer} [a|b] {{x}}" is not in QuickBooks.'


def test_a_fact_of_many_lines_becomes_one_of_bearable_length() -> None:
    explanation = explain(3140, {"missing": "item", "name": "Earmold,\r\n\tsilicone\x00\x1b[31m " + "x" * 500})

    assert 'The item "Earmold, silicone [31m xxx' in explanation.what_happened
    assert explanation.what_happened.endswith('…" is not in QuickBooks.')
    assert len(explanation.what_happened) < 180


def test_a_fact_that_no_text_uses_does_no_harm() -> None:
    assert explain(0, {"weather": "fine"}).what_happened == "QuickBooks has done it."


FILLED = {name: f"<{name}>" for name in blanks()}


def test_every_blank_is_used_by_some_text() -> None:
    used = frozenset().union(*(found.happened.blanks() | found.to_do.blanks() for found in all_entries()))

    # QuickBooks' own key is for those who ask for the facts themselves: no sentence shows it.
    assert set(blanks()) - used == {"id"}


@pytest.mark.parametrize("found", all_entries(), ids=lambda found: f"{found.code} {found.applies_when}"[:60])
def test_every_text_reads_well_with_all_facts_and_with_none(found: Entry) -> None:
    nothing: dict[str, str] = {}
    for facts in (nothing, FILLED):
        explanation = explain(found, facts)
        for sentence in (explanation.what_happened, explanation.what_to_do):
            assert sentence.endswith(".")
            assert not set(sentence) & set("{}[]|")
            assert "  " not in sentence
            assert " ." not in sentence
            assert " ," not in sentence


@settings(max_examples=100, deadline=None)
@given(facts=st.dictionaries(st.sampled_from(sorted(blanks())), st.text(max_size=200)), message=st.text(max_size=300))
def test_no_fact_and_no_text_breaks_a_sentence(facts: dict[str, str], message: str) -> None:
    for code in (3100, 3140, 3180, "0x8004040A"):
        explanation = explain(code, facts, request="InvoiceAddRq", message=message)

        assert "\n" not in explanation.what_happened
        assert "  " not in explanation.what_happened
        assert explanation.what_happened.endswith(".")
