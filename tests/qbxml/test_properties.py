"""Whatever the check passes is written in order, and whatever breaks one rule is refused at that place."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.qbxml import build, raw
from service.qbxml.check import check
from service.qbxml.complaints import ContentRefused
from tests.qbxml.documents import Draw, Spot, spots
from tests.qbxml.grammar import FACTS, breaches

VERSIONS = ["6.0", "11.0", "13.0", "16.0"]


def knows(request: dict[str, Any], version: str, country: str) -> bool:
    return float(request["since"]) <= float(version) and country in request.get("countries", [country])


KNOWN = [
    (name, version, country)
    for name, request in FACTS["requests"].items()
    for version in VERSIONS
    for country in ("US", "CA", "UK", "AU")
    if knows(request, version, country)
]

some_document = given(st.sampled_from(KNOWN), st.integers(0, 2**32))
bounded = settings(max_examples=300, deadline=None)


@bounded
@some_document
def test_what_the_schema_allows_is_passed_and_written_as_a_second_reader_wants_it(
    where: tuple[str, str, str], seed: int
) -> None:
    name, version, country = where
    document = Draw(Random(seed), version, country).document(name)

    assert check(name, document, version=version, country=country) == []
    text = build.request(name, document, version=version, country=country)
    assert breaches(text, version, country) == []
    assert raw.read_request(text, version=version, country=country).text == text


@bounded
@some_document
def test_the_check_and_the_second_reader_agree_about_another_version_and_edition(
    where: tuple[str, str, str], seed: int
) -> None:
    """A document for the newest QuickBooks, looked at with the eyes of an older one."""
    name, version, country = where
    document = Draw(Random(seed), "16.0", country).document(name)
    text = build.request(name, document, version="16.0", country=country)

    for other in ("US", "AU"):
        passes = check(name, document, version=version, country=other) == []
        assert passes == (breaches(text, version, other) == []), breaches(text, version, other)


def unknown_element(spot: Spot) -> tuple[str, str]:
    spot.inside["Quux"] = "x"
    return spot.path.removesuffix(spot.name) + "Quux", "unknown"


def too_long(spot: Spot) -> tuple[str, str] | None:
    limit = spot.particle.get("max_length")
    if spot.particle.get("type") != "STRTYPE" or not isinstance(limit, int):
        return None
    spot.put("x" * (limit + 1))
    return spot.first, "length"


def not_of_the_type(spot: Spot) -> tuple[str, str] | None:
    kind = spot.particle.get("type")
    if kind is None or kind in {"STRTYPE", "IDTYPE"}:
        return None
    spot.put("a dozen")
    return spot.first, "value" if kind == "ENUMTYPE" else "type"


def a_control_character(spot: Spot) -> tuple[str, str] | None:
    if spot.particle.get("type") != "STRTYPE":
        return None
    spot.put("\x07")
    return spot.first, "character"


def a_structure_for_a_value(spot: Spot) -> tuple[str, str] | None:
    if "aggregate" in spot.particle:
        spot.put("x")
    else:
        spot.put({"x": "x"})
    return spot.first, "shape"


def left_out(spot: Spot) -> tuple[str, str] | None:
    if spot.particle.get("min", 1) == 0 or not stands_by_itself(spot):
        return None
    del spot.inside[spot.name]
    return spot.path, "missing"


def once_too_often(spot: Spot) -> tuple[str, str] | None:
    most = spot.particle.get("max", 1)
    if most is None or (most == 1 and not stands_by_itself(spot)):
        return None
    one = spot.inside[spot.name]
    spot.inside[spot.name] = [one[0] if isinstance(one, list) else one] * (most + 1)
    return spot.path, "too many"


def stands_by_itself(spot: Spot) -> bool:
    """Whether the element is one of a sequence that is not a branch of a choice."""
    contents = [one["content"] for kind in ("requests", "aggregates") for one in FACTS[kind].values()]
    return any(spot.siblings is content for content in contents)


BREAKERS = [
    unknown_element,
    too_long,
    not_of_the_type,
    a_control_character,
    a_structure_for_a_value,
    left_out,
    once_too_often,
]


@pytest.mark.parametrize("breaker", BREAKERS)
@settings(max_examples=60, deadline=None)
@some_document
def test_what_breaks_one_rule_is_refused_at_that_place(breaker: Any, where: tuple[str, str, str], seed: int) -> None:
    name, version, country = where
    random = Random(seed)
    document = Draw(random, version, country).document(name)
    candidates = spots(name, document)
    random.shuffle(candidates)
    broken = next((found for found in map(breaker, candidates) if found), None)
    if broken is None:
        return

    found = check(name, document, version=version, country=country)
    assert broken in [(one.path, str(one.kind)) for one in found]
    assert all(one.path.startswith(broken[0]) for one in found)
    with pytest.raises(ContentRefused) as refusal:
        build.request(name, document, version=version, country=country)
    assert list(refusal.value.complaints) == found


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(
            st.sampled_from(["ListID", "Name", "@each", "@defMacro", "InvoiceLineAdd", "x"]), inside, max_size=3
        ),
    ),
    max_leaves=8,
)


@bounded
@given(st.sampled_from(KNOWN), st.integers(0, 2**32), JSON)
def test_any_json_in_any_place_is_refused_or_written_well(where: tuple[str, str, str], seed: int, junk: Any) -> None:
    name, version, country = where
    random = Random(seed)
    document = Draw(random, version, country).document(name)
    candidates = spots(name, document)
    if candidates:
        random.choice(candidates).put(junk)
    if check(name, document, version=version, country=country, substitute=True):
        return

    text = build.request(name, document, version=version, country=country, substitute=True)
    assert breaches(text, version, country) == []
