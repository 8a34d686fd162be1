"""Turns the content of an Add into the Mod that brings QuickBooks' entry to it. Touches no database.

A Mod changes only what it names. Once it names one line, every line that it leaves out is deleted (qbxml.md 8), so
the lines are read first: those that the order system dropped are left out on purpose, all others are named, in
QuickBooks' own order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from service.qbxml import schema
from service.qbxml.read import in_order

NEW = "-1"
"""The TxnLineID of a line that a Mod adds."""

WHAT_A_LINE_SELLS = ("ItemRef", "ItemGroupRef", "AccountRef", "EntityRef", "PaymentTxnID")


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line that we posted: the order system's key, or None if it gave none, and QuickBooks' TxnLineID."""

    key: str | None
    line_id: str


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line of a request in its place: the order system's key, and whether it is a line that we posted at all."""

    key: str | None
    ours: bool


@dataclass(frozen=True, slots=True)
class Update:
    """The content of a Mod without its keys.

    `lines` are the lines in the order in which they are sent; `notes` are what a person should know of how it was
    made.
    """

    content: Mapping[str, Any]
    lines: Sequence[SentLine] = ()
    notes: Sequence[str] = ()


def can_be_changed(kind: str) -> bool:
    """Whether qbXML has a Mod of this object."""
    return "Mod" in schema.object_requests(kind)


def needs_reading(kind: str, content: Mapping[str, Any]) -> bool:
    """Whether the present lines must be known before this content can be sent as a Mod."""
    families = _line_families(kind)
    return any(name in content for name in families) or ("@each" in content and bool(families))


def lines_of(kind: str, entry: Mapping[str, Any]) -> Sequence[str]:
    """The TxnLineIDs of an object as QuickBooks gave it, in its order; sub-lines of groups not counted."""
    tags = [family.ret for family in _line_families(kind).values()]
    if not tags:
        return []
    return [str(line["TxnLineID"]) for _, line in in_order(entry, *tags) if "TxnLineID" in line]


def lines_sent(kind: str, content: Mapping[str, Any]) -> Sequence[SentLine]:
    """The lines of an Add in the order in which they are sent."""
    wanted = [_Wanted(_line_families(kind)[name], given) for name, given in _lines_in_order(kind, content)]
    return [SentLine(one.key, ours=True) for one in wanted]


def as_mod(
    kind: str, content: Mapping[str, Any], present: Mapping[str, Any] | None, known: Sequence[KnownLine]
) -> Update:
    """The Mod's content for an Add's content (references filled in, `line` keys still there).

    `present` is the object as QuickBooks has it now, needed where `needs_reading`; `known` are the lines that we
    posted. What a Mod cannot change is left out and noted.
    """
    notes: list[str] = []
    families = _line_families(kind)
    changed = _renamed(
        schema.aggregate_of(f"{kind}ModRq"),
        {name: value for name, value in content.items() if name not in families and name != "@each"},
        notes,
    )
    if not needs_reading(kind, content):
        return Update(changed, (), notes)
    assert present is not None
    merged = _lines(kind, content, present, known, notes)
    changed |= _written(kind, [(line.family, line.content) for line in merged])
    return Update(changed, [SentLine(line.key, line.ours) for line in merged], notes)


# Names.


