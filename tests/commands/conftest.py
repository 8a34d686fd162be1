"""What the tests of the commands may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.store.unit import Store
from tests.commands.terminal import Terminal
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "shop", "store", "terminal"]


@pytest.fixture
def terminal(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal in an empty folder, with a migrated, empty database: SQLite and PostgreSQL in turn."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Terminal(folder, migrated_url)


@pytest.fixture
def shop(terminal: Terminal, store: Store) -> Terminal:
    """Return a terminal whose database has the company `shop`; `store` looks into the same one."""
    terminal.ok("company", "add", "shop")
    return terminal
