"""Counts the statements that a database is asked, the prepared ones too, of which SQLAlchemy's events do not tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event

from service.store import prepared


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL of each statement that is executed in the block, in its order, without beginnings and ends."""
    statements: list[str] = []
    execute = prepared._executed

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        statements.append(sql)

    def noted(connection: Connection, sql: str, *given: Any, **more: Any) -> Any:
        if not sql.startswith("BEGIN"):
            statements.append(sql)
        return execute(connection, sql, *given, **more)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with patch.object(prepared, "_executed", noted):
            yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
