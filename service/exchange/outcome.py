"""Judges QuickBooks' answers to single requests and moves their messages accordingly. Knows no session and no set.

What becomes of a message is looked up: the catalogue names the treatment of the status code, and one table here says
what each treatment does with a message in flight.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from service import catalogue
from service.catalogue import Entry
from service.catalogue.treatment import Treatment
from service.domain.operation import Operation
from service.exchange import moves
from service.exchange.moves import Context, Step
from service.qbxml.read import Response
from service.store import identities, requirements
from service.store.messages import Message
from service.store.unit import Work

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 60, 240))
"""How long a message waits after QuickBooks was locked or busy; after the last one it fails."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The move that an answer leads to, or None when it leaves open what happened, and the columns to write."""

    move: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


@dataclass(slots=True)
class Tally:
    """How many messages went which way, and those of which nothing is known."""

    synchronized: int = 0
    failed: int = 0
    released: int = 0
    doubted: int = 0
    unknown: list[Message] = field(default_factory=list)

    @property
    def counters(self) -> Mapping[str, int]:
        """The session's counters to add to."""
        told = {
            "synchronized": self.synchronized,
            "failed": self.failed,
            "released": self.released,
            "doubted": self.doubted,
        }
        return {name: number for name, number in told.items() if number}


_COUNTED = {"synchronize": "synchronized", "fail": "failed", "release": "released", "doubt": "doubted"}


def apply(work: Work, in_flight: Sequence[Message], responses: Sequence[Response], context: Context) -> Tally:
    """Settle messages in flight by the responses that carry their numbers; other responses change nothing."""
    by_number = {response.request_id: response for response in responses}
    judged = []
    for message in in_flight:
        response = by_number.get(str(message.id))
        judged.append((message, response, judge(work, message, response)))
    tally = settle(work, [(message, verdict) for message, _, verdict in judged], context)
    learn(
        work,
        [(message, found) for message, response, _ in judged if response and (found := named_in(message, response))],
    )
    return tally


def settle(work: Work, judged: Sequence[tuple[Message, Verdict]], context: Context) -> Tally:
    """Carry out verdicts, those of one kind together."""
    tally = Tally(unknown=[message for message, verdict in judged if verdict.move is None])
    groups: dict[tuple[str, tuple[str, ...]], list[Step]] = {}
    for message, verdict in judged:
        if verdict.move is not None:
            step = Step(message, verdict.values, verdict.values.get("status_code"), verdict.note)
            groups.setdefault((verdict.move, tuple(verdict.values)), []).append(step)
    for (move, _), steps in groups.items():
        moves.make(work, move, steps, context)
        setattr(tally, _COUNTED[move], getattr(tally, _COUNTED[move]) + len(steps))
    return tally


def judge(work: Work, message: Message, response: Response | None) -> Verdict:
    """What one response means for its message."""
    if response is None:
        return Verdict(None)
    entry = catalogue.entry(
        response.status_code, request=response.name.removesuffix("Rs") + "Rq", message=response.message
    )
    return _TREATED.get(entry.treatment, _fail)(work, message, response, entry)


def learn(work: Work, found: Sequence[tuple[Message, Mapping[str, Any]]]) -> None:
    """Keep the identities that answers told, and let go whoever waited for them."""
    rows = [
        {
            "record": message.record,
            **identity,
            "message_id": message.id,
            "fingerprint": message.fingerprint,
            "revision": message.revision,
        }
        for message, identity in found
        if message.record is not None
    ]
    if rows:
        company_id = found[0][0].company_id
        identities.learn(work, company_id, rows)
        requirements.settle_records(work, company_id, [row["record"] for row in rows])


def named_in(message: Message, response: Response) -> Mapping[str, Any] | None:
    """The identity that a successful answer tells of a message's record, from its object or from ErrorRecovery."""
    if message.record is None or not 0 <= response.status_code < 1000 or message.operation == Operation.DELETE.value:
        return None
    told = response.rets[0].content if response.rets else response.recovery or response.content
    quickbooks_id = told.get("ListID") or told.get("TxnID")
    if not quickbooks_id:
        return None
    return {
        "quickbooks_id": quickbooks_id,
        "edit_sequence": told.get("EditSequence"),
        "quickbooks_number": told.get("RefNumber") or told.get("FullName") or told.get("Name"),
        "external_guid": told.get("ExternalGUID"),
    }


def explained(message: Message, entry: Entry, said: str) -> Mapping[str, Any]:
    """The columns that tell a person what happened and what to do."""
    told = catalogue.explain(entry, {"document": message.document})
    return {
        "what_happened": told.what_happened,
        "what_to_do": told.what_to_do,
        "offers": json.dumps([offer.value for offer in told.offers]),
        "quickbooks_said": said or None,
    }


def _done(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    named = named_in(message, response) or {}
    advice = explained(message, entry, response.message) if response.status_code >= 500 else _NOTHING_TO_SAY
    return Verdict(
        "synchronize",
        {
            "status_code": response.status_code,
            "quickbooks_id": named.get("quickbooks_id"),
            "quickbooks_number": named.get("quickbooks_number"),
            "settled_at": work.now,
            **advice,
        },
    )


def _fail(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    return Verdict(
        "fail",
        {
            "status_code": response.status_code,
            "settled_at": work.now,
            **explained(message, entry, response.message),
        },
    )


def _later(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    if message.postponements >= len(PAUSES):
        return _fail(work, message, response, entry)
    until = work.now + PAUSES[message.postponements]
    return Verdict(
        "release",
        {
            "status_code": response.status_code,
            "not_before": until,
            "postponements": message.postponements + 1,
            **explained(message, entry, response.message),
        },
        note=f"again after {until:%Y-%m-%d %H:%M} UTC",
    )


def _not_reached(_: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    return Verdict("release", {"status_code": response.status_code}, note="QuickBooks did not come to it")


def _unknown(*_: object) -> Verdict:
    return Verdict(None)


_NOTHING_TO_SAY = {"what_happened": None, "what_to_do": None, "offers": None, "quickbooks_said": None}

_TREATED: dict[Treatment, Callable[[Work, Message, Response, Entry], Verdict]] = {
    Treatment.DONE: _done,
    Treatment.LATER: _later,
    Treatment.NOT_REACHED: _not_reached,
    Treatment.PROBE: _unknown,
}
"""What an answer does with a message in flight; every treatment that is not here fails it with its remedy."""
