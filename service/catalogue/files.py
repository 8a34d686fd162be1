"""Reads the catalogue's text files and checks what stands in them, field by field, into named faults.

A `Table` knows where it stands, so that every complaint names the file, the entry and the field.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import TypeVar

from service.catalogue.faults import CatalogueFault, unknown_word

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Table:
    """One TOML table, with the file and the entry to which it belongs."""

    file: str
    entry: str
    content: dict[str, object]

    def fault(self, field: str, problem: str) -> CatalogueFault:
        """A complaint about one field of this table."""
        return CatalogueFault(self.file, self.entry, field, problem)

    def allow(self, *names: str) -> None:
        """Refuses fields that are not among these: most often a slip of the pen."""
        for name in self.content:
            if name not in names:
                raise self.fault(name, unknown_word(name, names))

    def has(self, field: str) -> bool:
        """Whether the field is there."""
        return field in self.content

    def text(self, field: str) -> str:
        """A text that must be there and must say something."""
        value = self._required(field)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(field, f"a text is needed here, and {value!r} is not one.")
        return value

    def number(self, field: str) -> int:
        """A whole number that must be there."""
        value = self._required(field)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(field, f"a whole number is needed here, and {value!r} is not one.")
        return value

    def word(self, field: str, known: Iterable[str]) -> str:
        """One of the known words."""
        value = self.text(field)
        if value not in known:
            raise self.fault(field, unknown_word(value, known))
        return value

    def words(self, field: str, known: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of texts, each one of the known words if those are given; empty if the field is absent."""
        value = self.content.get(field, [])
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self.fault(field, f"a list of texts is needed here, and {value!r} is not one.")
        for word in value:
            if known is not None and word not in known:
                raise self.fault(field, unknown_word(word, known))
        if len(set(value)) < len(value):
            raise self.fault(field, "a word stands in it twice.")
        return tuple(value)

    def member(self, field: str, kind: type[Word]) -> Word:
        """One member of a closed set of words."""
        return kind(self.word(field, [member.value for member in kind]))

    def members(self, field: str, kind: type[Word]) -> tuple[Word, ...]:
        """A list of members of a closed set of words, which must be there though it may be empty."""
        self._required(field)
        return tuple(kind(word) for word in self.words(field, [member.value for member in kind]))

    def tables(self, field: str) -> list[tuple[str, Table]]:
        """The tables under a field, each with its name: `[field.name]`, or numbered `[[field]]`."""
        value = self.content.get(field, {})
        named = enumerate(value, start=1) if isinstance(value, list) else self._named(field, value)
        return [(str(name), self._inner(field, str(name), content)) for name, content in named]

    def texts(self, field: str) -> dict[str, str]:
        """The texts under `[field]`."""
        value = self.content.get(field, {})
        table = self._inner(field, "", value)
        return {name: table.text(name) for name in table.content}

    def _named(self, field: str, value: object) -> Iterable[tuple[str, object]]:
        return self._inner(field, "", value).content.items()

    def _inner(self, field: str, name: str, content: object) -> Table:
        if not isinstance(content, dict):
            raise self.fault(field, f"a table is needed here, and {content!r} is not one.")
        place = f"{field} {name}".strip()
        return Table(self.file, f"{self.entry}, {place}" if self.entry else place, content)

    def _required(self, field: str) -> object:
        if field not in self.content:
            raise self.fault(field, "this field is missing.")
        return self.content[field]


def read_file(name: str) -> Table:
    """Reads one of the catalogue's own files."""
    return parse_file(name, (resources.files("service.catalogue.texts") / name).read_text(encoding="utf-8"))


def parse_file(name: str, text: str) -> Table:
    """Reads the text of a file; `name` is what complaints call it."""
    try:
        return Table(name, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise CatalogueFault(name, "", "", f"this is not TOML: {problem}.") from problem
