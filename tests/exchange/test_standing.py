"""What stands before a document, also where it moves while the document comes in."""

from __future__ import annotations

import pytest

from service.exchange import decide, document, standing
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import CUSTOMER, Conversation, answer, response


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def test_a_refused_version_that_goes_again_meanwhile_comes_before_the_newer_one(shop: Conversation) -> None:
    """Somebody retries it, and a visit takes it, between the look at the queue and the lock on what is replaced."""
    older = shop.enqueue()
    shop.begin()
    shop.receive(answer(response("CustomerAddRs", older, code=3260, text="Insufficient permission.")))
    shop.close()
    assert shop.message(older).status == "failed"
    newer = document.read({"operation": "save", "record": "Customer:C-1", "content": CUSTOMER | {"Phone": "1"}})
    with shop.store.reading() as work:
        known = standing.of(work, shop.company().id, [newer], {})
    with shop.store.writing() as work:
        decide.retry(work, [older], by="ruth")
    shop.begin()
    assert shop.message(older).status == "in_flight"

    with shop.store.writing() as work:
        (order,) = standing.in_order(work, known, [newer])

    assert (order.replaces, order.waits_for) == ([], [older])
