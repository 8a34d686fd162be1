"""What is wrong with the catalogue's own texts, in one sentence for whoever edits them; never shown to accountants."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CatalogueFault(Exception):
    """A text file of the catalogue breaks a rule. Names the file, the entry and the field."""

    def __init__(self, file: str, entry: str, field: str, problem: str) -> None:
        self.file = file
        self.entry = entry
        self.field = field
        self.problem = problem
        place = ", ".join(part for part in (file, entry, f'field "{field}"' if field else "") if part)
        super().__init__(f"{place}: {problem}")


def unknown_word(given: str, known: Iterable[str]) -> str:
    """Says that a word is not known, with the nearest one that is, or else all of them."""
    words = sorted(known)
    near = get_close_matches(given, words, n=1)
    known_ones = f"Known are: {', '.join(words)}." if words else "There are none."
    hint = f'Did you mean "{near[0]}"?' if near else known_ones
    return f'"{given}" is not known here. {hint}'
