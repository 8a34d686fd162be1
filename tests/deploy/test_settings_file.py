"""deploy/deskpost.env names every setting, and systemd, deploy/deskpost and the service read the same from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from service.settings import Settings
from tests.deploy.fronts import DEPLOY
from tests.deploy.settings_file import FILE, ON_A_SERVER, text

LONGEST_LINE = 120


def assignments(*, also_commented: bool) -> dict[str, str]:
    """What the file sets, read as systemd reads it: a name and its value a line."""
    lines = FILE.read_text().splitlines()
    if also_commented:
        lines = [line.removeprefix("#") for line in lines]
    return dict(line.split("=", 1) for line in lines if line.startswith("DESKPOST_"))


def test_every_setting_stands_there_with_its_sentence() -> None:
    assert FILE.read_text() == text(), "Write it anew: .venv/bin/python -m tests.house.readme_tables"


def test_the_service_takes_every_value_that_is_proposed() -> None:
    given = assignments(also_commented=True)
    settings = Settings.model_validate({name.removeprefix("DESKPOST_").lower(): value for name, value in given.items()})

    defaults = Settings()
    for name in Settings.model_fields:
        expected = ON_A_SERVER.get(name, getattr(defaults, name))
        assert getattr(settings, name) == expected, name


def read_by_the_command(folder: Path, text: str) -> dict[str, str]:
    """The settings that deploy/deskpost starts a command with, from a file that holds `text`."""
    (folder / "settings").write_text(text)
    script = (DEPLOY / "deskpost").read_text().replace("/etc/deskpost/deskpost.env", str(folder / "settings"))
    script = script.replace("/var/lib/deskpost", str(folder)).replace('[ "$(id -u)" = 0 ]', "false")
    started = folder / ".venv" / "bin" / "deskpost"
    for place, words in ((folder / "deploy" / "deskpost", script), (started, "#!/bin/sh\nexec env -0\n")):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(words)
    started.chmod(0o755)
    started.with_name("python").symlink_to(sys.executable)
    command = ["sh", str(folder / "deploy" / "deskpost"), "queue"]
    told = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True).stdout
    lines = [one for one in told.split("\0") if one.startswith("DESKPOST_")]
    return dict(line.split("=", 1) for line in lines)


def test_the_command_reads_the_same_as_systemd(tmp_path: Path) -> None:
    read = read_by_the_command(tmp_path, FILE.read_text())

    assert read == assignments(also_commented=False)
    assert set(read) == {f"DESKPOST_{name.upper()}" for name in ON_A_SERVER}


def test_no_value_is_a_piece_of_shell(tmp_path: Path) -> None:
    """As deploy/postgresql.md writes an address of two servers; a shell would start it in the background, unset."""
    url = "postgresql://deskpost:p$1`w;(@/orders?host=db1,db2&target_session_attrs=read-write"
    text = f'# a comment\n\nDESKPOST_DATABASE_URL={url}\nDESKPOST_APP_NAME=Harbor Lane\nDESKPOST_TIME_ZONE="UTC"'

    assert read_by_the_command(tmp_path, text) == {
        "DESKPOST_DATABASE_URL": url,
        "DESKPOST_APP_NAME": "Harbor Lane",
        "DESKPOST_TIME_ZONE": "UTC",
    }


def test_no_line_is_too_long_to_be_read() -> None:
    assert [line for line in FILE.read_text().splitlines() if len(line) > LONGEST_LINE] == []
