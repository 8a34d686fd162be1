"""No statement that the Web Connector's calls execute reads a whole table, whatever the database holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import CompoundSelect, Delete, Select, Table, Update

from service.domain.status import Status
from service.store import (
    agenda,
    arriving,
    connections,
    entered,
    identities,
    message_sets,
    messages,
    readings,
    requirements,
    sessions,
    unchecked,
)
from service.store.prepared import Prepared
from service.store.unit import Store

MODULES = (
    agenda,
    arriving,
    connections,
    entered,
    identities,
    message_sets,
    messages,
    readings,
    requirements,
    sessions,
    unchecked,
)
LISTED = re.compile(r"\(__\[POSTCOMPILE_\w+\]\)")


def prepared_statements() -> Iterator[tuple[ModuleType, str]]:
    """Each prepared statement that looks for rows, by its module and its name."""
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, Prepared) and isinstance(value._statement, Select | CompoundSelect | Update | Delete):
                yield module, name


def a_column_to_write(statement: Select[Any] | CompoundSelect[Any] | Update | Delete) -> list[str] | None:
    """One that no other table refers to; an update whose columns are given later would be written with all of them."""
    if not isinstance(statement, Update):
        return None
    assert isinstance(statement.table, Table)
    return [next(column.name for column in statement.table.c if not column.primary_key)]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("module", "name"), [pytest.param(*found, id=f"{found[0].__name__}.{found[1]}") for found in prepared_statements()]
)
def test_rows_are_looked_for_in_an_index(store: Store, module: ModuleType, name: str) -> None:
    with store.reading() as work:
        statement = vars(module)[name]._statement
        compiled = statement.compile(dialect=work.connection.dialect, column_keys=a_column_to_write(statement))
        sql = LISTED.sub("(1, 2)", str(compiled))
        plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))
        steps = [str(row[3]) for row in plan]

    assert any(step.startswith("SEARCH") for step in steps)
    assert [step for step in steps if step.startswith("SCAN") and "anon_" not in step] == []
    assert "TEMP B-TREE" not in str(steps)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("rows", [1, 64])
def test_many_are_moved_by_their_numbers(store: Store, rows: int) -> None:
    moved, _ = messages._move[Status.IN_FLIGHT]._statement(("status", "changed_at"), ("id", "quickbooks_id"), rows)
    with store.reading() as work:
        sql = str(moved._statement.compile(dialect=work.connection.dialect))
        plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))
        steps = [str(row[3]) for row in plan]

    assert "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)" in steps
