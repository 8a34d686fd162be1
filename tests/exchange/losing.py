"""A set whose answer is lost, up to the questions that the next visit asks about it."""

from __future__ import annotations

from tests.exchange.conversation import Conversation, Handed, answer


def lose_the_answer(shop: Conversation) -> Handed:
    """Hand a set out, let its answer be lost, and begin the next session up to its first question."""
    lost = shop.begin()
    shop.clock.go_on(minutes=15)
    assert shop.authenticate() == ""
    return lost


def look_up(shop: Conversation, lost: Handed, memory: int = 600) -> Handed:
    """Go on to the look-up: QuickBooks' memory has nothing."""
    probe = shop.send()
    assert shop.receive(answer(set_id=probe.new_id, set_code=memory)) in range(100)
    return shop.send()
