"""Somebody holds up PostgreSQL within a session: the call is answered in the protocol, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from qwc.connector import Outcome, WsgiTransport
from service.store.database import Database
from service.store.unit import Store
from tests.clock import Clock
from tests.journeys.orders import enqueue_customers
from tests.journeys.test_store_failures import Around
from tests.shop import Shop

ANSWERS = {
    "authenticate": Outcome.BUSY,
    "sendRequestXML": Outcome.STOPPED,
    "receiveResponseXML": Outcome.STOPPED,
    "closeConnection": Outcome.DONE,
}
"""What the Web Connector makes of the answer when a call was held up."""

HELD = {
    "companies": "SELECT 1 FROM companies FOR UPDATE",
    "sessions": "LOCK TABLE sessions",
    "messages": "LOCK TABLE messages",
}
"""What a person at an SQL prompt, or a backup of another kind, may hold for long."""


@pytest.fixture
def database_kind() -> str:
    """Return the database that has timeouts."""
    return "postgresql"


@pytest.fixture
def impatient(migrated_url: str, clock: Clock) -> Iterator[Store]:
    store = Store(Database(migrated_url, lock_timeout=0.2), clock=clock, threads=2)
    yield store
    store.close()


@pytest.mark.parametrize("held", HELD)
def test_a_call_that_is_held_up_is_answered_and_the_next_visit_goes_on(
    held: str, impatient: Store, migrated_url: str, clock: Clock, tmp_path: Path
) -> None:
    shop = Shop(impatient, clock, tmp_path)
    address = make_url(migrated_url)

    def connect() -> psycopg.Connection:
        return psycopg.connect(host=str(address.query["host"]), user=address.username, dbname=address.database)

    for day, (operation, expected) in enumerate(ANSWERS.items()):
        numbers = enqueue_customers(shop, 3, first=10 * day)
        with ExitStack() as holding:

            def hold(holding: ExitStack = holding) -> None:
                holding.enter_context(connect()).execute(HELD[held].encode())

            transport = Around(WsgiTransport(shop.application), (operation, 1), hold, holding.close)
            visit = shop.update(transport=transport)

        assert [call.failure for call in visit.calls] == [""] * len(visit.calls)
        assert visit.outcome is expected, (operation, visit)
        assert shop.update().succeeded
        assert shop.statuses(numbers) == ["synchronized"] * len(numbers)
    assert shop.disagreements() == []
