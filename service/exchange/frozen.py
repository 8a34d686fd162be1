"""Reads back what a message set asked for, from its exact bytes. Never looks at what is known since then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lxml import etree

from service.exchange.request import Draft, read_raw


def requests_in(text: bytes) -> Mapping[str, Draft]:
    """The requests of a set that was handed out, by requestID. The bytes are our own and were checked when written."""
    root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    found: dict[str, Draft] = {}
    for element in root[0]:
        plain = etree.tostring(element, encoding="unicode", with_tail=False)
        found[str(element.get("requestID"))] = read_raw(plain)
    return found


def questions_in(text: bytes) -> Counter[int]:
    """The numbers of the messages that a set is about, each with how many of its requests are about it.

    A requestID is a number or `number.part`.
    """
    root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    return Counter(int(str(element.get("requestID")).partition(".")[0]) for element in root[0])
