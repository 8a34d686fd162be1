"""Which qbXML version a session speaks, and how it is spelled."""

from __future__ import annotations

import pytest

from service.qbxml import versions

US_LIST = ("1.0", "1.1", "2.0", "2.1", "3.0", "4.0", "4.1", "5.0", "6.0", "7.0", "8.0", "9.0", "10.0", "11.0", "12.0")


@pytest.mark.parametrize(
    ("country", "major", "minor", "supported", "agreed"),
    [
        ("US", 13, 0, (*US_LIST, "13.0"), "13.0"),
        ("US", "11", "0", (), "11.0"),
        ("US", 17, 0, (*US_LIST, "13.0", "14.0", "15.0", "16.0", "17.0"), "16.0"),
        ("US", 17, 0, (), "16.0"),
        ("US", 16, 0, US_LIST, "12.0"),
        ("US", 9, 0, US_LIST, "9.0"),
        ("CA", 13, 0, (*US_LIST, "13.0"), "13.0"),
        ("CA", 3, 0, ("CA2.0", "CA3.0"), "CA3.0"),
        ("CA", 3, 0, (), "CA3.0"),
        ("UK", 3, 0, ("1.0", "CA3.0", "UK2.0"), "UK2.0"),
        ("AU", 2, 0, (), "OZ2.0"),
        ("US", None, None, (), "13.0"),
        ("US", "", "", (), "13.0"),
        ("US", "thirteen", "0", ("?", "", "13.0"), "13.0"),
        ("", None, None, ("nonsense",), "13.0"),
        ("US", 6, 0, ("7.0", "8.0"), "6.0"),
    ],
)
def test_both_sides_agree_on_the_highest_version_that_both_know(
    country: str, major: int | str | None, minor: int | str | None, supported: tuple[str, ...], agreed: str
) -> None:
    assert versions.agree(country, major, minor, supported) == agreed


@pytest.mark.parametrize(
    ("newer", "older"), [("10.0", "9.0"), ("2.1", "2.0"), ("CA3.0", "2.0"), ("16.0", "13.0"), ("6.1", "6.0")]
)
def test_versions_compare_as_numbers_and_not_as_text(newer: str, older: str) -> None:
    assert versions.is_newer(newer, older)
    assert not versions.is_newer(older, newer)
    assert not versions.is_newer(newer, newer)


@pytest.mark.parametrize(
    ("version", "country", "spelled"),
    [
        ("13.0", "US", "13.0"),
        ("13.0", "CA", "13.0"),
        ("13", "US", "13.0"),
        ("2.0", "CA", "CA2.0"),
        ("2.0", "UK", "UK2.0"),
        ("2.0", "AU", "OZ2.0"),
        ("3.0", "AU", "AU3.0"),
        ("2.0", "US", "2.0"),
        ("CA3.0", "CA", "CA3.0"),
    ],
)
def test_only_the_early_versions_of_other_countries_carry_a_prefix(version: str, country: str, spelled: str) -> None:
    assert versions.spelling(version, country) == spelled


@pytest.mark.parametrize(
    ("country", "edition"),
    [("US", "US"), ("ca", "CA"), (" UK ", "UK"), ("AU", "AU"), ("OZ", "AU"), ("GB", "UK"), ("", "US"), ("FR", "US")],
)
def test_an_edition_that_is_not_known_has_the_rules_of_the_us_edition(country: str, edition: str) -> None:
    assert versions.edition(country) == edition


@pytest.mark.parametrize(
    ("version", "known"), [("17.0", "16.0"), ("16.0", "16.0"), ("13.5", "13.0"), ("CA3.0", "3.0"), ("0.9", "1.0")]
)
def test_a_version_between_two_known_ones_has_the_rules_of_the_lower(version: str, known: str) -> None:
    assert versions.known(version) == known


@pytest.mark.parametrize(
    ("version", "year"), [("13.0", "2014"), ("12.0", "2013"), ("11.0", "2012"), ("16.0", "2023"), ("99.0", None)]
)
def test_a_version_is_known_by_the_first_quickbooks_that_had_it(version: str, year: str | None) -> None:
    assert versions.quickbooks_year(version) == year


@pytest.mark.parametrize("text", ["", "x", "13.0.1", "13,0", "-1.0"])
def test_what_is_no_version_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a qbXML version"):
        versions.number(text)
