"""What an administrator reads with SQL: the queue's state, what is to be seen to, and what happened, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from service.exchange import decide
from service.store.database import read_address
from service.store.migrate import migrate
from service.store.unit import Store
from tests.clock import Clock
from tests.house.tree import ROOT
from tests.shop import Shop

STRANGER = {"CustomerRef": {"FullName": "Nobody's Cousin"}, "InvoiceLineAdd": [{"Desc": "A", "Amount": "1.00"}]}


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    return Shop(store, clock, tmp_path)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = create_engine(read_address(migrated_url))
    yield engine
    engine.dispose()


def rows(engine: Engine, query: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_the_overview_tells_each_companys_state_in_words_and_figures(shop: Shop, engine: Engine) -> None:
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    (before,) = rows(engine, "SELECT * FROM queue_overview")
    assert (before["company"], before["state"], before["pc"]) == (
        "shop",
        "1 to be sent when the Web Connector comes",
        None,
    )

    shop.update()
    (done,) = rows(engine, "SELECT * FROM queue_overview")
    assert done["state"] == "nothing to do"
    assert done["pc"] == shop.company().pc
    assert (done["pending"], done["oldest_pending_at"]) == (0, None)

    refused = shop.save("Invoice:1", STRANGER)
    shop.update()
    shop.save(
        "ReceivePayment:1",
        {
            "CustomerRef": {"FullName": "Kern, Lila"},
            "TotalAmount": "1.00",
            "AppliedToTxnAdd": [{"TxnID": {"record": "Invoice:1"}, "PaymentAmount": "1.00"}],
        },
    )
    (after,) = rows(engine, "SELECT * FROM queue_overview")
    assert after["state"] == "1 to be seen to"
    assert (after["failed"], after["pending"], after["waiting_for_others"]) == (1, 1, 1)

    with shop.store.writing() as work:
        decide.hand_over(work, refused, by="ann")
    (handed,) = rows(engine, "SELECT * FROM queue_overview")
    assert (handed["state"], handed["failed"], handed["manual_entry"]) == ("1 to be seen to", 0, 1)


def test_a_company_without_a_message_is_in_the_overview(shop: Shop, engine: Engine) -> None:
    (found,) = rows(engine, "SELECT company, state, pending, in_doubt FROM queue_overview")

    assert found == {"company": "shop", "state": "nothing to do", "pending": 0, "in_doubt": 0}


def test_what_is_to_be_seen_to_says_what_happened_what_to_do_and_who_waits_for_it(shop: Shop, engine: Engine) -> None:
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    refused = shop.save("Invoice:1", STRANGER)
    shop.update()
    shop.save(
        "ReceivePayment:1",
        {
            "CustomerRef": {"FullName": "Kern, Lila"},
            "TotalAmount": "1.00",
            "AppliedToTxnAdd": [{"TxnID": {"record": "Invoice:1"}, "PaymentAmount": "1.00"}],
        },
    )

    (found,) = rows(engine, "SELECT * FROM queue_attention")

    assert (found["message_id"], found["document"], found["status"]) == (refused, "Invoice:1", "failed")
    assert found["status_in_words"].startswith("QuickBooks refused it")
    assert "Nobody's Cousin" in found["what_happened"]
    assert found["what_to_do"]
    assert (found["status_code"], found["others_wait_for_it"], found["attempts"]) == (3140, 1, 1)


def test_the_history_tells_a_message_from_its_first_day_to_its_last(shop: Shop, engine: Engine) -> None:
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()

    told = rows(
        engine,
        "SELECT who, what, to_status, quickbooks_number FROM queue_history "
        "WHERE document = 'Customer:C-1' AND to_status IS NOT NULL ORDER BY at, to_status",
    )

    assert [(one["who"], one["what"], one["to_status"]) for one in told] == [
        ("service", "is handed out in a message set", "in_flight"),
        ("service", "QuickBooks answered that it is done", "synchronized"),
    ]
    assert {one["quickbooks_number"] for one in told} == {"Kern, Lila"}


def test_views_come_with_the_last_step_and_go_with_the_first_one_taken_back(migrated_url: str, engine: Engine) -> None:
    migrate(migrated_url, to="base")
    with engine.connect() as connection:
        kept = "SELECT count(*) FROM sqlite_master WHERE type = 'view'"
        if connection.dialect.name == "postgresql":
            kept = "SELECT count(*) FROM pg_views WHERE schemaname = 'public'"
        assert connection.execute(text(kept)).scalar() == 0
    migrate(migrated_url)
    migrate(migrated_url)

    assert rows(engine, "SELECT * FROM queue_overview") == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("view", ["queue_overview", "queue_attention"])
def test_what_is_done_costs_a_view_nothing(store: Store, view: str) -> None:
    with store.reading() as work:
        plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT * FROM {view}")
        steps = " | ".join(str(row[3]) for row in plan)

    assert re.search(r"(SCAN|SEARCH) \w+ USING INDEX ix_messages_attention", steps)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
class TestTheRightsOfRoles:
    """The two roles that the README grants: one that only enqueues, one that only reads the views."""

    @pytest.fixture
    def connection(self, shop: Shop, engine: Engine) -> Iterator[Connection]:
        (grants,) = re.findall(r"^```postgresql\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
        with engine.connect() as connection:
            # Roles belong to the whole server: with the transaction they are gone again.
            connection.execute(text(grants))
            yield connection
            connection.rollback()

    def test_the_order_system_may_enqueue_and_nothing_else(self, connection: Connection) -> None:
        connection.execute(text("SET LOCAL ROLE order_system"))
        company = connection.execute(text("SELECT id FROM companies WHERE name = 'shop'")).scalar_one()
        insert = f"INSERT INTO messages (company_id, operation, record, content) VALUES ({company}, "
        connection.execute(text(insert + r"'save', 'Customer\:1', '{}')"))

        for forbidden in (
            "UPDATE messages SET status = 'skipped'",
            "DELETE FROM messages",
            "SELECT password_hash FROM connections",
            insert.replace("content)", "content, status)") + "'save', 'Customer:2', '{}', 'skipped')",
        ):
            refused(connection, forbidden)

    def test_the_reader_may_read_the_views_and_nothing_else(self, connection: Connection) -> None:
        connection.execute(text("SET LOCAL ROLE queue_reader"))
        for view in ("queue_overview", "queue_attention", "queue_history"):
            connection.execute(text(f"SELECT * FROM {view}")).all()

        for forbidden in ("SELECT * FROM messages", "SELECT * FROM users", "DELETE FROM events"):
            refused(connection, forbidden)


def refused(connection: Connection, statement: str) -> None:
    savepoint = connection.begin_nested()
    with pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(statement.replace(":", r"\:")))
    savepoint.rollback()
