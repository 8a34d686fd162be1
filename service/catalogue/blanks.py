"""Which blanks a text may have, and what is said where a fact is not known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.catalogue.files import Table, read_file
from service.catalogue.wording import Wording, WordingFault, read_wording


@dataclass(frozen=True, slots=True)
class BlankMeaning:
    """One blank: its name, what it stands for, and the words for when that is not known ("" if there are none)."""

    name: str
    means: str
    unknown: str


@cache
def blanks() -> dict[str, BlankMeaning]:
    """All blanks that texts may use, by name: these are the facts that can be handed to `explain`."""
    document = read_file("blanks.toml")
    document.allow("blank")
    return {name: _read_blank(name, table) for name, table in document.tables("blank")}


@cache
def unknown_words() -> dict[str, str]:
    """What is said for a blank whose fact is missing, for those blanks that have such words."""
    return {name: blank.unknown for name, blank in blanks().items() if blank.unknown}


def wording_of(table: Table, field: str) -> Wording:
    """Reads a field as a text with blanks that reads well even when nothing at all is known."""
    text = table.text(field)
    try:
        wording = read_wording(text, known=blanks(), always_filled=unknown_words())
    except WordingFault as problem:
        raise table.fault(field, str(problem)) from problem
    if not wording.fill(unknown_words()):
        raise table.fault(field, "nothing is left of it when no fact is known; add a last alternative.")
    if "  " in text or text != text.strip():
        raise table.fault(field, "there is a space too many in it.")
    return wording


def _read_blank(name: str, table: Table) -> BlankMeaning:
    table.allow("means", "unknown")
    return BlankMeaning(name, table.text("means"), table.text("unknown") if table.has("unknown") else "")
