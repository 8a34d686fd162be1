"""Which characters reach QuickBooks, and how."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.qbxml import build, characters
from service.qbxml.check import check


def customer(name: str, **others: str) -> dict[str, object]:
    return {"CustomerAdd": {"Name": name, **others}}


def written(name: str, *, substitute: bool = False) -> str:
    text = build.request("CustomerAddRq", customer(name), substitute=substitute)
    return text.removeprefix("<CustomerAddRq><CustomerAdd><Name>").removesuffix("</Name></CustomerAdd></CustomerAddRq>")


def complaint(name: str, *, substitute: bool = False) -> str:
    (found,) = check("CustomerAddRq", customer(name), substitute=substitute)
    assert found.kind == "character"
    return str(found)


@pytest.mark.parametrize(
    ("given_text", "sent"),
    [
        ("Kern & Sons <Köln>", "Kern &amp; Sons &lt;K&#246;ln&gt;"),
        ("Ærø ÿ ¡", "&#198;r&#248; &#255; &#161;"),
        ('it\'s "quoted"', 'it\'s "quoted"'),
        ("a\tb", "a\tb"),
        ("Cafe\u0301", "Caf&#233;"),
    ],
)
def test_latin_1_is_written_as_ascii_and_references(given_text: str, sent: str) -> None:
    assert written(given_text) == sent


@pytest.mark.parametrize(
    ("given_text", "sent"),
    [
        ("\u201cKern\u201d \u2018x\u2019 \u201elow\u201c \u2039a\u203a", "\"Kern\" 'x' \"low\" 'a'"),
        ("9\u201317 \u2014 \u22125 \u2011", "9-17 - -5 -"),
        ("wait\u2026", "wait..."),
        ("10\u00a0kg\u202f\u2003x", "10 kg  x"),
        ("\u2022 one \u20ac5 \u2122 \u2116 7", "* one EUR5 (TM) No. 7"),
        ("\ufb01ne \ufb02our \u0153uvre \u0152", "fine flour oeuvre OE"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffbom", "softhyphen zerowidth bom"),
    ],
)
def test_typography_is_always_written_plainly_and_told(given_text: str, sent: str) -> None:
    request = build.write("CustomerAddRq", customer(given_text))

    assert f"<Name>{sent}</Name>" in request.text
    assert {one.character for one in request.substitutions} == {one for one in given_text if not one.isascii()}
    assert {one.path for one in request.substitutions} == {"CustomerAdd/Name"}


def test_a_substitution_reads_as_a_sentence_in_the_history() -> None:
    (noted,) = build.write("CustomerAddRq", customer("\u20ac5")).substitutions

    assert str(noted) == "CustomerAdd/Name: U+20AC (EURO SIGN) was written as 'EUR'"


@pytest.mark.parametrize(
    ("given_text", "sent"),
    [
        ("Łódź", "L&#243;dz"),
        ("Dvořák Žižka", "Dvor&#225;k Zizka"),
        ("İstanbul ığüş", "Istanbul ig&#252;s"),
        ("Erdős Đorđe", "Erdos Dorde"),
        ("\uff21\uff22 \u2153", "AB 1/3"),
        ("中 \U0001f600", "? ?"),
    ],
)
def test_letters_beyond_latin_1_need_the_companys_permission(given_text: str, sent: str) -> None:
    assert "which QuickBooks cannot keep" in complaint(given_text)
    assert written(given_text, substitute=True) == sent


def test_a_refused_character_is_named_with_its_field() -> None:
    assert complaint("Łódź 中") == (
        "CustomerAdd/Name: 'Łódź 中' holds U+0141 (LATIN CAPITAL LETTER L WITH STROKE), "
        "U+017A (LATIN SMALL LETTER Z WITH ACUTE), U+4E2D (CJK UNIFIED IDEOGRAPH-4E2D), which QuickBooks cannot keep: "
        "write plain Western letters, or allow substitutes for the company"
    )


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1b", "\x1f", "\x7f", "\x80", "\x93", "\x9f"])
@pytest.mark.parametrize("substitute", [False, True])
def test_a_control_character_never_leaves(control: str, substitute: bool) -> None:
    assert "control characters cannot be sent" in complaint(f"a{control}b", substitute=substitute)


def test_half_a_character_is_refused_or_replaced_but_never_sent() -> None:
    assert "U+D83D" in complaint("a\ud83d")
    assert written("a\ud83d", substitute=True) == "a?"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028"])
def test_line_breaks_go_into_fields_of_several_lines_only(line_break: str) -> None:
    text = build.request("CustomerAddRq", customer("Kern", Notes=f"one{line_break}two"))

    assert "<Notes>one\ntwo</Notes>" in text
    assert complaint(f"one{line_break}two").endswith(
        "holds a line break, but this field has one line only; put the rest into a field of its own"
    )
    assert written(f"one{line_break}two", substitute=True) == "one two"


def test_a_length_counts_what_is_written() -> None:
    """41 letters fit into a customer's name; the dots of an ellipsis are three, a reference is one letter."""
    assert check("CustomerAddRq", customer("é" * 41)) == []
    assert check("CustomerAddRq", customer("x" * 38 + "\u2026")) == []
    (found,) = check("CustomerAddRq", customer("x" * 39 + "\u2026"))

    assert found.kind == "length"
    assert "has 42 characters; at most 41 are allowed" in found.sentence


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_whatever_is_let_through_is_ascii_and_comes_back_as_latin_1(
    text: str, several_lines: bool, substitute: bool
) -> None:
    try:
        plain, replaced = characters.plain(text, several_lines=several_lines, substitute=substitute)
    except characters.CharactersRefused:
        return
    sent = characters.escaped(plain)

    assert sent.isascii()
    assert (etree.fromstring(f"<a>{sent}</a>").text or "") == plain
    assert all(one == "\t" or (several_lines and one == "\n") or " " <= one <= "ÿ" for one in plain)
    assert not any(unicodedata.category(one) == "Cc" and one not in "\t\n" for one in plain)
    if not replaced:
        assert plain == unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cc"]), max_size=40))
def test_with_permission_every_printable_text_can_be_written(text: str) -> None:
    characters.plain(text, several_lines=False, substitute=True)
