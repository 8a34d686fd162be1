"""Finds out which entry of QuickBooks is which record of the order system, by rules that a person sees. Links nothing.

Rules are tried in their order, and the first one that finds anything decides: what it finds more than once, or of
another kind, or what belongs to another record, is a person's to settle and never a rule's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.store.read_entries import Entry


@dataclass(frozen=True, slots=True)
class Known:
    """What the order system says of a record; the parts that it left out are empty."""

    record: str
    full_name: str
    number: str
    email: str

    @property
    def kind(self) -> str:
        return self.record.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Rule:
    """What has to be the same, without case and outer spaces; `name` is what people read."""

    name: str
    of_record: Callable[[Known], str]
    of_entry: Callable[[Entry], str | None]


RULES: tuple[Rule, ...] = (
    Rule("same name", lambda known: known.full_name, lambda entry: entry.full_name),
    Rule("same number", lambda known: known.number, lambda entry: entry.number),
    Rule("same e-mail", lambda known: known.email, lambda entry: entry.email),
)
"""The strongest first: QuickBooks itself lets a name be there only once."""


class Verdict(StrEnum):
    """What a match comes to, and how it is told."""

    LINK = "can be linked"
    AMBIGUOUS = "ambiguous"
    OTHER_KIND = "of another kind"
    TAKEN = "linked already"
    NOT_FOUND = "not in QuickBooks"


@dataclass(frozen=True, slots=True)
class Match:
    """What the rules say of one record; `entries` are those that the deciding rule found, `taken_by` another record."""

    record: str
    verdict: Verdict
    rule: str = ""
    entries: tuple[Entry, ...] = ()
    taken_by: str = ""


_Index = Mapping[str, Mapping[str, Sequence[Entry]]]
_Linked = Mapping[tuple[str, str], str]


def match(records: Iterable[Known], entries: Iterable[Entry], linked: _Linked) -> Sequence[Match]:
    """What becomes of each record, in the order given.

    `linked` names the record that an entry, by kind and ListID, is linked to already. An entry that several records
    could be goes to the one that the strongest rule names, and if there are several of these, to none.
    """
    index = _indexed(entries)
    return _each_entry_once([_one(known, index, linked) for known in records])


def same(text: str) -> str:
    """A text as it is compared."""
    return " ".join(text.split()).casefold()


def _indexed(entries: Iterable[Entry]) -> _Index:
    index: dict[str, dict[str, list[Entry]]] = {rule.name: {} for rule in RULES}
    for entry in entries:
        for rule in RULES:
            value = same(rule.of_entry(entry) or "")
            if value:
                index[rule.name].setdefault(value, []).append(entry)
    return index


def _one(known: Known, index: _Index, linked: _Linked) -> Match:
    for rule in RULES:
        value = same(rule.of_record(known))
        found = tuple(index[rule.name].get(value, ())) if value else ()
        if found:
            return _judged(known, rule.name, found, linked)
    return Match(known.record, Verdict.NOT_FOUND)


def _judged(known: Known, rule: str, found: tuple[Entry, ...], linked: _Linked) -> Match:
    own = tuple(entry for entry in found if entry.kind == known.kind)
    if not own:
        return Match(known.record, Verdict.OTHER_KIND, rule, found)
    if len(own) > 1:
        return Match(known.record, Verdict.AMBIGUOUS, rule, own)
    taken_by = linked.get((own[0].kind, own[0].quickbooks_id), "")
    return Match(known.record, Verdict.TAKEN if taken_by else Verdict.LINK, rule, own, taken_by)


def _each_entry_once(matches: Sequence[Match]) -> Sequence[Match]:
    claims: dict[int, list[Match]] = {}
    for one in matches:
        if one.verdict is Verdict.LINK:
            claims.setdefault(one.entries[0].id, []).append(one)
    return [_settled(one, claims[one.entries[0].id]) if one.verdict is Verdict.LINK else one for one in matches]


def _settled(one: Match, claims: Sequence[Match]) -> Match:
    strength = [rule.name for rule in RULES]
    strongest = min(strength.index(claim.rule) for claim in claims)
    winners = [claim for claim in claims if strength.index(claim.rule) == strongest]
    if winners == [one]:
        return one
    other = next(claim.record for claim in winners if claim.record != one.record)
    return Match(one.record, Verdict.AMBIGUOUS, one.rule, one.entries, other)