def _renamed(aggregate: str | None, content: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """Each element under the name that the Mod has for it; what the Mod does not have is left out and noted."""
    changed: dict[str, Any] = {}
    for name, value in content.items():
        target = _mod_name(aggregate, name)
        if target is None:
            if name not in _ONLY_AT_CREATION:
                notes.append(f"{name} can only be set when it is created, so it was left as it is")
            continue
        inner = _inside(aggregate).get(target)
        changed[target] = _renamed_value(inner, value, notes)
    return changed


_ONLY_AT_CREATION = {"ExternalGUID", "line"}
"""Left out of a Mod without a word: nobody would miss them."""


def _renamed_value(aggregate: str | None, value: Any, notes: list[str]) -> Any:
    if aggregate is None or not isinstance(value, Mapping | list):
        return value
    if isinstance(value, list):
        return [_renamed_value(aggregate, one, notes) for one in value]
    return _renamed(aggregate, value, notes)


def _mod_name(aggregate: str | None, name: str) -> str | None:
    inside = _inside(aggregate)
    if name in inside or name.startswith("@"):
        return name
    candidates = [f"{name}Mod", f"{name.removesuffix('Add')}Mod"]
    return next((one for one in candidates if one in inside), None)


@cache
def _inside(aggregate: str | None) -> Mapping[str, str | None]:
    """The elements inside an aggregate, each with the aggregate that it holds, or None if it is a plain value."""
    if aggregate is None:
        return {}
    return {
        part["name"]: part.get("aggregate") for part in schema.elements(schema.facts().aggregates[aggregate].content)
    }


# Lines.


@dataclass(frozen=True, slots=True)
class _Family:
    """One kind of lines: its names in an Add, a Mod and an answer, and what its Mod says besides."""

    add: str
    mod: str
    ret: str
    besides: Mapping[str, Any] = field(default_factory=dict)


@cache
def _line_families(kind: str) -> Mapping[str, _Family]:
    """The kinds of lines of an object, by their names in its Add; those whose Mods name a TxnLineID."""
    if kind == "JournalEntry":
        # The two sides of a journal entry are one kind of line in its Mod.
        sides = {"JournalDebitLine": "Debit", "JournalCreditLine": "Credit"}
        return {name: _Family(name, "JournalLineMod", name, {"JournalLineType": side}) for name, side in sides.items()}
    if not can_be_changed(kind):
        return {}
    mods = _inside(schema.aggregate_of(f"{kind}ModRq"))
    families: dict[str, _Family] = {}
    for name in _inside(schema.aggregate_of(f"{kind}AddRq")):
        mod = f"{name.removesuffix('Add')}Mod"
        if name.endswith("Add") and mod in mods and "TxnLineID" in _inside(mods[mod]):
            families[name] = _Family(name, mod, f"{name.removesuffix('Add')}Ret")
    return families


@dataclass(slots=True)
class _Wanted:
    """A line of the order system, and the line of QuickBooks that it is, once that is known."""

    family: _Family
    content: Mapping[str, Any]
    line_id: str | None = None

    @property
    def key(self) -> str | None:
        given = self.content.get("line")
        return None if given is None else str(given)


@dataclass(frozen=True, slots=True)
class _Merged:
    """A line of the Mod."""

    family: _Family
    content: Mapping[str, Any]
    key: str | None
    ours: bool


def _lines(
    kind: str,
    content: Mapping[str, Any],
    present: Mapping[str, Any],
    known: Sequence[KnownLine],
    notes: list[str],
) -> Sequence[_Merged]:
    families = _line_families(kind)
    there = list(in_order(present, *(family.ret for family in families.values())))
    wanted = [_Wanted(families[name], given) for name, given in _lines_in_order(kind, content)]
    _match_by_key(wanted, there, known)
    _match_by_what_they_sell(wanted, there, {line.line_id for line in known if line.key is not None})
    return _merged(kind, wanted, there, _kept_besides(there, wanted, known), notes)


def _lines_in_order(kind: str, content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    families = _line_families(kind)
    for one in content.get("@each", ()):
        yield from ((name, given) for name, given in one.items() if name in families)
    for name in families:
        given = content.get(name, [])
        yield from ((name, line) for line in (given if isinstance(given, list) else [given]))


def _match_by_key(
    wanted: Sequence[_Wanted], there: Sequence[tuple[str, Mapping[str, Any]]], known: Sequence[KnownLine]
) -> None:
    ids = {str(line["TxnLineID"]) for _, line in there}
    by_key = {line.key: line.line_id for line in known if line.key is not None and line.line_id in ids}
    for one in wanted:
        if one.key is not None:
            one.line_id = by_key.pop(one.key, None)


def _match_by_what_they_sell(
    wanted: Sequence[_Wanted], there: Sequence[tuple[str, Mapping[str, Any]]], keyed: Collection[str]
) -> None:
    """Lines without a key we know: the same item, in the order in which they stand.

    One that has a key of its own is never one of the `keyed`, which we posted under others: those were dropped.
    """
    taken = {one.line_id for one in wanted}
    free = [(tag, line) for tag, line in there if str(line["TxnLineID"]) not in taken]
    for one in wanted:
        if one.line_id is not None:
            continue
        for place, (tag, line) in enumerate(free):
            anothers = one.key is not None and str(line["TxnLineID"]) in keyed
            if tag == one.family.ret and not anothers and _sells_the_same(one.content, line):
                one.line_id = str(line["TxnLineID"])
                del free[place]
                break


def _sells_the_same(given: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    for name in WHAT_A_LINE_SELLS:
        ours, theirs = given.get(name), line.get(name)
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            if ours.get("ListID"):
                return bool(ours["ListID"] == theirs.get("ListID"))
            return str(ours.get("FullName", "")).casefold() == str(theirs.get("FullName", "")).casefold()
        if ours or theirs:
            return False
    return given.get("Desc") == line.get("Desc")


def _kept_besides(
    there: Sequence[tuple[str, Mapping[str, Any]]], wanted: Sequence[_Wanted], known: Sequence[KnownLine]
) -> set[str]:
    """The lines that nobody asked for but that were never ours: somebody added them in QuickBooks.

    Where it is not known which lines are ours, the order system's content is taken for all there should be.
    """
    if not known:
        return set()
    ours = {line.line_id for line in known}
    asked = {one.line_id for one in wanted}
    return {line_id for _, line in there if (line_id := str(line["TxnLineID"])) not in ours | asked}


def _merged(
    kind: str,
    wanted: Sequence[_Wanted],
    there: Sequence[tuple[str, Mapping[str, Any]]],
    kept: set[str],
    notes: list[str],
) -> Sequence[_Merged]:
    """Kept lines in QuickBooks' order, each new line behind the one that stands before it in the order system."""
    families = {family.ret: family for family in _line_families(kind).values()}
    followers: dict[str | None, list[_Wanted]] = {}
    last: str | None = None
    for one in wanted:
        if one.line_id is None:
            followers.setdefault(last, []).append(one)
        else:
            last = one.line_id
    by_id = {one.line_id: one for one in wanted if one.line_id is not None}
    merged = [_line_mod(kind, one, NEW) for one in followers.get(None, [])]
    dropped = 0
    for tag, line in there:
        line_id = str(line["TxnLineID"])
        if line_id in by_id:
            merged.append(_line_mod(kind, by_id[line_id], line_id))
        elif line_id in kept:
            merged.append(_Merged(families[tag], {"TxnLineID": line_id}, None, ours=False))
        else:
            dropped += 1
        merged += [_line_mod(kind, one, NEW) for one in followers.get(line_id, [])]
    if dropped:
        notes.append(f"{dropped} {'line is' if dropped == 1 else 'lines are'} dropped")
    return merged


def _line_mod(kind: str, one: _Wanted, line_id: str) -> _Merged:
    aggregate = _inside(schema.aggregate_of(f"{kind}ModRq"))[one.family.mod]
    content = _renamed(aggregate, {name: value for name, value in one.content.items() if name != "line"}, [])
    return _Merged(one.family, {"TxnLineID": line_id, **one.family.besides, **content}, one.key, ours=True)


def _written(kind: str, merged: Sequence[tuple[_Family, Mapping[str, Any]]]) -> dict[str, Any]:
    """The lines under their names; kinds that repeat mixed are written in one sequence."""
    mixed = [(family.mod, line) for family, line in merged if family.mod in _mixed(kind)]
    written: dict[str, Any] = {}
    if len({name for name, _ in mixed}) > 1:
        written["@each"] = [{name: line} for name, line in mixed]
    for family, line in merged:
        if "@each" not in written or family.mod not in _mixed(kind):
            written.setdefault(family.mod, []).append(line)
    return written


@cache
def _mixed(kind: str) -> frozenset[str]:
    """The kinds of lines of a Mod that may follow each other in any order."""
    aggregate = schema.aggregate_of(f"{kind}ModRq")
    assert aggregate is not None
    names: set[str] = set()
    for particle in schema.facts().aggregates[aggregate].content:
        if "choice" in particle and particle.get("max", 1) is None:
            names |= {part["name"] for branch in particle["choice"] for part in schema.elements(branch)}
    return frozenset(names)
