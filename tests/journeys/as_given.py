"""Writes a request exactly as its content says, right or wrong: what a careless program would send. Checks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.qbxml.grammar import FACTS


def as_given(name: str, content: Mapping[str, Any]) -> str:
    """Return the request as text: known elements in the schema's order, unknown ones behind them."""
    return _element(name, content, FACTS["requests"][name]["content"])


def _element(tag: str, value: Any, inside: list[Any]) -> str:
    if not isinstance(value, Mapping):
        return f"<{tag}>{_text(value)}</{tag}>"
    attributes = "".join(f" {key[1:]}={quoteattr(_text(one))}" for key, one in value.items() if _is_attribute(key))
    order = _order(inside)
    keys = [key for key in value if not _is_attribute(key)]
    keys.sort(key=lambda key: order.get(_first_name(key, value[key]), len(order)))
    known = _known(inside)
    return f"<{tag}{attributes}>{''.join(_repeats(key, value[key], known) for key in keys)}</{tag}>"


def _repeats(key: str, value: Any, known: Mapping[str, list[Any]]) -> str:
    if key == "@each":
        return "".join(_element(name, one, known.get(name, [])) for part in value for name, one in part.items())
    values = value if isinstance(value, list) else [value]
    return "".join(_element(key, one, known.get(key, [])) for one in values)


def _is_attribute(key: str) -> bool:
    return key.startswith("@") and key != "@each"


def _first_name(key: str, value: Any) -> str:
    return next(iter(value[0])) if key == "@each" and value else key


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def _known(particles: list[Any]) -> dict[str, list[Any]]:
    """Every element that may stand here, with the particles inside it."""
    found: dict[str, list[Any]] = {}
    for particle in particles:
        if "choice" in particle:
            for branch in particle["choice"]:
                found |= _known(branch)
        else:
            aggregate = particle.get("aggregate")
            found[particle["name"]] = FACTS["aggregates"][aggregate]["content"] if aggregate else []
    return found


def _order(particles: list[Any]) -> dict[str, int]:
    return {name: place for place, name in enumerate(_known(particles))}
