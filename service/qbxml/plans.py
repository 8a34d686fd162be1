"""The schema compiled for speed: what one element may hold, for one version and edition. Never sees a content.

A plan is made when it is first needed and kept. It holds for one pair of version and edition, so that all that
depends on them (too new, not in this edition, lengths, values) is settled once and not once for each document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from service.qbxml import characters, schema, values, versions
from service.qbxml.complaints import Breach
from service.qbxml.schema import Particle


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why an element cannot be sent in this version or edition."""

    kind: Breach
    sentence: str
    needs: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One element that may stand in another."""

    name: str
    position: int
    """Its place in the schema's order."""
    group: int
    """The same, but one number for all elements that may be mixed in a repeated choice."""
    mixed: bool
    """Whether it is one of a repeated choice."""
    aggregate: str | None
    write: values.Writer | None
    """The writer of its type; None for text and for aggregates."""
    as_is: Callable[[str], object] | None
    """Of a text that can be sent: what answers a value that breaks no rule and is written as it stands."""
    most: int | None
    max_length: int | None
    values: tuple[str, ...]
    later_values: Mapping[str, Unavailable]
    min_value: Decimal | None
    max_value: Decimal | None
    macro: bool
    several_lines: bool
    is_list_name: bool
    unavailable: Unavailable | None
    edition: tuple[str, str]
    start: str
    end: str

    def plan(self) -> Plan:
        """The plan of what stands inside. Only for aggregates."""
        assert self.aggregate is not None
        return aggregate_plan(self.aggregate, *self.edition)


