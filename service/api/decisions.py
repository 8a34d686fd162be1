"""Decisions: what somebody says is to become of a message. The exchange says what is lawful."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from apiflask import APIBlueprint

from service.api import caller, messages
from service.api.caller import needs
from service.api.problems import Problem
from service.api.shapes import Decision, DecisionIn, MessageOut
from service.domain.api_scope import Scope
from service.domain.refusals import Refusal
from service.exchange import decide
from service.store.unit import Work

routes = APIBlueprint("decisions", __name__, tag="Decisions")

Carry = Callable[[Work, int, DecisionIn, str], None]


class NotRetried(Refusal):
    """A retry that is refused, in the sentence that says why."""


def _retry(work: Work, message_id: int, _: DecisionIn, by: str) -> None:
    refused = decide.retry(work, [message_id], by=by).refused
    if refused:
        raise NotRetried(refused[0])


def _number(given: DecisionIn) -> str:
    number = (given.number or "").strip()
    if not number:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"The decision `{given.decision}` needs `number`.")
    return number


CARRIED_OUT: Mapping[Decision, Carry] = {
    "retry": _retry,
    "link": lambda work, one, _, by: decide.link(work, one, by=by),
    "create_again": lambda work, one, _, by: decide.create_again(work, one, by=by),
    "hand_over": lambda work, one, _, by: decide.hand_over(work, one, by=by),
    "mark_entered": lambda work, one, given, by: decide.mark_entered(work, one, _number(given), by=by),
    "correct_number": lambda work, one, given, by: decide.correct_number(work, one, _number(given), by=by),
    "reopen": lambda work, one, _, by: decide.reopen(work, one, by=by),
    "skip": lambda work, one, given, by: decide.skip(work, one, given.note, by=by),
    "restore": lambda work, one, _, by: decide.restore(work, one, by=by),
    "there": lambda work, one, given, by: decide.it_is_there(work, one, given.number, by=by),
    "not_there": lambda work, one, _, by: decide.it_is_not_there(work, one, by=by),
}
"""How each decision is carried out."""


@routes.post("/companies/<company>/messages/<int:message_id>/decisions")
@needs(Scope.DECIDE)
@routes.input(DecisionIn, arg_name="given")
@routes.output(MessageOut)
def decide_about(company: str, message_id: int, given: DecisionIn) -> MessageOut:
    """Decide about a message; the answer is the message as it stands then.

    409 says in a sentence why it does not apply, and what does.
    """

    def carry_out(work: Work) -> MessageOut:
        found = caller.company(work, company)
        message = messages.of_company(work, found, message_id, lock=True)
        CARRIED_OUT[given.decision](work, message.id, given, caller.name())
        return messages.told(work, messages.of_company(work, found, message_id, lock=False))

    return caller.store().write(carry_out)
