"""Links records of the order system to what a company file holds already, as a person decides. Sends nothing itself.

A link is an identity: from then on a save of the record becomes a Mod, and nothing is doubled. What was read is
proposed, a person looks at it, and exactly that is written. Until somebody has decided, no record of the kinds in
question is created.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.exchange import document, matching, reading_questions
from service.exchange.list_reading import LINK
from service.exchange.matching import Known, Match, Verdict
from service.store import events, identities, messages, read_entries, readings, requirements, sessions, unlinked
from service.store.companies import Company
from service.store.read_entries import Entry, Proposal, in_parts
from service.store.readings import Reading
from service.store.unit import Work
from service.store.unlinked import Save

MOST_LEVELS = 10
"""How deep a customer may stand below others; QuickBooks itself allows five."""


class UnknownList(Refusal):
    def __init__(self, given: str) -> None:
        known = ", ".join(reading_questions.lists())
        super().__init__(f"There is no list '{given}' that can be linked. There are: {known}.")


class NoListNamed(Refusal):
    def __init__(self) -> None:
        super().__init__("Name the lists that are to be read, such as `deskpost link customers items`.")


class DecideFirst(Refusal):
    def __init__(self, asked: str) -> None:
        super().__init__(
            f"What was read of {asked} waits for a decision: link it with --apply, or leave it with --dismiss."
        )


class NothingRead(Refusal):
    def __init__(self) -> None:
        super().__init__("Nothing was read from QuickBooks yet: ask for it with `deskpost link`, and let a visit pass.")


class NothingProposed(Refusal):
    def __init__(self) -> None:
        super().__init__("No link was proposed: look at them first with `deskpost link`, then say --apply.")


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the rules make of the queue's records, and the records of which only the name is known."""

    reading: Reading
    matches: Sequence[Match]
    unknown: Sequence[str]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was linked, what could not be any more and why, and how many messages of it had failed before.

    `undecided` names the lists of which the rest still waits for a decision.
    """

    linked: Sequence[Proposal]
    refused: Sequence[str]
    failed_before: int
    undecided: str | None


def ask(work: Work, company: Company, words: Sequence[str], *, by: str) -> Reading:
    """Ask that lists be read at the next visit. Raises NoListNamed, UnknownList, or DecideFirst."""
    if not words:
        raise NoListNamed
    for word in words:
        if word not in reading_questions.lists():
            raise UnknownList(word)
    before = readings.open_one(work, company.id, LINK)
    if before is not None and before.state != "failed":
        raise DecideFirst(before.asked)
    if before is not None:
        _close(work, before, by)
    asked = ", ".join(dict.fromkeys(words))
    kinds = sorted({kind for word in words for kind in reading_questions.lists()[word].kinds})
    reading_id = readings.add(
        work,
        company_id=company.id,
        purpose=LINK,
        asked=asked,
        kinds=json.dumps(kinds),
        questions=reading_questions.written(reading_questions.whole_lists(words)),
        asked_by=by,
    )
    read_entries.forget_all(work, company.id, LINK, besides=reading_id)
    _note(work, company, by, f"asked QuickBooks for {asked}")
    return readings.by_id(work, reading_id)


def ask_again(work: Work, company: Company, *, by: str) -> Reading:
    """Read the lists that were read last once more. Those that are being read are returned. Raises NothingRead."""
    before = readings.latest(work, company.id, LINK)
    if before is None:
        raise NothingRead
    if before.state in ("waiting", "running"):
        return before
    if before.closed_at is None:
        _close(work, before, by)
    return ask(work, company, before.asked.split(", "), by=by)


def propose(work: Work, company: Company) -> Proposed:
    """Match what was read to the queue's records, and remember what is shown. Raises NothingRead."""
    reading = readings.open_one(work, company.id, LINK)
    if reading is None or reading.state != "done":
        raise NothingRead
    kinds = json.loads(reading.kinds)
    entries = list(read_entries.entries_of(work, reading.id))
    known = _known(work, company, unlinked.saves(work, company.id, kinds), entries)
    matches = matching.match(known, entries, _linked(work, company, entries))
    rows = [(one.record, one.entries[0].id, one.rule) for one in matches if one.verdict is Verdict.LINK]
    read_entries.propose(work, company.id, rows)
    return Proposed(reading, matches, unlinked.only_referred_to(work, company.id, kinds))


def apply(work: Work, company: Company, *, by: str) -> Applied:
    """Write the identities that were shown. Raises NothingProposed.

    With them the lists that were read are decided, and what is not linked is created as new. Links from a file alone
    decide only about themselves.
    """
    # A call of the Web Connector that goes on at this moment, and may create one of these, comes to its end first.
    sessions.open_one(work, company.id)
    shown = read_entries.proposals(work, company.id)
    if not shown:
        raise NothingProposed
    saves = {save.record: save for save in unlinked.saves(work, company.id, {_kind(one.record) for one in shown})}
    linked: list[Proposal] = []
    refused: list[str] = []
    failed_before = 0
    for part in in_parts(shown):
        objections = _objections(work, company, part)
        linkable = [one for one in part if one.record not in objections]
        _write(work, company, linkable, saves, by)
        failed_before += unlinked.failed(work, company.id, [one.record for one in linkable])
        linked += linkable
        refused += [f"{record}: {why}" for record, why in objections.items()]
    read_entries.propose(work, company.id, [])
    reading = readings.open_one(work, company.id, LINK)
    if reading is not None and any(one.rule != BY_HAND for one in shown):
        _close(work, reading, by)
        reading = None
    return Applied(linked, refused, failed_before, reading.asked if reading is not None else None)


