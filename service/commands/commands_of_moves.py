"""The commands by which people make moves: which makes which, and what is typed instead of one that does not apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import click

from service.domain.refusals import Refusal, UnlawfulMove
from service.domain.status import Status
from service.exchange import possible
from service.store import messages, old_skipped
from service.store.messages import Message
from service.store.unit import Work

NAME_IN_USE = 3100
"""QuickBooks' code of a name that another entry has; what has it was looked up, if it can be linked."""

COMMANDS_OF_MOVES: Mapping[str, str] = {
    "found": "deskpost decide there {id} --number N",
    "absent": "deskpost decide not-there {id}",
    "retry": "deskpost retry {id}",
    "hand over": "deskpost decide by-hand {id}",
    "skip": "deskpost decide skip {id}",
    "mark entered": "deskpost decide entered {id} --number N",
    "reopen": "deskpost decide reopen {id}",
    "restore": "deskpost decide restore {id}",
}
"""The command that asks for each move that people may make, by the move."""


class CommandDoesNotApply(Refusal):
    """What was typed does not apply to a message as it stands; says so in the words of the commands."""

    def __init__(self, refused: UnlawfulMove, typed: str, instead: Sequence[str]) -> None:
        can_be = "; ".join(instead)
        since = f" ({refused.since})" if refused.since else ""
        super().__init__(
            f"Message {refused.message_id} ({refused.document}) is {refused.status}{since}: `{typed}` does not apply. "
            + (f"What can be done with it: {can_be}." if can_be else "Nothing can be done with it by hand.")
        )


def possible_for(work: Work, one: Message) -> Sequence[tuple[str, str]]:
    """The commands that can be typed about a message as it stands, each with what it does."""
    found = [(COMMANDS_OF_MOVES[move.name].format(id=one.id), move.sentence) for move in possible.moves_of(work, one)]
    if one.status == Status.FAILED and one.status_code == NAME_IN_USE and one.present:
        found.append((f"deskpost decide link {one.id}", "takes the entry of QuickBooks that has the name"))
    old = old_skipped.of_message(work, one.id) if one.status == Status.SKIPPED else None
    if old is not None and old.closed_at is None:
        found.append((f"deskpost skipped close {one.id} --note TEXT", "was dealt with by other means"))
    return found


def in_commands(decision: Callable[[Work, int], None]) -> Callable[[Work, int], None]:
    """The same decision, which names the command that was typed where its move does not apply."""

    def decide(work: Work, message_id: int) -> None:
        try:
            decision(work, message_id)
        except UnlawfulMove as refused:
            message = messages.by_id(work, message_id)
            instead = [command for command, _ in possible_for(work, message)]
            raise CommandDoesNotApply(refused, click.get_current_context().command_path, instead) from None

    return decide
