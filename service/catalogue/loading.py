"""Puts the text files together into one catalogue, and refuses it whole if one entry breaks a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from service.catalogue.blanks import blanks, wording_of
from service.catalogue.entries import CodeEntry, Conditions, Entry
from service.catalogue.files import Table, read_file
from service.catalogue.nouns import FAMILIES, known_objects
from service.catalogue.request_name import VERBS
from service.catalogue.treatment import Treatment
from service.catalogue.vocabulary import Actor, Applied, Offer, Scope, Severity

_SAYS = ("severity", "title", "what_happened", "what_to_do", "actor", "treatment", "applied", "offers", "carries")
_CONDITIONS = ("scopes", "verbs", "objects", "families", "contains_any", "contains_all")
_HRESULT = re.compile(r"0x8[0-9A-F]{7}")


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One file of entries: where its codes stand, and how they are written in it and shown."""

    name: str
    scope: Scope
    read_code: Callable[[Table], str]


@dataclass(frozen=True, slots=True)
class Range:
    """What is said about the codes from `first` to `last` that have no entry."""

    first: int
    last: int
    code_entry: CodeEntry


@dataclass(frozen=True, slots=True)
class Ranges:
    """The ranges of one scope, and what is said about everything outside of them."""

    ranges: tuple[Range, ...]
    everything_else: CodeEntry

    def choose(self, number: int | None) -> CodeEntry:
        """What is said about a code; `number` is None if it is not even a number."""
        fits = (found.code_entry for found in self.ranges if number is not None and found.first <= number <= found.last)
        return next(fits, self.everything_else)

    def all(self) -> tuple[CodeEntry, ...]:
        """All of them, for documents."""
        return (*(found.code_entry for found in self.ranges), self.everything_else)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, by scope and code, and the ranges for the rest."""

    codes: dict[tuple[Scope, str], CodeEntry]
    ranges: dict[Scope, Ranges]


@cache
def catalogue() -> Catalogue:
    """The product's own catalogue, read when it is first asked for. Raises CatalogueFault."""
    return build_catalogue(
        [(file, read_file(file.name)) for file in CODE_FILES], read_file("reasons.toml"), read_file("ranges.toml")
    )


def build_catalogue(files: Iterable[tuple[CodeFile, Table]], reasons: Table, ranges: Table) -> Catalogue:
    """Builds a catalogue from documents that are read already. Raises CatalogueFault at the first broken rule."""
    known_reasons = _read_reasons(reasons)
    codes: dict[tuple[Scope, str], CodeEntry] = {}
    for file, document in files:
        document.allow("entry")
        for number, table in document.tables("entry"):
            code = file.read_code(table)
            named = replace(table, entry=f"entry {code}")
            if (file.scope, code) in codes:
                raise named.fault("code", f"this code stands in the file twice, again as entry number {number}.")
            codes[file.scope, code] = _read_code_entry(named, code, file.scope, known_reasons, ("code",))
    return Catalogue(codes, _read_ranges(ranges, known_reasons))


def _read_code_entry(
    table: Table, code: str, scope: Scope, reasons: dict[str, Table], also: tuple[str, ...]
) -> CodeEntry:
    table.allow(*also, *_SAYS, "reasons", "when")
    entry = Entry(
        code=code,
        scope=scope,
        severity=table.member("severity", Severity),
        title=table.text("title"),
        happened=wording_of(table, "what_happened"),
        to_do=wording_of(table, "what_to_do"),
        actor=table.member("actor", Actor),
        treatment=table.member("treatment", Treatment),
        applied=table.member("applied", Applied),
        offers=table.members("offers", Offer),
        carries=table.words("carries", blanks()),
    )
    variants = [_read_variant(when, entry, Conditions()) for _, when in table.tables("when")]
    for name in table.words("reasons", reasons):
        variants.extend(_variants_of_reason(reasons[name], entry))
    return CodeEntry(entry, tuple(variants))


def _read_reasons(document: Table) -> dict[str, Table]:
    document.allow("reason")
    reasons = dict(document.tables("reason"))
    for table in reasons.values():
        if not table.has("contains_any") and not table.has("contains_all"):
            raise table.fault("contains_any", "a reason needs words of QuickBooks by which it is recognized.")
    return reasons


