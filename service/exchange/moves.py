"""Makes the moves of messages: the status, the event, the announcement and whoever waited for it, always together.

Decides no move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.refusals import UnlawfulMove
from service.domain.status import MOVES, UNSETTLED, Status, moves_from
from service.exchange import announce
from service.store import events, messages, requirements
from service.store.messages import Message
from service.store.unit import Work

SERVICE = "service"
"""The actor of what Deskpost does by itself."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who moves messages, and in which visit and set, for the event."""

    actor: str = SERVICE
    session_id: int | None = None
    set_id: int | None = None


BY_ITSELF = Context()


@dataclass(frozen=True, slots=True)
class Step:
    """One message that is to move, the columns to write with it, and what the event says beside the move."""

    message: Message
    values: Mapping[str, Any]
    status_code: int | None = None
    note: str | None = None


def make(work: Work, move: str, steps: Sequence[Step], context: Context = BY_ITSELF) -> None:
    """Make one kind of move for some messages that the caller has locked; all steps write the same columns.

    Raises UnlawfulMove, with nothing written, when one of them does not stand where the move begins.
    """
    if not steps:
        return
    _require_lawful(work, move, steps)
    for leaves in {step.message.status for step in steps}:
        rows = [{"id": step.message.id, **step.values} for step in steps if step.message.status == leaves]
        messages.move(work, Status(leaves), MOVES[move].reaches, rows)
    events.add(work, [_event(move, step, context) for step in steps])
    announce.moved(work, MOVES[move].reaches, [(step.message, step.values) for step in steps])
    if MOVES[move].reaches not in UNSETTLED:
        requirements.settle_earlier(work, [step.message.id for step in steps if step.message.record])
    else:
        _hold_later(work, [step.message for step in steps if Status(step.message.status) not in UNSETTLED])


def _hold_later(work: Work, back_in_turn: Sequence[Message]) -> None:
    """What has its turn again comes before what is pending of its record: together they would be there twice."""
    for message in back_in_turn:
        if message.record is None:
            continue
        pending = messages.of_record(work, message.company_id, message.record, (Status.PENDING,))
        # One that nobody has looked at yet finds out by itself what stands before it.
        later = [one.id for one in pending if one.id > message.id and one.waits_for is not None]
        requirements.stand_before(work, message.company_id, message.id, later)


def make_one(work: Work, move: str, message: Message, context: Context = BY_ITSELF, **values: Any) -> None:
    """Make one move of one message; `note` and `status_code` go to the event as well."""
    make(work, move, [Step(message, values, values.get("status_code"), values.get("note"))], context)


def note(work: Work, message: Message, action: str, actor: str, text: str) -> None:
    """Write an event of a message that moved nothing."""
    events.add(
        work,
        [{"actor": actor, "action": action, "company_id": message.company_id, "message_id": message.id, "note": text}],
    )


def _require_lawful(work: Work, move: str, steps: Sequence[Step]) -> None:
    for step in steps:
        status = Status(step.message.status)
        if status not in MOVES[move].leaves:
            lawful = [other.name for other in moves_from(status, by_person=True)]
            last = events.last_move(work, step.message.id)
            since = f"'{last.action}' by {last.actor}, {last.at:%Y-%m-%d %H:%M} UTC" if last is not None else None
            raise UnlawfulMove(step.message.id, step.message.document, status, move, lawful, since=since)


def _event(move: str, step: Step, context: Context) -> dict[str, Any]:
    return {
        "actor": context.actor,
        "action": move,
        "company_id": step.message.company_id,
        "session_id": context.session_id,
        "set_id": context.set_id,
        "message_id": step.message.id,
        "from_status": step.message.status,
        "to_status": MOVES[move].reaches.value,
        "status_code": step.status_code,
        "note": step.note,
    }
