"""What people do on the pages beside deciding about one message: start the work, decide about many. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.domain.refusals import Refusal, UnknownMessage
from service.store import attention, companies, console_people, events, release
from service.store.attempt import attempt
from service.store.companies import Company
from service.store.unit import Work

Decision = Callable[[Work, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a decision about several messages: those that moved, and those that did not, each with why."""

    moved: Sequence[int]
    refused: Sequence[tuple[int, Refusal]]


def start(work: Work, company: Company, *, ready: int, by: str) -> int:
    """Release the work of a company for the next visit, and bring forward what waits for a later try.

    `ready` is the number of messages that may go as it is; returns how many may go now.
    """
    released = ready + release.bring_forward(work, company.id)
    companies.change(work, company.id, started_at=work.now)
    console_people.note_start(work, company.id, by)
    events.add(work, [{"actor": by, "action": "start", "company_id": company.id, "note": f"{released} released"}])
    return released


def decide_each(work: Work, company: Company, message_ids: Sequence[int], decision: Decision) -> Made:
    """Make one decision about several messages of a company, in one order for everybody.

    A decision that is refused half-way leaves its message as it was.

    Raises UnknownMessage for a message of another company, as if it did not exist.
    """
    moved: list[int] = []
    refused: list[tuple[int, Refusal]] = []
    chosen = sorted(set(message_ids))
    own = {one.id for one in attention.by_ids(work, company.id, chosen)}
    for message_id in chosen:
        if message_id not in own:
            raise UnknownMessage(message_id)
        try:
            with attempt(work):
                decision(work, message_id)
        except Refusal as refusal:
            refused.append((message_id, refusal))
        else:
            moved.append(message_id)
    return Made(moved, refused)
