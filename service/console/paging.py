"""Pages of a list by the key of a row, never by counting rows over: what to ask for, and where to go from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Shown = TypeVar("Shown")
LONGEST = 19


@dataclass(frozen=True, slots=True)
class Page(Generic[Shown]):
    """Some rows of a list in its order; `next` and `previous` are the parts of the addresses of its neighbors."""

    rows: Sequence[Shown]
    first: int
    next: Mapping[str, int] | None
    previous: Mapping[str, int] | None

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def read(
    fetch: Callable[[int, int, int | None], Sequence[Shown]],
    size: int,
    key: Callable[[Shown], int],
    part: str = "",
) -> Page[Shown]:
    """The page that the address asks for with `after` or `before`, each a key, and `row`, the number of its first row.

    `fetch` gets how many rows to read at most, and the keys behind which (0 for none) and before which (or None).
    Where a page has several lists, `part` stands before the names of all but one of them.
    """
    after, before = number(f"{part}after"), number(f"{part}before") or None
    found = list(fetch(size + 1, after, before))
    more = len(found) > size
    shown = (found[1:] if more else found) if before else found[:size]
    first = max(1, number(f"{part}row")) if (after or before) and not (before and not more) else 1
    has_next = bool(shown) and (before is not None or more)
    has_previous = bool(shown) and (more if before else after > 0)
    return Page(
        rows=shown,
        first=first,
        next={f"{part}after": key(shown[-1]), f"{part}row": first + len(shown)} if has_next else None,
        previous={f"{part}before": key(shown[0]), f"{part}row": max(1, first - size)} if has_previous else None,
    )


def number(name: str) -> int:
    """A whole number of the address; 0 for what is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else 0
