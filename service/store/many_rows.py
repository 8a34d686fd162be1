"""Inserts and updates of many rows with few statements. Knows no table of ours.

A statement with many rows costs SQLite half of what as many statements cost. So that few of them have to be prepared,
rows go in parts, each as long as a power of two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Subquery,
    Table,
    TextClause,
    bindparam,
    insert,
    select,
    union_all,
    update,
)

from service.store.prepared import Prepared

AT_ONCE = 64
"""The most rows of one statement; with more it takes longer to prepare, and the rows go in no faster."""


class ManyRows:
    """Inserts rows into a table, and returns some columns of them."""

    def __init__(self, table: Table, returning: Collection[Column[Any]] = ()) -> None:
        self._table = table
        self._returning = returning
        self._prepared: dict[tuple[object, ...], tuple[Prepared, Sequence[str]]] = {}

    def insert(
        self, connection: Connection, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
    ) -> list[Sequence[Any]]:
        """Insert rows, of which each names the same columns, at least two; `shared` are columns that all have alike.

        What is returned of the rows comes in an order that only the database knows.
        """
        found: list[Sequence[Any]] = []
        if not rows:
            return found
        columns = tuple(rows[0])
        own = itemgetter(*columns)
        for part in _parts(rows):
            statement, names = self._statement(tuple(shared), columns, len(part))
            values = [value for row in part for value in own(row)]
            given = {**shared, **dict(zip(names, values, strict=True))}
            executed = statement.execute(connection, given)
            if self._returning:
                found += executed
        return found

    def _statement(
        self, shared: tuple[str, ...], columns: tuple[str, ...], rows: int
    ) -> tuple[Prepared, Sequence[str]]:
        """An insert of so many rows in one statement, and the names of its values that are not shared, row by row."""
        known = self._prepared.get((shared, columns, rows))
        if known is None:
            names = [{column: f"{column}_{row}" for column in columns} for row in range(rows)]
            alike = {column: column for column in shared}
            values = [
                {column: bindparam(name, type_=self._table.c[column].type) for column, name in (own | alike).items()}
                for own in names
            ]
            statement: Any = insert(self._table).values(values)
            if self._returning:
                statement = statement.returning(*self._returning)
            known = Prepared(statement), [name for own in names for name in own.values()]
            self._prepared[shared, columns, rows] = known
        return known


class ManyUpdates:
    """Writes columns of rows that are known by their ids, where a condition without parameters still holds."""

    def __init__(self, table: Table, condition: ColumnElement[bool] | TextClause) -> None:
        self._table = table
        self._condition = condition
        self._prepared: dict[tuple[object, ...], tuple[Prepared, Sequence[str]]] = {}

    def update(self, connection: Connection, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows, of which each names its `id` and the same columns; `shared` are columns that all have alike."""
        if not rows:
            return
        first = rows[0]
        alike = [name for name in first if all(row[name] is first[name] for row in rows) and name != "id"]
        own = [name for name in first if name not in alike]
        shared = {**shared, **{name: first[name] for name in alike}}
        for part in _parts(rows):
            statement, names = self._statement(tuple(shared), tuple(own), len(part))
            values = [row[name] for row in part for name in own]
            statement.execute(connection, {**shared, **dict(zip(names, values, strict=True))})

    def _statement(self, shared: tuple[str, ...], own: tuple[str, ...], rows: int) -> tuple[Prepared, Sequence[str]]:
        """An update of so many rows in one statement, and the names of their own values, row by row."""
        known = self._prepared.get((shared, own, rows))
        if known is None:
            columns = self._table.c
            told = [{name: bindparam(f"{name}_{row}", type_=columns[name].type) for name in own} for row in range(rows)]
            # One alone needs no table of what is told, which takes a third longer to be joined with than to be written.
            source = told[0] if rows == 1 else _all_of(told).c
            alike = {name: bindparam(name, type_=columns[name].type) for name in shared}
            values = alike | {name: source[name] for name in own if name != "id"}
            statement = update(self._table).where(columns.id == source["id"], self._condition).values(values)
            known = Prepared(statement), [one.key for row in told for one in row.values()]
            self._prepared[shared, own, rows] = known
        return known


def _all_of(told: Sequence[Mapping[str, ColumnElement[Any]]]) -> Subquery:
    return union_all(*(select(*(one.label(name) for name, one in row.items())) for row in told)).subquery("told")


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    begin = 0
    while begin < len(rows):
        left = min(len(rows) - begin, AT_ONCE)
        size = 1 << (left.bit_length() - 1)
        yield rows[begin : begin + size]
        begin += size
