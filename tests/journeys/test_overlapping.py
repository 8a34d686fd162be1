"""Transactions of the order system that overlap save the same record: both versions go, in turn, and nothing is stuck.

On SQLite transactions that write cannot overlap.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text

from qwc.connector import Outcome
from service.outbox import Outbox
from service.store.unit import Store
from tests.journeys.orders import customer, enqueue_customers
from tests.shop import Shop

RECORD = "Customer:C-1"


@pytest.fixture
def database_kind() -> str:
    """Return the database on which transactions overlap."""
    return "postgresql"


def save_twice_at_once(store: Store) -> list[int]:
    with store._writer.connect() as one, store._writer.connect() as other, one.begin(), other.begin():
        return [
            Outbox(lent).save(RECORD, {**customer("Calloway, Ruth"), "Phone": phone}).message_id
            for lent, phone in ((one, "555-0101"), (other, "555-0102"))
        ]


def insert_twice_at_once(store: Store) -> list[int]:
    """By SQL, where the one that has the smaller number is committed and looked at last."""
    statement = text(
        "INSERT INTO messages (company_id, operation, record, content)"
        " VALUES (1, 'save', :record, :content) RETURNING id"
    )
    content = '{"Name": "Calloway, Ruth", "Phone": "555-010%s"}'
    with store._writer.connect() as one, store._writer.connect() as other:
        first = one.execute(statement, {"record": RECORD, "content": content % 1}).scalar_one()
        second = other.execute(statement, {"record": RECORD, "content": content % 2}).scalar_one()
        other.commit()
        one.commit()
    return [first, second]


def phones(shop: Shop) -> list[str]:
    return [str(one["Phone"]) for one in shop.file.records("Customer") if one["Name"] == "Calloway, Ruth"]


def test_two_versions_that_know_nothing_of_each_other_go_one_after_the_other(shop: Shop, store: Store) -> None:
    numbers = [*enqueue_customers(shop, 1, first=7), *save_twice_at_once(store), *enqueue_customers(shop, 1, first=8)]

    visit = shop.update()

    assert visit.status == "4 synchronized."
    assert shop.statuses(numbers) == ["synchronized"] * 4
    assert phones(shop) == ["555-0102"]


def test_two_rows_that_were_inserted_at_once_hold_up_nobody(shop: Shop, store: Store) -> None:
    numbers = [*insert_twice_at_once(store), *enqueue_customers(shop, 2, first=7)]

    visit = shop.update()

    assert visit.succeeded, visit
    assert set(shop.statuses(numbers)) <= {"synchronized", "superseded"}
    assert phones(shop) == ["555-0102"]


def test_a_version_waits_while_another_is_in_doubt_and_the_rest_goes_on(shop: Shop, store: Store) -> None:
    first, second = save_twice_at_once(store)
    with store.writing() as work:
        work.connection.execute(
            text("UPDATE messages SET status = 'in_doubt', what_happened = 'Nobody knows.' WHERE id = :id"),
            {"id": first},
        )
    assert shop.update().outcome is Outcome.NOTHING_TO_DO
    others = enqueue_customers(shop, 2, first=7)

    assert shop.update().status == "2 synchronized."
    assert shop.statuses([first, second, *others]) == ["in_doubt", "pending", "synchronized", "synchronized"]