def dismiss(work: Work, company: Company, *, by: str) -> Reading:
    """Link nothing of what was asked for; what is new may be created. Raises NothingRead when nothing was."""
    reading = readings.open_one(work, company.id, LINK)
    if reading is None:
        raise NothingRead
    if reading.state in ("waiting", "running"):
        given_up = {"state": "failed", "what_happened": "Somebody called it off.", "finished_at": work.now}
        readings.change(work, reading.id, set_id=None, iterator_id=None, session_id=None, remaining=None, **given_up)
    read_entries.propose(work, company.id, [])
    _close(work, reading, by)
    _note(work, company, by, f"linked nothing of {reading.asked}")
    return reading


def _close(work: Work, reading: Reading, by: str) -> None:
    readings.change(work, reading.id, closed_at=work.now, closed_by=by)


BY_HAND = "named in the file"
"""The rule of a link that a person named: it may also take the place of one that is there."""


def _objections(work: Work, company: Company, shown: Sequence[Proposal]) -> Mapping[str, str]:
    """Why some links that were shown cannot be written any more, by record."""
    records = [one.record for one in shown]
    known = identities.of_records(work, company.id, records)
    known_meanwhile = {one.record for one in shown if one.record in known and one.rule != BY_HAND}
    return {
        **dict.fromkeys(known_meanwhile, "it became known in QuickBooks meanwhile, and stays as it is."),
        **dict.fromkeys(
            unlinked.being_created(work, company.id, records),
            "QuickBooks may be creating it at this moment. Look again after the visit.",
        ),
    }


def _write(work: Work, company: Company, linked: Sequence[Proposal], saves: Mapping[str, Save], by: str) -> None:
    """The identities, an event for each, and an `add` becomes a save: it only wanted the record to be there."""
    records = [one.record for one in linked]
    identities.forget(work, company.id, records)
    identities.learn(work, company.id, [{"record": one.record, **_identity(one.entry)} for one in linked])
    requirements.settle_records(work, company.id, records)
    for one in linked:
        save = saves.get(one.record)
        if save is not None and save.operation == Operation.ADD.value:
            messages.change(work, save.message_id, operation=Operation.SAVE.value)
    events.add(work, [_event(company, one, saves.get(one.record), by) for one in linked])


def _identity(entry: Entry) -> Mapping[str, str | None]:
    return {
        "quickbooks_id": entry.quickbooks_id,
        "edit_sequence": entry.edit_sequence,
        "quickbooks_number": entry.full_name,
    }


def _event(company: Company, one: Proposal, save: Save | None, by: str) -> Mapping[str, Any]:
    return {
        "actor": by,
        "action": "link",
        "company_id": company.id,
        "message_id": save.message_id if save is not None else None,
        "note": f"{one.record} linked to {one.entry.full_name} in QuickBooks ({one.rule})",
    }


def _note(work: Work, company: Company, by: str, text: str) -> None:
    events.add(work, [{"actor": by, "action": "link", "company_id": company.id, "note": text}])


# What the queue knows of its records.


def _linked(work: Work, company: Company, entries: Sequence[Entry]) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for part in in_parts(entries):
        for identity in identities.by_quickbooks_id(work, company.id, {entry.quickbooks_id for entry in part}):
            found[_kind(identity.record), identity.quickbooks_id] = identity.record
    return found


def _known(work: Work, company: Company, saves: Sequence[Save], entries: Sequence[Entry]) -> Sequence[Known]:
    contents = {save.record: _content(save) for save in saves}
    names = {entry.quickbooks_id: entry.full_name or "" for entry in entries}
    told: dict[str, str] = {}
    for part in in_parts(sorted(_parents(contents))):
        known = identities.of_records(work, company.id, part)
        told |= {record: identity.quickbooks_number or "" for record, identity in known.items()}
    return [
        Known(
            record,
            _full_name(content, contents, names, told, MOST_LEVELS),
            next((str(content[name]) for name in reading_questions.NUMBERS if content.get(name)), ""),
            str(content.get("Email") or ""),
        )
        for record, content in contents.items()
    ]


def _content(save: Save) -> Mapping[str, Any]:
    """What came by SQL may be no JSON at all; then nothing is known of the record."""
    try:
        return document.parse_line(save.content)
    except Refusal:
        return {}


def _parents(contents: Mapping[str, Mapping[str, Any]]) -> set[str]:
    found = [content.get("ParentRef") for content in contents.values()]
    return {str(parent["record"]) for parent in found if isinstance(parent, Mapping) and "record" in parent}


def _full_name(
    content: Mapping[str, Any],
    contents: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
    told: Mapping[str, str],
    levels: int,
) -> str:
    """The name with those above it, as QuickBooks joins them; empty where one of these is not known."""
    own = str(content.get("Name") or content.get("Initial") or "")
    parent = content.get("ParentRef")
    if not isinstance(parent, Mapping) or not own:
        return own
    record = str(parent.get("record", ""))
    above = str(parent.get("FullName") or names.get(str(parent.get("ListID"))) or told.get(record) or "")
    if not above and record in contents and levels:
        above = _full_name(contents[record], contents, names, told, levels - 1)
    return f"{above}:{own}" if above else ""


def _kind(record: str) -> str:
    return record.partition(":")[0]
