"""What a complaint suggests instead of what was given. Never decides whether something is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from service.qbxml import likeness
from service.qbxml.complaints import LONGEST_GIVEN
from service.qbxml.plans import Plan

_LISTED_AT_MOST = 12
_ALL_OF_A_LARGE_ONE = 80


def nearest(plan: Plan, name: str) -> str:
    """What was probably meant by a name that an element does not have, as the end of a sentence.

    The same name in other case, the same name one level deeper, like names; else all the names that this session knows.
    """
    near = likeness.like(name, plan.fields)
    if near and near[0].lower() == name.lower():
        return f"it is spelled '{near[0]}'"
    deeper = [
        field.name for field in plan.fields.values() if field.aggregate is not None and name in field.plan().fields
    ]
    if deeper:
        return f"it belongs into {' or '.join(deeper[:3])}"
    if near:
        return likeness.did_you_mean(near)
    known = [field.name for field in plan.fields.values() if field.unavailable is None]
    return f"it has {listed(known, _ALL_OF_A_LARGE_ONE)}" if known else "it has none at all"


def listed(names: Iterable[str], most: int = _LISTED_AT_MOST) -> str:
    """Names with commas between, cut where there are too many to read."""
    all_names = list(names)
    more = f" and {len(all_names) - most} more" if len(all_names) > most else ""
    return ", ".join(all_names[:most]) + more


def object_wanted(plan: Plan, given: object) -> str:
    """What belongs where something else than an object was given, as the end of a sentence.

    A text in the place of a reference is most often the FullName.
    """
    named = isinstance(given, str) and given and "FullName" in plan.fields
    written = json.dumps({"FullName": given}, ensure_ascii=False) if named and len(str(given)) <= LONGEST_GIVEN else ""
    return f"where an object with {listed(plan.fields)} belongs" + (f"; write it as {written}" if written else "")


def sequence(names: Sequence[str]) -> str:
    """The names of one branch of a choice: bare if it is one, in brackets if they go together."""
    return names[0] if len(names) == 1 else f"({listed(names)})"
