"""What tables are made of, the same on both databases: names, types, columns, partial indexes. Holds no table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    false,
    func,
)
from sqlalchemy import text as sql

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers its rows by itself only in a column of type INTEGER, which holds 64 bits there."""


class Moment(TypeDecorator[datetime]):
    """A point in time: aware and in UTC in Python, `timestamptz` on PostgreSQL, UTC text on SQLite.

    A naive datetime is a mistake of the caller and raises ValueError.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Remembers the last moment: a transaction writes its one reading of the clock into nearly every row."""
        convert = super().bind_processor(dialect) or _as_it_is
        last: tuple[Any, Any] = (None, None)

        def converted(value: Any) -> Any:
            nonlocal last
            known, written = last
            if value is not known:
                written = convert(value)
                last = value, written
            return written

        return converted

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """From SQLite's text straight to the moment; in the three steps of SQLAlchemy it takes three times as long."""
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _aware(value)


def _as_it_is(value: Any) -> Any:
    return value


def _read(text: str | None) -> datetime | None:
    return None if text is None else _aware(datetime.fromisoformat(text))


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def moment(name: str, *, now: bool = False) -> Column[Any]:
    """A column for a point in time; with `now` it is required and filled in by the database itself."""
    if now:
        return Column(name, Moment, nullable=False, server_default=func.current_timestamp())
    return Column(name, Moment)


def text(name: str, *, required: bool = False, default: str | None = None) -> Column[Any]:
    """A column for text of any length."""
    return Column(name, Text, nullable=not required, server_default=default)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """The rule that a column holds one of some words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def key() -> Column[Any]:
    return Column("id", BIG, primary_key=True)


def link(name: str, target: str, *, required: bool = True) -> Column[Any]:
    return Column(name, BIG, ForeignKey(f"{target}.id"), nullable=not required)


def number(name: str, default: int | None = 0) -> Column[Any]:
    """A whole number: with a default it is required, with None it may be absent."""
    return Column(name, Integer, nullable=default is None, server_default=None if default is None else str(default))


def flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=false())


def partial(name: str, *columns: str, condition: str, unique: bool = False) -> Index:
    """An index over the rows that fulfill a condition, written as a literal so that both databases use it."""
    return Index(name, *columns, unique=unique, sqlite_where=sql(condition), postgresql_where=sql(condition))
