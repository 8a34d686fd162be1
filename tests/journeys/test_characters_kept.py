"""What becomes of the characters of a text on its whole way from the order system into the company file."""

from __future__ import annotations

import pytest

from service.domain.refusals import DocumentRefused, Refusal
from service.store import events
from tests.shop import Shop

GROCER = {"Name": "Grocer", "Notes": "Prefers mornings"}


def kept(shop: Shop, notes: str, field: str = "Notes") -> object:
    """What the company file holds of a text after a visit."""
    number = shop.save("Customer:C-1", {**GROCER, field: notes})
    shop.update()
    assert shop.statuses([number]) == ["synchronized"]
    (customer,) = shop.file.find("Customer", "Grocer")
    return customer[field]


def notes_of(shop: Shop, number: int) -> list[str]:
    """The notes in the history of a message."""
    with shop.store.reading() as work:
        return [event.note for event in events.of_message(work, number) if event.note]


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        pytest.param("Café Zoë & Söhne <1890>, 50% ¼ £5 ©", "Café Zoë & Söhne <1890>, 50% ¼ £5 ©", id="Latin-1"),
        pytest.param("Caf\u0065\u0301", "Café", id="letter and accent apart"),
        pytest.param("\u201cfine\u201d \u2013 it\u2019s 5\u2026", '"fine" - it\'s 5...', id="typography"),
        pytest.param("€ 5\u00a0000", "EUR 5 000", id="euro and hard space"),
        pytest.param("one\r\ntwo\u2028three\tend", "one\ntwo\nthree\tend", id="lines"),
        pytest.param("&#20013; &amp; ]]>", "&#20013; &amp; ]]>", id="what looks like XML"),
        pytest.param("zero\u200bwidth\ufeff", "zerowidth", id="invisible"),
    ],
)
def test_western_text_arrives_as_it_is_and_typography_in_plain_spelling(shop: Shop, given: str, arrives: str) -> None:
    assert kept(shop, given) == arrives


def test_what_was_written_in_another_way_stands_in_the_history(shop: Shop) -> None:
    number = shop.save("Customer:C-1", {**GROCER, "Notes": "\u201cfine\u201d \u2013 S\u00f8ren"})
    shop.update()

    assert "CustomerAdd/Notes: U+2013 (EN DASH) was written as '-'" in "; ".join(notes_of(shop, number))
    assert "Søren" not in "; ".join(notes_of(shop, number))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        pytest.param("Łódź", r"U\+0141 \(LATIN CAPITAL LETTER L WITH STROKE\)", id="beyond Latin-1"),
        pytest.param("中文", r"U\+4E2D .*, U\+6587 ", id="Chinese"),
        pytest.param("ok 🙂", r"U\+1F642 \(SLIGHTLY SMILING FACE\)", id="emoji"),
        pytest.param("a\x1bb", r"U\+001B: control characters cannot be sent", id="escape"),
        pytest.param("a\x85b", r"U\+0085: control characters cannot be sent", id="next line"),
    ],
)
def test_what_quickbooks_cannot_keep_is_refused_by_its_name_before_it_is_queued(
    shop: Shop, given: str, named: str
) -> None:
    with pytest.raises(DocumentRefused, match=f"CustomerAdd/Notes: .* holds {named}"):
        shop.save("Customer:C-1", {**GROCER, "Notes": given})
    assert shop.counts() == {}


@pytest.mark.parametrize("given", ["a\x00b", "a\ud800b"], ids=["null", "half a pair"])
def test_what_is_no_character_at_all_is_refused_too(shop: Shop, given: str) -> None:
    with pytest.raises(Refusal, match=r"holds a character that is none|U\+0000|U\+D800"):
        shop.save("Customer:C-1", {**GROCER, "Notes": given})
    assert shop.counts() == {}


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        pytest.param("Łódź", "Lódz", id="beyond Latin-1"),
        pytest.param("Ελένη 中文 🙂", "????? ?? ?", id="no plain letters"),
        pytest.param("Žižek, Đorđe", "Zizek, Dorde", id="Slavic"),
        pytest.param("ﬁne Ⅳ ①", "fine IV 1", id="compatibility"),
    ],
)
def test_a_company_that_allows_substitutes_gets_the_nearest_plain_letters(shop: Shop, given: str, arrives: str) -> None:
    shop.change_company(substitute_characters=True)

    assert kept(shop, given) == arrives


def test_a_company_that_allows_substitutes_still_gets_no_control_characters(shop: Shop) -> None:
    shop.change_company(substitute_characters=True)

    with pytest.raises(DocumentRefused, match="control characters cannot be sent"):
        shop.save("Customer:C-1", {**GROCER, "Notes": "a\x1bb"})


def test_a_name_of_forty_one_letters_with_accents_fits(shop: Shop) -> None:
    """Lengths count characters, not the bytes of their references."""
    shop.save("Customer:C-1", {"Name": "é" * 41})
    shop.update()

    assert len(shop.file.find("Customer", "É" * 41)) == 1


def test_a_text_that_grows_by_its_plain_spelling_is_measured_as_it_is_written(shop: Shop) -> None:
    with pytest.raises(DocumentRefused, match="has 43 characters; at most 41 are allowed"):
        shop.save("Customer:C-1", {"Name": "a" * 40 + "…"})
