"""PostgreSQL itself is restarted in the middle of a visit, or is away for the length of a call: nothing is lost.

The server is one of its own, so that no other test is disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qwc.connector import Outcome, WsgiTransport
from service.store.migrate import migrate
from service.store.unit import Store
from tests.clock import Clock
from tests.journeys.orders import enqueue_customers
from tests.journeys.test_store_failures import Around
from tests.journeys.town import Town
from tests.postgres import PostgresServer, running_postgres
from tests.shop import Shop

A_VISIT = 6

CALLS = [
    ("authenticate", 1),
    ("sendRequestXML", 1),
    ("receiveResponseXML", 1),
    ("sendRequestXML", 2),
    ("receiveResponseXML", 3),
    ("closeConnection", 1),
]
ANSWERS = {
    "authenticate": Outcome.BUSY,
    "sendRequestXML": Outcome.STOPPED,
    "receiveResponseXML": Outcome.STOPPED,
    "closeConnection": Outcome.DONE,
}
"""What the Web Connector makes of the answer to a call during which there was no database."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def restarted_town(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    url = server.create_database()
    migrate(url)
    clock = Clock()
    store = Store(url, clock=clock, threads=2)
    yield Town(store, clock, tmp_path_factory.mktemp("companies"))
    store.close()


def a_day_of_three_sets(town: Town) -> tuple[Shop, list[int]]:
    shop = town.shop()
    shop.change_company(set_limit=2, set_size=2)
    return shop, enqueue_customers(shop, A_VISIT)


@pytest.mark.parametrize("place", CALLS, ids=lambda place: f"{place[0]}-{place[1]}")
def test_a_restart_between_two_calls_is_not_even_noticed(
    place: tuple[str, int], server: PostgresServer, restarted_town: Town
) -> None:
    shop, numbers = a_day_of_three_sets(restarted_town)

    def restart() -> None:
        server.stop()
        server.start()

    visit = shop.update(transport=Around(WsgiTransport(shop.application), place, restart, lambda: None))

    assert visit.status == "6 synchronized."
    assert shop.statuses(numbers) == ["synchronized"] * A_VISIT
    assert shop.disagreements() == []


@pytest.mark.parametrize("place", CALLS, ids=lambda place: f"{place[0]}-{place[1]}")
def test_a_database_that_is_away_for_a_call_is_answered_in_the_protocol_and_the_next_visit_goes_on(
    place: tuple[str, int], server: PostgresServer, restarted_town: Town
) -> None:
    shop, numbers = a_day_of_three_sets(restarted_town)

    visit = shop.update(transport=Around(WsgiTransport(shop.application), place, server.stop, server.start))

    assert [call.failure for call in visit.calls] == [""] * len(visit.calls)
    assert visit.outcome is ANSWERS[place[0]]
    assert visit.status
    assert shop.update().succeeded
    assert shop.statuses(numbers) == ["synchronized"] * A_VISIT
    assert shop.disagreements() == []
