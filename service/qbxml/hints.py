"""What a complaint suggests instead of what was given. Never decides whether something is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from service.qbxml.plans import Plan

_LISTED_AT_MOST = 12
_LONGEST_NAME = 60


def nearest(plan: Plan, name: str) -> str:
    """What was probably meant by a name that an element does not have, as the end of a sentence.

    The same name in other case, the same name one level deeper, a like name; else some of the names there are.
    """
    known = {one.lower(): one for one in plan.fields}
    near = get_close_matches(name.lower()[:_LONGEST_NAME], known, n=1)
    if near and near[0] == name.lower():
        return f"it is spelled '{known[near[0]]}'"
    deeper = [
        field.name for field in plan.fields.values() if field.aggregate is not None and name in field.plan().fields
    ]
    if deeper:
        return f"it belongs into {' or '.join(deeper[:3])}"
    if near:
        return f"did you mean '{known[near[0]]}'?"
    return f"it has {listed(plan.fields)}" if plan.fields else "it has none at all"


def listed(names: Iterable[str]) -> str:
    """Names with commas between, cut where there are too many to read."""
    all_names = list(names)
    more = f" and {len(all_names) - _LISTED_AT_MOST} more" if len(all_names) > _LISTED_AT_MOST else ""
    return ", ".join(all_names[:_LISTED_AT_MOST]) + more


def sequence(names: Sequence[str]) -> str:
    """The names of one branch of a choice: bare if it is one, in brackets if they go together."""
    return names[0] if len(names) == 1 else f"({listed(names)})"