@dataclass(frozen=True, slots=True)
class Choice:
    """Exactly one of several sequences (none, if not `required`)."""

    required: bool
    repeated: bool
    branches: tuple[Branch, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Branch:
    """One sequence of a choice."""

    names: frozenset[str]
    ordered: tuple[str, ...]
    required: frozenset[str]
    choices: tuple[Choice, ...]
    may_be_empty: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What one element may hold."""

    name: str
    fields: Mapping[str, Field]
    required: frozenset[str]
    choices: tuple[Choice, ...]
    attributes: Mapping[str, Field]
    unavailable: Unavailable | None = None
    mixed: frozenset[str] = field(default_factory=frozenset)
    """The names that may be given in order under `@each`."""


@cache
def request_plan(name: str, version: str, country: str) -> Plan:
    """The plan of a request element. Raises `schema.UnknownRequest`."""
    message = schema.request(name)
    compiler = _Compiler(name, version, country)
    return compiler.plan(message.content, message.attributes, compiler.unavailable(message.since, message.countries))


@cache
def aggregate_plan(key: str, version: str, country: str) -> Plan:
    """The plan of an element with children, by its key in the schema."""
    found = schema.facts().aggregates[key]
    return _Compiler(key.partition("#")[0], version, country).plan(found.content, found.attributes, None)


# Line breaks go only where QuickBooks shows several lines: notes, memos and descriptions, and the private values of
# applications, which nobody shows. Whether others would keep them is open; the safe reading is that they do not.
_SEVERAL_LINES = frozenset(
    {"DataExtValue", "Desc", "ItemDesc", "Memo", "Note", "Notes", "OverrideMemo", "PurchaseDesc", "SalesDesc"}
)

# A customer message is a sentence that happens to be kept in a list; it has no levels that a colon could separate.
_NAMES_WITH_COLONS = frozenset({"CustomerMsg"})


class _Compiler:
    """Turns a content of the schema into a plan."""

    def __init__(self, name: str, version: str, country: str) -> None:
        self.name = name
        self.version = version
        self.country = country
        self.fields: dict[str, Field] = {}
        self.mixed: set[str] = set()
        self.is_list_entry = name in _list_entries()

    def plan(
        self, content: tuple[Particle, ...], attributes: Mapping[str, Particle], unavailable: Unavailable | None
    ) -> Plan:
        required, choices = self._sequence(content, "1.0", None, None)
        return Plan(
            name=self.name,
            fields=self.fields,
            required=required,
            choices=choices,
            attributes={key: self._field({"name": key} | dict(facts), 0, None) for key, facts in attributes.items()},
            unavailable=unavailable,
            mixed=frozenset(self.mixed),
        )

    def unavailable(self, since: str, countries: tuple[str, ...] | None) -> Unavailable | None:
        if versions.is_newer(since, self.version):
            return Unavailable(Breach.VERSION, newer_sentence(since, self.version), since)
        if countries is not None and self.country not in countries:
            known = " and ".join(filter(None, (", ".join(countries[:-1]), countries[-1])))
            return Unavailable(
                Breach.EDITION, f"only the {known} editions of QuickBooks know it, this is {self.country}", None
            )
        return None

    def _sequence(
        self,
        content: tuple[Particle, ...] | list[Particle],
        since: str,
        countries: tuple[str, ...] | None,
        group: int | None,
    ) -> tuple[frozenset[str], tuple[Choice, ...]]:
        required = set()
        choices = []
        for particle in content:
            own_since = _later(since, particle.get("since", "1.0"))
            own_countries = _common(countries, particle.get("countries"))
            if "choice" in particle:
                choices.append(self._choice(particle, own_since, own_countries))
                continue
            placed = {**particle, "since": own_since, "countries": own_countries}
            self.fields[particle["name"]] = self._field(placed, len(self.fields), group)
            if particle.get("min", 1):
                required.add(particle["name"])
        return frozenset(required), tuple(choices)

    def _choice(self, particle: Particle, since: str, countries: tuple[str, ...] | None) -> Choice:
        repeated = particle.get("max", 1) != 1
        group = len(self.fields) if repeated else None
        branches = []
        for content in particle["choice"]:
            before = len(self.fields)
            required, choices = self._sequence(content, since, countries, group)
            ordered = tuple(list(self.fields)[before:])
            empty = not required and not any(choice.required for choice in choices)
            branches.append(Branch(frozenset(ordered), ordered, required, choices, empty))
        names = frozenset[str]().union(*(branch.names for branch in branches))
        if repeated:
            self.mixed |= names
        required_at_all = particle.get("min", 1) > 0 and not any(branch.may_be_empty for branch in branches)
        return Choice(required_at_all, repeated, tuple(branches), names)

    def _field(self, facts: Particle, position: int, group: int | None) -> Field:
        name, kind = facts["name"], facts.get("type")
        allowed, later = self._values(facts)
        write = values.WRITERS.get(kind) if kind else None
        most = self._max_length(facts, kind)
        unavailable = self.unavailable(facts.get("since", "1.0"), facts.get("countries"))
        is_list_name = self.is_list_entry and name == "Name"
        is_text = write is None and "aggregate" not in facts and unavailable is None
        return Field(
            name=name,
            position=position,
            group=position if group is None else group,
            mixed=group is not None,
            aggregate=facts.get("aggregate"),
            write=write,
            as_is=characters.plain_up_to(most, colons=not is_list_name) if is_text else None,
            most=None if group is not None else facts.get("max", 1),
            max_length=most,
            values=allowed,
            later_values=later,
            min_value=_decimal(facts.get("min_value")),
            max_value=_decimal(facts.get("max_value")),
            macro=facts.get("macro", False),
            several_lines=name in _SEVERAL_LINES,
            is_list_name=is_list_name,
            unavailable=unavailable,
            edition=(self.version, self.country),
            start=f"<{name}>",
            end=f"</{name}>",
        )

    def _max_length(self, facts: Particle, kind: str | None) -> int | None:
        limit = facts.get("max_length")
        if isinstance(limit, Mapping):
            limit = limit.get(self.country)
        if limit is None and kind is not None:
            limit = _REQUEST_ID_LENGTH if kind == "UUIDTYPE" else schema.facts().types[kind].get("max_length")
        return int(limit) if limit is not None else None

    def _values(self, facts: Particle) -> tuple[tuple[str, ...], dict[str, Unavailable]]:
        allowed = tuple(facts.get("values", ()))
        later: dict[str, Unavailable] = {}
        for value, life in facts.get("value_versions", {}).items():
            since, until = life.get("since"), life.get("until")
            if since and versions.is_newer(since, self.version):
                later[value] = Unavailable(Breach.VERSION, f"'{value}' {newer_sentence(since, self.version)}", since)
            elif until and versions.is_newer(self.version, until):
                later[value] = Unavailable(
                    Breach.VERSION,
                    f"'{value}' is known up to qbXML {until} only; this session uses {self.version}",
                    None,
                )
        return tuple(value for value in allowed if value not in later), later


_REQUEST_ID_LENGTH = 50


def newer_sentence(since: str, version: str) -> str:
    """`needs qbXML 12.0, which QuickBooks 2013 and later have; this QuickBooks has 11.0`."""
    year = versions.quickbooks_year(since)
    which = f", which QuickBooks {year} and later have" if year else ""
    return f"needs qbXML {since}{which}; this session uses {version}"


@cache
def _list_entries() -> frozenset[str]:
    """The elements that add or change a list entry, and so carry a name without levels."""
    facts = schema.facts().requests.values()
    return frozenset(
        message.object + message.verb
        for message in facts
        if message.verb in {"Add", "Mod"}
        and message.object not in _NAMES_WITH_COLONS
        and schema.is_list(message.object)
    )


def _later(one: str, other: str) -> str:
    return one if versions.is_newer(one, other) else other


def _common(one: tuple[str, ...] | None, other: list[str] | None) -> tuple[str, ...] | None:
    if other is None:
        return one
    return tuple(other) if one is None else tuple(country for country in one if country in other)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
