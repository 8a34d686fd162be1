"""What a page's mark is made of is read by looks at few rows, and misses nothing that is committed late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from service.store import companies, page_mark, under_way
from service.store.prepared import Prepared
from service.store.tables import events, messages
from service.store.unit import Store, Work

FEW_ROWS = {"SCAN connections", "SCAN failed_sign_ins", "SCAN anon_3 LEFT-JOIN"}
"""A table with one row for each .qwc that was ever issued, and what was found before in the same statement."""


LOOKS = {
    page_mark._facts: {
        "events USING COVERING INDEX ix_events_company_id_id (company_id<?)",
        "messages USING COVERING INDEX ix_messages_attention ((company_id,status)<(?,?))",
        "sessions USING COVERING INDEX ix_sessions_company_id_id (company_id<?)",
    },
    under_way._of_company: {
        "messages USING COVERING INDEX ix_messages_attention (company_id=? AND status=?)",
        "messages USING INDEX ix_messages_ready (company_id=?)",
        "sessions USING INDEX uq_sessions_open (company_id=?)",
    },
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", LOOKS, ids=["mark", "under way"])
def test_it_looks_into_indexes(store: Store, statement: Prepared) -> None:
    with store.reading() as work:
        sql = str(statement._statement.compile(dialect=work.connection.dialect))
        rows = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))
        steps = [str(row[3]) for row in rows]

    assert {step.removeprefix("SEARCH ") for step in steps} >= LOOKS[statement]
    assert {step for step in steps if step.startswith("SCAN")} <= FEW_ROWS
    assert [step for step in steps if "TEMP B-TREE" in step] == []


A_QUIET_COMPANY = """
INSERT INTO companies (name) VALUES ('quiet'), ('busy');
INSERT INTO events (actor, action, company_id) SELECT 'mia', 'skip', 1 + n / 18000 FROM generate_series(1, 20000) n;
INSERT INTO messages (company_id, operation, record, content)
SELECT 1 + n / 18000, 'save', 'Customer:' || n, '{}' FROM generate_series(1, 20000) n;
ANALYZE
"""


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_what_happened_in_a_quiet_company_is_not_looked_for_among_all_that_happened_in_others_since(
    store: Store,
) -> None:
    with store.writing() as work:
        for statement in A_QUIET_COMPANY.split(";"):
            work.connection.exec_driver_sql(statement)
        compiled = page_mark._facts._statement.compile(dialect=work.connection.dialect)
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}"
        (plan,) = work.connection.exec_driver_sql(explain, {**compiled.params, "company_id": 1}).scalar_one()

    read = {name: rows for node in nodes(plan["Plan"]) for name, rows in rows_read(node)}
    assert read["ix_events_company_id_id"] == read["ix_messages_attention"] == 100
    assert max(read.values()) == 100


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def rows_read(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """What a step of a plan reads a table or an index for: the name, and how many rows it looks at."""
    name = node.get("Index Name") or node.get("Relation Name")
    if name:
        yield name, int(node["Actual Rows"]) + int(node.get("Rows Removed by Filter", 0))


def an_event(work: Work, company_id: int) -> None:
    work.connection.execute(insert(events).values(actor="mia", action="skip", company_id=company_id))


def a_message(work: Work, company_id: int) -> None:
    row = {"company_id": company_id, "operation": "save", "record": "Customer:C-1", "content": "{}"}
    work.connection.execute(insert(messages).values(**row))


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("happens", [an_event, a_message])
def test_what_is_committed_after_others_that_began_later_is_seen(
    store: Store, happens: Callable[[Work, int], None]
) -> None:
    with store.writing() as work:
        company_id = companies.add(work, "shop")
    with store.writing() as slow:
        happens(slow, company_id)
        with store.writing() as quick:
            happens(quick, company_id)
        with store.reading() as work:
            before = page_mark.read(work, company_id)
    with store.reading() as work:
        after = page_mark.read(work, company_id)

    assert before != after
