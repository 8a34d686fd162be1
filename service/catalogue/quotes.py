"""Finds what stands in double quotes in QuickBooks' texts, and what the rest of the text says. Never raises."""

from __future__ import annotations

import re
from functools import cache

# QuickBooks' sentences are short; what makes a message long is the text of a field, quoted in its middle.
_LONGEST_END = 2000
# A quoted part begins and ends at the edge of a word, so that the inch marks in `3"x5" card` do not end it.
_QUOTED = re.compile(r'(?:(?<=\s)|(?<=\()|^)"([^"]+(?:"(?=\w)[^"]+)*)"(?=[\s.,;:)!?]|$)')


def on_one_line(message: str) -> str:
    """The message with every stretch of white space or control characters as one space, and a very long middle cut."""
    if len(message) > 2 * _LONGEST_END:
        message = message[:_LONGEST_END] + "…" + message[-_LONGEST_END:]
    return " ".join("".join(char if char.isprintable() else " " for char in message).split())


def quoted_parts(text: str) -> list[str]:
    """What stands in double quotes, in its order."""
    return [match[1].strip() for match in _QUOTED.finditer(text) if match[1].strip()]


def says(message: str, fragment: str) -> bool:
    """Whether QuickBooks itself says `fragment`, at the beginning of a word, without regard to capitals.

    What it quotes does not count: a customer may be called "Feature Films".
    """
    return _fragment(fragment).search(_QUOTED.sub('""', on_one_line(message))) is not None


@cache
def _fragment(fragment: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + re.escape(fragment), re.IGNORECASE)
