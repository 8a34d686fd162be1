"""Turns rows of the database into the store's own small classes. Knows no table.

They are named tuples, which are made of a row as it is: with a dataclass, a message's forty fields took longer than
SQLite took to find them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, CursorResult, Result, Table

from service.store.prepared import Found

Thing = TypeVar("Thing", bound=NamedTuple)


def columns_of(table: Table, make: type[NamedTuple]) -> list[ColumnElement[Any]]:
    """The columns of a table that a class has fields for, in the order of the fields."""
    return [table.c[name] for name in make._fields]


def one(result: CursorResult[Any] | Result[Any] | Found, make: type[Thing]) -> Thing | None:
    """The first row of a query over `columns_of` as that class, or None when there is no row."""
    row = result.first()
    return None if row is None else make._make(row)


def several(result: CursorResult[Any] | Result[Any] | Found, make: type[Thing]) -> Sequence[Thing]:
    """All rows of a query over `columns_of` as that class."""
    return list(map(make._make, result))


def new_id(result: CursorResult[Any]) -> int:
    """The number that the database gave to the row just inserted."""
    given = result.inserted_primary_key
    assert given is not None
    return int(given[0])
