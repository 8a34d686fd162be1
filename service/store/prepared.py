"""Statements that are built and compiled once and then executed on the database's own cursor. Knows no table.

SQLAlchemy writes their SQL and converts their values, as it does for all others. What is left out is what it prepares
anew for each execution, several times what SQLite needs for the statement itself: a message that goes alone through
the service takes some thirty statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Connection, Delete, Dialect, Insert, Select, TextClause, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert, ReturningUpdate
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

Statement = (
    Select[Any]
    | CompoundSelect[Any]
    | Insert
    | Update
    | Delete
    | ReturningInsert[Any]
    | ReturningUpdate[Any]
    | ReturningDelete[Any]
    | TextClause
)
Given = Mapping[str, Any]
Convert = Callable[[Any], Any]
Columns = Sequence[tuple[int, Convert]]
"""The places of the columns whose values have to be converted, and how; an absent value needs none."""


class Found:
    """What came of an execution, in the words of SQLAlchemy's results: the rows, once, or how many were changed."""

    __slots__ = ("_columns", "_cursor")

    def __init__(self, cursor: Any, columns: Columns) -> None:
        self._cursor = cursor
        self._columns = columns

    def __iter__(self) -> Iterator[Sequence[Any]]:
        rows: Sequence[Sequence[Any]] = self._cursor.fetchall()
        return map(self._converted, rows) if self._columns else iter(rows)

    def first(self) -> Sequence[Any] | None:
        """The first row, or None when there is none."""
        return next(iter(self), None)

    def scalar(self) -> Any:
        """The first column of the first row, or None when there is no row."""
        row = self.first()
        return None if row is None else row[0]

    def scalars(self) -> Sequence[Any]:
        """The first column of all rows."""
        return [row[0] for row in self]

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return int(self._cursor.rowcount)

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, convert in self._columns:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values


@dataclass(frozen=True, slots=True)
class _Value:
    """Where one value of a statement comes from: what is given by a name, or the item of a list that is."""

    source: str
    item: int | None

    def among(self, given: Given) -> Any:
        return given[self.source] if self.item is None else given[self.source][self.item]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The SQL for one database and one choice of names, with the values that it takes, in their order."""

    sql: str
    fixed: Given
    names: Sequence[str]
    """What the values are called in the SQL, where it does not know them by their places."""
    take: Callable[[Given], Sequence[Any]]
    converts: Sequence[tuple[str, Convert]]
    """How what is given by some names has to be converted, a list by its items."""
    columns: Columns
    by_place: bool

    def arguments(self, given: Given) -> Any:
        every = {**self.fixed, **given}
        for name, convert in self.converts:
            every[name] = convert(every[name])
        return self._written(every)

    def every_arguments(self, given: Sequence[Given]) -> list[Any]:
        """The arguments for each of some values; what they share, such as the time, is converted once."""
        rows = [{**self.fixed, **one} for one in given]
        for name, convert in self.converts:
            last, converted = None, convert(None)
            for row in rows:
                if row[name] is not last:
                    last = row[name]
                    converted = convert(last)
                row[name] = converted
        return [self._written(row) for row in rows]

    def _written(self, every: Given) -> Any:
        values = self.take(every)
        return values if self.by_place else dict(zip(self.names, values, strict=True))


class Prepared:
    """A statement with its values left open as `bindparam`.

    Those of an insert or an update are the columns besides, by their names. Lists for `IN` are given to expanding
    parameters.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._writes_given_columns = isinstance(statement, Insert | Update)
        self._lists = [one.key for one in iterate(statement) if isinstance(one, BindParameter) and _is_open_list(one)]
        self._plans: dict[tuple[object, ...], _Plan] = {}

    def execute(self, connection: Connection, given: Given) -> Found:
        """Execute it in the connection's transaction. Raises SQLAlchemy's exceptions."""
        plan = self._plan(connection.dialect, given)
        return Found(_executed(connection, plan.sql, plan.arguments(given)), plan.columns)

    def execute_each(self, connection: Connection, given: Sequence[Given]) -> None:
        """Execute it once for each of some values, which all have the same names."""
        if len(given) == 1:
            self.execute(connection, given[0])
        elif given:
            plan = self._plan(connection.dialect, given[0])
            _executed(connection, plan.sql, plan.every_arguments(given), many=True)

    def _plan(self, dialect: Dialect, given: Given) -> _Plan:
        key: tuple[object, ...] = (dialect.name, dialect.paramstyle)
        if self._writes_given_columns:
            key += tuple(given)
        for name in self._lists:
            key += (len(given[name]),)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _planned(self._statement, dialect, given)
        return plan


def _planned(statement: Statement, dialect: Dialect, given: Given) -> _Plan:
    compiled = statement.compile(
        dialect=dialect, column_keys=list(given) if isinstance(statement, Insert | Update) else None
    )
    assert isinstance(compiled, SQLCompiler)
    state = compiled.construct_expanded_state(dict(given), escape_names=False)
    sources = {
        name: (source, place) for source, names in state.parameter_expansion.items() for place, name in enumerate(names)
    }
    names = list((state.positiontup if compiled.positional else state.parameters) or ())
    values = [_Value(*sources.get(name, (name, None))) for name in names]
    columns = getattr(statement, "exported_columns", ())
    converters = [_type_in(column.type, dialect).result_processor(dialect, None) for column in columns]
    return _Plan(
        sql=state.statement,
        fixed={name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required},
        names=names,
        take=_taking(values),
        converts=list(_converts(compiled, dialect, {value.source: value.item is not None for value in values})),
        columns=[(place, convert) for place, convert in enumerate(converters) if convert is not None],
        by_place=compiled.positional,
    )


def _taking(values: Sequence[_Value]) -> Callable[[Given], Sequence[Any]]:
    if len(values) > 1 and all(value.item is None for value in values):
        return itemgetter(*(value.source for value in values))
    return lambda given: [value.among(given) for value in values]


def _converts(compiled: SQLCompiler, dialect: Dialect, sources: Mapping[str, bool]) -> Iterator[tuple[str, Convert]]:
    """How the values of some names are converted; of each is told whether it is a list."""
    for source, is_list in sources.items():
        convert = _type_in(compiled.binds[source].type, dialect).bind_processor(dialect)
        if convert is not None:
            yield source, _of_each(convert) if is_list else convert


def _of_each(convert: Convert) -> Convert:
    return lambda values: None if values is None else [convert(value) for value in values]


def _is_open_list(parameter: BindParameter[Any]) -> bool:
    return parameter.expanding and parameter.required


def _type_in(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _executed(connection: Connection, sql: str, arguments: Any, *, many: bool = False) -> Any:
    """Execute on the cursor of a connection that SQLAlchemy keeps; it knows of the transaction and of failures."""
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(sql, arguments)
    except Exception as failure:
        dialect = connection.dialect
        errors = dialect.loaded_dbapi.Error
        if not isinstance(failure, errors):
            raise
        if dialect.is_disconnect(failure, connection.connection.dbapi_connection, cursor):
            connection.invalidate(failure)
        raise DBAPIError.instance(sql, None, failure, errors, hide_parameters=True, dialect=dialect) from failure
    return cursor
