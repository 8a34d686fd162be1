"""Says which moves people can make of a message as it stands: the lawful ones that would not be refused. Moves nothing.

Each move names the checks that its decision makes first. Whether what was entered can be taken back is told by trying
alone, because that locks the later messages of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from service.domain.refusals import Refusal
from service.domain.status import MOVES, Move, Status, moves_from
from service.exchange import again, decide, doubt, versions
from service.store.messages import Message
from service.store.unit import Work

_Check = Callable[[Work, Message], None]


def _not_replaced(move: str) -> _Check:
    return lambda work, message: versions.refuse_replaced(work, message, move)


def _with_its_document(move: str) -> _Check:
    return lambda _, message: again.refuse_without_document(message, move)


def _in_its_turn(work: Work, message: Message) -> None:
    """What is in doubt is typed by hand whatever comes before it: it was sent in its turn."""
    if message.status != Status.IN_DOUBT:
        versions.refuse_replaced(work, message, "hand over")
        versions.refuse_before_earlier(work, message, "hand over")


CHECKS: Mapping[str, Sequence[_Check]] = {
    "found": (),
    "absent": (),
    "retry": (_not_replaced("retry"), _with_its_document("retry")),
    "hand over": (lambda work, message: decide.refuse_perhaps_done(work, message, Status.PENDING), _in_its_turn),
    "skip": (
        lambda work, message: decide.refuse_perhaps_done(work, message, Status.PENDING, Status.FAILED),
        lambda work, message: decide.refuse_open_doubt(work, message, Status.MANUAL_ENTRY),
    ),
    "mark entered": (),
    "reopen": (),
    "restore": (
        lambda work, message: decide.refuse_open_doubt(work, message, Status.MANUAL_ENTRY, Status.SKIPPED),
        _not_replaced("restore"),
        _with_its_document("restore"),
    ),
}
"""What each decision of a person refuses, by the move that it makes."""


def moves_of(work: Work, message: Message) -> Sequence[Move]:
    """The moves that people can make of a message now, in the order of the table of moves.

    A doubt that was put aside can still be settled: somebody saw that it is not there.
    """
    status = Status(message.status)
    found = [move for move in moves_from(status, by_person=True) if not _is_refused(work, message, move)]
    if status in (Status.MANUAL_ENTRY, Status.SKIPPED) and doubt.is_open(work, message):
        found.insert(0, MOVES["absent"])
    return found


def _is_refused(work: Work, message: Message, move: Move) -> bool:
    try:
        for check in CHECKS[move.name]:
            check(work, message)
    except Refusal:
        return True
    return False
