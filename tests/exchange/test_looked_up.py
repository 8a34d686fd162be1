"""A doubt is told with when and by what it was looked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from service.exchange import looked_up
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, response

INVOICE = {
    "CustomerRef": {"FullName": "Calloway, Ruth"},
    "TxnDate": "2026-03-02",
    "RefNumber": "10248",
    "InvoiceLineAdd": [{"ItemRef": {"FullName": "Installation"}, "Quantity": 1}],
}
ANOTHER = "<InvoiceRet><TxnID>7-1</TxnID><TxnDate>2026-03-02</TxnDate><RefNumber>10248</RefNumber></InvoiceRet>"


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def lost(shop: Conversation, record: str, content: Mapping[str, Any]) -> int:
    """A message whose answer was lost, and of which QuickBooks' memory has nothing; up to the look-up."""
    number = shop.enqueue(record=record, content=content)
    shop.begin()
    shop.clock.go_on(minutes=15)
    shop.authenticate()
    probe = shop.send()
    shop.receive(answer(set_id=probe.new_id, set_code=600))
    return number


def told(shop: Conversation, number: int) -> tuple[str, datetime | None]:
    with shop.store.reading() as work:
        looked = looked_up.of_doubt(work, shop.message(number))
    assert looked is not None
    return looked.sentence("at noon", "invoice"), looked.at


@pytest.mark.parametrize(
    ("code", "entry", "came_of"),
    [
        (
            0,
            ANOTHER,
            "Deskpost looked for it in QuickBooks at noon{by}, and found one that does not carry Deskpost's mark.",
        ),
        (3170, "", "Deskpost asked QuickBooks for it at noon{by}, and QuickBooks did not say whether it has it."),
    ],
)
def test_a_transaction_is_looked_for_by_its_number_its_date_and_its_customer(
    shop: Conversation, code: int, entry: str, came_of: str
) -> None:
    number = lost(shop, "Invoice:10248", INVOICE)
    asked = shop.send()
    shop.receive(answer(*(response("InvoiceQueryRs", one, entry, code=code, text="-") for one in asked.numbers)))

    by = ", by its number, date and customer or vendor"
    assert told(shop, number) == (came_of.format(by=by), shop.clock.now)


def test_what_cannot_be_looked_for_says_so(shop: Conversation) -> None:
    number = lost(shop, "SpecialItem:1", {"SpecialItemType": "FinanceCharge"})

    assert shop.message(number).status == "in_doubt"
    sentence, at = told(shop, number)
    assert (sentence, at) == ("QuickBooks has no way to ask for this invoice, so Deskpost did not look for it.", None)


def test_of_what_is_not_in_doubt_nothing_is_told(shop: Conversation) -> None:
    number = shop.enqueue()
    shop.begin()

    with shop.store.reading() as work:
        assert looked_up.of_doubt(work, shop.message(number)) is None
