"""Compares what was given with what came back, field by field, by the schema's facts of the answer. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.qbxml.grammar import FACTS

NUMBERS = {"AMTTYPE", "FLOATTYPE", "INTTYPE", "PERCENTTYPE", "PRICETYPE", "QUANTYPE"}

RENAMED = {
    "PaymentAmount": "Amount",
    "QuantityToTransfer": "QuantityTransferred",
}
"""What an answer calls by another word."""


def differences(kind: str, given: Mapping[str, Any], returned: Mapping[str, Any]) -> list[str]:
    """Return what was given in an Add and did not come back as it was, a sentence each."""
    return list(_differences(given, returned, _ret(kind), f"{kind}Ret"))


def not_returned(kind: str, given: Mapping[str, Any]) -> set[str]:
    """Return the paths of fields that an answer of this kind has no element for."""
    return set(_without_element(given, _ret(kind), ""))


def _ret(kind: str) -> list[Any]:
    (ret,) = (one for one in FACTS["responses"][f"{kind}QueryRs"]["content"] if one.get("name") == f"{kind}Ret")
    content: list[Any] = FACTS["aggregates"][ret["aggregate"]]["content"]
    return content


def _differences(given: Mapping[str, Any], returned: Any, content: list[Any], path: str) -> Iterator[str]:
    if not isinstance(returned, Mapping):
        yield f"{path}: {given} was given, and {returned!r} came back."
        return
    known = _elements(content)
    for name, value in given.items():
        if name == "@each":
            yield from _each(value, returned, known, path)
            continue
        ours = _name_in_answer(name, known)
        if ours is not None:
            yield from _value(value, returned.get(ours), known[ours], f"{path}/{ours}")


def _each(parts: list[Any], returned: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[str]:
    names = [_name_in_answer(next(iter(part)), known) for part in parts]
    order = returned.get("@order") or [name for name in set(names) if name for _ in returned.get(name, ())]
    if order != names:
        yield f"{path}: the lines {names} were given, and {order} came back."
        return
    rest = {name: iter(returned[name]) for name in set(names) if name is not None}
    for name, part in zip(names, parts, strict=True):
        if name is not None:
            yield from _value(next(iter(part.values())), next(rest[name]), known[name], f"{path}/{name}")


def _value(given: Any, returned: Any, particle: Mapping[str, Any], path: str) -> Iterator[str]:
    if isinstance(given, list) or (isinstance(returned, list) and returned):
        given = given if isinstance(given, list) else [given]
        returned = returned if isinstance(returned, list) else [returned]
        if len(given) != len(returned):
            yield f"{path}: {len(given)} were given, and {len(returned)} came back."
            return
        for one, other in zip(given, returned, strict=True):
            yield from _value(one, other, particle, path)
    elif "aggregate" in particle and isinstance(given, Mapping):
        yield from _differences(given, returned, FACTS["aggregates"][particle["aggregate"]]["content"], path)
    elif particle["name"] == "FullName" and str(given).lower() == str(returned).lower():
        return  # A name finds its entry in any case, and comes back as the entry spells it.
    elif not _same(given, returned, particle["type"]):
        yield f"{path}: {given!r} was given, and {returned!r} came back."


def _same(given: Any, returned: Any, kind: str) -> bool:
    if returned is None or returned == "":
        return bool(given == "")
    if kind in NUMBERS:
        return Decimal(str(given)) == Decimal(str(returned))
    return bool(given == returned)


def _without_element(given: Mapping[str, Any], content: list[Any], path: str) -> Iterator[str]:
    known = _elements(content)
    pairs = [pair for part in given.get("@each", ()) for pair in part.items()]
    for name, value in [*((one, other) for one, other in given.items() if one != "@each"), *pairs]:
        ours = _name_in_answer(name, known)
        here = f"{path}/{name}".lstrip("/")
        if ours is None:
            yield here
        elif "aggregate" in known[ours]:
            for one in value if isinstance(value, list) else [value]:
                yield from _without_element(one, FACTS["aggregates"][known[ours]["aggregate"]]["content"], here)


def _name_in_answer(name: str, known: Mapping[str, Any]) -> str | None:
    stem = name.removesuffix("Add")
    return next((one for one in (name, f"{stem}Ret", stem, RENAMED.get(name, name)) if one in known), None)


def _elements(content: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for particle in content:
        if "choice" in particle:
            for branch in particle["choice"]:
                found |= _elements(branch)
        else:
            found[particle["name"]] = particle
    return found
