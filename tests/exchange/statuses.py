"""One message in each status, brought there by the moves that lead there."""

from __future__ import annotations

import json

from service.domain.status import Status
from service.exchange import decide, moves, recover
from service.store import companies, messages
from tests.exchange.conversation import Conversation, answer, customer_added, response

ENTRY = {"ListID": "80000009-1700000000", "Name": "Customer failed", "EditSequence": "17"}


def in_every_status(shop: Conversation) -> dict[Status, int]:
    """A customer's message in each of the nine statuses; the failed one can be linked as well as created again."""
    number = {status: _customer(shop, status) for status in (Status.SYNCHRONIZED, Status.FAILED, Status.IN_DOUBT)}
    shop.begin()
    with shop.store.writing() as work:
        doubtful = messages.by_id(work, number[Status.IN_DOUBT])
        moves.make_one(work, "doubt", doubtful, moves.BY_ITSELF, **recover.DOUBT)
    shop.receive(
        answer(
            customer_added(number[Status.SYNCHRONIZED]),
            response("CustomerAddRs", number[Status.FAILED], code=3100, text="The name is already in use."),
        )
    )
    with shop.store.writing() as work:
        refused = messages.by_id(work, number[Status.FAILED])
        offers = json.dumps(["link", "create_again", "retry"])
        moves.make_one(work, "fail", refused, status_code=3100, to_read=None, present=json.dumps(ENTRY), offers=offers)
    shop.close()
    number[Status.IN_FLIGHT] = _customer(shop, Status.IN_FLIGHT)
    shop.begin()
    for status in (Status.SUPERSEDED, Status.MANUAL_ENTRY, Status.MANUALLY_ENTERED, Status.SKIPPED):
        number[status] = _customer(shop, status)
    number[Status.PENDING] = shop.enqueue(record="Customer:superseded", content={"Name": "Newer"})
    with shop.store.writing() as work:
        decide.hand_over(work, number[Status.MANUAL_ENTRY], by="ruth")
        decide.hand_over(work, number[Status.MANUALLY_ENTERED], by="ruth")
        decide.mark_entered(work, number[Status.MANUALLY_ENTERED], "777", by="ruth")
        decide.skip(work, number[Status.SKIPPED], by="ruth")
        companies.change(work, 1, unacknowledged=None)
    return number


def _customer(shop: Conversation, status: Status) -> int:
    return shop.enqueue(record=f"Customer:{status.value}", content={"Name": f"Customer {status.value}"})
