"""Two hosts of four workers with eight threads on one PostgreSQL, and fifty companies at once: each keeps to itself."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from qwc.connector import Outcome, Visit
from qwc.quickbooks import QuickBooks
from service.store import tables
from service.store.unit import Store
from tests.journeys.orders import LAMP, customer, invoice, lamp
from tests.journeys.server_process import RealClock
from tests.journeys.two_hosts import InTurn, two_hosts
from tests.shop import Shop

COMPANIES = 50
VISITS = 4
"""How often each of the two Web Connectors of one company comes, while that company's order system goes on."""

Result = TypeVar("Result")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_fifty_companies_at_once_on_two_hosts_keep_apart_and_post_everything_once(
    migrated_url: str, tmp_path: Path
) -> None:
    clock = RealClock()
    store = Store(migrated_url, clock=clock, threads=4)
    first = Shop(store, clock, tmp_path, name="shop-0")
    others = [
        Shop(store, clock, tmp_path, name=f"shop-{n}", application=first.application) for n in range(1, COMPANIES)
    ]
    for shop in (first, *others):
        shop.change_company(set_limit=2, set_size=2)
        enqueue_orders(shop, 1)
    seen = WhoWorks()
    second_pc = first.add_connection("shop-0-second")
    first.connector(document=second_pc).register()

    with two_hosts(migrated_url, tmp_path) as ports:

        def one_visit(shop: Shop) -> Callable[[], list[Visit]]:
            return lambda: [shop.update(transport=InTurn(ports))]

        def many_visits(pc: str, **document: object) -> Callable[[], list[Visit]]:
            return lambda: [
                first.update(transport=InTurn(ports), between=seen.at(f"{pc}, visit {n}"), **document)
                for n in range(VISITS)
            ]

        def enqueue_more() -> list[Visit]:
            for number in range(2, 2 + 2 * VISITS):
                enqueue_orders(first, number)
            return []

        first_pc, second, _, *alone = all_at_once(
            [
                many_visits("first PC"),
                many_visits("second PC", document=second_pc),
                enqueue_more,
                *map(one_visit, others),
            ]
        )
        last = first.update(transport=InTurn(ports))

    assert [(visit.outcome, visit.status) for (visit,) in alone] == [(Outcome.DONE, "3 synchronized.")] * (
        COMPANIES - 1
    )
    assert {visit.outcome for visit in first_pc + second} <= {Outcome.DONE, Outcome.BUSY, Outcome.NOTHING_TO_DO}
    assert last.succeeded, last
    assert seen.interleaved() == []
    for shop in (first, *others):
        assert {state for _, state, _ in shop.set_states()} == {"answered"}
        assert set(shop.counts()) == {"synchronized"}
        assert shop.disagreements() == []
    assert first.counts() == {"synchronized": 2 * (1 + 2 * VISITS) + 1}
    assert strangers(store) == []
    assert [path.read_text() for path in tmp_path.glob("host-*.log") if "failed with" in path.read_text()] == []
    store.close()


def enqueue_orders(shop: Shop, number: int) -> None:
    """A customer and an invoice whose names say whose they are, and once the item that all of them are about."""
    record = f"Customer:C-{number}"
    shop.save(record, customer(f"Customer {number} of {shop.name}"))
    shop.save(LAMP, lamp(), idempotency_key="lamp")
    shop.save(f"Invoice:{number}", {**invoice(str(number), record), "Memo": f"Order of {shop.name}"})


class WhoWorks:
    """Notes which visit each request to QuickBooks belongs to."""

    def __init__(self) -> None:
        self._visits: list[str] = []
        self._lock = threading.Lock()

    def at(self, visit: str) -> Callable[[QuickBooks], QuickBooks]:
        def between(quickbooks: QuickBooks) -> QuickBooks:
            ask = quickbooks.process_request

            def process_request(request: str) -> str:
                if "MessageSetID" in request:
                    with self._lock:
                        self._visits.append(visit)
                return ask(request)

            quickbooks.process_request = process_request  # type: ignore[method-assign]
            return quickbooks

        return between

    def interleaved(self) -> list[str]:
        """The visits that worked, were overtaken by another one, and worked on."""
        in_a_row = [visit for visit, _ in itertools.groupby(self._visits)]
        assert in_a_row, "Nobody worked."
        return [visit for visit in set(in_a_row) if in_a_row.count(visit) > 1]


def all_at_once(actions: Sequence[Callable[[], Result]]) -> list[Result]:
    """Let each action go in a thread of its own, at the same moment."""
    together = threading.Barrier(len(actions))

    def go(action: Callable[[], Result]) -> Result:
        together.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(go, actions))


def strangers(store: Store) -> list[tuple[object, ...]]:
    """Where a message, its set, the set's session or what the set says are of different companies."""
    messages, sets, sessions = tables.messages.c, tables.message_sets.c, tables.sessions.c
    of_messages = (
        select(messages.id, messages.company_id, sets.company_id, sessions.company_id)
        .join(tables.message_sets, sets.id == messages.set_id)
        .join(tables.sessions, sessions.id == sets.session_id)
        .where((sets.company_id != messages.company_id) | (sessions.company_id != sets.company_id))
    )
    texts = select(sets.id, tables.companies.c.name, sets.request, sets.answer).join(
        tables.companies, tables.companies.c.id == sets.company_id
    )
    with store.reading() as work:
        found: list[tuple[object, ...]] = [tuple(row) for row in work.connection.execute(of_messages)]
        for set_id, name, request, answer in work.connection.execute(texts):
            named = set(re.findall(rb"of (shop-\d+)", request + (answer or b"")))
            found.extend((set_id, name, stranger) for stranger in named - {name.encode()})
    return found
