"""The migrations make the very tables that the store describes, on both databases."""

from __future__ import annotations

import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine

import service.store.tables
from service.store.columns import metadata
from service.store.migrate import migrate, versions

assert service.store.tables.messages.metadata is metadata


def test_alembic_finds_no_difference_between_a_migrated_database_and_the_tables(database_url: str) -> None:
    migrate(database_url)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_migrated_database_has_the_same_checks_and_partial_indexes_as_the_tables(
    database_url: str, tmp_path: Any, request: Any, database_kind: str
) -> None:
    migrate(database_url)
    migrated = create_engine(database_url)
    described = create_engine(_another(database_kind, tmp_path, request))
    metadata.create_all(described)

    assert _rules(migrated) == _rules(described)

    migrated.dispose()
    described.dispose()


def test_every_step_can_be_taken_back(database_url: str) -> None:
    migrate(database_url)
    migrate(database_url, to="base")
    engine = create_engine(database_url)

    assert [name for name in inspect(engine).get_table_names() if name != "alembic_version"] == []
    assert versions(database_url)[0] is None

    migrate(database_url)

    assert versions(database_url)[0] == versions(database_url)[1]
    engine.dispose()


LAST = "8999-12-31"
UNREADABLE = {
    "sqlite": {"''": None, "'tomorrow'": LAST, "17": LAST, "'2026-07-04 08:00:00'": "2026-07-04"},
    "postgresql": {
        "'infinity'": LAST,
        "'-infinity'": None,
        "'0044-03-15 BC'": None,
        "'2026-07-04 08:00:00+00'": "2026-07-04",
    },
}
"""Times as an order system wrote them by SQL, and the day that they become."""


def test_an_upgrade_mends_times_that_nobody_could_read(database_url: str, database_kind: str) -> None:
    migrate(database_url, to="0016")
    engine = create_engine(database_url)
    times = UNREADABLE[database_kind]
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO companies (name) VALUES ('shop')"))
        for moment in times:
            connection.execute(
                text(
                    "INSERT INTO messages (company_id, operation, record, content, not_before)"
                    f" VALUES (1, 'save', 'Customer:1', '{{}}', {moment})"
                )
            )

    migrate(database_url)

    with engine.connect() as connection:
        found = connection.execute(text("SELECT CAST(not_before AS text) FROM messages ORDER BY id")).scalars()
        assert [one and one[:10] for one in found] == list(times.values())
    engine.dispose()


def _another(kind: str, tmp_path: Any, request: Any) -> str:
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'described.sqlite'}"
    return str(request.getfixturevalue("postgres_server").create_database())


def _rules(engine: Engine) -> dict[str, Any]:
    """Everything that the database itself keeps, with white space folded."""
    look = inspect(engine)
    rules: dict[str, Any] = {}
    for table in look.get_table_names():
        if table == "alembic_version":
            continue
        rules[table] = {
            "checks": sorted((one["name"], _folded(one["sqltext"])) for one in look.get_check_constraints(table)),
            "unique": sorted((str(one["name"]), one["column_names"]) for one in look.get_unique_constraints(table)),
            "keys": sorted((str(one["name"]), one["referred_table"]) for one in look.get_foreign_keys(table)),
            "indexes": sorted(
                (str(one["name"]), one["column_names"], one["unique"], _condition(one.get("dialect_options")))
                for one in look.get_indexes(table)
            ),
            "columns": [(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)],
        }
    return rules


def _condition(options: Any) -> list[str]:
    return [f"{name}: {_folded(str(value))}" for name, value in sorted((options or {}).items())]


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
