"""deploy/operations.md names commands, figures, settings and files that exist."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from service import app
from service.domain.status import Status
from service.settings import Settings
from service.store.unit import Store
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.deploy.fronts import DEPLOY
from tests.house.readme_commands import commands, complaint
from tests.house.tree import ROOT

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "store"]

TEXT = (DEPLOY / "operations.md").read_text()


def in_code() -> list[str]:
    """What stands between back quotes outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))


def test_every_command_exists() -> None:
    blocks = [complaint(words) for words in commands(TEXT)]
    typed = [one for one in in_code() if one.startswith("deskpost ")]
    inline = [complaint(words) for one in typed for words in commands(f"```sh\n{one}\n```")]

    assert list(filter(None, [*blocks, *inline])) == []
    assert any("company restored" in one for one in typed)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_figure_exists(store: Store, clock: Clock) -> None:
    service = Client(app.build(Settings(public_url="https://books.example.com"), store))
    page = service.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    named = set(re.findall(r"\bdeskpost_\w+", TEXT))

    assert len(named) >= 6
    assert [name for name in named if not re.search(rf"^# HELP {re.sub('_(sum|total)$', '', name)}", page, re.M)] == []
    assert set(re.findall(r'status="(\w+)"', TEXT)) <= set(Status)


def test_every_setting_exists() -> None:
    named = {one.removeprefix("DESKPOST_").lower() for one in re.findall(r"\bDESKPOST_[A-Z_]+\b", TEXT)}

    assert named
    assert named <= set(Settings.model_fields)


def test_every_unit_and_file_exists() -> None:
    units = re.findall(r"`(deskpost[-a-z]*\.(?:service|timer))`", TEXT)
    files = [one for one in in_code() if re.fullmatch(r"(deploy|service)/[\w./]+|CHANGELOG\.md", one)]
    links = re.findall(r"\]\((\w+\.md)\)", TEXT)

    assert [unit for unit in units if not (DEPLOY / "systemd" / unit).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert [link for link in links if not (DEPLOY / link).exists()] == []
    assert units
    assert files
    assert links
