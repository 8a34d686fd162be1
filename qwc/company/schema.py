"""Owns this side's own schema facts: which elements a qbXML version and country know, in order. It never reads XML.

The facts stand in `schema.json`. An element is `[name, type or @aggregate, least, most, more?]`, a choice is
`["|", [branches], least, most, more?]`; a `most` of 0 means without bound. `Edition` is the schema as one qbXML
version and one country see it: what they do not know is simply not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Element:
    """One element: a leaf with a `type`, or an `aggregate` with content of its own. `most` 0 means without bound."""

    name: str
    type: str
    aggregate: str
    least: int
    most: int
    length: int | None = None
    values: frozenset[str] | None = None
    default: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    macro: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Exactly one of the branches (none where `least` is 0); repeated and mixed where `most` is 0."""

    branches: tuple[tuple[Particle, ...], ...]
    least: int
    most: int
    starts: dict[str, int]
    may_be_empty: bool


Particle = Element | Choice


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of request: its object and verb, what it holds, and what its answer holds."""

    name: str
    object: str
    verb: str
    content: tuple[Particle, ...]
    answer: tuple[Particle, ...]
    iterator: bool
    meta_data: bool


@cache
def facts() -> dict[str, Any]:
    """The schema facts as they stand in the file, loaded once."""
    text = resources.files(__package__).joinpath("schema.json").read_text(encoding="ascii")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def known_versions() -> tuple[str, ...]:
    """Every qbXML version the facts tell apart, ascending."""
    return tuple(facts()["versions"])


def version_of(text: str) -> Version:
    """`"13.0"` as `(13, 0)`; ValueError where it is not a version."""
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


@cache
def edition(version: Version, country: str) -> Edition:
    """The schema for one version and country; compiled once for each pair."""
    return Edition(version, country)


class Edition:
    """The schema as one qbXML version and one country (US, CA, UK, AU) see it."""

    def __init__(self, version: Version, country: str) -> None:
        self.version = version
        self.country = country
        self._contents: dict[str, tuple[Particle, ...]] = {}
        self._fields: dict[str, dict[str, Element]] = {}
        self._messages: dict[str, Message | None] = {}

    def message(self, name: str) -> Message | None:
        """The request kind called `CustomerAdd` (without Rq), or None where this edition does not know it."""
        if name not in self._messages:
            self._messages[name] = self._compile_message(name)
        return self._messages[name]

    def content(self, aggregate: str) -> tuple[Particle, ...]:
        """What an aggregate holds, in order; empty where the facts do not know it."""
        if aggregate not in self._contents:
            entry = facts()["aggregates"].get(aggregate, {"content": []})
            self._contents[aggregate] = self._compile(entry["content"])
        return self._contents[aggregate]

    def fields(self, aggregate: str) -> dict[str, Element]:
        """The direct elements of an aggregate by name, branches of choices included, in order."""
        if aggregate not in self._fields:
            self._fields[aggregate] = flatten(self.content(aggregate))
        return self._fields[aggregate]

    def _compile_message(self, name: str) -> Message | None:
        entry = facts()["messages"].get(name)
        if entry is None or not self._knows(entry):
            return None
        return Message(
            name,
            entry["object"],
            entry["verb"],
            self._compile(entry["content"]),
            self._compile(entry["answer"]),
            bool(entry.get("iterator")),
            bool(entry.get("metaData")),
        )

    def _knows(self, more: dict[str, Any]) -> bool:
        if "since" in more and version_of(more["since"]) > self.version:
            return False
        if "until" in more and version_of(more["until"]) < self.version:
            return False
        return self.country in more.get("countries", (self.country,))

    def _compile(self, raw: list[list[Any]]) -> tuple[Particle, ...]:
        known = (entry for entry in raw if self._knows(entry[4] if len(entry) > 4 else {}))
        compiled = (self._choice(entry) if entry[0] == "|" else self._element(entry) for entry in known)
        return tuple(particle for particle in compiled if isinstance(particle, Element) or particle.branches)

    def _element(self, entry: list[Any]) -> Element:
        name, kind, least, most = entry[:4]
        more = entry[4] if len(entry) > 4 else {}
        length = more.get("length")
        if isinstance(length, dict):
            length = length.get(self.country)
        return Element(
            name,
            "" if kind.startswith("@") else kind,
            kind[1:] if kind.startswith("@") else "",
            least,
            most,
            length,
            self._values(more),
            more.get("default"),
            _number(more.get("low")),
            _number(more.get("high")),
            bool(more.get("macro")),
        )

    def _values(self, more: dict[str, Any]) -> frozenset[str] | None:
        if "values" not in more:
            return None
        versions = more.get("value_versions", {})
        listed = facts()["enums"][more["values"]]
        return frozenset(value for value in listed if self._knows(versions.get(value, {})))

    def _choice(self, entry: list[Any]) -> Choice:
        # A branch of which this edition knows nothing is no way to leave the choice open.
        branches = tuple(branch for branch in map(self._compile, entry[1]) if branch)
        starts: dict[str, int] = {}
        may_be_empty = entry[2] == 0
        for number, branch in enumerate(branches):
            names, empty = _first(branch)
            may_be_empty = may_be_empty or empty
            for name in names:
                starts.setdefault(name, number)
        return Choice(branches, entry[2], entry[3], starts, may_be_empty)


def flatten(particles: tuple[Particle, ...]) -> dict[str, Element]:
    """The elements of a content by name, those within choices too."""
    found: dict[str, Element] = {}
    for particle in particles:
        if isinstance(particle, Element):
            found.setdefault(particle.name, particle)
        else:
            for branch in particle.branches:
                for name, element in flatten(branch).items():
                    found.setdefault(name, element)
    return found


def _first(particles: tuple[Particle, ...]) -> tuple[set[str], bool]:
    """The names that may come first in a content, and whether all of it may be left out."""
    names: set[str] = set()
    for particle in particles:
        if isinstance(particle, Element):
            names.add(particle.name)
            if particle.least:
                return names, False
        else:
            names.update(particle.starts)
            if not particle.may_be_empty:
                return names, False
    return names, True


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
