"""Owns the reading of a request document: envelope, order and shape. It refuses whole sets and never runs anything.

A request becomes a plain tree: an element's text, a dict for an aggregate, a list where the element may repeat, and
under `MIXED` the (name, tree) pairs of a repeated choice in the order sent. Everything outside is hostile: no
document type, no entities, bounded sizes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from qwc.company.hresults import com_error, set_refused
from qwc.company.refusals import Refusal
from qwc.company.schema import Choice, Edition, Element, Message, Particle, edition, known_versions, version_of
from qwc.company.values import read_value

Node = dict[str, Any]
MIXED = "*"
DEF_MACRO = "@defMacro"
_LARGEST_DOCUMENT = 64 * 1024 * 1024
_SET_ATTRIBUTES = {"onError", "responseData", "newMessageSetID", "oldMessageSetID"}
_VERSION = re.compile(r'\s*version\s*=\s*"([A-Z]{2})?([0-9]{1,2}\.[0-9]{1,2})"\s*')
# How the request processor spells a country before the early versions, where it is not as it is called elsewhere.
_COUNTRY_OF_PREFIX = {"OZ": "AU"}
# Besides Latin-1, raw text may not hold anything (qbxml.md 3.3).
_BEYOND_LATIN_1 = re.compile(r"[^\x00-\xff]")


class UseMacro(str):
    """A value that is still to come: the name of a macro that an earlier request defines."""

    __slots__ = ()


@dataclass(slots=True)
class Request:
    """One request of a set. `complaint` is the first value that cannot be read; the request then fails with it."""

    message: Message
    attributes: dict[str, str]
    node: Node
    complaint: Refusal | None = None


@dataclass(slots=True)
class RequestSet:
    """A whole set, well-formed and in the order of the schema. `checksum` covers the requests and how to run them."""

    edition: Edition
    attributes: dict[str, str]
    requests: list[Request] = field(default_factory=list)
    checksum: str = ""


def read_request_set(text: str, country: str, highest: str) -> RequestSet:
    """Read a document for a company of `country` that knows qbXML up to `highest`.

    ComError 0x80040400 for any breach of the schema, 0x80040413 for rollbackOnError, 0x80040423 for a version that is
    too high or not known; then nothing of the set may run.
    """
    root = _parse(text)
    schema = edition(_declared_version(root, country, highest), country)
    envelope = _envelope(root)
    attributes = {name: str(value) for name, value in envelope.attrib.items()}
    _check_set_attributes(attributes)
    requests = [_read_request(schema, child) for child in _children(envelope)]
    return RequestSet(schema, attributes, requests, _checksum(envelope, attributes))


def _parse(text: str) -> etree._Element:
    if len(text) > _LARGEST_DOCUMENT or _BEYOND_LATIN_1.search(text):
        raise set_refused()
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as broken:
        raise set_refused() from broken
    if root.getroottree().docinfo.doctype or root.tag != "QBXML" or root.attrib:
        raise set_refused()
    return root


def _declared_version(root: etree._Element, country: str, highest: str) -> tuple[int, int]:
    """The version of the `qbxml` instruction; another country's prefix is a version this file does not know."""
    instructions = [
        sibling
        for sibling in root.itersiblings(preceding=True)
        if isinstance(sibling, etree._ProcessingInstruction) and sibling.target == "qbxml"  # noqa: SLF001 - lxml has no other name.
    ]
    match = _VERSION.fullmatch(instructions[0].text or "") if len(instructions) == 1 else None
    if match is None:
        raise set_refused()
    prefix, number = match.groups()
    foreign = prefix is not None and (country == "US" or _COUNTRY_OF_PREFIX.get(prefix, prefix) != country)
    if foreign or number not in known_versions() or version_of(number) > version_of(highest):
        raise com_error("0x80040423")
    return version_of(number)


def _envelope(root: etree._Element) -> etree._Element:
    children = _children(root)
    if len(children) != 1 or children[0].tag != "QBXMLMsgsRq":
        raise set_refused()
    return children[0]


def _check_set_attributes(attributes: dict[str, str]) -> None:
    if set(attributes) - _SET_ATTRIBUTES:
        raise set_refused()
    if attributes.get("onError") == "rollbackOnError":
        raise com_error("0x80040413")
    if attributes.get("onError") not in {"stopOnError", "continueOnError"}:
        raise set_refused()
    if attributes.get("responseData", "includeAll") not in {"includeAll", "includeNone"}:
        raise set_refused()


