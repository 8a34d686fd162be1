"""PostgreSQL finds what may go by its index, also where it would hope to meet it sooner by reading the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from service.domain.status import Status
from service.store import agenda, messages
from service.store.migrate import migrate
from service.store.prepared import Prepared
from service.store.unit import Store
from tests.postgres import PostgresServer

LATER = datetime(2100, 1, 1, tzinfo=UTC)
FILL = """
INSERT INTO messages (company_id, operation, record, content, status, waits_for, settled_at, what_happened)
SELECT 1, 'save', 'Customer:' || n, '{"Name": "' || repeat('Customer ', 50) || '"}',
       CASE WHEN n > 16000 THEN 'pending' ELSE 'synchronized' END, 0,
       CASE WHEN n > 16000 THEN NULL ELSE now() END, 'Done.'
  FROM generate_series(1, 20000) n
"""


@pytest.fixture(scope="module")
def long_queue(postgres_server: PostgresServer) -> Iterator[Store]:
    """Return a queue of a fifth that may go, behind all that is done."""
    url = postgres_server.create_database()
    migrate(url)
    store = Store(url, threads=1)
    with store.writing() as work:
        work.connection.execute(text("INSERT INTO companies (name) VALUES ('shop')"))
        work.connection.exec_driver_sql(FILL)
        work.connection.execute(text("ANALYZE"))
    yield store
    store.close()
    postgres_server.drop_database(url)


MOVED = ("id", "quickbooks_id")
_move, _names = messages._move[Status.IN_FLIGHT]._statement(("status", "changed_at"), MOVED, 64)
MANY = dict(zip(_names, [value for number in range(64) for value in (number, f"8000-{number}")], strict=True))


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        pytest.param(messages._in_turn, {"most": 25}, id="the pull"),
        pytest.param(messages._count_ready, {"most": 1000}, id="how many there are"),
        pytest.param(messages._unseen, {"most": 500}, id="what came by SQL"),
        pytest.param(messages._to_be_read, {"most": 25}, id="what is to be read first"),
        pytest.param(agenda._of_company, {"company_id": 1, "session_id": 1, "now": LATER}, id="what stands besides"),
        pytest.param(_move, {"status": "synchronized", "changed_at": LATER, **MANY}, id="what was answered"),
    ],
)
def test_what_may_go_is_found_without_reading_what_is_done(
    long_queue: Store, statement: Prepared, given: Mapping[str, object]
) -> None:
    with long_queue.reading() as work:
        compiled = statement._statement.compile(dialect=work.connection.dialect)
        values = {**compiled.params, "of_company": 1, **given}
        plan = work.connection.exec_driver_sql(f"EXPLAIN {compiled}", values).scalars().all()

    assert [line for line in plan if "Seq Scan on messages" in line] == []
    assert [line for line in plan if "Index" in line]
