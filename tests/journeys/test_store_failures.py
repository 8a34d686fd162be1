"""The database fails in the middle of a session: the answer stays within the protocol and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url

from qwc.connector import Outcome, Reply, Transport, Visit, WsgiTransport
from qwc.mishaps import BEGIN_SESSION, PROCESS_REQUEST, Kind, Mishap, When
from tests.clock import Clock
from tests.journeys.fragile_store import At, FragileStore
from tests.journeys.orders import enqueue_a_day, enqueue_customers
from tests.journeys.town import Town
from tests.shop import Shop

Moment = Callable[[], None]


@pytest.fixture(scope="module")
def fragile_town(town_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    clock = Clock()
    store = FragileStore(town_url, clock=clock, threads=4)
    yield Town(store, clock, tmp_path_factory.mktemp("companies"))
    store.close()


@pytest.fixture
def fragile(fragile_town: Town) -> FragileStore:
    assert isinstance(fragile_town.store, FragileStore)
    return fragile_town.store


@pytest.fixture
def fragile_shop(fragile_town: Town) -> Shop:
    return fragile_town.shop()


class Around:
    """A transport that lets something happen just before the n-th call of an operation, and something after it."""

    def __init__(self, transport: Transport, place: tuple[str, int], before: Moment, after: Moment) -> None:
        self.connections = 0
        self._transport = transport
        self._operation, self._nth = place
        self._before = before
        self._after = after

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if self._operation not in headers["SOAPAction"]:
            return self._transport.post(url, headers, body)
        self._nth -= 1
        if self._nth:
            return self._transport.post(url, headers, body)
        self._before()
        try:
            return self._transport.post(url, headers, body)
        finally:
            self._after()

    def get(self, url: str) -> Reply:
        return self._transport.get(url)

    def close(self) -> None:
        self._transport.close()


def update_around(shop: Shop, place: tuple[str, int], before: Moment, after: Moment, *mishaps: Mishap) -> Visit:
    transport = Around(WsgiTransport(shop.application), place, before, after)
    return shop.update(*mishaps, transport=transport)


def update_broken(shop: Shop, store: FragileStore, place: tuple[str, int], at: At, also_reads: bool) -> Visit:
    """An update in which the database fails throughout one call."""
    mishaps = {
        "connectionError": [Mishap(BEGIN_SESSION, 1, Kind.MODAL_DIALOG)],
        "getLastError": [Mishap(PROCESS_REQUEST, 2, Kind.ANSWER_LOST, When.AFTER)],
    }.get(place[0], [])
    return update_around(shop, place, lambda: store.break_down(at, also_reads=also_reads), store.mend, *mishaps)


# What the Web Connector makes of the service's answer when the database fails at a call.
ENDS = {
    ("authenticate", 1): Outcome.BUSY,
    ("sendRequestXML", 1): Outcome.STOPPED,
    ("sendRequestXML", 2): Outcome.STOPPED,
    ("receiveResponseXML", 1): Outcome.STOPPED,
    ("receiveResponseXML", 3): Outcome.STOPPED,
    ("connectionError", 1): Outcome.NO_QUICKBOOKS,
    ("getLastError", 1): Outcome.STOPPED,
    ("closeConnection", 1): Outcome.DONE,
}


@pytest.mark.parametrize("also_reads", [False, True], ids=["writes", "everything"])
@pytest.mark.parametrize("at", At)
@pytest.mark.parametrize("place", ENDS, ids=lambda place: f"{place[0]}-{place[1]}")
def test_a_database_that_fails_at_any_call_is_answered_in_the_protocol_and_nothing_is_lost(
    place: tuple[str, int], at: At, also_reads: bool, fragile: FragileStore, fragile_shop: Shop
) -> None:
    numbers = enqueue_a_day(fragile_shop)

    visit = update_broken(fragile_shop, fragile, place, at, also_reads)

    assert [call.failure for call in visit.calls] == [""] * len(visit.calls)
    assert visit.outcome is ENDS[place]
    assert visit.status
    clean = fragile_shop.update()
    assert clean.succeeded, clean
    assert fragile_shop.statuses(numbers) == ["synchronized"] * 6
    assert fragile_shop.disagreements() == []


@pytest.mark.parametrize("at", At)
def test_an_answer_that_could_not_be_kept_is_asked_for_and_not_sent_again(
    at: At, fragile: FragileStore, fragile_shop: Shop
) -> None:
    numbers = enqueue_customers(fragile_shop, 3)

    visit = update_broken(fragile_shop, fragile, ("receiveResponseXML", 1), at, False)

    assert visit.percentages == [-1]
    assert visit.operations[-2:] == ["getLastError", "closeConnection"]
    assert fragile_shop.statuses(numbers) == ["in_flight"] * 3
    assert fragile_shop.set_states() == [("write", "handed_out", 1)]

    assert fragile_shop.update().succeeded
    assert fragile_shop.set_states() == [("write", "answered", 1), ("status_check", "answered", 1)]
    assert fragile_shop.disagreements() == []


def test_a_set_that_could_not_be_kept_is_not_handed_out(fragile: FragileStore, fragile_shop: Shop) -> None:
    numbers = enqueue_customers(fragile_shop, 3)

    visit = update_broken(fragile_shop, fragile, ("sendRequestXML", 1), At.COMMIT, False)

    assert visit.message_sets == 0
    assert fragile_shop.set_states() == []
    assert fragile_shop.statuses(numbers) == ["pending"] * 3


@contextmanager
def full_disk(store: FragileStore) -> Iterator[tuple[Moment, Moment]]:
    """SQLite's own limit of pages stands in for the disk's; what fills it up, and what makes room again."""
    full = False

    def limit(connection: Connection) -> None:
        pages = 1 if full else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def set_full(to: bool) -> None:
        nonlocal full
        full = to

    def fill() -> None:
        # Pages that were given up would be used again before the limit is felt.
        with closing(sqlite3.connect(str(make_url(store.place).database), isolation_level=None)) as connection:
            connection.execute("VACUUM")
        set_full(True)

    event.listen(store._writer, "begin", limit)
    yield fill, lambda: set_full(False)
    event.remove(store._writer, "begin", limit)


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("operation", "nth"),
    [("sendRequestXML", 1), ("sendRequestXML", 2), ("receiveResponseXML", 1), ("receiveResponseXML", 2)],
)
def test_a_full_disk_is_answered_in_the_protocol_and_loses_nothing(
    operation: str, nth: int, fragile: FragileStore, fragile_shop: Shop
) -> None:
    fragile_shop.change_company(set_limit=20, set_size=20)
    numbers = enqueue_customers(fragile_shop, 40)

    with full_disk(fragile) as (fill, make_room):
        visit = update_around(fragile_shop, (operation, nth), fill, make_room)

    assert [call.failure for call in visit.calls] == [""] * len(visit.calls)
    assert visit.outcome is Outcome.STOPPED
    assert visit.operations[-3:] == [operation, "getLastError", "closeConnection"]
    answered = nth - 1
    states = [("write", "answered", 1)] * answered
    if operation == "receiveResponseXML":
        assert visit.percentages[-1] == -1
        # The answer was not kept, so its set stays unanswered.
        states.append(("write", "handed_out", 1))
    assert fragile_shop.set_states() == states
    assert fragile_shop.statuses(numbers).count("synchronized") == 20 * answered
    assert fragile_shop.update().succeeded
    assert fragile_shop.statuses(numbers) == ["synchronized"] * 40
    assert fragile_shop.disagreements() == []


def cut_all_connections(url: str) -> None:
    """What a restart of PostgreSQL does to those who are connected."""
    address = make_url(url)
    host = str(address.query["host"])
    with psycopg.connect(host=host, user=address.username, dbname=address.database, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("town_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "place", [("authenticate", 1), ("sendRequestXML", 2), ("receiveResponseXML", 2), ("closeConnection", 1)], ids=str
)
def test_connections_to_the_database_that_are_cut_between_two_calls_are_made_anew(
    place: tuple[str, int], town_url: str, fragile_shop: Shop
) -> None:
    numbers = enqueue_a_day(fragile_shop)

    visit = update_around(fragile_shop, place, lambda: cut_all_connections(town_url), lambda: None)

    assert visit.status == "6 synchronized."
    assert fragile_shop.statuses(numbers) == ["synchronized"] * 6
    assert fragile_shop.disagreements() == []


@contextmanager
def cut_at(store: FragileStore, moment: str) -> Iterator[Callable[[], None]]:
    """What lets PostgreSQL end the next connection that writes, at its `begin` or just before its `commit`."""
    armed = False

    def arm() -> None:
        nonlocal armed
        armed = True

    def cut(connection: Connection) -> None:
        nonlocal armed
        if armed:
            armed = False
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with store._reader.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    event.listen(store._writer, moment, cut)
    yield arm
    event.remove(store._writer, moment, cut)
    assert not armed, "nobody came to write"


@pytest.mark.parametrize("town_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("moment", ["begin", "commit"])
@pytest.mark.parametrize(
    "place",
    [("clientVersion", 1), *(one for one in ENDS if one[0] != "getLastError")],
    ids=lambda one: "-".join(map(str, one)),
)
def test_a_connection_that_is_cut_within_a_call_loses_nothing(
    place: tuple[str, int], moment: str, fragile: FragileStore, fragile_shop: Shop
) -> None:
    """All but getLastError write; a reading that fails is among the failures above."""
    numbers = enqueue_a_day(fragile_shop)
    mishaps = [Mishap(BEGIN_SESSION, 1, Kind.MODAL_DIALOG)] if place[0] == "connectionError" else []

    with cut_at(fragile, moment) as arm:
        visit = update_around(fragile_shop, place, arm, lambda: None, *mishaps)

    assert [call.failure for call in visit.calls] == [""] * len(visit.calls)
    assert visit.outcome is ENDS.get(place, Outcome.DONE)
    assert fragile_shop.update().succeeded
    assert fragile_shop.statuses(numbers) == ["synchronized"] * 6
    assert fragile_shop.disagreements() == []
