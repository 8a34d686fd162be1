"""Characters that QuickBooks can keep: every text becomes pure ASCII here. Never lets a control character out.

QuickBooks stores single-byte Western text. Latin-1 survives as numeric references; raw characters beyond it have made
QuickBooks refuse a whole message set, and references beyond it are stored as `?`. So: Latin-1 letters are written as
references, typography is replaced by its plain ASCII spelling, and every other character is refused or, where the
company allows it, replaced by the nearest plain letters or `?`. What was replaced is told, to be noted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

# Always replaced, and noted: the reader of the record loses nothing by it.
_TYPOGRAPHY = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\u301d\u301e", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2022\u2023\u25cf\u25e6\u2219\u25aa\u25ab", "*"),
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
    **dict.fromkeys("\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f", ""),
    "\u2024": ".",
    "\u2025": "..",
    "\u2026": "...",
    "\u2044": "/",
    "\u2215": "/",
    "\u2020": "+",
    "\u2030": " per mille",
    "\u20ac": "EUR",
    "\u20a4": "GBP",
    "\u2116": "No.",
    "\u2117": "(P)",
    "\u2120": "(SM)",
    "\u2122": "(TM)",
    "\u2190": "<-",
    "\u2192": "->",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "<>",
    "\u0132": "IJ",
    "\u0133": "ij",
    "\u0152": "OE",
    "\u0153": "oe",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\u2028": "\n",
    "\u2029": "\n",
}

# Letters without a decomposition in Unicode whose plain spelling is nevertheless customary.
_LETTERS = {
    "\u0110": "D",
    "\u0111": "d",
    "\u0126": "H",
    "\u0127": "h",
    "\u0131": "i",
    "\u0138": "k",
    "\u0141": "L",
    "\u0142": "l",
    "\u014a": "N",
    "\u014b": "n",
    "\u0166": "T",
    "\u0167": "t",
    "\u0189": "D",
    "\u018f": "E",
    "\u0192": "f",
    "\u0259": "e",
    "\u1e9e": "SS",
}

_AS_THEY_STAND = r" !\"#$%'-;=?-~"
_AS_IS = re.compile(f"[{_AS_THEY_STAND}]*")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_OF_ATTRIBUTES = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
_LINE_BREAK = re.compile("\r\n?")
_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Substitution:
    """One kind of character that was replaced in one field."""

    path: str
    character: str
    written: str

    def __str__(self) -> str:
        written = f"'{self.written}'" if self.written else "nothing"
        return f"{self.path}: {name(self.character)} was written as {written}"


class CharactersRefused(ValueError):
    """A text holds characters that cannot be written. The message names them; the caller knows the field."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)


def is_plain(text: str) -> bool:
    """Whether the text can be written as it stands: printable ASCII without markup, on one line."""
    return _AS_IS.fullmatch(text) is not None


@cache
def plain_up_to(most: int | None, *, colons: bool = True) -> Callable[[str], object]:
    """What finds out of a text whether it `is_plain` and no longer than that, and without colons if so asked."""
    letters = _AS_THEY_STAND if colons else _AS_THEY_STAND.replace("'-;", "'-9;")
    return re.compile(f"[{letters}]*" if most is None else f"[{letters}]{{0,{most}}}").fullmatch


def plain(text: str, *, several_lines: bool, substitute: bool) -> tuple[str, dict[str, str]]:
    """The text with nothing in it but tab, line feed (if the field has several lines), ASCII and Latin-1.

    Returns it with what was replaced by what. Lengths are to be counted on it. A line break of any spelling becomes
    a line feed. Raises CharactersRefused for a control character, for a line break in a field of one line (a space,
    if `substitute`), and for a character without a plain spelling (`?`, if `substitute`).
    """
    composed = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text))
    if _is_safe(composed, several_lines=several_lines):
        return composed, {}
    replaced: dict[str, str] = {}
    refused: list[str] = []
    pieces = []
    for character in composed:
        written = _written(character, several_lines=several_lines, substitute=substitute)
        if written is None:
            refused.append(character)
            continue
        if written != character:
            replaced[character] = written
        pieces.append(written)
    if refused:
        raise CharactersRefused(_refusal(refused, substitute=substitute))
    return "".join(pieces), replaced


def escaped(text: str) -> str:
    """What `plain` returned as the text of an element: ASCII, markup escaped, Latin-1 as numeric references."""
    return _ascii(text.translate(_ESCAPES))


def escaped_attribute(text: str) -> str:
    """The same for the value of an attribute in double quotes."""
    return _ascii(text.translate(_ATTRIBUTE_ESCAPES))


def name(character: str) -> str:
    """How a sentence names a character: `U+4E2D (CJK UNIFIED IDEOGRAPH-4E2D)`."""
    known = unicodedata.name(character, "") or _CONTROLS.get(character, "")
    code = f"U+{ord(character):04X}"
    return f"{code} ({known})" if known else code


_ESCAPES = str.maketrans(_MARKUP)
_ATTRIBUTE_ESCAPES = str.maketrans(_MARKUP | _OF_ATTRIBUTES)
_CONTROLS = {"\0": "NULL", "\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\t": "TABULATION", "\x7f": "DELETE"}


def _ascii(text: str) -> str:
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _is_safe(text: str, *, several_lines: bool) -> bool:
    return (_SAFE_LINES if several_lines else _SAFE_LINE).fullmatch(text) is not None


_SAFE_LINE = re.compile("[\t\x20-\x7e\xa1-\xac\xae-\xff]*")
_SAFE_LINES = re.compile("[\t\n\x20-\x7e\xa1-\xac\xae-\xff]*")


def _written(character: str, *, several_lines: bool, substitute: bool) -> str | None:
    written = _TYPOGRAPHY.get(character, character)
    if _is_safe(written, several_lines=several_lines):
        return written
    if written == "\n":
        return " " if substitute else None
    if not substitute or unicodedata.category(character) == "Cc":
        return None
    return _nearest(character)


def _nearest(character: str) -> str:
    """The plain letters of a character, by its decomposition, or `?`. A lone accent over nothing is dropped."""
    if unicodedata.combining(character):
        return ""
    parts = unicodedata.normalize("NFKD", _LETTERS.get(character, character))
    pieces = [_LETTERS.get(part) or _TYPOGRAPHY.get(part, part) for part in parts if not unicodedata.combining(part)]
    nearest = "".join(pieces)
    return nearest if nearest and _is_safe(nearest, several_lines=False) else "?"


def _refusal(refused: list[str], *, substitute: bool) -> str:
    distinct = list(dict.fromkeys(refused))
    listed = ", ".join(name(character) for character in distinct[:_NAMED_AT_MOST])
    more = f" and {len(distinct) - _NAMED_AT_MOST} more" if len(distinct) > _NAMED_AT_MOST else ""
    if all(_TYPOGRAPHY.get(character, character) == "\n" for character in distinct):
        return "holds a line break, but this field has one line only; put the rest into a field of its own"
    controls = any(unicodedata.category(character) == "Cc" for character in distinct)
    if substitute or controls:
        return f"holds {listed}{more}: control characters cannot be sent to QuickBooks; take them out"
    return (
        f"holds {listed}{more}, which QuickBooks cannot keep: write plain Western letters, "
        "or allow substitutes for the company"
    )
