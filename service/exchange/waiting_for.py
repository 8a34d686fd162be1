"""Says what a pending message waits for, and how many wait for the same thing, by the rules of the domain.

Changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service import catalogue
from service.catalogue.nouns import noun_for
from service.domain.operation import Operation
from service.domain.status import Status
from service.domain.waiting import GONE, NOT_FOUND, RULES, UNHEARD_OF, Dependant, Rule
from service.store import messages, requirements, waiting
from service.store.messages import Message
from service.store.unit import Work
from service.store.waiting import Newest

COUNTED_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that a message waits for: what it is called, how it stands, and whether a person has to act."""

    name: str
    state: str
    asks: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The messages that wait for one record: `3 invoices` for `customer C-1042 (failed: name already in use)`."""

    number: int
    told: str
    awaited: Awaited

    def __str__(self) -> str:
        return f"{self.told} {'waits' if self.number == 1 else 'wait'} for {self.awaited}"


def waits_for(work: Work, message: Message) -> Sequence[Awaited]:
    """What a message waits for; nothing unless it is pending."""
    if message.status != Status.PENDING.value:
        return []
    unsettled = requirements.unsettled(work, message.id)
    if not unsettled:
        held = waiting.kept_back_by(work, [message.id]).get(message.id)
        return [_of_version(*held)] if held is not None else []
    newest = waiting.newest(work, message.company_id, {record for record, _ in unsettled if record is not None})
    return [
        _of_record(record, newest.get(record)) if record is not None else _of_earlier(work, earlier)
        for record, earlier in unsettled
    ]


def crowds(work: Work, company_id: int) -> Sequence[Crowd]:
    """What pending messages of a company wait for: what needs somebody first, then by how many.

    That is records, and versions of the same record that a person has to settle before.
    """
    rows = waiting.dependants(work, company_id, COUNTED_AT_MOST)
    newest = waiting.newest(work, company_id, {needed for needed, _ in rows})
    kinds: dict[str, Counter[str]] = {}
    for needed, waits in rows:
        kinds.setdefault(needed, Counter())[_noun(waits)] += 1
    found = [
        Crowd(counted.total(), _listed(counted), _of_record(needed, newest.get(needed)))
        for needed, counted in kinds.items()
    ]
    for held in waiting.holding_back(work, company_id):
        kind, _, key = held.record.partition(":")
        versions = "1 other version" if held.number == 1 else f"{held.number} other versions"
        found.append(
            Crowd(held.number, f"{versions} of {noun_for(kind).noun} {key}", _of_version(held.id, held.status))
        )
    return sorted(found, key=lambda crowd: (not crowd.awaited.asks, -crowd.number, crowd.awaited.name))


def _of_record(record: str, newest: Newest | None) -> Awaited:
    rule = _rule(newest)
    kind, _, key = record.partition(":")
    reason = _reason(newest) if newest is not None and newest.status == Status.FAILED.value else None
    return Awaited(
        f"{noun_for(kind).noun} {key}",
        f"{rule.said}: {reason}" if reason else rule.said,
        rule.dependant is Dependant.ASKS,
    )


def _of_earlier(work: Work, earlier_id: int | None) -> Awaited:
    assert earlier_id is not None
    return _of_version(earlier_id, messages.by_id(work, earlier_id, lock=False).status)


def _of_version(message_id: int, status: str) -> Awaited:
    rule = RULES[Status(status)]
    return Awaited(f"message {message_id} of the same record", rule.said, rule.dependant is Dependant.ASKS)


def _rule(newest: Newest | None) -> Rule:
    if newest is None:
        return UNHEARD_OF
    status = Status(newest.status)
    looked_up = status in (Status.MANUALLY_ENTERED, Status.SYNCHRONIZED) and newest.to_read is None
    if looked_up and newest.quickbooks_id is None and newest.operation != Operation.DELETE.value:
        return NOT_FOUND
    if status is Status.SYNCHRONIZED and newest.to_read is None:
        # It is done, and still its identity is not known: nobody would wait for it otherwise.
        return GONE
    return RULES[status]


def _reason(failed: Newest) -> str | None:
    """Why it failed, in a few words."""
    if failed.status_code is None:
        return None
    kind = failed.record.partition(":")[0]
    verb = "Mod" if failed.operation == Operation.MOD.value else "Add"
    entry = catalogue.entry(failed.status_code, request=f"{kind}{verb}Rq", message=failed.quickbooks_said or "")
    return entry.title[:1].lower() + entry.title[1:]


def _noun(record: str | None) -> str:
    return noun_for(record.partition(":")[0]).noun if record is not None else "message"


def _listed(counted: Counter[str]) -> str:
    told = [f"{number} {noun if number == 1 else _several(noun)}" for noun, number in sorted(counted.items())]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _several(noun: str) -> str:
    """`invoices`, `journal entries`, `classes`, `transfers of funds`."""
    first, of, rest = noun.partition(" of ")
    if of:
        return f"{_several(first)}{of}{rest}"
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh", "to-do")) else f"{noun}s"
