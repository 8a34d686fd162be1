"""Finds the choices of the schema that a document has made, and what else could have been chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.qbxml.documents import Draw, spots
from tests.qbxml.grammar import FACTS


def open_choices(name: str, document: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], str]]:
    """The choices of a document that stand directly in a sequence: where, what, and the path of where."""
    found = [(document, one, "") for one in FACTS["requests"][name]["content"] if "choice" in one]
    for spot in spots(name, document):
        if "aggregate" not in spot.particle:
            continue
        content = FACTS["aggregates"][spot.particle["aggregate"]]["content"]
        given = spot.inside[spot.name]
        repeats = [(f"{spot.path}[{index}]", one) for index, one in enumerate(given, 1)]
        for path, value in repeats if isinstance(given, list) else [(spot.path, given)]:
            found += [(value, one, path) for one in content if "choice" in one]
    return found


def branches(choice: dict[str, Any], content: dict[str, Any], draw: Draw) -> tuple[Any, list[Any]]:
    """The branch of a choice that is taken, and those that are not, share nothing with it and can begin here."""
    names = [set(_names(branch)) for branch in choice["choice"]]
    taken = [index for index, inside in enumerate(names) if inside & content.keys()]
    if len(taken) != 1:
        return None, []
    others = [
        branch
        for index, branch in enumerate(choice["choice"])
        if not names[index] & names[taken[0]]
        and "name" in branch[0]
        and draw.knows(branch[0], choice.get("since", "1.0"))
        and not any(one.get("min", 1) for one in branch[1:])
    ]
    return choice["choice"][taken[0]], others


def first_given(branch: list[Any], content: dict[str, Any]) -> str:
    """The first element of a branch, choices within it included, that a document holds."""
    return next(name for name in _names(branch) if name in content)


def _names(particles: list[Any]) -> Iterator[str]:
    for particle in particles:
        if "choice" in particle:
            for branch in particle["choice"]:
                yield from _names(branch)
        else:
            yield particle["name"]


def must_be_made(choice: dict[str, Any]) -> bool:
    return bool(choice.get("min", 1)) and all(
        any("name" in one and one.get("min", 1) for one in branch) for branch in choice["choice"]
    )
