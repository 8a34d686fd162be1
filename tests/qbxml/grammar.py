"""A second reading of the schema's facts, which judges the text of a request and shares nothing with the service.

It turns the content of each element into a regular expression over the tags of its children, so that order, presence,
repeats and choices are judged in one match, and then looks at each value by itself.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

FACTS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "service" / "qbxml" / "schema.json").read_text("ascii"))


def breaches(text: str, version: str = "16.0", country: str = "US") -> list[str]:
    """Return what is wrong with a request, each with its path; an empty list if QuickBooks could read it."""
    request = etree.fromstring(text.encode("ascii"))
    name = str(request.tag)
    facts = FACTS["requests"][name]
    found = _availability(facts, version, country, name)
    found += _attributes(request, facts["attributes"], name)
    found += _inside(request, facts["content"], version, country, "")
    return found


def _inside(element: Any, content: list[Any], version: str, country: str, path: str) -> list[str]:
    found = []
    tags = "".join(f"<{child.tag}>" for child in element)
    if not re.fullmatch(_pattern(json.dumps(content)), tags):
        found.append(f"{path}: {tags} is not in the order or number of the schema")
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        found.append(f"{path}: text between elements")
    known = _elements(content, "1.0", None)
    for child in element:
        here = f"{path}/{child.tag}".lstrip("/")
        if child.tag not in known:
            found.append(f"{here}: unknown")
            continue
        facts = known[child.tag]
        found += _availability(facts, version, country, here)
        if "aggregate" in facts:
            aggregate = FACTS["aggregates"][facts["aggregate"]]
            found += _attributes(child, aggregate.get("attributes", {}), here)
            found += _inside(child, aggregate["content"], version, country, here)
        elif facts.get("macro") and child.get("useMacro"):
            if child.text or set(child.keys()) != {"useMacro"}:
                found.append(f"{here}: not a macro")
        else:
            found += _attributes(child, {}, here) + _value(child.text or "", facts, version, country, here)
            if len(child):
                found.append(f"{here}: elements inside a value")
    return found


@cache
def _pattern(content: str) -> str:
    return "".join(_particle(particle) for particle in json.loads(content))


def _particle(particle: dict[str, Any]) -> str:
    least, most = particle.get("min", 1), particle.get("max", 1)
    number = f"{{{least},{'' if most is None else most}}}"
    if "choice" in particle:
        branches = ("".join(_particle(one) for one in branch) for branch in particle["choice"])
        return f"(?:{'|'.join(branches)}){number}"
    return f"(?:<{particle['name']}>){number}"


def _elements(content: list[Any], since: str, countries: list[str] | None) -> dict[str, dict[str, Any]]:
    """Every element that may stand here, with the version and the countries of the choices around it."""
    found: dict[str, dict[str, Any]] = {}
    for particle in content:
        own_since = max(since, particle.get("since", "1.0"), key=Decimal)
        own_countries = particle.get("countries", countries)
        if "choice" in particle:
            for branch in particle["choice"]:
                found |= _elements(branch, own_since, own_countries)
        else:
            found[particle["name"]] = {**particle, "since": own_since, "countries": own_countries}
    return found


def _availability(facts: dict[str, Any], version: str, country: str, path: str) -> list[str]:
    found = []
    if Decimal(facts["since"]) > Decimal(version):
        found.append(f"{path}: newer than {version}")
    if facts.get("countries") and country not in facts["countries"]:
        found.append(f"{path}: not in {country}")
    return found


def _attributes(element: Any, known: dict[str, Any], path: str) -> list[str]:
    found = []
    for name, value in element.items():
        if name not in known:
            found.append(f"{path}/@{name}: unknown")
        elif known[name]["type"] == "ENUMTYPE" and value not in known[name]["values"]:
            found.append(f"{path}/@{name}: {value}")
    return found


def _value(text: str, facts: dict[str, Any], version: str, country: str, path: str) -> list[str]:
    rules = FACTS["types"][facts["type"]]
    limit = facts.get("max_length", rules.get("max_length"))
    limit = limit.get(country) if isinstance(limit, dict) else limit
    life = facts.get("value_versions", {}).get(text, {})
    good = {
        f"a {facts['type']}": re.fullmatch(PATTERNS[facts["type"]], text) is not None,
        "in the schema's pattern": "regex" not in rules or re.fullmatch(rules["regex"], text) is not None,
        "an allowed value": text in facts.get("values", [text]),
        "a value of this version": _lived(life, version),
        f"of {limit} characters": limit is None or len(text) <= limit,
        "Western text": all(one in "\t\n" or " " <= one <= "\xff" for one in text),
        "a day of the calendar": facts["type"] != "DATETYPE" or not text or date.fromisoformat(text) is not None,
        "large enough": "min_value" not in facts or not text or Decimal(text) >= Decimal(facts["min_value"]),
        "small enough": "max_value" not in facts or not text or Decimal(text) <= Decimal(facts["max_value"]),
    }
    return [f"{path}: {text!r} is not {what}" for what, holds in good.items() if not holds]


def _lived(life: dict[str, str], version: str) -> bool:
    return Decimal(life.get("since", "1.0")) <= Decimal(version) <= Decimal(life.get("until", "99.0"))


_DECIMAL = r"([+-]?[0-9]+(\.[0-9]+)?)?"
_ANY_TEXT = r"[^\x00-\x08\x0b-\x1f]*"

PATTERNS = {
    "AMTTYPE": _DECIMAL,
    "BOOLTYPE": "(true|false|1|0)?",
    "DATETIMETYPE": _ANY_TEXT,
    "DATETYPE": "([0-9]{4}-[0-9]{2}-[0-9]{2})?",
    "ENUMTYPE": "[A-Za-z0-9_]+",
    "FLOATTYPE": _DECIMAL,
    "GUIDTYPE": r"0|\{[0-9A-Fa-f-]{36}\}",
    "IDTYPE": _ANY_TEXT,
    "INTTYPE": "[+-]?[0-9]+",
    "PERCENTTYPE": _DECIMAL,
    "PRICETYPE": _DECIMAL,
    "QUANTYPE": _DECIMAL,
    "STRTYPE": _ANY_TEXT,
    "TIMEINTERVALTYPE": "([+-]?PT[0-9HMS]+)?",
}
