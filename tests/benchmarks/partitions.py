"""Measures whether PostgreSQL's own partitioning by company pays: the same long history in one table, and in parts.

The rows and indexes are those of `messages`. A partitioned table cannot be unique without the column it is parted by,
so its key is (company_id, id); what looks for an id alone is measured as well, since it then looks into every part.
It takes minutes and some gigabytes of memory or disk; everything is gone afterwards.

    nice -n 15 .venv/bin/python -m tests.benchmarks.partitions [--millions 10] [--companies 200] [--parts 16]
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable
from random import Random

import psycopg
from sqlalchemy.engine import make_url

from tests.benchmarks.queues import new_database
from tests.benchmarks.rounds import Figures, show
from tests.postgres import running_postgres

PENDING = 20
"""Messages of each company that wait to be sent."""
TRIES = 400

FILL = """
INSERT INTO {table} (id, company_id, operation, record, content, idempotency_key, fingerprint, status, waits_for,
                     set_id, external_guid, settled_at, what_happened)
SELECT n, 1 + n % {companies}, 'save', 'Invoice:' || n, '{{"RefNumber":"' || n || '","Memo":"from the shop"}}',
       'order-' || n, md5(n::text), CASE WHEN n > {done} THEN 'pending' ELSE 'synchronized' END, 0,
       CASE WHEN n > {done} THEN NULL ELSE n / 25 END, md5(n::text),
       CASE WHEN n > {done} THEN NULL ELSE now() END, 'Done.'
  FROM generate_series(1, {rows}) n
"""

STATEMENTS = {
    "pull": "SELECT * FROM {table} WHERE company_id = %(company)s AND status = 'pending' AND waits_for = 0"
    " AND not_before IS NULL AND to_read IS NULL ORDER BY priority, id LIMIT 25 FOR UPDATE SKIP LOCKED",
    "by key": "SELECT * FROM {table} WHERE company_id = %(company)s AND idempotency_key = %(key)s",
    "by id": "SELECT * FROM {table} WHERE id = %(id)s",
    "by company, id": "SELECT * FROM {table} WHERE company_id = %(company)s AND id = %(id)s",
    "by set": "SELECT * FROM {table} WHERE set_id = %(set)s AND status = 'synchronized'",
    "write by id": "UPDATE {table} SET note = 'seen' WHERE id = %(id)s",
}


def main() -> None:
    """Print what the same statements cost on one table and on parts of it, and what housekeeping costs."""
    parser = argparse.ArgumentParser(description="Measure PostgreSQL's partitioning by company.")
    parser.add_argument("--millions", type=float, default=10)
    parser.add_argument("--companies", type=int, default=200)
    parser.add_argument("--parts", type=int, default=16)
    chosen = parser.parse_args()
    rows = int(chosen.millions * 1_000_000)
    found: dict[str, Figures] = {}
    with running_postgres() as server:
        address = make_url(new_database(server.create_database()))
        with psycopg.connect(
            host=str(address.query["host"]), user=address.username, dbname=address.database, autocommit=True
        ) as connection:
            connection.execute("SET maintenance_work_mem = '256MB'")
            for parts in (0, chosen.parts):
                name = f"{parts} parts" if parts else "one table"
                found[name] = measured(connection, rows, chosen.companies, parts)
    show(
        f"{rows:,} messages of {chosen.companies} companies, milliseconds unless said",
        found,
        against="one table",
        compared=tuple(STATEMENTS),
    )


def measured(connection: psycopg.Connection, rows: int, companies: int, parts: int) -> Figures:
    """Fill a table, measure it and drop it."""
    make(connection, parts)
    fill = FILL.format(table="history", rows=rows, companies=companies, done=rows - PENDING * companies)
    seconds_of_fill = seconds(lambda: connection.execute(fill.encode()))
    seconds_of_indexes = seconds(lambda: index(connection))
    whole = seconds(lambda: connection.execute("VACUUM ANALYZE history"))
    figures = {
        "fill s": seconds_of_fill,
        "index s": seconds_of_indexes,
        "GB": size(connection, "history", parts) / 1e9,
        **{name: cost(connection, statement, rows, companies) for name, statement in STATEMENTS.items()},
        "vacuum s": whole,
        "vacuum a part s": seconds(
            lambda: connection.execute(f"VACUUM ANALYZE history{'_0' if parts else ''}".encode())
        ),
        "forget one s": seconds(lambda: connection.execute("DELETE FROM history WHERE company_id = 7")),
    }
    connection.execute("DROP TABLE history")
    return figures


def make(connection: psycopg.Connection, parts: int) -> None:
    like = "CREATE TABLE history (LIKE messages INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
    if not parts:
        connection.execute(like.encode())
        return
    connection.execute(f"{like} PARTITION BY HASH (company_id)".encode())
    for number in range(parts):
        connection.execute(
            f"CREATE TABLE history_{number} PARTITION OF history"
            f" FOR VALUES WITH (MODULUS {parts}, REMAINDER {number})".encode()
        )


def index(connection: psycopg.Connection) -> None:
    """Give it every index of `messages`; where one is unique by the id alone, the company comes before it."""
    definitions = connection.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'messages'").fetchall()
    for (definition,) in definitions:
        told = re.sub(r"INDEX \S+ ON \S+", "INDEX ON history", definition).replace("(id)", "(company_id, id)")
        connection.execute(told.encode())
    connection.execute("CREATE INDEX ON history (id)")


def cost(connection: psycopg.Connection, statement: str, rows: int, companies: int) -> float:
    """The median of many executions with other values each, in milliseconds."""
    random, told = Random(7), statement.format(table="history").encode()
    took = []
    for _ in range(TRIES):
        number = random.randrange(1, rows - PENDING * companies)
        given = {"company": 1 + number % companies, "key": f"order-{number}", "id": number, "set": number // 25}
        begun = time.perf_counter()
        connection.execute(told, given, prepare=True)
        took.append(time.perf_counter() - begun)
    return 1000 * statistics.median(took)


def size(connection: psycopg.Connection, table: str, parts: int) -> int:
    names = [f"{table}_{number}" for number in range(parts)] or [table]
    rows = (connection.execute("SELECT pg_total_relation_size(%s::regclass)", [name]).fetchone() for name in names)
    return sum(int(row[0]) for row in rows if row)


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
