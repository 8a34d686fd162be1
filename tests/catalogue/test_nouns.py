"""qbXML's names become plain words."""

from __future__ import annotations

import pytest

from service.catalogue.nouns import noun_for, noun_for_missing, plain_field, plain_words, with_article


@pytest.mark.parametrize(
    ("name", "noun", "family"),
    [
        ("ReceivePayment", "payment", "transaction"),
        ("ItemNonInventory", "item", "list"),
        ("StandardTerms", "payment term", "list"),
        ("SomethingNew", "something new", "other"),
        ("", "entry", "other"),
    ],
)
def test_an_object_has_a_noun(name: str, noun: str, family: str) -> None:
    assert (noun_for(name).noun, noun_for(name).family) == (noun, family)


@pytest.mark.parametrize(
    ("words", "noun", "where"),
    [
        ("Item", "item", "under Lists > Item List"),
        ("Sales Tax Code", "sales tax code", "under Lists > Sales Tax Code List"),
        ("AP Account", "accounts payable account", "under Lists > Chart of Accounts"),
        ("Ship Via", "shipping method", "under Lists > Customer & Vendor Profile Lists > Ship Via List"),
        ("Template", "template", "in QuickBooks"),
        ("Flux Capacitor", "flux capacitor", "in QuickBooks"),
    ],
)
def test_a_missing_thing_has_a_noun_and_a_place(words: str, noun: str, where: str) -> None:
    assert noun_for_missing(words) == (noun, where)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("PostalCode", "postal code"),
        ("InvoiceAdd/Memo", "memo"),
        ("InvoiceAdd/InvoiceLineAdd[2]/Desc", "description"),
        ("customer name", "customer name"),
        ("TxnDate", "date"),
        ("FOB", "FOB"),
        ("", ""),
    ],
)
def test_a_field_is_said_in_plain_words(field: str, words: str) -> None:
    assert plain_field(field) == words


def test_capital_letters_stay_together() -> None:
    assert plain_words("ARAccountRef") == "AR account ref"


@pytest.mark.parametrize(
    ("noun", "said"),
    [("invoice", "an invoice"), ("customer", "a customer"), ("unit of measure set", "a unit of measure set")],
)
def test_a_noun_gets_its_article(noun: str, said: str) -> None:
    assert with_article(noun) == said
