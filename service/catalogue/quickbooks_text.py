"""The parts of QuickBooks' texts: its sentence, its own reason, and what stands in double quotes. Never raises."""

from __future__ import annotations

import re
from functools import cache

# QuickBooks' sentences are short; what makes a message long is the text of a field, quoted in its middle.
_LONGEST_END = 2000
_OWN_REASON = re.compile(r"QuickBooks error message:\s*", re.IGNORECASE)
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


def sentence_of(message: str) -> str:
    """QuickBooks' sentence, which holds the names: all that stands before its program's own reason."""
    return _OWN_REASON.split(on_one_line(message), maxsplit=1)[0].rstrip()


def own_reason(message: str) -> str:
    """The reason of QuickBooks' program, which follows its sentence in many messages; "" if there is none."""
    parts = _OWN_REASON.split(on_one_line(message), maxsplit=1)
    return parts[1] if len(parts) > 1 else ""


def own_words(message: str) -> str:
    """What QuickBooks itself says about the cause: its own reason, else all it says, without what it quotes.

    A customer may be called "Feature Films", and the sentence before the reason names the list that was to
    be saved (`saving a Sales Tax Item list`), which says nothing about the cause.
    """
    return _QUOTED.sub('""', own_reason(message) or on_one_line(message))


def says(words: str, fragment: str) -> bool:
    """Whether `fragment` stands in QuickBooks' own words, at the beginning of a word, capitals or not."""
    return _fragment(fragment).search(words) is not None


@cache
def _fragment(fragment: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + re.escape(fragment), re.IGNORECASE)
