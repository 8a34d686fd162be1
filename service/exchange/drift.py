"""Compares what was synchronized with what QuickBooks has now, and says who should do what. Changes no record.

A record differs when its EditSequence is not the one that we learned last. What only our own writes did to it is no
difference: a payment of ours changes its invoice as well (qbxml.md 16), and is recognized by the moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.catalogue.nouns import noun_for
from service.domain.operation import Operation
from service.domain.refusals import Refusal
from service.exchange import reading_questions
from service.exchange.reading_questions import Question
from service.store import events, identities, messages, read_entries, readings, unlinked
from service.store.companies import Company
from service.store.read_entries import Difference, Entry
from service.store.readings import Reading
from service.store.unit import Work

PURPOSE = "drift"

OVERLAP = timedelta(days=1)
"""Read again before the last comparison: the clock of the PC is another one, and times have no zone there (3.2)."""

REMEMBERED = timedelta(days=90)
"""How far back QuickBooks knows what was deleted (qbxml.md 6)."""

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""The first day that QuickBooks compares times with in every zone (qbxml.md 3.2)."""

AT_ONCE = timedelta(seconds=5)
"""What happened to a document and to one that belongs to it within this time, happened by one write."""


class NothingToCompare(Refusal):
    def __init__(self, company: str) -> None:
        super().__init__(
            f"Nothing of {company} that QuickBooks can be asked for was synchronized or linked yet, so there is "
            "nothing to compare."
        )


