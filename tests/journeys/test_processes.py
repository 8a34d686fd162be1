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

CALLS = [
    ("authenticate", 1),
    *((operation, nth) for nth in (1, 2, 3) for operation in ("sendRequestXML", "receiveResponseXML")),
    ("closeConnection", 1),
]
MOMENTS = ("before", "at-commit", "after")
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


def test_a_worker_that_is_killed_at_any_instant_loses_nothing_and_doubles_nothing(
    server: ServerProcess, shop: Shop
) -> None:
    """Before a call, at its commit, and after it with the answer lost, for every call of a session of three sets."""
    instants = [f"{operation} {nth} {moment} worker" for operation, nth in CALLS for moment in MOMENTS]
    failures = []
    for place, instant in enumerate(instants):
        numbers = enqueue_three_sets(shop, place)
        server.crash(instant)
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
    assert shop.counts() == {"synchronized": A_SESSION * len(instants)}


def test_a_server_that_is_killed_as_a_whole_goes_on_after_its_restart(server: ServerProcess, shop: Shop) -> None:
    for place, instant in enumerate(["receiveResponseXML 2 at-commit", "sendRequestXML 3 after"]):
        numbers = enqueue_three_sets(shop, place)
        server.crash(f"{instant} server")
        assert update(shop).outcome is Outcome.CALL_FAILED
        server.wait_for_its_death()
        server.crash("")
        server.start()

        assert update(shop).outcome is Outcome.DONE
        assert shop.statuses(numbers) == ["synchronized"] * A_SESSION
        assert shop.disagreements() == []
