"""Turns rows of the database into the store's own small classes. Knows no table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CursorResult, Result, Table

from service.store.prepared import Found

Thing = TypeVar("Thing")


def columns_of(table: Table, make: type[Any]) -> list[ColumnElement[Any]]:
    """The columns of a table that a class has fields for, in the order of the fields."""
    return [table.c[field.name] for field in fields(make)]


def one(result: CursorResult[Any] | Result[Any] | Found, make: Callable[..., Thing]) -> Thing | None:
    """The first row of a query over `columns_of` as that class, or None when there is no row."""
    row = result.first()
    return None if row is None else make(*row)


def several(result: CursorResult[Any] | Result[Any] | Found, make: Callable[..., Thing]) -> Sequence[Thing]:
    """All rows of a query over `columns_of` as that class."""
    return [make(*row) for row in result]


def new_id(result: CursorResult[Any]) -> int:
    """The number that the database gave to the row just inserted."""
    given = result.inserted_primary_key
    assert given is not None
    return int(given[0])
