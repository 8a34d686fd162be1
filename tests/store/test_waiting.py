"""What waits for what is asked for some messages, and not of the whole queue where there are none of them."""

from __future__ import annotations

from service.store import companies, waiting
from service.store.unit import Store
from tests.statements import counted


def test_no_messages_hold_nothing_back_and_nothing_is_read_for_them(store: Store) -> None:
    with store.writing() as work:
        company_id = companies.add(work, "shop")
        with counted() as statements:
            held = waiting.holding_back(work, company_id, [])

    assert held == []
    assert statements == []
