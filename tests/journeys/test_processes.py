"""Real processes, two workers over HTTP: whoever is killed, at whatever instant, each document is posted once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwc.connector import HttpTransport, Outcome, Visit
from service.store.unit import Store
from tests.journeys.orders import enqueue_customers
from tests.journeys.server_process import PATIENCE, AlternatingWorkers, RealClock, ServerProcess
from tests.shop import Shop

INSTANTS = [
    "authenticate 1 before",
    "authenticate 1 after",
    "sendRequestXML 1 at-commit",
    "sendRequestXML 2 after",
    "receiveResponseXML 1 before",
    "receiveResponseXML 2 at-commit",
    "receiveResponseXML 3 after",
    "closeConnection 1 at-commit",
]
"""Before a call, at its commit, or after it with the answer lost; every one of them is in `test_every_boundary`."""
A_SESSION = 6


@pytest.fixture
def server(migrated_url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(migrated_url, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shop(server: ServerProcess, migrated_url: str, tmp_path: Path) -> Iterator[Shop]:
    clock = RealClock()
    store = Store(migrated_url, clock=clock, threads=2)
    yield Shop(store, clock, tmp_path, public_url=server.public_url)
    store.close()


def update(shop: Shop) -> Visit:
    return shop.update(transport=HttpTransport(timeout=PATIENCE))


def enqueue_three_sets(shop: Shop, place: int) -> list[int]:
    shop.change_company(set_limit=2, set_size=2)
    return enqueue_customers(shop, A_SESSION, first=place * A_SESSION + 1)


def test_two_workers_serve_one_session_turn_by_turn(server: ServerProcess, shop: Shop) -> None:
    numbers = enqueue_three_sets(shop, 0)
    server.crash("")

    visit = shop.update(transport=AlternatingWorkers(server))

    assert visit.status == "6 synchronized.", visit
    workers = [pid for pid, _ in server.calls()]
    assert len(workers) == 10
    assert len(set(workers)) == 2
    assert all(one != other for one, other in itertools.pairwise(workers))
    assert shop.statuses(numbers) == ["synchronized"] * A_SESSION
    assert shop.disagreements() == []


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(server: ServerProcess, shop: Shop) -> None:
    failures = []
    for place, instant in enumerate(INSTANTS):
        numbers = enqueue_three_sets(shop, place)
        server.crash(f"{instant} worker")
        broken = update(shop)
        server.crash("")
        clean = update(shop)
        told = (
            broken.outcome,
            clean.succeeded,
            shop.statuses(numbers) == ["synchronized"] * A_SESSION,
            shop.disagreements(),
        )
        if told != (Outcome.CALL_FAILED, True, True, []):
            failures.append((instant, told))

    assert failures == []
    assert shop.counts() == {"synchronized": A_SESSION * len(INSTANTS)}


def test_a_server_that_is_killed_as_a_whole_goes_on_after_its_restart(server: ServerProcess, shop: Shop) -> None:
    instants = ["receiveResponseXML 2 at-commit", "sendRequestXML 3 after"]
    for place, instant in enumerate(instants):
        numbers = enqueue_three_sets(shop, place)
        server.crash(f"{instant} server")
        assert update(shop).outcome is Outcome.CALL_FAILED
        server.wait_for_its_death()
        server.crash("")
        server.start()

        assert update(shop).outcome is Outcome.DONE
        assert shop.statuses(numbers) == ["synchronized"] * A_SESSION
        assert shop.disagreements() == []
