"""Plain words for qbXML's names of objects and fields, and where in QuickBooks a thing is found. Never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from service.catalogue.files import Table, read_file

FAMILIES = ("list", "transaction", "other")

_FILE = "nouns.toml"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Noun:
    """What an object is called in a sentence, which family it belongs to, and where it is found."""

    noun: str
    family: str
    where: str


@dataclass(frozen=True, slots=True)
class _Nouns:
    objects: dict[str, Noun]
    missing: dict[str, str]
    fields: dict[str, str]


def noun_for(name: str) -> Noun:
    """The noun for a qbXML object (`ItemInventory`), and a readable guess for one that is not listed."""
    listed = _nouns().objects.get(name)
    return listed or Noun(plain_words(name) or "entry", "other", "in QuickBooks")


def known_objects() -> frozenset[str]:
    """The objects that have words of their own."""
    return frozenset(_nouns().objects)


def noun_for_missing(words: str) -> tuple[str, str]:
    """What QuickBooks calls a missing thing (`Item`, `AR Account`), as (noun, where it is found)."""
    nouns = _nouns()
    listed = nouns.objects.get(words.replace(" ", ""))
    if words in nouns.missing:
        noun = nouns.missing[words]
        place = next((entry.where for entry in nouns.objects.values() if entry.noun == noun), None)
        last = nouns.objects.get(words.rpartition(" ")[2])
        return noun, place or (last.where if last else "in QuickBooks")
    if listed:
        return listed.noun, listed.where
    return plain_words(words), "in QuickBooks"


def with_article(noun: str) -> str:
    """`an invoice`, `a customer`, `a unit of measure set`."""
    return ("an " if noun[:1].lower() in tuple("aeio") else "a ") + noun


def plain_field(field: str) -> str:
    """A field's name in plain words: `PostalCode`, `InvoiceAdd/Memo` and `customer name` as one would say them."""
    name = field.strip().rpartition("/")[2]
    return _nouns().fields.get(name) or plain_words(name)


def plain_words(name: str) -> str:
    """`UnitOfMeasureSet` as `unit of measure set`; what is words already keeps its words."""
    words = _WORD.findall(name)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


@cache
def _nouns() -> _Nouns:
    document = read_file(_FILE)
    document.allow("object", "missing", "field")
    return _Nouns(
        {name: _read_noun(table) for name, table in document.tables("object")},
        document.texts("missing"),
        document.texts("field"),
    )


def _read_noun(table: Table) -> Noun:
    table.allow("noun", "family", "where")
    return Noun(table.text("noun"), table.word("family", FAMILIES), table.text("where"))
