"""The whole server is killed at every boundary of a visit with three sets: each document is posted once all the same.

The boundaries are counted by the server itself in a visit that nothing disturbs: before each call is read, before and
after each commit, and each answer when it is ready and not sent, and when it was sent. The same is done to a visit
that recovers a lost set; as it has many more of them, only some, unless TEST_DESKPOST_EVERY_CRASH is set.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qwc.connector import HttpTransport, Outcome, Visit
from qwc.mishaps import PROCESS_REQUEST, Kind, Mishap, When
from service.store.unit import Store
from tests.journeys.doomed_server import DoomedServer
from tests.journeys.orders import enqueue_customers
from tests.journeys.server_process import PATIENCE, RealClock
from tests.shop import Shop

A_VISIT = 6
SOME = 1 if os.environ.get("TEST_DESKPOST_EVERY_CRASH") else 9
"""One boundary in so many of a visit that recovers."""

Prelude = Callable[[Shop], None]


class Street:
    """Companies, one after the other, with their work, on one server that dies and is started again."""

    def __init__(self, server: DoomedServer, store: Store, folder: Path) -> None:
        self.server = server
        self._first = Shop(store, RealClock(), folder, name="first", public_url=server.public_url)
        self._store = store
        self._folder = folder
        self._numbers = itertools.count(1)
        update(self.shop())

    def shop(self) -> Shop:
        """Another company, with three sets of two customers to be sent."""
        shop = Shop(
            self._store,
            self._first.clock,
            self._folder,
            name=f"shop-{next(self._numbers)}",
            public_url=self.server.public_url,
            application=self._first.application,
        )
        shop.change_company(set_limit=2, set_size=2)
        enqueue_customers(shop, A_VISIT)
        return shop

    def boundaries(self, before: Prelude) -> list[str]:
        """The boundaries of a visit that nothing disturbs, by the server that serves it."""
        shop = self.shop()
        before(shop)
        self.server.start()
        visit = update(shop)
        self.server.kill()
        assert visit.status == "6 synchronized.", visit
        return self.server.boundaries()

    def kill_at(self, boundary: int, before: Prelude) -> tuple[list[Outcome], dict[str, int], list[str]]:
        """Kill the server there, and let two visits come to another: their outcomes, the statuses and what is wrong."""
        shop = self.shop()
        before(shop)
        self.server.start(boundary)
        update(shop)
        self.server.wait_for_its_death()
        self.server.start()
        outcomes = [update(shop).outcome for _ in range(2)]
        self.server.kill()
        return outcomes, shop.counts(), shop.disagreements()


@pytest.fixture(scope="module")
def street(town_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    server = DoomedServer(town_url, folder)
    store = Store(town_url, clock=RealClock(), threads=2)
    yield Street(server, store, folder)
    store.close()
    server.close()


def update(shop: Shop, *mishaps: Mishap) -> Visit:
    return shop.update(*mishaps, transport=HttpTransport(timeout=PATIENCE))


def nothing(_shop: Shop) -> None:
    """Nothing comes before the visit."""


def a_loss(shop: Shop) -> None:
    """QuickBooks goes down before it runs the first set: the next visit asks, looks, and sends it again."""
    visit = shop.update(Mishap(PROCESS_REQUEST, 1, Kind.KILLED, When.BEFORE))
    assert visit.outcome is Outcome.KILLED
    assert shop.counts() == {"in_flight": 2, "pending": 4}


def assert_all_is_there(street: Street, before: Prelude, boundaries: list[str], every: int) -> None:
    wrong = []
    for number in range(1, len(boundaries) + 1, every):
        outcomes, counts, disagreements = street.kill_at(number, before)
        if (
            outcomes[0] not in (Outcome.DONE, Outcome.NOTHING_TO_DO)
            or outcomes[1] is not Outcome.NOTHING_TO_DO
            or counts != {"synchronized": A_VISIT}
            or disagreements
        ):
            wrong.append((number, boundaries[number - 1], outcomes, counts, disagreements))
    assert wrong == []


def test_a_server_that_is_killed_at_any_boundary_loses_nothing_and_doubles_nothing(street: Street) -> None:
    boundaries = street.boundaries(nothing)

    # Ten calls; all of them but serverVersion commit once.
    assert boundaries.count("before a call is read") == boundaries.count("the answer is ready") == 10
    assert boundaries.count("before the commit") == boundaries.count("after the commit") == 9
    assert len(boundaries) == 48
    assert_all_is_there(street, nothing, boundaries, every=1)


def test_a_server_that_is_killed_while_it_recovers_loses_nothing_and_doubles_nothing(street: Street) -> None:
    boundaries = street.boundaries(a_loss)

    # A status check and a look-up come before the three sets.
    assert boundaries.count("before a call is read") == 14
    assert len(boundaries) == 3 * 14 + 2 * 13
    assert_all_is_there(street, a_loss, boundaries, every=SOME)
