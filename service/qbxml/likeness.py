"""Which known names may have been meant by one that is not known. Never decides whether a name is known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_NAME = 60
_SHORTEST_PART = 3
_MOST = 16


def like(name: str, known: Iterable[str]) -> list[str]:
    """The known names that are like a name, the likeliest first; none if none is.

    The same name in other case alone; else those that hold it, also in the singular (`Lines` finds `InvoiceLineAdd`),
    and the one that is spelled nearest to it.
    """
    by_lower = {one.lower(): one for one in known}
    asked = name.lower()[:_LONGEST_NAME]
    if asked in by_lower:
        return [by_lower[asked]]
    near = [by_lower[one] for one in get_close_matches(asked, by_lower, n=1)]
    part = asked.removesuffix("s")
    holding = [one for lower, one in by_lower.items() if part in lower] if len(part) >= _SHORTEST_PART else []
    if len(holding) > _MOST:
        return near
    return list(dict.fromkeys([*near, *holding]))


def did_you_mean(names: Iterable[str]) -> str:
    """`did you mean 'SalesOrder' or 'PurchaseOrder'?`"""
    *first, last = [f"'{name}'" for name in names]
    return f"did you mean {', '.join(first)} or {last}?" if first else f"did you mean {last}?"
