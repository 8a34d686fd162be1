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
from service.domain.failure_log import log_failure
from service.domain.operation import Operation
from service.exchange import document, facts, missing, moves, update
from service.exchange.forget import forget
from service.exchange.moves import Context, Step
from service.qbxml.read import Response
from service.store import companies, identities, messages, requirements
from service.store.messages import Message
from service.store.unit import Work

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 60, 240))
"""How long a message waits after QuickBooks was locked or busy; after the last one it fails."""


MOST_REREADS = 3
"""How often a message is read anew and sent again because its entry was changed in QuickBooks meanwhile."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The move that an answer leads to, or None when it leaves open what happened, and the columns to write.

    `after` is done once the message has moved.
    """

    move: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    after: Callable[[Work, Message], None] | None = None


@dataclass(slots=True)
class Tally:
    """How many messages went which way, and those of which nothing is known.

    `released` are those that go at a later visit; what is sent again in the same one will count then.
    """

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
        [
            (message, found)
            for message, response, verdict in judged
            if response and verdict.move is not None and (found := named_in(message, response))
        ],
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
        counted = len([step for step in steps if move != "release" or step.values.get("not_before")])
        setattr(tally, _COUNTED[move], getattr(tally, _COUNTED[move]) + counted)
    for message, verdict in judged:
        if verdict.after is not None:
            verdict.after(work, message)
    return tally


def judge(work: Work, message: Message, response: Response | None) -> Verdict:
    """What one response means for its message.

    One at which the program fails leaves open what happened, as if it had been lost: QuickBooks is asked, in the end by
    a look-up, and the others of the set are settled.
    """
    if response is None:
        return Verdict(None)
    try:
        return _judged(work, message, response)
    except Exception as failure:  # noqa: BLE001 - Whatever it is, the answers to the others count.
        log_failure(f"Judging the answer to message {message.id}", failure)
        return Verdict(None)


def _judged(work: Work, message: Message, response: Response) -> Verdict:
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
    if not (told.get("ListID") or told.get("TxnID")):
        return None
    return identity_with_lines(message, told)