def _variants_of_reason(table: Table, entry: Entry) -> list[tuple[Conditions, Entry]]:
    """The reason itself, and before it what it says differently for some requests."""
    plain = replace(table, content={name: value for name, value in table.content.items() if name != "when"})
    conditions, reason = _read_variant(plain, entry, Conditions())
    narrower = [_read_variant(when, reason, conditions) for _, when in table.tables("when")]
    return [*narrower, (conditions, reason)]


def _read_variant(table: Table, entry: Entry, above: Conditions) -> tuple[Conditions, Entry]:
    table.allow(*_CONDITIONS, *_SAYS)
    conditions = replace(above, **_read_conditions(table))
    if conditions == above:
        raise table.fault("", f"a variant needs one of these: {', '.join(_CONDITIONS)}.")
    return conditions, replace(_override(table, entry), applies_when=conditions.in_words())


def _read_conditions(table: Table) -> dict[str, tuple[str, ...]]:
    known: dict[str, Iterable[str] | None] = {
        "scopes": [scope.value for scope in Scope],
        "verbs": VERBS,
        "objects": known_objects(),
        "families": FAMILIES,
        "contains_any": None,
        "contains_all": None,
    }
    return {name: table.words(name, words) for name, words in known.items() if table.has(name)}


def _override(table: Table, entry: Entry) -> Entry:
    return replace(
        entry,
        severity=table.member("severity", Severity) if table.has("severity") else entry.severity,
        title=table.text("title") if table.has("title") else entry.title,
        happened=wording_of(table, "what_happened") if table.has("what_happened") else entry.happened,
        to_do=wording_of(table, "what_to_do") if table.has("what_to_do") else entry.to_do,
        actor=table.member("actor", Actor) if table.has("actor") else entry.actor,
        treatment=table.member("treatment", Treatment) if table.has("treatment") else entry.treatment,
        applied=table.member("applied", Applied) if table.has("applied") else entry.applied,
        offers=table.members("offers", Offer) if table.has("offers") else entry.offers,
        carries=table.words("carries", blanks()) if table.has("carries") else entry.carries,
    )


def _read_ranges(document: Table, reasons: dict[str, Table]) -> dict[Scope, Ranges]:
    document.allow("range")
    ranges: dict[Scope, list[Range]] = {scope: [] for scope in Scope}
    rest: dict[Scope, CodeEntry] = {}
    for _, table in document.tables("range"):
        scope = table.member("scope", Scope)
        if table.has("from") or table.has("to"):
            ranges[scope].append(_read_range(table, scope, reasons, ranges[scope]))
        elif scope in rest:
            raise table.fault("from", f"the scope {scope} has what is said about everything else already.")
        else:
            rest[scope] = _read_code_entry(table, "any other", scope, reasons, ("scope",))
    for scope in Scope:
        if scope not in rest:
            raise document.fault("range", f"the scope {scope} has no range for everything else.")
    return {scope: Ranges(tuple(ranges[scope]), rest[scope]) for scope in Scope}


def _read_range(table: Table, scope: Scope, reasons: dict[str, Table], others: Iterable[Range]) -> Range:
    first, last = table.number("from"), table.number("to")
    if first > last:
        raise table.fault("to", f"{last} lies before {first}.")
    for other in others:
        if first <= other.last and other.first <= last:
            raise table.fault("from", f"the range overlaps with {other.first} to {other.last}.")
    code_entry = _read_code_entry(table, f"{first} to {last}", scope, reasons, ("scope", "from", "to"))
    return Range(first, last, code_entry)


def _status_code(table: Table) -> str:
    return str(table.number("code"))


def _web_connector_code(table: Table) -> str:
    return f"QBWC{table.number('code')}"


def _hresult(table: Table) -> str:
    code = table.text("code")
    if not _HRESULT.fullmatch(code):
        raise replace(table, entry=f"entry {code}").fault(
            "code", 'an HRESULT is written "0x8" and seven more digits 0 to 9 and A to F.'
        )
    return code


CODE_FILES = (
    CodeFile("status-codes.toml", Scope.REQUEST, _status_code),
    CodeFile("message-sets.toml", Scope.MESSAGE_SET, _status_code),
    CodeFile("hresults.toml", Scope.REQUEST, _hresult),
    CodeFile("web-connector.toml", Scope.WEB_CONNECTOR, _web_connector_code),
)