class CannotCompareSince(Refusal):
    def __init__(self, since: datetime) -> None:
        super().__init__(
            f"QuickBooks cannot say what changed since {since:%Y-%m-%d}: name a day from {EARLIEST:%Y-%m-%d} up to "
            "today."
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One record that somebody changed in QuickBooks: what happened, when, and what to do about it."""

    record: str
    called: str
    what: tuple[str, ...]
    when: str
    what_happened: str
    what_to_do: str


# Asking.


def ask(work: Work, company: Company, *, by: str, since: datetime | None = None) -> Reading:
    """Ask for a comparison at the next visit, or return the one that is under way.

    Raises NothingToCompare, and CannotCompareSince for a moment that QuickBooks does not know or that is to come.
    """
    if since is not None and not EARLIEST <= since <= work.now:
        raise CannotCompareSince(since)
    under_way = readings.open_one(work, company.id, PURPOSE)
    if under_way is not None:
        return under_way
    kinds = dict(identities.kinds(work, company.id))
    if not kinds:
        raise NothingToCompare(company.name)
    since = since or _since(work, company, min(kinds.values()))
    questions = reading_questions.changed_since(sorted(kinds), since)
    if not questions:
        raise NothingToCompare(company.name)
    reading_id = readings.add(
        work,
        company_id=company.id,
        purpose=PURPOSE,
        asked="what changed in QuickBooks",
        kinds=json.dumps(sorted(kinds)),
        questions=reading_questions.written(questions),
        since=since,
        asked_by=by,
    )
    note = f"asked QuickBooks what changed there since {since:%Y-%m-%d %H:%M} UTC"
    events.add(work, [{"actor": by, "action": "drift", "company_id": company.id, "note": note}])
    return readings.by_id(work, reading_id)


def _since(work: Work, company: Company, oldest: datetime) -> datetime:
    before = readings.latest(work, company.id, PURPOSE, "done")
    return (before.started_at if before is not None and before.started_at else oldest) - OVERLAP


# After the reading.


def follow_up(work: Work, reading: Reading) -> Sequence[Question]:
    """What is still to be asked once all changes are read: where the documents of a list entry went that is gone."""
    if any(question.owners for question in reading_questions.read(reading.questions)):
        return []
    documents = []
    for one in read_entries.beside_identities(work, reading.company_id, reading.id):
        document = unlinked.a_document_of(work, reading.company_id, one.record) if one.entry.time_deleted else None
        if document is not None:
            documents.append((document[0].partition(":")[0], document[1], (one.entry.kind, one.entry.quickbooks_id)))
    return reading_questions.whereabouts(documents)


def settle(work: Work, reading: Reading) -> None:
    """Keep of a finished comparison what people have to see; what our own writes did is learned instead."""
    read_entries.replace_earlier(work, reading.company_id, reading.id)
    ours = []
    differing: set[int] = set()
    for one in read_entries.beside_identities(work, reading.company_id, reading.id):
        if one.entry.time_deleted is None and _is_our_own_doing(work, reading, one):
            ours.append({"record": one.record, **_told(one.entry)})
        else:
            differing.add(one.entry.id)
    identities.learn(work, reading.company_id, ours)
    agreeing = {entry.id for entry in read_entries.entries_of(work, reading.id)} - differing
    read_entries.forget_entries(work, agreeing)


def _told(entry: Entry) -> Mapping[str, str | None]:
    return {"quickbooks_id": entry.quickbooks_id, "edit_sequence": entry.edit_sequence}


def _is_our_own_doing(work: Work, reading: Reading, one: Difference) -> bool:
    return any(rule(work, reading, one) for rule in _OUR_OWN_DOING)


def _was_not_known(work: Work, reading: Reading, one: Difference) -> bool:
    """Its EditSequence was never told, so nothing can be said against it."""
    return one.known_edit_sequence is None


def _was_voided_by_us(work: Work, reading: Reading, one: Difference) -> bool:
    """The answer to a TxnVoid tells no EditSequence, so that of before is all we knew."""
    if one.message_id is None:
        return False
    return messages.by_id(work, one.message_id, lock=False).operation == Operation.VOID.value


def _was_touched_by_our_document(work: Work, reading: Reading, one: Difference) -> bool:
    """A document of ours that belongs to it, such as its payment, was written in the very moment of its change."""
    changed = _moment(one.entry.time_modified)
    linked = json.loads(one.entry.linked or "[]")
    if changed is None or not linked:
        return False
    for entry in read_entries.among(work, reading.id, linked):
        for moment in (_moment(entry.time_created), _moment(entry.time_modified)):
            if moment is not None and abs(moment - changed) <= AT_ONCE:
                return True
    return False


_OUR_OWN_DOING: tuple[Callable[[Work, Reading, Difference], bool], ...] = (
    _was_not_known,
    _was_voided_by_us,
    _was_touched_by_our_document,
)
"""When a difference is none: each a reason why our own writes explain it."""


def _moment(told: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(told).astimezone() if told else None
    except ValueError:
        return None


# What was found.


def found(work: Work, company: Company) -> Sequence[Found]:
    """What the comparisons found and nobody settled since: an entry that we wrote again later differs no more."""
    return [_described(one) for one in _differences(work, company)]


def _differences(work: Work, company: Company) -> Sequence[Difference]:
    told = read_entries.beside_identities(work, company.id)
    newest = {one.record: one for one in told if one.learned_at <= one.entry.read_at and one.entry.seen_at is None}
    return [one for _, one in sorted(newest.items())]


def accept(work: Work, company: Company, *, by: str) -> int:
    """Take what was found as seen: it is listed no more until it changes again. Returns how many there were."""
    seen = _differences(work, company)
    there = [one for one in seen if one.entry.time_deleted is None]
    identities.learn(
        work,
        company.id,
        [{"record": one.record, **_told(one.entry), "quickbooks_number": one.entry.full_name} for one in there],
    )
    read_entries.forget_entries(work, [one.entry.id for one in there])
    read_entries.seen(work, [one.entry.id for one in seen if one.entry.time_deleted is not None])
    note = "saw what changed in QuickBooks: "
    events.add(
        work,
        [{"actor": by, "action": "drift", "company_id": company.id, "note": f"{note}{one.record}"} for one in seen],
    )
    return len(seen)


def may_have_missed_deletions(reading: Reading) -> bool:
    """Whether the comparison reached further back than QuickBooks remembers what was deleted."""
    began = reading.started_at or reading.asked_at
    return reading.since is not None and reading.since < began - REMEMBERED


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to differ: its word, when it applies, and both sentences; blanks are filled in from the entry."""

    word: str
    applies: Callable[[Difference], bool]
    happened: str
    to_do: str


KINDS: tuple[_Kind, ...] = (
    _Kind(
        "merged",
        lambda one: one.entry.time_deleted is not None and one.entry.merged_into is not None,
        "It was merged into {merged_into}.",
        "Link it to that one: write '{record},{merged_into}' into a file for `deskpost link --file`.",
    ),
    _Kind(
        "deleted",
        lambda one: one.entry.time_deleted is not None and one.entry.merged_into is None,
        "It was deleted{or_merged}.",
        "If it is still needed, have the order system save it again: the message fails as gone, and can be sent as a "
        "new one. If not, have the order system leave it alone.",
    ),
    _Kind(
        "deactivated",
        lambda one: one.entry.time_deleted is None and one.entry.inactive,
        "It is inactive now.",
        "Make it active again in QuickBooks, or have the order system stop using it.",
    ),
    _Kind(
        "renamed",
        lambda one: (
            one.entry.time_deleted is None
            and None not in (one.known_number, one.entry.full_name)
            and one.known_number != one.entry.full_name
        ),
        "It was called {known_number} and is called {full_name} now.",
        "Change it in the order system as well, or its next save takes the old name back.",
    ),
    _Kind(
        "changed",
        lambda one: one.entry.time_deleted is None,
        "Somebody changed it.",
        "Nothing has to be done: the next save of the order system keeps what it does not say otherwise.",
    ),
)
"""The ways to differ, the most telling first; `changed` is said only where nothing more is known."""


def _described(one: Difference) -> Found:
    kinds = [kind for kind in KINDS if kind.applies(one)]
    if len(kinds) > 1:
        kinds = [kind for kind in kinds if kind.word != "changed"]
    kind = one.entry.kind
    blanks = {
        "record": one.record,
        "merged_into": one.entry.merged_into or "",
        "or_merged": f", or merged into another {noun_for(kind).noun}" if noun_for(kind).family == "list" else "",
        "known_number": one.known_number or "",
        "full_name": one.entry.full_name or "",
    }
    return Found(
        one.record,
        one.known_number or one.entry.full_name or one.entry.quickbooks_id,
        tuple(kind.word for kind in kinds),
        one.entry.time_deleted or one.entry.time_modified or "",
        " ".join(kind.happened.format_map(blanks) for kind in kinds),
        " ".join(kind.to_do.format_map(blanks) for kind in kinds),
    )
