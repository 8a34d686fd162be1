"""The lines about backup and restore in deploy/operations.md, typed into folders of our own: what goes comes back."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.deploy.fronts import DEPLOY

TEXT = (DEPLOY / "operations.md").read_text()
SQLITE3 = "import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2])"
"""What the program of that name does with a database and a statement."""


def block(heading: str, *, without: str) -> str:
    """The first lines to be typed below a heading, without those of another program."""
    section = TEXT.partition(f"\n## {heading}\n")[2]
    lines = re.findall(r"^ *```sh\n(.*?)^ *```", section, re.DOTALL | re.MULTILINE)[0].splitlines()
    kept = [line.strip() for line in lines if not line.strip().startswith(without)]
    assert len(kept) < len(lines)
    return "\n".join(kept)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with those of a server in it, and a database in use: its newest row is only beside it."""
    for folder in ("var/lib/deskpost", "var/backups", "programs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "programs" / "sqlite3").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{SQLITE3}" "$@"\n')
    (tmp_path / "programs" / "sqlite3").chmod(0o755)
    return tmp_path


def type_in(root: Path, lines: str) -> None:
    here = re.sub(r"(?<![\w.])/var/", f"{root}/var/", lines).replace(" -o deskpost -g deskpost", "")
    path = f"{root / 'programs'}:{os.environ['PATH']}"
    subprocess.run(["sh", "-eu"], input=here, env={"PATH": path}, text=True, check=True, timeout=60)


def test_a_backup_is_made_every_night_for_nobody_else_to_read_and_comes_back(root: Path) -> None:
    database, backups = root / "var/lib/deskpost/deskpost.sqlite", root / "var/backups"
    backup, restore = block("Backup", without="pg_dump"), block("Restore", without="systemctl")

    with closing(sqlite3.connect(database, isolation_level=None)) as working:
        working.execute("PRAGMA journal_mode = WAL")
        working.execute("CREATE TABLE messages (record text)")
        working.execute("INSERT INTO messages VALUES ('Invoice:1')")
        type_in(root, backup.replace("$(date +%F-%H%M)", "2026-03-01-0300"))
        working.execute("INSERT INTO messages VALUES ('Invoice:2')")
        type_in(root, backup.replace("$(date +%F-%H%M)", "2026-03-02-0300"))
        working.execute("INSERT INTO messages VALUES ('Invoice:3')")
    type_in(root, restore)

    assert sorted(one.name for one in backups.iterdir()) == [
        "deskpost-2026-03-01-0300.sqlite",
        "deskpost-2026-03-02-0300.sqlite",
    ]
    assert {stat.S_IMODE(one.stat().st_mode) for one in (*backups.iterdir(), database)} == {0o600}
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("SELECT record FROM messages").fetchall() == [("Invoice:1",), ("Invoice:2",)]
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_each_backup_has_a_name_of_its_own() -> None:
    """SQLite writes into no file that is there: with one name, the second night would keep the first night's."""
    written = re.findall(r"/var/backups/.*", block("Backup", without="umask"))

    assert len(written) == 2
    assert all("$(date +%F-%H%M)" in name for name in written)


def test_an_upgrade_brings_the_units_and_can_be_made_a_second_time() -> None:
    lines = block("Upgrade", without="#").splitlines()

    assert lines.index("rm -rf /opt/deskpost-before") < lines.index("cp -a /opt/deskpost /opt/deskpost-before")
    copied = lines.index("cp /opt/deskpost/deploy/systemd/* /etc/systemd/system/")
    started = lines.index("systemctl start deskpost deskpost-prune.timer")
    assert copied < lines.index("systemctl daemon-reload") < started
