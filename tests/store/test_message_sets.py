"""How the texts of a message set are kept."""

from __future__ import annotations

import pytest

from service.store import message_sets
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation

LONG = "Gon\u00e7alves \u2013 \U0001f4a1 " * 100_000


@pytest.mark.parametrize("answer", ["<QBXML/>", f'<?xml version="1.0" ?>\n<QBXML>{LONG}</QBXML>', ""])
def test_an_answer_is_read_back_as_it_came_whatever_its_length(store: Store, clock: Clock, answer: str) -> None:
    shop = Conversation(store, clock)
    shop.enqueue()
    shop.begin()
    with store.writing() as work:
        assert message_sets.answer(work, 1, "answered", answer=message_sets.packed(answer))

    with store.reading() as work:
        assert message_sets.texts(work, 1)[1] == answer.encode()


def test_a_long_answer_takes_a_fraction_of_its_length() -> None:
    text = "<CustomerRet><Name>Calloway, Ruth</Name></CustomerRet>" * 50_000

    assert len(message_sets.packed(text)) < len(text) // 20


def test_a_settled_set_keeps_its_first_answer(store: Store, clock: Clock) -> None:
    shop = Conversation(store, clock)
    shop.enqueue()
    shop.begin()
    with store.writing() as work:
        assert message_sets.answer(work, 1, "answered", answer=b"<first/>")
        assert not message_sets.answer(work, 1, "answered", answer=b"<second/>")

    with store.reading() as work:
        assert message_sets.texts(work, 1)[1] == b"<first/>"
