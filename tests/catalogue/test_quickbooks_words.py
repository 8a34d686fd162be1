"""Names, fields and ids are taken out of texts as QuickBooks words them, and odd texts do no harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalogue import CatalogueFault, entry, message_facts, own_reason
from service.catalogue.files import Table
from service.catalogue.quickbooks_text import on_one_line, quoted_parts, sentence_of
from service.catalogue.quickbooks_words import facts_in, read_pattern


@pytest.mark.parametrize(
    ("code", "message", "facts"),
    [
        (3100, 'The name "Calloway, Ruth" of the list element is already in use.', {"name": "Calloway, Ruth"}),
        (3100, "The name LUX-LR23461 of the list element is already in use.", {"name": "LUX-LR23461"}),
        (3100, "The name of the list element is already in use.", {}),
        (3100, 'The name "2" pipe, 3"x5"" of the list element is already in use.', {"name": '2" pipe, 3"x5"'}),
        (
            3140,
            'There is an invalid reference to QuickBooks AR Account "Receivables" in the Invoice.',
            {
                "missing": "accounts receivable account",
                "missing_where": "under Lists > Chart of Accounts",
                "name": "Receivables",
            },
        ),
        (
            3140,
            'There is an invalid reference to QuickBooks SalesTaxCode "Tax" in the Customer.',
            {"missing": "sales tax code", "missing_where": "under Lists > Sales Tax Code List", "name": "Tax"},
        ),
        (
            3140,
            'There is an invalid reference to QuickBooks Item "Pipe 2" in the wall" in the Invoice line.',
            {"missing": "item", "missing_where": "under Lists > Item List", "name": 'Pipe 2" in the wall'},
        ),
        (
            3140,
            "There is an invalid reference to QuickBooks SalesRep.",
            {
                "missing": "sales rep",
                "missing_where": "under Lists > Customer & Vendor Profile Lists > Sales Rep List",
            },
        ),
        (3140, 'Nobody knows "Kern, Lila" here.', {"name": "Kern, Lila"}),
        (
            3120,
            (
                'Object "8000001B-1405768916" specified in the request cannot be found.  '
                "QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
            ),
            {"id": "8000001B-1405768916"},
        ),
        (
            3175,
            "There was an error adding, modifying or deleting 1C5D12-1780069371 because it is already in use.",
            {"id": "1C5D12-1780069371"},
        ),
        (3070, 'The string "a5ad6d73" in the field "AccountNumber" is too long.',
         {"value": "a5ad6d73", "field": "account number"}),
        (
            3020,
            'There was an error when converting the date value "2026-02-30" in the field "TxnDate"',
            {"value": "2026-02-30", "field": "date"},
        ),
        (
            3090,
            (
                'There was an error when storing "Incorrect : Name" in the "customer name" field.'
                "QuickBooks error message: Names in this list cannot contain a colon."
            ),
            {"value": "Incorrect : Name", "field": "customer name"},
        ),
        (
            3210,
            (
                'The "AppliedToTxnAdd payment amount" field has an invalid value "129.43".  '
                "QuickBooks error message: You cannot pay more than the amount due."
            ),
            {"field": "payment amount", "value": "129.43"},
        ),
        (500, 'There was a required element ("Kern, Lila") that could not be found in QuickBooks.',
         {"name": "Kern, Lila"}),
        (530, 'The field "IsTaxIncluded" is not supported by this implementation.', {"field": "is tax included"}),
        (570, 'Unable to link to transaction "1C9684-1783534817" because it has already been closed.',
         {"id": "1C9684-1783534817"}),
        (3070, "The text is too long. The maximum length is 31 characters.", {"limit": "31"}),
        (3140, "", {}),
        (3140, '"', {}),
        (3140, '""', {}),
        (3140, '" " "', {}),
    ],
)  # fmt: skip
def test_the_variable_parts_are_taken_out(code: int, message: str, facts: dict[str, str]) -> None:
    assert facts_in(entry(code, request="InvoiceAddRq", message=message)) == facts


def test_a_text_that_no_pattern_knows_is_read_by_the_order_of_its_quotes() -> None:
    message = 'Wrong: "7%" for "TaxRate", says "nobody".  QuickBooks error message: "none"'

    assert message_facts(message, ("value", "field")) == {"value": "7%", "field": "tax rate"}
    assert message_facts(message) == {}


def test_a_very_long_text_still_gives_its_field() -> None:
    message = f'The string "{"x" * 20_000}" in the field "Notes" is too long.'

    facts = facts_in(entry(3070, message=message))

    assert facts["field"] == "notes"
    assert len(facts["value"]) == 120


def test_quickbooks_own_reason_is_what_follows_its_sentence() -> None:
    message = "There was an error when saving a Invoice.  QuickBooks error message: The  transaction is empty."

    assert own_reason(message) == "The transaction is empty."
    assert sentence_of(message) == "There was an error when saving a Invoice."
    assert own_reason("Status OK") == ""


def test_quotes_inside_of_a_word_do_not_end_a_quoted_part() -> None:
    assert quoted_parts('The card "3"x5 card" and ("Kern") are there.') == ['3"x5 card', "Kern"]


def test_control_characters_do_not_reach_the_page() -> None:
    assert on_one_line("a\x00b\r\n\x1b[31m\u202ec") == "a b [31m c"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_it_fail(message: str) -> None:
    for facts in (message_facts(message), message_facts(message, ("value", "field"))):
        assert all(words and words == words.strip() for words in facts.values())


@pytest.mark.parametrize(
    "stretch",
    ['"', '"a', 'a" ', 'storing "', 'reference to QuickBooks a "', 'The string "', "The name ", "A-1" * 5, "("],
)
def test_a_hostile_text_costs_no_time(stretch: str) -> None:
    begin = time.perf_counter()
    message_facts(stretch * 20_000, ("value", "field"))
    entry(3180, message=stretch * 20_000)

    assert time.perf_counter() - begin < 2


def table(**content: object) -> Table:
    return Table("quickbooks-words.toml", "pattern 1", dict(content))


def test_a_pattern_must_fit_the_text_in_which_it_was_seen() -> None:
    with pytest.raises(CatalogueFault, match=r'pattern 1, field "finds": it does not fit'):
        read_pattern(table(seen="The name is taken.", finds='name "(?P<name>.+)"'))


def test_a_pattern_may_only_find_known_blanks() -> None:
    with pytest.raises(CatalogueFault, match="named after blanks: nmae"):
        read_pattern(table(seen='name "x"', finds='name "(?P<nmae>.+)"'))
    with pytest.raises(CatalogueFault, match="it has none"):
        read_pattern(table(seen='name "x"', finds='name "(.+)"'))


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(CatalogueFault, match="not a regular expression"):
        read_pattern(table(seen="x", finds="(?P<name>x"))
