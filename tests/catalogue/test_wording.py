"""A sentence with blanks is filled so that it reads naturally."""

from __future__ import annotations

import pytest

from service.catalogue.wording import WordingFault, clean_fact, read_wording

KNOWN = {"document", "name", "customer"}
PLAIN = {"document"}


def fill(text: str, **facts: str) -> str:
    return read_wording(text, known=KNOWN, always_filled=PLAIN).fill({"document": "this invoice"} | facts)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("Nothing to do.", {}, "Nothing to do."),
        ("{document} is saved.", {}, "This invoice is saved."),
        ("It is done. {document} is saved.", {}, "It is done. This invoice is saved."),
        ("Open {document}.", {}, "Open this invoice."),
        ('The item[ "{name}"] is gone.', {}, "The item is gone."),
        ('The item[ "{name}"] is gone.', {"name": "Pipe"}, 'The item "Pipe" is gone.'),
        ("[{name} of {customer}|{name}|It] is gone.", {"name": "Pipe", "customer": "Kern"}, "Pipe of Kern is gone."),
        ("[{name} of {customer}|{name}|It] is gone.", {"name": "Pipe"}, "Pipe is gone."),
        ("[{name} of {customer}|{name}|It] is gone.", {}, "It is gone."),
    ],
)
def test_blanks_and_choices(text: str, facts: dict[str, str], expected: str) -> None:
    assert fill(text, **facts) == expected


def test_a_name_in_the_middle_keeps_its_capitals() -> None:
    assert fill('The [customer "{customer}"] is gone.', customer="deBoer") == 'The customer "deBoer" is gone.'


@pytest.mark.parametrize("text", ["{nam}", "{name}", "a|b", "[a", "a]", "[[a]]", "{document", "document}", "{}"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(WordingFault):
        read_wording(text, known=KNOWN, always_filled=PLAIN)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  Kern,\n Lila ", "Kern, Lila"),
        ("a\u00a0b\u200bc\u2028d", "a b c d"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        (" \t", ""),
    ],
)
def test_a_fact_becomes_one_short_line(given: str, expected: str) -> None:
    assert clean_fact(given) == expected
