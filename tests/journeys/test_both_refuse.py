"""What breaks one rule is refused at its place by the check, and by QuickBooks, each in its own way."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from lxml import etree

from service.qbxml import build, raw
from service.qbxml.check import check
from service.qbxml.complaints import ContentRefused
from tests.journeys.as_given import as_given
from tests.journeys.choices_made import branches, first_given, must_be_made, open_choices
from tests.journeys.two_readers import (
    STATUS_OF_TYPE,
    TOO_LONG,
    WHOLE_SET,
    bounded,
    drawn,
    quickbooks_reads,
    some_document,
)
from tests.qbxml.documents import Draw, Spot, spots
from tests.qbxml.grammar import breaches
from tests.qbxml.test_properties import (
    a_control_character,
    a_structure_for_a_value,
    left_out,
    not_of_the_type,
    once_too_often,
    too_long,
    unknown_element,
)

Breaker = Callable[[Spot], "tuple[str, str] | None"]


def an_unknown_attribute(spot: Spot) -> tuple[str, str] | None:
    if "aggregate" not in spot.particle or not isinstance(spot.inside[spot.name], dict):
        return None
    spot.inside[spot.name]["@lang"] = "en"
    return spot.path + "/@lang", "attribute"


BREAKERS: list[tuple[Breaker, str]] = [
    (unknown_element, WHOLE_SET),
    (left_out, WHOLE_SET),
    (once_too_often, WHOLE_SET),
    (a_structure_for_a_value, WHOLE_SET),
    (a_control_character, WHOLE_SET),
    (an_unknown_attribute, WHOLE_SET),
    (too_long, TOO_LONG),
    (not_of_the_type, ""),
]


@pytest.mark.parametrize(("breaker", "code"), BREAKERS, ids=lambda one: getattr(one, "__name__", None))
@settings(max_examples=50, deadline=None)
@some_document
def test_what_breaks_one_rule_is_refused_at_its_place_and_by_quickbooks(
    breaker: Breaker, code: str, where: tuple[str, str, str], seed: int
) -> None:
    name, version, country = where
    random = Random(seed)
    document = drawn(random, name, version, country)
    candidates = spots(name, document)
    random.shuffle(candidates)
    for spot in candidates:
        broken = breaker(spot)
        if broken:
            break
    else:
        return

    found = check(name, document, version=version, country=country)
    assert broken in [(one.path, str(one.kind)) for one in found]
    expected = code or STATUS_OF_TYPE[spot.particle["type"]]
    assert quickbooks_reads(as_given(name, document), version, country) == expected


@bounded
@some_document
def test_two_branches_of_a_choice_are_refused_by_both(where: tuple[str, str, str], seed: int) -> None:
    name, version, country = where
    random = Random(seed)
    draw = Draw(random, version, country)
    document = drawn(random, name, version, country)
    choices = [one for one in open_choices(name, document) if one[1].get("max", 1) == 1]
    for content, choice, path in random.sample(choices, len(choices)):
        taken, others = branches(choice, content, draw)
        if taken is None or not others:
            continue
        added = random.choice(others)
        content[added[0]["name"]] = draw.any_value(added[0], 3, "1.0")

        second = max(taken, added, key=choice["choice"].index)
        place = first_given(second, content)
        found = check(name, document, version=version, country=country)
        assert (f"{path}/{place}".lstrip("/"), "choice") in [(one.path, str(one.kind)) for one in found]
        assert quickbooks_reads(as_given(name, document), version, country) == WHOLE_SET
        return


@bounded
@some_document
def test_no_branch_of_a_choice_that_must_be_made_is_refused_by_both(where: tuple[str, str, str], seed: int) -> None:
    name, version, country = where
    random = Random(seed)
    draw = Draw(random, version, country)
    document = drawn(random, name, version, country)
    choices = [one for one in open_choices(name, document) if must_be_made(one[1])]
    for content, choice, path in random.sample(choices, len(choices)):
        taken, _ = branches(choice, content, draw)
        if taken is None:
            continue
        for particle in taken:
            content.pop(particle.get("name"), None)

        found = check(name, document, version=version, country=country)
        assert [(one.path, str(one.kind)) for one in found] == [(path or name, "choice")]
        assert quickbooks_reads(as_given(name, document), version, country) == WHOLE_SET
        return


@bounded
@some_document
def test_elements_out_of_order_are_refused_by_both(where: tuple[str, str, str], seed: int) -> None:
    """JSON has no order, so only a request that a caller wrote as qbXML itself can have a wrong one."""
    name, version, country = where
    random = Random(seed)
    text = build.request(name, Draw(random, version, country).document(name), version=version, country=country)
    request = etree.fromstring(text)
    parents = [one for one in request.iter() if len({child.tag for child in one}) > 1]
    if not parents:
        return
    parent = random.choice(parents)
    children = list(parent)
    at = random.choice([one for one in range(1, len(children)) if children[one].tag != children[one - 1].tag])
    parent.insert(at - 1, children[at])
    exchanged = etree.tostring(request).decode()
    if breaches(exchanged, version, country) == []:
        return  # Two lines of a mixed repeat, which may follow each other either way.

    with pytest.raises(ContentRefused) as refusal:
        raw.read_request(exchanged, version=version, country=country)
    (complaint,) = refusal.value.complaints
    assert str(complaint.kind) == "order"
    assert complaint.path == path_of(children[at - 1])
    assert quickbooks_reads(exchanged, version, country) == WHOLE_SET


def path_of(element: Any) -> str:
    """The path of an element as complaints spell it; all parents that repeat are numbered."""
    parts = [str(element.tag)]
    for parent in element.iterancestors():
        before = len(list(parent.itersiblings(parent.tag, preceding=True)))
        repeats = before or next(parent.itersiblings(parent.tag), None) is not None
        parts.append(f"{parent.tag}[{before + 1}]" if repeats else str(parent.tag))
    return "/".join(reversed(parts[:-1]))
