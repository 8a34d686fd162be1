"""Deskpost in a schema of its own within the order system's database: each finds its own tables, and no other's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.domain.refusals import DocumentRefused
from service.exchange import accounts
from service.outbox import Outbox
from service.store import companies
from service.store.database import BadSchema, Database, read_address
from service.store.migrate import migrate, versions
from service.store.unit import Store
from tests.postgres import PostgresServer

SCHEMA = "books"
CUSTOMER = {"Name": "Calloway, Ruth"}

ORDER_SYSTEM = (
    "CREATE TABLE orders (number text PRIMARY KEY)",
    # Its own tables have the names of Deskpost's, and other columns.
    "CREATE TABLE messages (subject text NOT NULL)",
    "CREATE TABLE companies (id integer PRIMARY KEY, name text, taxed boolean NOT NULL)",
    "CREATE TABLE alembic_version (version_num text PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('theirs')",
)


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL of an order system's database."""
    url = postgres_server.create_database()
    engine = create_engine(read_address(url))
    with engine.begin() as connection:
        for statement in ORDER_SYSTEM:
            connection.execute(text(statement))
    engine.dispose()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def database(url: str) -> Database:
    """Return Deskpost's part of it, migrated, with a company."""
    database = Database(url, schema=SCHEMA)
    migrate(database)
    store = Store(database, threads=1)
    with store.writing() as work:
        accounts.add_company(work, "shop", by="test")
    store.close()
    return database


@pytest.fixture
def orders(url: str, database: Database) -> Iterator[Engine]:
    """Return the order system's own engine, which knows nothing of Deskpost."""
    engine = create_engine(read_address(url))
    yield engine
    engine.dispose()


def queue(connection: Connection | Session) -> list[str]:
    rows = connection.execute(text(f"SELECT record FROM {SCHEMA}.messages ORDER BY id"))
    return list(rows.scalars())


def order(connection: Connection | Session, number: str) -> None:
    connection.execute(text("INSERT INTO orders VALUES (:number)"), {"number": number})


def test_its_tables_and_views_are_in_its_schema_and_nothing_of_the_order_system_is_touched(
    orders: Engine, database: Database
) -> None:
    seen = inspect(orders)

    assert set(seen.get_table_names("public")) == {"orders", "messages", "companies", "alembic_version"}
    assert seen.get_view_names("public") == []
    assert {"messages", "companies", "sessions", "events", "alembic_version"} <= set(seen.get_table_names(SCHEMA))
    assert set(seen.get_view_names(SCHEMA)) == {"queue_overview", "queue_attention", "queue_history"}
    assert [column["name"] for column in seen.get_columns("messages", "public")] == ["subject"]
    with orders.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "theirs"
    found, wanted = versions(database)
    assert found == wanted


def test_two_of_them_in_one_database_know_nothing_of_each_other(url: str, database: Database) -> None:
    second = Database(url, schema="books_test")
    assert versions(second)[0] is None

    migrate(second)

    for one, expected in ((second, []), (database, ["shop"])):
        store = Store(one, threads=1)
        with store.reading() as work:
            assert [company.name for company in companies.everyone(work)] == expected
        store.close()
    migrate(second, to="base")
    assert versions(second)[0] is None
    assert versions(database)[0] == versions(database)[1]


def test_an_order_and_its_message_are_committed_together_or_not_at_all(orders: Engine) -> None:
    with orders.begin() as connection:
        order(connection, "1")
        Outbox(connection, schema=SCHEMA).save("Customer:C-1", CUSTOMER)
        order(connection, "2")
    with pytest.raises(ZeroDivisionError), orders.begin() as connection:
        Outbox(connection, schema=SCHEMA).save("Customer:C-2", CUSTOMER)
        order(connection, "3")
        raise ZeroDivisionError
    with Session(orders) as session:
        order(session, "4")
        Outbox(session, schema=SCHEMA).save("Customer:C-3", CUSTOMER)
        session.commit()

    with orders.begin() as connection:
        assert queue(connection) == ["Customer:C-1", "Customer:C-3"]
        assert list(connection.execute(text("SELECT number FROM orders ORDER BY number")).scalars()) == ["1", "2", "4"]


def test_the_order_systems_statements_find_its_own_tables_also_after_a_refusal(orders: Engine) -> None:
    with orders.begin() as connection:
        connection.execute(text("SET LOCAL search_path = public, pg_temp"))
        outbox = Outbox(connection, schema=SCHEMA)
        with pytest.raises(DocumentRefused):
            outbox.save("Customer:C-1", {"Nam": "Calloway, Ruth"})
        outbox.save("Customer:C-1", CUSTOMER)
        connection.execute(text("INSERT INTO messages VALUES ('hello')"))

        assert connection.execute(text("SHOW search_path")).scalar() == "public, pg_temp"
        assert queue(connection) == ["Customer:C-1"]


def test_a_failure_within_a_savepoint_leaves_the_rest_of_the_order_whole(orders: Engine) -> None:
    with orders.begin() as connection:
        order(connection, "1")
        with orders.begin() as another:
            another.execute(text(f"LOCK TABLE {SCHEMA}.messages"))
            with pytest.raises(OperationalError, match="lock timeout"), connection.begin_nested():
                connection.execute(text("SET LOCAL lock_timeout = 50"))
                Outbox(connection, schema=SCHEMA).save("Customer:C-1", CUSTOMER)
        Outbox(connection, schema=SCHEMA).save("Customer:C-1", CUSTOMER)
        connection.execute(text("INSERT INTO messages VALUES ('hello')"))

    with orders.begin() as connection:
        assert queue(connection) == ["Customer:C-1"]


def test_sqlite_has_no_schemas() -> None:
    with pytest.raises(BadSchema, match="DESKPOST_DATABASE_SCHEMA"):
        Store(Database("sqlite:///deskpost.sqlite", schema=SCHEMA))


@pytest.mark.parametrize("name", ["Deskpost", "desk post", 'd"; DROP SCHEMA public', "pg_books", "1st", "d" * 64])
def test_a_schema_that_needs_quotes_is_refused(name: str) -> None:
    with pytest.raises(BadSchema, match="small letters, digits and underscores"):
        Store(Database("postgresql://books@localhost/orders", schema=name))
