"""The decisions by the words for them, made by ruth, and what sets the stage for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert

from service.domain.refusals import Refusal
from service.exchange import decide
from service.store import tables
from service.store.unit import Work
from tests.exchange.conversation import Conversation, Handed, answer, response

Decision = Callable[[Work, int], Any]

DECISIONS: dict[str, Decision] = {
    "retry": lambda work, number: _all_moved(decide.retry(work, [number], by="ruth")),
    "link": lambda work, number: decide.link(work, number, by="ruth"),
    "create again": lambda work, number: decide.create_again(work, number, by="ruth"),
    "by hand": lambda work, number: decide.hand_over(work, number, by="ruth"),
    "entered": lambda work, number: decide.mark_entered(work, number, "20379", by="ruth"),
    "reopen": lambda work, number: decide.reopen(work, number, by="ruth"),
    "skip": lambda work, number: decide.skip(work, number, "twice in the order system", by="ruth"),
    "restore": lambda work, number: decide.restore(work, number, by="ruth"),
    "there": lambda work, number: decide.it_is_there(work, number, "20379", by="ruth"),
    "not there": lambda work, number: decide.it_is_not_there(work, number, by="ruth"),
}


def decided(shop: Conversation, name: str, number: int) -> None:
    with shop.store.writing() as work:
        DECISIONS[name](work, number)


def refuse(shop: Conversation, number: int, code: int = 3170) -> Handed:
    """Let a message fail in a visit of its own."""
    handed = shop.begin()
    shop.receive(answer(response("CustomerAddRs", number, code=code, text="It was refused."), set_id=handed.new_id))
    shop.close()
    assert shop.message(number).status == "failed"
    shop.clock.go_on(minutes=15)
    return handed


def by_sql(shop: Conversation, **values: Any) -> int:
    row = {"company_id": 1, "operation": "save", "record": "Customer:C-1", "content": '{"Name": "Calloway, Ruth"}'}
    with shop.store.writing() as work:
        result = work.connection.execute(insert(tables.messages).values(row | values))
        given = result.inserted_primary_key
        assert given is not None
        return int(given[0])


def _all_moved(decided: decide.Decided) -> None:
    for sentence in decided.refused:
        raise Refusal(sentence)
