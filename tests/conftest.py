"""What every test may ask for: an empty database on SQLite and on PostgreSQL, in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres import NoPostgres, PostgresServer, running_postgres

# A benchmark is started by its name, for its numbers; it passes or fails nothing.
collect_ignore = ["benchmarks"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return this process's own PostgreSQL server; a test that asks for it fails where there can be none."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except NoPostgres as refusal:
            pytest.fail(str(refusal), pytrace=False)
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return each database's name in turn, so that whatever builds on this runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL, for SQLAlchemy, of an empty database that goes away after the test."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'deskpost.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the house rules: type checking takes the longest, and must not be what all others wait for."""
    items.sort(key=lambda item: "house" not in item.path.parts)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which every test was skipped: it has shown nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or session.config.option.collectonly or session.exitstatus != pytest.ExitCode.OK:
        return
    if not reporter.stats.get("passed"):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
