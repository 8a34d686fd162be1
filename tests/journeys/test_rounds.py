"""One refused message in ten holds up nothing, and the rounds that a session takes stay few. Counted, not timed."""

from __future__ import annotations

from typing import Any

import pytest

from qwc.connector import Outcome
from tests.journeys.orders import customer, invoice, lamp
from tests.shop import Shop

A_HUNDRED = range(1, 101)


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    return town_shop


def test_a_hundred_messages_of_which_every_tenth_is_refused_are_all_tried_once_in_one_session(shop: Shop) -> None:
    """A customer's parent that is not there is refused by QuickBooks alone: 3130 (qbxml.md 16)."""
    lost_parent = {"ParentRef": {"FullName": "Nobody of that name"}}
    numbers = [
        shop.save(f"Customer:C-{one}", customer(f"Customer {one}") | (lost_parent if one % 10 == 0 else {}))
        for one in A_HUNDRED
    ]

    visit = shop.update()

    assert visit.outcome is Outcome.DONE
    assert visit.status == "90 synchronized, 10 need attention: see the Synchronize page."
    assert shop.statuses(numbers) == ["failed" if one % 10 == 0 else "synchronized" for one in A_HUNDRED]
    tried = [shop.message(number) for number in numbers]
    assert {message.attempts for message in tried} == {1}
    assert {message.status_code for message in tried} == {0, 3130}
    assert all(message.what_to_do for message in tried if message.status == "failed")
    assert visit.percentages == sorted(visit.percentages)
    assert visit.percentages[-1] == 100
    assert 100 not in visit.percentages[:-1]
    assert shop.disagreements() == []
    assert shop.update().outcome is Outcome.NOTHING_TO_DO


def test_three_hundred_messages_take_six_rounds_on_one_connection(shop: Shop) -> None:
    """Sets begin with 10 and grow to 100 while QuickBooks is quick: 10, 20, 40, 80, 100, and the last 50"""
    for number in range(1, 301):
        shop.save(f"Customer:C-{number}", {"Name": f"Customer {number}"})

    visit = shop.update()

    assert visit.status == "300 synchronized."
    assert visit.message_sets == 6
    assert len(visit.calls) == 3 + 2 * 6 + 1
    assert visit.connections == 1
    assert len(shop.set_states()) == 6
    assert shop.disagreements() == []


def test_invoices_that_wait_for_new_customers_and_items_take_no_more_rounds_than_what_waits_for_nothing(
    shop: Shop,
) -> None:
    """Each order comes with a customer who is new, and before the items that it sells: 115 messages, 25 to a set.

    Sets begin with 10: 10, 20, three of 25, and the last 10. Whatever was let go by an answer goes with the next set.
    """
    shop.change_company(set_limit=25)
    for number in range(1, 51):
        shop.save(f"Customer:C-{number}", customer(f"Customer {number}"))
        shop.save(f"Invoice:{number}", two_lines(str(number), f"Customer:C-{number}", number % 15, (number + 7) % 15))
    for number in range(15):
        shop.save(f"ItemNonInventory:{number}", lamp() | {"Name": f"Lamp {number}"})

    visit = shop.update()

    assert visit.status == "115 synchronized."
    assert visit.message_sets == 6
    assert shop.disagreements() == []


def two_lines(number: str, customer_record: str, *items: int) -> dict[str, Any]:
    lines = [
        {"line": f"{number}-{item}", "ItemRef": {"record": f"ItemNonInventory:{item}"}, "Quantity": 1, "Rate": "14.00"}
        for item in items
    ]
    return invoice(number, customer_record) | {"InvoiceLineAdd": lines}


def test_a_slow_quickbooks_gets_smaller_sets(shop: Shop) -> None:
    """One answer should not take more than 5 to 10 seconds, so that a person sees how far it is."""
    shop.file.set("seconds_per_request", 3)
    for number in range(1, 41):
        shop.save(f"Customer:C-{number}", {"Name": f"Customer {number}"})

    visit = shop.update()

    assert visit.status == "40 synchronized."
    # 10 took 30 s, 5 took 15 s; 2 take 6 s, which is neither quick nor slow.
    assert visit.message_sets == 15
    assert shop.company().set_size == 2
