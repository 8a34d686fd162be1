"""A sentence with blanks in it, and how the blanks are filled so that it always reads naturally.

Two marks are understood in a text. `{customer}` is a blank; what blanks there are, and which have words
of their own for when nothing is known, stands in `texts/blanks.toml`. `[A {name}.|B.]` is a choice: the
first alternative whose blanks can all be filled is taken, and nothing if none can.

It never leaves a blank, a bracket or a double space in what a person reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_LONGEST_FACT = 120
_MARK = re.compile(r"\{([^{}]*)\}")
_FIRST_WORD_IN_LOWER_CASE = re.compile(r"[a-z]+\b")


class WordingFault(Exception):
    """A text cannot be read as a wording. The sentence says why; the caller knows where it stands."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A place in a sentence that a fact fills."""

    name: str


Alternative = tuple[str | Blank, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, taken apart. A plain stretch is a choice with a single alternative that must be sayable."""

    source: str
    choices: tuple[tuple[Alternative, ...], ...]

    def blanks(self) -> frozenset[str]:
        """The names of all blanks in it."""
        return frozenset(
            piece.name
            for choice in self.choices
            for alternative in choice
            for piece in alternative
            if isinstance(piece, Blank)
        )

    def fill(self, facts: Mapping[str, str]) -> str:
        """Fills the blanks from `facts` (blank name to plain text; words for unknown ones included)."""
        text = ""
        for choice in self.choices:
            for alternative in choice:
                if all(not isinstance(piece, Blank) or piece.name in facts for piece in alternative):
                    text = _say(alternative, facts, text)
                    break
        return re.sub(r" {2,}", " ", text).strip()


def read_wording(text: str, *, known: Iterable[str], always_filled: Iterable[str]) -> Wording:
    """Takes a text apart.

    `known` are the names that blanks may have; `always_filled` are those that can stand outside of a
    choice, because there are words for when the fact is missing. Raises WordingFault.
    """
    names, plain_names = frozenset(known), frozenset(always_filled)
    choices: list[tuple[Alternative, ...]] = []
    for index, stretch in enumerate(re.split(r"[\[\]]", text)):
        in_choice = index % 2 == 1
        alternatives = [_read_alternative(part, names) for part in stretch.split("|")]
        if not in_choice:
            _refuse_unsayable(stretch, alternatives, plain_names)
        choices.append(tuple(alternatives))
    _refuse_crossed_brackets(text)
    return Wording(text, tuple(choices))


def clean_fact(text: str) -> str:
    """Makes a fact fit for a sentence: one line, no control characters, at most 120 characters."""
    visible = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    line = " ".join(visible.split())
    if len(line) <= _LONGEST_FACT:
        return line
    return line[: _LONGEST_FACT - 1].rstrip() + "…"


def _say(alternative: Alternative, facts: Mapping[str, str], before: str) -> str:
    text = before
    for piece in alternative:
        if not isinstance(piece, Blank):
            text += piece
        elif text == "" or text.endswith(". "):
            text += _with_capital(facts[piece.name])
        else:
            text += facts[piece.name]
    return text


def _with_capital(words: str) -> str:
    # "this invoice" may begin a sentence and then needs its capital; a name such as "eBay" keeps its own way.
    if _FIRST_WORD_IN_LOWER_CASE.match(words):
        return words[0].upper() + words[1:]
    return words


def _read_alternative(text: str, known: frozenset[str]) -> Alternative:
    pieces: list[str | Blank] = []
    for index, stretch in enumerate(_MARK.split(text)):
        if index % 2 == 1:
            if stretch not in known:
                raise WordingFault(f"the blank {{{stretch}}} is not one of: {', '.join(sorted(known))}.")
            pieces.append(Blank(stretch))
        elif "{" in stretch or "}" in stretch:
            raise WordingFault("a brace is opened and not closed, or the other way round.")
        elif stretch:
            pieces.append(stretch)
    return tuple(pieces)


def _refuse_unsayable(stretch: str, alternatives: list[Alternative], always_filled: frozenset[str]) -> None:
    if len(alternatives) > 1:
        raise WordingFault(f'a bar stands outside of brackets, in "{stretch.strip()}".')
    for piece in alternatives[0]:
        if isinstance(piece, Blank) and piece.name not in always_filled:
            raise WordingFault(
                f"{{{piece.name}}} has no words for when it is not known; "
                "put the sentence into brackets, with another way to say it."
            )


def _refuse_crossed_brackets(text: str) -> None:
    if not re.fullmatch(r"[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*", text):
        raise WordingFault("brackets must be closed before the next ones open.")