def identity_with_lines(message: Message, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """As `identity_in`, with the lines of a message that was sent, if the entry tells them."""
    return {**identity_in(entry), "lines": _lines_in(message, entry)}


def identity_in(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns of an identity, from an object of QuickBooks or from ErrorRecovery."""
    return {
        "quickbooks_id": entry.get("ListID") or entry.get("TxnID"),
        "edit_sequence": entry.get("EditSequence"),
        "quickbooks_number": entry.get("RefNumber") or entry.get("FullName") or entry.get("Name"),
        "external_guid": entry.get("ExternalGUID"),
    }


def explained(work: Work, message: Message, entry: Entry, more: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The columns that tell a person what happened and what to do; `more` are facts that the caller knows."""
    told = catalogue.explain(entry, {**facts.of_message(work, message, entry), **(more or {})})
    return {
        "what_happened": told.what_happened,
        "what_to_do": told.what_to_do,
        "offers": json.dumps([offer.value for offer in told.offers]),
        "quickbooks_said": entry.message or None,
    }


def still_to_read(message: Message) -> str | None:
    """What has to be read of a document that was found again: its lines, which a recovery does not tell."""
    if message.record is None or message.content is None or message.operation != Operation.SAVE.value:
        return None
    has_lines = update.needs_reading(message.record.partition(":")[0], document.parse_line(message.content))
    return "current" if has_lines else None


def _lines_in(message: Message, told: Mapping[str, Any]) -> str | None:
    """Which line of QuickBooks is which of the order system's, by their order; None where that cannot be told."""
    kind = str(message.record).partition(":")[0]
    line_ids = update.lines_of(kind, told)
    if not line_ids or message.content is None:
        return None
    if message.sent_lines is not None:
        sent = [(key, ours) for key, ours in json.loads(message.sent_lines)]
    else:
        sent = [(line.key, line.ours) for line in update.lines_sent(kind, document.parse_line(message.content))]
    if len(sent) != len(line_ids):
        return None
    return json.dumps([[key, line_id] for (key, ours), line_id in zip(sent, line_ids, strict=True) if ours])


def _done(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    named = named_in(message, response) or {}
    advice = explained(work, message, entry) if response.status_code >= 500 else _NOTHING_TO_SAY
    return Verdict(
        "synchronize",
        {
            "status_code": response.status_code,
            "quickbooks_id": named.get("quickbooks_id"),
            "quickbooks_number": named.get("quickbooks_number"),
            "settled_at": work.now,
            "to_read": None if response.rets else still_to_read(message),
            "present": None,
            **advice,
        },
        after=_forget if message.operation == Operation.DELETE.value else None,
    )


def _fail(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    return Verdict(
        "fail",
        {
            "status_code": response.status_code,
            "settled_at": work.now,
            "present": None,
            **explained(work, message, entry),
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
            **explained(work, message, entry),
        },
        note=f"again after {until:%Y-%m-%d %H:%M} UTC",
    )


def _not_reached(_: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    return Verdict("release", {"status_code": response.status_code}, note="QuickBooks did not come to it")


def _reread(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    """It was changed in QuickBooks meanwhile: read it as it is now, then send what the order system wants again."""
    if message.rereads >= MOST_REREADS or message.record is None:
        return _fail(work, message, response, entry)
    return Verdict(
        "release",
        {"to_read": "current", "present": None, "rereads": message.rereads + 1, "status_code": response.status_code},
        note="it was changed in QuickBooks meanwhile, so it is read anew",
    )


def _look_up_name(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    """Somebody has the name: find out who, once."""
    adds = message.operation in (Operation.SAVE.value, Operation.ADD.value) and message.record is not None
    if not adds or message.rereads:
        return _fail(work, message, response, entry)
    return Verdict(
        "release",
        {
            "to_read": "name",
            "rereads": 1,
            "status_code": response.status_code,
            "quickbooks_said": entry.message or None,
        },
        note="the name is taken, so it is looked up",
    )


def _gone(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    """It is not there any more, which is all that a delete wants; whoever wanted to change it has to decide."""
    if message.operation == Operation.DELETE.value:
        values = {"status_code": response.status_code, "settled_at": work.now, **_NOTHING_TO_SAY}
        return Verdict("synchronize", values, note="it was gone already", after=_forget)
    return _fail(work, message, response, entry)


def _wait(work: Work, message: Message, response: Response, entry: Entry) -> Verdict:
    """A name is missing in QuickBooks: wait for what brings it, or make it where that is allowed, or say so."""
    name = catalogue.message_facts(entry.message, entry.carries).get("name")
    if not name or message.rereads >= MOST_REREADS:
        return _fail(work, message, response, entry)
    bringing = messages.bringing_name(work, message.company_id, name, message.id)
    if bringing is None:
        bringing = missing.create(work, companies.by_id(work, message.company_id), message, name)
    if bringing is None or bringing == message.record:
        return _fail(work, message, response, entry)
    record = bringing

    def require(work: Work, message: Message) -> None:
        requirements.write(work, message.company_id, message.id, records=[record], earlier=[])
        waits_for = requirements.renew(work, message.company_id, message.id, message.record)
        messages.change(work, message.id, waits_for=waits_for)

    return Verdict(
        "release",
        {"status_code": response.status_code, "rereads": message.rereads + 1},
        note=f"waits for {record}, which brings {name}",
        after=require,
    )


def _forget(work: Work, message: Message) -> None:
    """What was deleted has no identity any more: saved again, it is created again."""
    forget(work, message.company_id, [str(message.record)])


def _unknown(*_: object) -> Verdict:
    return Verdict(None)


_NOTHING_TO_SAY = {"what_happened": None, "what_to_do": None, "offers": None, "quickbooks_said": None}

_TREATED: dict[Treatment, Callable[[Work, Message, Response, Entry], Verdict]] = {
    Treatment.DONE: _done,
    Treatment.LATER: _later,
    Treatment.NOT_REACHED: _not_reached,
    Treatment.PROBE: _unknown,
    Treatment.REREAD: _reread,
    Treatment.LOOK_UP_NAME: _look_up_name,
    Treatment.GONE: _gone,
    Treatment.WAIT_OR_CREATE: _wait,
}
"""What an answer does with a message in flight; every treatment that is not here fails it with its remedy."""
