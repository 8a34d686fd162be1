"""deploy/postgresql.md by the letter: with the rights that it gives, and no others, everything works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from service.exchange import passwords
from service.outbox import Outbox
from service.store.database import Database, read_address
from service.store.migrate import migrate
from service.store.unit import Store
from tests.clock import Clock
from tests.house.tree import ROOT
from tests.journeys.orders import customer, invoice, lamp
from tests.postgres import PostgresServer
from tests.shop import CHEAP_HASHES, Shop

OWN, RIGHTS, UPKEEP = re.findall(
    r"^```postgresql\n(.*?)^```", (ROOT / "deploy" / "postgresql.md").read_text(), re.DOTALL | re.MULTILINE
)


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def execute(engine: Engine, statements: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statements)


@pytest.fixture
def administrator(postgres_server: PostgresServer) -> Iterator[Engine]:
    """Return an engine of who may do everything, in an order system's database; its roles go with it."""
    url = postgres_server.create_database()
    engine = create_engine(read_address(url))
    execute(
        engine, "CREATE ROLE orders_role LOGIN; CREATE TABLE orders (number text); GRANT ALL ON orders TO orders_role"
    )
    yield engine
    execute(engine, "DROP OWNED BY orders_role, deskpost_service; DROP ROLE orders_role, deskpost_service")
    engine.dispose()
    postgres_server.drop_database(url)


def test_an_order_system_with_no_more_rights_than_the_page_gives_enqueues_and_sees_nothing_else(
    administrator: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)
    url = administrator.url.render_as_string(hide_password=False)
    execute(administrator, OWN)
    database = Database(as_role(url, "deskpost_service"), schema="deskpost")
    migrate(database)
    execute(administrator, RIGHTS)
    execute(administrator, UPKEEP)
    clock = Clock()
    store = Store(database, clock=clock, threads=2)
    shop = Shop(store, clock, tmp_path)
    orders = create_engine(read_address(as_role(url, "orders_role")))

    with orders.begin() as connection:
        outbox = Outbox(connection, schema="deskpost")
        connection.execute(text("INSERT INTO orders VALUES ('1')"))
        outbox.save("Customer:C-1", customer("Calloway, R."))
        outbox.save("Customer:C-1", customer("Calloway, Ruth"), revision=2, idempotency_key="C-1-v2")
        outbox.save("ItemNonInventory:lamp", lamp())
        outbox.save("Invoice:1", invoice("1", "Customer:C-1"))
        connection.execute(
            text(
                "INSERT INTO deskpost.messages (company_id, operation, record, content)"
                " SELECT id, 'save', 'Customer:C-2', '{\"Name\": \"Okafor, Dayo\"}' FROM deskpost.companies"
            )
        )

    assert shop.update().status == "4 synchronized."
    assert shop.counts() == {"synchronized": 4, "superseded": 1}
    for forbidden in ("SELECT * FROM deskpost.connections", "DELETE FROM deskpost.messages"):
        with pytest.raises(ProgrammingError, match="permission denied"), orders.begin() as connection:
            connection.execute(text(forbidden))
    orders.dispose()
    store.close()
