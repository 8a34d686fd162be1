"""The sentences keep the voice of the console: plain, whole, specific, without jargon and without codes."""

from __future__ import annotations

import re

import pytest

from service.catalogue import Actor, Entry, Scope, Treatment, all_entries

NOT_SAID = re.compile(
    r"\b(please|sorry|oops|success\w*|invalid|error\w*|sync|queue\w*|record|records|payload|connection string|"
    r"qbxml|xml|hresult|editsequence|edit sequence|listid|txnid|sdk|com|rpc|api|url|endpoint|null|exception|parse\w*|"
    r"he|she|him|her|his|hers)\b|!",
    re.IGNORECASE,
)
RAW_CODE = re.compile(r"\d{3,}|0x|QBWC")
SENTENCE_END = re.compile(r"[.?](?=\s|$)")

each_entry = pytest.mark.parametrize(
    "found", all_entries(), ids=lambda found: f"{found.code} {found.applies_when}"[:40]
)


@each_entry
def test_words_that_accountants_do_not_use_are_not_used(found: Entry) -> None:
    for text in (found.title, found.happened.source, found.to_do.source):
        assert not NOT_SAID.search(text), text


@each_entry
def test_no_code_stands_in_a_sentence(found: Entry) -> None:
    for text in (found.title, found.what_happened, found.what_to_do):
        assert not RAW_CODE.search(text), text


@each_entry
def test_what_happened_is_one_short_sentence(found: Entry) -> None:
    assert len(SENTENCE_END.findall(found.what_happened)) == 1
    assert len(found.what_happened.split()) <= (12 if found.code.isdigit() else 13)


@each_entry
def test_what_to_do_is_three_sentences_at_most(found: Entry) -> None:
    assert 1 <= len(SENTENCE_END.findall(found.what_to_do)) <= 3 or found.treatment is Treatment.STOP


@each_entry
def test_sentences_begin_with_a_capital_and_end_with_a_full_stop_and_titles_do_not(found: Entry) -> None:
    for text in (found.what_happened, found.what_to_do):
        assert text[0].isupper()
        assert text.endswith(".")
    assert found.title[0].isupper()
    assert not found.title.endswith(".")


@each_entry
def test_the_article_before_a_kind_is_left_to_its_blank(found: Entry) -> None:
    assert not re.search(r"\ban? \{(kind|missing)\}", found.happened.source + found.to_do.source)


@each_entry
def test_who_acts_has_something_to_do(found: Entry) -> None:
    if found.actor is Actor.NOBODY:
        assert found.treatment not in {Treatment.FIX, Treatment.STOP, Treatment.GONE, Treatment.SPLIT}
    else:
        assert found.what_to_do != "Nothing to do."


@each_entry
def test_a_button_that_the_text_names_is_offered(found: Entry) -> None:
    if found.scope is not Scope.WEB_CONNECTOR:
        assert ("press Retry" in found.what_to_do) <= ("retry" in found.offers)
        assert ("press Skip" in found.what_to_do) <= ("skip" in found.offers)
        assert ("link to it" in found.what_to_do) <= ("link" in found.offers)
        assert ("create it again" in found.what_to_do) <= ("create_again" in found.offers)
        assert ("say what you found" in found.what_to_do) <= ("it_is_there" in found.offers)


@each_entry
def test_nothing_is_promised_to_have_been_left_alone_where_that_is_not_known(found: Entry) -> None:
    if found.applied.value == "unknown":
        assert "Nothing was s" not in found.what_happened + found.what_to_do
