"""deploy/deskpost.env names every setting, and systemd, sh and the service itself read the same from it."""

from __future__ import annotations

import os
import subprocess

from service.settings import Settings
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


def test_a_shell_reads_the_same_as_systemd() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DESKPOST_")}
    told = subprocess.run(
        ["sh", "-c", f'set -a; . "{FILE}"; env'], env=bare, capture_output=True, text=True, check=True
    ).stdout

    read = dict(line.split("=", 1) for line in told.splitlines() if line.startswith("DESKPOST_"))
    assert read == assignments(also_commented=False)
    assert set(read) == {f"DESKPOST_{name.upper()}" for name in ON_A_SERVER}


def test_no_line_is_too_long_to_be_read() -> None:
    assert [line for line in FILE.read_text().splitlines() if len(line) > LONGEST_LINE] == []
