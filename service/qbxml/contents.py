"""An element of an answer becomes plain JSON by the schema. Never refuses what the schema does not know: it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from service.qbxml import parsing, schema

ORDER = "@order"
"""Where parts of several kinds repeat mixed (item lines and group lines): the kinds as they followed each other."""

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class _Part:
    """What is to be done with one element inside another."""

    name: str
    """The tag once more: lxml makes a new str for every element, and of a long answer all would be kept."""
    aggregate: str | None
    is_list: bool
    is_boolean: bool


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is known of the inside of one element."""

    by_tag: Mapping[str, _Part]
    mixed: frozenset[str]
    has_attributes: bool


def of_ret(element: etree._Element) -> dict[str, object]:
    """The content of an object that stands directly in a response, such as a CustomerRet."""
    parent = element.getparent()
    key = _ret_keys().get((str(parent.tag) if parent is not None else "", str(element.tag)), str(element.tag))
    if key in schema.facts().aggregates:
        return _known(element, _parts(key), 0)
    return _unknown_object(element, 0)


def of_leaf(response: str, element: etree._Element) -> object:
    """The value of a simple element that stands directly in a response."""
    part = _response_parts(response).by_tag.get(str(element.tag))
    text = element.text or ""
    return _TRUTH.get(text, text) if part is not None and part.is_boolean else text


def in_order(content: Mapping[str, Any], *tags: str) -> Iterator[tuple[str, Any]]:
    """The repeated parts of an object with these tags, each with its tag, in the order QuickBooks gave them.

    `in_order(invoice, "InvoiceLineRet", "InvoiceLineGroupRet")` yields the lines of an invoice; kept lines of a Mod
    must be sent in this order (3290 otherwise).
    """
    parts = {tag: iter(content.get(tag, ())) for tag in tags}
    for tag in content.get(ORDER, ()):
        if tag in parts:
            yield tag, next(parts[tag])
    for tag, rest in parts.items():
        for part in rest:
            yield tag, part


@cache
def ret_tags() -> frozenset[str]:
    """The tags of all objects that can stand directly in a response."""
    return frozenset(tag for _, tag in _ret_keys())


@cache
def _ret_keys() -> Mapping[tuple[str, str], str]:
    return {
        (name, particle["name"]): particle["aggregate"]
        for name, message in schema.facts().responses.items()
        for particle in schema.elements(message.content)
        if "aggregate" in particle and particle["name"] != "ErrorRecovery"
    }


@cache
def _parts(key: str) -> _Parts:
    found = schema.facts().aggregates[key]
    return _compiled(found.content, has_attributes=bool(found.attributes))


@cache
def _response_parts(name: str) -> _Parts:
    message = schema.facts().responses.get(name)
    return _compiled(message.content if message else (), has_attributes=False)


def _compiled(content: tuple[schema.Particle, ...], *, has_attributes: bool) -> _Parts:
    by_tag: dict[str, _Part] = {}
    mixed: set[str] = set()

    def gather(particles: tuple[schema.Particle, ...] | list[schema.Particle], *, repeated: bool) -> None:
        for particle in particles:
            if "choice" in particle:
                for branch in particle["choice"]:
                    gather(branch, repeated=repeated or particle.get("max", 1) != 1)
                continue
            name = particle["name"]
            by_tag[name] = _Part(
                name=name,
                aggregate=particle.get("aggregate"),
                is_list=repeated or particle.get("max", 1) != 1,
                is_boolean=particle.get("type") == "BOOLTYPE",
            )
            if repeated:
                mixed.add(name)

    gather(content, repeated=False)
    return _Parts(by_tag, frozenset(mixed), has_attributes)


def _known(element: etree._Element, parts: _Parts, depth: int) -> dict[str, object]:
    content: dict[str, Any] = {}
    by_tag = parts.by_tag
    if parts.has_attributes:
        content.update(("@" + name, value) for name, value in element.items())
    order: list[str] = []
    for child in element:
        tag = str(child.tag)
        part = by_tag.get(tag)
        value: object
        if part is None:
            value = _unknown(child, depth + 1)
        elif part.aggregate is not None:
            value = _known(child, _parts(part.aggregate), depth + 1)
        else:
            value = _leaf(child, part, depth)
        tag = tag if part is None else part.name
        if part is not None and part.is_list:
            if tag in content:
                content[tag].append(value)
            else:
                content[tag] = [value]
            if tag in parts.mixed:
                order.append(tag)
        elif tag in content:
            _repeat(content, tag, value)
        else:
            content[tag] = value
    if parts.mixed and len(set(order)) > 1:
        content[ORDER] = order
    return content


def _leaf(element: etree._Element, part: _Part, depth: int) -> object:
    text = element.text
    if text is None:
        return _unknown(element, depth + 1) if len(element) else ""
    return _TRUTH.get(text, text) if part.is_boolean else text


def _unknown(element: etree._Element, depth: int) -> object:
    if len(element) or element.attrib:
        return _unknown_object(element, depth)
    return element.text or ""


def _unknown_object(element: etree._Element, depth: int) -> dict[str, object]:
    if depth > parsing.MAX_DEPTH:
        raise parsing.Unreadable(f"The answer of QuickBooks is nested more than {parsing.MAX_DEPTH} levels deep.")
    content: dict[str, Any] = {"@" + str(name): value for name, value in element.items()}
    text = (element.text or "").strip()
    if text:
        content["#text"] = text
    for child in element:
        tag = str(child.tag)
        value = _unknown(child, depth + 1)
        if tag in content:
            _repeat(content, tag, value)
        else:
            content[tag] = value
    return content


def _repeat(content: dict[str, Any], tag: str, value: object) -> None:
    """A second element where the schema has one, or knows none: nothing is lost, it becomes a list."""
    if isinstance(content[tag], list):
        content[tag].append(value)
    else:
        content[tag] = [content[tag], value]
