"""What is offered for a message is what can be done with it: nothing that is offered is refused, nothing else goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import update

from service.domain.refusals import Refusal
from service.domain.status import MOVES
from service.exchange import decide, doubt, moves, possible
from service.store import messages, tables
from service.store.unit import Store, Work
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, response
from tests.exchange.statuses import in_every_status

DECISIONS: Mapping[str, Callable[[Work, int], None]] = {
    "found": lambda work, one: decide.it_is_there(work, one, "20379", by="ruth"),
    "absent": lambda work, one: decide.it_is_not_there(work, one, by="ruth"),
    "retry": lambda work, one: decide.send_again(work, one, by="ruth"),
    "hand over": lambda work, one: decide.hand_over(work, one, by="ruth"),
    "skip": lambda work, one: decide.skip(work, one, by="ruth"),
    "mark entered": lambda work, one: decide.mark_entered(work, one, "20379", by="ruth"),
    "reopen": lambda work, one: decide.reopen(work, one, by="ruth"),
    "restore": lambda work, one: decide.restore(work, one, by="ruth"),
}
"""How each move is asked for."""


class TakenBack(Exception):
    """Rolls a try back."""


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def offered(shop: Conversation, number: int) -> set[str]:
    with shop.store.reading() as work:
        return {move.name for move in possible.moves_of(work, messages.by_id(work, number, lock=False))}


def taken(shop: Conversation, number: int) -> set[str]:
    """The moves that really go, each tried and taken back."""
    found = set()
    for name, decision in DECISIONS.items():
        try:
            tried(shop, number, decision)
        except TakenBack:
            found.add(name)
        except Refusal:
            continue
    return found


def tried(shop: Conversation, number: int, decision: Callable[[Work, int], None]) -> None:
    with shop.store.writing() as work:
        decision(work, number)
        raise TakenBack


def skip(shop: Conversation, number: int) -> None:
    with shop.store.writing() as work:
        decide.skip(work, number, by="ruth")


def test_every_move_of_a_person_has_its_checks() -> None:
    assert set(possible.CHECKS) == set(DECISIONS) == {move.name for move in MOVES.values() if move.by_person}


def test_in_every_status_what_is_offered_is_what_goes(shop: Conversation) -> None:
    for status, number in in_every_status(shop).items():
        assert offered(shop, number) == taken(shop, number), status


def test_without_its_document_it_is_not_offered_to_be_sent(shop: Conversation) -> None:
    number = shop.enqueue()
    skip(shop, number)
    assert offered(shop, number) == {"restore"}

    with shop.store.writing() as work:
        work.connection.execute(update(tables.messages).values(content=None))

    assert offered(shop, number) == taken(shop, number) == set()


def test_an_older_version_can_only_be_skipped_once_a_newer_one_went(shop: Conversation) -> None:
    older = shop.enqueue()
    skip(shop, older)
    shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "1"})
    shop.begin()

    assert offered(shop, older) == taken(shop, older) == set()


def test_a_doubt_that_was_put_aside_can_be_settled_and_not_sent_blindly(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.begin()
    with shop.store.writing() as work:
        moves.make_one(work, "doubt", messages.by_id(work, number))
        decide.hand_over(work, number, by="ruth")

    assert offered(shop, number) == taken(shop, number) == {"absent", "mark entered"}


def test_a_later_version_is_not_typed_before_the_earlier_one(shop: Conversation) -> None:
    shop.enqueue()
    shop.begin()
    later = shop.enqueue(content={"Name": "Calloway, Ruth", "Phone": "1"})

    assert offered(shop, later) == taken(shop, later) == {"skip"}


def test_a_change_that_may_have_run_is_not_taken_back(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.begin()
    shop.receive(answer(response("CustomerAddRs", number, code=3170, text="It was refused.")))
    with shop.store.writing() as work:
        moves.note(work, messages.by_id(work, number), doubt.PERHAPS_DONE, moves.SERVICE, "its answer was lost")

    assert offered(shop, number) == taken(shop, number) == {"retry", "hand over"}
