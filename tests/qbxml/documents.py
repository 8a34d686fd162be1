"""Documents drawn at random from the schema's facts, and the ways to break exactly one rule in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.qbxml.grammar import FACTS

LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ 0123456789&<>'\"éüß.-/"


@dataclass(frozen=True)
class Spot:
    """One element of a document: its path, where it lies, and what the schema says of it."""

    path: str
    inside: dict[str, Any]
    particle: dict[str, Any]
    siblings: list[Any]

    @property
    def name(self) -> str:
        return str(self.particle["name"])

    @property
    def first(self) -> str:
        """The path of the element itself, or of the first of its repeats."""
        return self.path + "[1]" if isinstance(self.inside[self.name], list) else self.path

    def put(self, value: Any) -> None:
        """Set the element, or the first of its repeats, to another value."""
        if isinstance(self.inside[self.name], list):
            self.inside[self.name][0] = value
        else:
            self.inside[self.name] = value


class Draw:
    """Draws documents that the schema allows for one version and edition."""

    def __init__(self, random: Random, version: str, country: str) -> None:
        self.random = random
        self.version = version
        self.country = country

    def document(self, name: str) -> dict[str, Any]:
        """Return a content of the request, its keys in any order."""
        return self._content(FACTS["requests"][name]["content"], 0, "1.0")

    def _content(self, particles: list[Any], depth: int, since: str) -> dict[str, Any]:
        found: list[tuple[str, Any]] = []
        for particle in particles:
            found += self._particle(particle, depth, since)
        self.random.shuffle(found)
        return dict(found)

    def _particle(self, particle: dict[str, Any], depth: int, since: str) -> list[tuple[str, Any]]:
        since = max(since, particle.get("since", "1.0"), key=float)
        least, most = particle.get("min", 1), particle.get("max", 1)
        if not self.knows(particle, since) or (not least and self.random.random() < 0.3 + 0.2 * depth):
            return []
        if "choice" in particle:
            return self._choice(particle, depth, since)
        number = max(least, 1) if most == 1 else self.random.randint(max(least, 1), min(most or 3, 3))
        values = [self.any_value(particle, depth, since) for _ in range(number)]
        return [(particle["name"], values[0] if most == 1 or (number == 1 and self.random.random() < 0.5) else values)]

    def _choice(self, particle: dict[str, Any], depth: int, since: str) -> list[tuple[str, Any]]:
        branches = [branch for branch in particle["choice"] if all(self.knows(one, since) for one in branch)]
        if not branches:
            return []
        if particle.get("max", 1) != 1:
            parts = self.random.choices(branches, k=self.random.randint(1, 3))
            return [("@each", [{one[0]["name"]: self.any_value(one[0], depth, since)} for one in parts])]
        return list(self._content(self.random.choice(branches), depth, since).items())

    def knows(self, particle: dict[str, Any], since: str) -> bool:
        newest = max(since, particle.get("since", "1.0"), key=float)
        return self.country in particle.get("countries", [self.country]) and float(newest) <= float(self.version)

    def any_value(self, particle: dict[str, Any], depth: int, since: str) -> Any:
        if "aggregate" in particle:
            return self._content(FACTS["aggregates"][particle["aggregate"]]["content"], depth + 1, since)
        return VALUES[particle["type"]](self, particle)

    def text(self, particle: dict[str, Any]) -> str:
        limit = particle.get("max_length", FACTS["types"][particle["type"]].get("max_length", 60))
        limit = limit.get(self.country, 60) if isinstance(limit, dict) else limit
        return "".join(self.random.choices(LETTERS, k=self.random.randint(0, min(limit, 60))))

    def number(self, particle: dict[str, Any]) -> Any:
        low, high = int(particle.get("min_value", 0)), int(particle.get("max_value", 9999))
        return self.random.choice([self.random.randint(low, high), str(self.random.randint(low, high))])

    def decimal(self, particle: dict[str, Any]) -> Any:
        low, high = int(float(particle.get("min_value", -(10**6)))), int(float(particle.get("max_value", 10**6)))
        amount = self.random.randint(low + 1, high - 1)
        return self.random.choice([amount, f"{amount}.25", amount / 4 if low < 0 else amount, ""])

    def value(self, particle: dict[str, Any]) -> str:
        lives = particle.get("value_versions", {})
        now = float(self.version)
        known = [
            one
            for one in particle["values"]
            if float(lives.get(one, {}).get("since", 1)) <= now <= float(lives.get(one, {}).get("until", 99))
        ]
        return str(self.random.choice(known))

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)


VALUES: dict[str, Any] = {
    "AMTTYPE": Draw.decimal,
    "BOOLTYPE": lambda draw, _: draw.one_of(True, False, "true", "false"),
    "DATETIMETYPE": lambda draw, _: draw.one_of("2026-07-04", "2026-07-04T14:05:00", "2026-07-04T14:05:00-08:00"),
    "DATETYPE": lambda draw, _: draw.one_of("2026-07-04", "2024-02-29", ""),
    "ENUMTYPE": Draw.value,
    "FLOATTYPE": Draw.decimal,
    "GUIDTYPE": lambda draw, _: draw.one_of("0", "{6B063959-81B0-4622-85D6-F548C8CCB517}"),
    "IDTYPE": Draw.text,
    "INTTYPE": Draw.number,
    "PERCENTTYPE": Draw.decimal,
    "PRICETYPE": Draw.decimal,
    "QUANTYPE": Draw.decimal,
    "STRTYPE": Draw.text,
    "TIMEINTERVALTYPE": lambda draw, _: draw.one_of("PT2H30M0S", "PT5M"),
}


def spots(name: str, document: dict[str, Any]) -> list[Spot]:
    """Return all elements of a document."""
    return list(_spots(document, FACTS["requests"][name]["content"], ""))


def _spots(content: dict[str, Any], particles: list[Any], path: str) -> Iterator[Spot]:
    for particle in particles:
        if "choice" in particle:
            for branch in particle["choice"]:
                yield from _spots(content, branch, path)
            yield from _parts(content, particle, path)
        elif particle["name"] in content:
            here = f"{path}/{particle['name']}".lstrip("/")
            yield Spot(here, content, particle, particles)
            yield from _inner(content[particle["name"]], particle, here)


def _parts(content: dict[str, Any], choice: dict[str, Any], path: str) -> Iterator[Spot]:
    known = {branch[0]["name"]: branch[0] for branch in choice["choice"] if "name" in branch[0]}
    for index, part in enumerate(content.get("@each", ()) if choice.get("max", 1) is None else (), 1):
        (name,) = part
        here = f"{path}/@each[{index}]/{name}".lstrip("/")
        yield from _inner(part[name], known[name], here)


def _inner(value: Any, particle: dict[str, Any], path: str) -> Iterator[Spot]:
    if "aggregate" not in particle:
        return
    content = FACTS["aggregates"][particle["aggregate"]]["content"]
    if isinstance(value, list):
        for index, one in enumerate(value, 1):
            yield from _spots(one, content, f"{path}[{index}]")
    else:
        yield from _spots(value, content, path)
