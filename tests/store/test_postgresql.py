"""How PostgreSQL is used: a bounded number of connections, nothing that waits for ever, and its own restarts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from service.domain.refusals import CompanyExists
from service.exchange import accounts
from service.store import companies
from service.store.database import Database
from service.store.migrate import migrate, versions
from service.store.unit import TRIES, Overtaken, Store, StoreTooSlow, StoreUnavailable, Work
from tests.postgres import PostgresServer, running_postgres

SHORT = 0.2
"""Seconds of a timeout that a test waits for."""


@pytest.fixture
def database_kind() -> str:
    """Return the database that all of this is about."""
    return "postgresql"


@contextmanager
def opened(database: Database, threads: int = 2) -> Iterator[Store]:
    store = Store(database, threads=threads)
    yield store
    store.close()


def connected(url: str) -> list[str]:
    """What the server says of those who are connected to this database."""
    address = make_url(url)
    host = str(address.query["host"])
    with psycopg.connect(host=host, user=address.username, dbname=address.database) as administrator:
        rows = administrator.execute(
            "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'deskpost'"
        )
        return [str(state) for (state,) in rows]


def names(work: Work) -> list[str]:
    return [company.name for company in companies.everyone(work)]


def test_a_process_has_no_more_connections_than_it_may(migrated_url: str) -> None:
    with opened(Database(migrated_url, pool_size=3, pool_overflow=0), threads=8) as store:

        def work(number: int) -> None:
            with store.reading() as reading:
                names(reading)
            with store.writing() as writing:
                companies.add(writing, f"shop-{number}")
                time.sleep(0.02)

        most = 0
        with ThreadPoolExecutor(8) as threads:
            done = [threads.submit(work, number) for number in range(24)]
            while not all(one.done() for one in done):
                most = max(most, len(connected(migrated_url)))
        assert [one.exception() for one in done] == [None] * 24
        assert most == 3


def test_connections_beyond_the_usual_ones_are_closed_when_they_are_not_needed_any_more(migrated_url: str) -> None:
    with opened(Database(migrated_url, pool_size=1, pool_overflow=1)) as store:
        with store.reading() as one, store.reading() as two:
            assert names(one) == names(two) == []
            assert len(connected(migrated_url)) == 2
        until = time.monotonic() + 10
        while len(connected(migrated_url)) > 1:
            assert time.monotonic() < until, "both are still open"
        with store.reading() as one:
            assert names(one) == []


def test_a_process_opens_a_connection_for_each_thread_unless_it_is_told_otherwise(migrated_url: str) -> None:
    with opened(Database(migrated_url, pool_overflow=0), threads=3) as store:
        together = threading.Barrier(3)

        def work(number: int) -> None:
            for block in (store.reading, store.writing):
                with block():
                    together.wait(10)

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(work, range(3)))
        assert len(connected(migrated_url)) == 3


def test_who_gets_no_connection_in_time_is_told_so(migrated_url: str) -> None:
    database = Database(migrated_url, pool_size=1, pool_overflow=0, pool_wait=SHORT)
    with opened(database) as store:
        with (
            store.writing() as work,
            pytest.raises(StoreTooSlow, match="all connections of this process were in use"),
            store.reading(),
        ):
            pass
        with store.writing() as work:
            companies.add(work, "shop")
        with store.reading() as work:
            assert names(work) == ["shop"]


def test_a_statement_that_takes_too_long_is_given_up_and_nothing_is_kept(migrated_url: str) -> None:
    with opened(Database(migrated_url, statement_timeout=SHORT)) as store:
        with pytest.raises(StoreTooSlow, match="statement timeout"), store.writing() as work:
            companies.add(work, "shop")
            work.connection.execute(text("SELECT pg_sleep(30)"))
        with store.reading() as work:
            assert names(work) == []


def test_who_waits_too_long_for_what_another_holds_is_told_so(migrated_url: str) -> None:
    with opened(Database(migrated_url, lock_timeout=SHORT)) as store:
        with store.writing() as work:
            shop = companies.add(work, "shop")
        with store.writing() as holder:
            companies.change(holder, shop, country="CA")
            with pytest.raises(StoreTooSlow, match="lock timeout"), store.writing() as work:
                companies.change(work, shop, country="UK")
        with store.reading() as work:
            assert companies.by_id(work, shop).country == "CA"


def test_what_is_overtaken_is_done_anew_a_few_times_and_then_refused(migrated_url: str) -> None:
    added: list[int] = []

    def always_overtaken(work: Work) -> None:
        added.append(companies.add(work, "shop"))
        work.connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    with opened(Database(migrated_url)) as store:
        with pytest.raises(Overtaken, match="Nothing was changed"):
            store.write(always_overtaken)
        with store.reading() as work:
            assert names(work) == []
    assert len(added) == TRIES


def test_what_is_refused_for_another_reason_is_not_done_anew(migrated_url: str) -> None:
    tried: list[int] = []

    def twice(work: Work) -> None:
        tried.append(1)
        companies.add(work, "shop")
        companies.add(work, "shop")

    with opened(Database(migrated_url)) as store, pytest.raises(CompanyExists):
        store.write(twice)
    assert tried == [1]


def test_a_transaction_that_hangs_lets_go_of_what_it_holds(migrated_url: str) -> None:
    with opened(Database(migrated_url, idle_timeout=SHORT)) as store:
        with store.writing() as work:
            shop = companies.add(work, "shop")
        with pytest.raises(StoreUnavailable), store.writing() as hanging:
            companies.change(hanging, shop, country="CA")
            with store.writing() as work:
                companies.change(work, shop, country="UK")
            companies.change(hanging, shop, country="AU")
        with store.reading() as work:
            assert companies.by_id(work, shop).country == "UK"


def test_transactions_see_what_was_committed_meanwhile_whatever_the_database_is_set_to(
    migrated_url: str, postgres_server: PostgresServer
) -> None:
    name = make_url(migrated_url).database
    postgres_server._administration.execute(
        f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'".encode()
    )
    with opened(Database(migrated_url)) as store, store.reading() as work:
        assert work.connection.execute(text("SHOW transaction_isolation")).scalar() == "read committed"
        assert work.connection.execute(text("SHOW timezone")).scalar() == "UTC"


def test_what_the_address_says_of_a_connection_holds_beside_the_limits(migrated_url: str) -> None:
    address = make_url(migrated_url).update_query_dict({"options": "-c work_mem=5MB"})
    with opened(Database(address.render_as_string(hide_password=False))) as store, store.reading() as work:
        assert work.connection.execute(text("SHOW work_mem")).scalar() == "5MB"
        assert work.connection.execute(text("SHOW lock_timeout")).scalar() == "20s"
        assert work.connection.execute(text("SHOW application_name")).scalar() == "deskpost"


def test_a_restart_of_the_server_is_noticed_by_nobody_who_comes_after_it() -> None:
    with running_postgres() as server:
        url = server.create_database()
        migrate(url)
        with opened(Database(url)) as store:
            with store.writing() as work, store.reading():
                companies.add(work, "before")
            server.stop()
            with pytest.raises(StoreUnavailable), store.writing() as work:
                companies.add(work, "while it is away")
            server.start()
            with store.writing() as work, store.reading():
                companies.add(work, "after")
            with store.reading() as work:
                assert names(work) == ["after", "before"]


def test_of_hosts_that_migrate_at_once_one_does_it_and_the_others_find_it_done(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.create_database()
    database = Database(url, schema="deskpost")
    together = threading.Barrier(3)

    def host(_: int) -> None:
        together.wait(10)
        migrate(database)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(host, range(3)))

    found, wanted = versions(database)
    assert found == wanted
    postgres_server.drop_database(url)


def test_a_step_may_take_longer_than_any_statement_of_a_visit(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    migrate(Database(url, statement_timeout=0.001))

    found, wanted = versions(url)
    assert found == wanted
    postgres_server.drop_database(url)


def test_a_company_and_its_connection_are_added_where_nothing_else_may_be_waited_for(migrated_url: str) -> None:
    with opened(Database(migrated_url, pool_size=1, pool_overflow=0, pool_wait=SHORT)) as store:
        with store.writing() as work:
            accounts.add_company(work, "shop", by="test")
            accounts.add_connection(work, "shop", None, "north-wind-and-sun", app_name="Deskpost", by="test")
        with store.reading() as work:
            assert names(work) == ["shop"]