def _checksum(envelope: etree._Element, attributes: dict[str, str]) -> str:
    """Over the requests exactly as sent, white space too: which bytes count is open (qbxml.md 17.6), so all do."""
    digest = hashlib.sha256(attributes["onError"].encode())
    digest.update((envelope.text or "").encode())
    for child in envelope:
        digest.update(etree.tostring(child))
    return digest.hexdigest()


def _read_request(schema: Edition, element: etree._Element) -> Request:
    tag = str(element.tag)
    message = schema.message(tag[:-2]) if tag.endswith("Rq") else None
    if message is None:
        raise set_refused()
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    _check_request_attributes(message, attributes)
    walk = _Walk(schema)
    node = walk.aggregate(message.content, element)
    return Request(message, attributes, node, walk.complaint)


def _check_request_attributes(message: Message, attributes: dict[str, str]) -> None:
    allowed: dict[str, set[str] | None] = {"requestID": None}
    if message.meta_data:
        allowed["metaData"] = {"NoMetaData", "MetaDataOnly", "MetaDataAndResponseData"}
    if message.iterator:
        allowed["iterator"] = {"Start", "Continue", "Stop"}
        allowed["iteratorID"] = None
    for name, value in attributes.items():
        values = allowed.get(name, set())
        if values is not None and value not in values:
            raise set_refused()


class _Walk:
    """One pass over a request: takes the children in the order of the schema, keeps the first unreadable value."""

    def __init__(self, schema: Edition) -> None:
        self.schema = schema
        self.complaint: Refusal | None = None

    def aggregate(self, content: tuple[Particle, ...], element: etree._Element) -> Node:
        children = _children(element)
        node: Node = {}
        if self._sequence(content, children, 0, node) != len(children):
            raise set_refused()
        return node

    def _sequence(self, content: tuple[Particle, ...], children: list[etree._Element], at: int, node: Node) -> int:
        for particle in content:
            if isinstance(particle, Element):
                at = self._element(particle, children, at, node)
            elif particle.most == 1:
                at = self._choice(particle, children, at, node)
            else:
                at = self._mixed(particle, children, at, node)
        return at

    def _element(self, element: Element, children: list[etree._Element], at: int, node: Node) -> int:
        taken: list[Any] = []
        while (
            at < len(children) and children[at].tag == element.name and (not element.most or len(taken) < element.most)
        ):
            taken.append(self._value(element, children[at]))
            at += 1
        if len(taken) < element.least:
            raise set_refused()
        if taken:
            node[element.name] = taken[0] if element.most == 1 else taken
        return at

    def _choice(self, choice: Choice, children: list[etree._Element], at: int, node: Node) -> int:
        branch = choice.starts.get(str(children[at].tag)) if at < len(children) else None
        if branch is not None:
            return self._sequence(choice.branches[branch], children, at, node)
        if not choice.may_be_empty:
            raise set_refused()
        return at

    def _mixed(self, choice: Choice, children: list[etree._Element], at: int, node: Node) -> int:
        taken = 0
        while at < len(children) and str(children[at].tag) in choice.starts:
            one: Node = {}
            at = self._choice(choice, children, at, one)
            for name, value in one.items():
                values = value if isinstance(value, list) else [value]
                node.setdefault(MIXED, []).extend((name, single) for single in values)
            taken += 1
        if not taken and not choice.may_be_empty:
            raise set_refused()
        return at

    def _value(self, element: Element, source: etree._Element) -> Any:
        if element.aggregate:
            node = self.aggregate(self.schema.content(element.aggregate), source)
            for name, value in source.attrib.items():
                if name != "defMacro":
                    raise set_refused()
                node[DEF_MACRO] = str(value)
            return node
        return self._leaf(element, source)

    def _leaf(self, element: Element, source: etree._Element) -> str:
        if len(source):
            raise set_refused()
        if source.attrib:
            if not element.macro or set(source.attrib) != {"useMacro"} or source.text:
                raise set_refused()
            return UseMacro(str(source.attrib["useMacro"]))
        text = source.text or ""
        if element.values is not None and text.strip() not in element.values:
            raise set_refused()
        try:
            return read_value(element, text.strip() if element.values is not None else text)
        except Refusal as refusal:
            self.complaint = self.complaint or refusal
            return ""


def _children(element: etree._Element) -> list[etree._Element]:
    """The child elements of an aggregate; text between them, or an entity, breaks the schema."""
    if element.text and element.text.strip():
        raise set_refused()
    children = []
    for child in element:
        if isinstance(child, etree._Entity) or (child.tail and child.tail.strip()):  # noqa: SLF001 - lxml has no other name.
            raise set_refused()
        if isinstance(child.tag, str):
            children.append(child)
    return children
