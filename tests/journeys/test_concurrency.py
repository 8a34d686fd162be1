"""Many Web Connectors at once against one service: nothing is handed out twice, and nobody gets another's data."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from qwc.connector import Outcome, Visit
from qwc.quickbooks import QuickBooks
from service.store import tables
from service.store.unit import Store
from tests.clock import Clock
from tests.journeys.orders import LAMP, enqueue_customers, invoice, lamp
from tests.shop import Shop

Result = TypeVar("Result")
AT_ONCE = 8


@pytest.fixture
def store(migrated_url: str, clock: Clock) -> Iterator[Store]:
    store = Store(migrated_url, clock=clock, threads=AT_ONCE)
    yield store
    store.close()


def all_at_once(actions: Sequence[Callable[[], Result]]) -> list[Result]:
    """Let each action go in a thread of its own, at the same moment."""
    together = threading.Barrier(len(actions))

    def go(action: Callable[[], Result]) -> Result:
        together.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(go, actions))


def strangers_in_sets(store: Store) -> list[tuple[int, ...]]:
    """Messages whose set or session belongs to another company."""
    messages, sets, sessions = tables.messages.c, tables.message_sets.c, tables.sessions.c
    query = (
        select(messages.id)
        .join(tables.message_sets, sets.id == messages.set_id)
        .join(tables.sessions, sessions.id == sets.session_id)
        .where((sets.company_id != messages.company_id) | (sessions.company_id != sets.company_id))
    )
    with store.reading() as work:
        return [tuple(row) for row in work.connection.execute(query)]


def enqueue_orders(shop: Shop, count: int) -> list[int]:
    customers = enqueue_customers(shop, count)
    numbers = [shop.save(LAMP, lamp())]
    numbers += [shop.save(f"Invoice:{one}", invoice(str(one), f"Customer:C-{one}")) for one in range(1, count + 1)]
    return customers + numbers


@pytest.mark.parametrize("database_kind", ["postgresql", "sqlite"], indirect=True)
def test_companies_at_once_keep_apart(store: Store, clock: Clock, tmp_path: Path) -> None:
    first = Shop(store, clock, tmp_path, name="shop-0")
    others = [Shop(store, clock, tmp_path, name=f"shop-{n}", application=first.application) for n in range(1, AT_ONCE)]
    shops = [first, *others]
    for shop in shops:
        shop.change_company(set_limit=4)
        enqueue_orders(shop, 5)

    visits = all_at_once([shop.update for shop in shops])

    assert [visit.status for visit in visits] == ["11 synchronized."] * AT_ONCE
    for shop in shops:
        assert {state for _, state, _ in shop.set_states()} == {"answered"}
        assert shop.disagreements() == []
    assert strangers_in_sets(store) == []


class InTurn:
    """QuickBooks works on one request at a time, in the order in which they come."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._next = itertools.count()
        self._served = 0

    def __call__(self, quickbooks: QuickBooks) -> QuickBooks:
        ask = quickbooks.process_request

        def process_request(request: str) -> str:
            with self._condition:
                number = next(self._next)
                assert self._condition.wait_for(lambda: self._served == number, timeout=60)
            try:
                return ask(request)
            finally:
                with self._condition:
                    self._served += 1
                    self._condition.notify_all()

        quickbooks.process_request = process_request  # type: ignore[method-assign]
        return quickbooks


@pytest.mark.parametrize("database_kind", ["postgresql", "sqlite"], indirect=True)
def test_many_sessions_of_one_user_at_once_send_nothing_twice(shop: Shop) -> None:
    shop.change_company(set_limit=3)
    numbers = enqueue_orders(shop, 12)
    quickbooks = InTurn()

    visits: list[Visit] = all_at_once([lambda: shop.update(between=quickbooks)] * AT_ONCE)

    assert all(
        visit.outcome in (Outcome.DONE, Outcome.STOPPED, Outcome.BUSY, Outcome.NOTHING_TO_DO) for visit in visits
    )
    assert Outcome.NOTHING_TO_DO in {shop.update().outcome for _ in range(3)}
    assert shop.statuses(numbers) == ["synchronized"] * len(numbers)
    assert shop.disagreements() == []


@pytest.mark.parametrize("database_kind", ["postgresql", "sqlite"], indirect=True)
def test_the_order_system_goes_on_enqueueing_while_a_session_runs(shop: Shop) -> None:
    shop.change_company(set_limit=2)
    enqueue_customers(shop, 10)

    def enqueue(first: int) -> Callable[[], object]:
        return lambda: [enqueue_customers(shop, 1, first=one) for one in range(first, first + 10)]

    all_at_once([shop.update, enqueue(100), enqueue(200), enqueue(300)])
    shop.update()

    assert shop.counts() == {"synchronized": 40}
    assert shop.disagreements() == []
