"""The units for systemd are ones that systemd takes, that let the service do little else than serve, and that agree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service.commands import deskpost
from service.commands.server import FINISH_WITHIN
from tests.deploy.fronts import DEPLOY, program
from tests.house.tree import ROOT

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
MOST_EXPOSED = 15
"""Tenths of systemd's own figure, which runs from 0 to 10; a unit without switches has 9.6."""


def by_name(units: list[Path]) -> list[object]:
    return [pytest.param(unit, id=unit.name) for unit in units]


def settings_of(unit: Path) -> Iterator[tuple[str, str]]:
    """The assignments of a unit, in their order."""
    for line in unit.read_text().splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            yield name, value


def setting(unit: Path, name: str) -> str:
    """The one value of a setting."""
    (value,) = [value for found, value in settings_of(unit) if found == name]
    return value


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with the units as they would be if the project lay where they say: here it lies elsewhere."""
    project, folder = tmp_path / "deskpost", tmp_path / "units"
    project.symlink_to(ROOT)  # A path without blanks, whatever that of the project is.
    folder.mkdir()
    for unit in UNITS:
        (folder / unit.name).write_text(unit.read_text().replace("/opt/deskpost", str(project)))
    return folder


def test_systemd_has_nothing_to_say_against_them(installed: Path) -> None:
    units = sorted(installed.iterdir())
    done = subprocess.run(
        [program("systemd-analyze"), "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_mistake_in_a_unit_is_one_that_systemd_would_name(installed: Path) -> None:
    unit = installed / "deskpost.service"
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHome=always"))

    done = subprocess.run(
        [program("systemd-analyze"), "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )

    assert "Failed to parse protect home value" in done.stderr


@pytest.mark.parametrize("unit", by_name(SERVICES))
def test_little_is_left_that_a_service_could_do_to_the_machine(installed: Path, unit: Path) -> None:
    words = (program("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    done = subprocess.run([*words, installed / unit.name], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert "Overall exposure level" in done.stdout


@pytest.mark.parametrize("unit", by_name(SERVICES))
def test_each_service_runs_a_command_that_exists_as_the_user_who_owns_the_data(unit: Path) -> None:
    place, name = setting(unit, "ExecStart").split()

    assert place == "/opt/deskpost/.venv/bin/deskpost"
    assert deskpost.get_command(click.Context(deskpost), name) is not None
    assert (setting(unit, "User"), setting(unit, "StateDirectory")) == ("deskpost", "deskpost")
    assert setting(unit, "EnvironmentFile") == "/etc/deskpost/deskpost.env"


def test_a_stop_waits_longer_than_the_calls_in_progress_may_take() -> None:
    service = DEPLOY / "systemd" / "deskpost.service"

    assert int(setting(service, "TimeoutStopSec")) > FINISH_WITHIN
    assert setting(service, "KillMode") == "mixed"


@pytest.mark.parametrize("name", ["deskpost.service", "deskpost-deliver.service"])
def test_what_is_to_run_always_is_started_anew_however_long_the_database_is_away(name: str) -> None:
    unit = DEPLOY / "systemd" / name

    assert setting(unit, "Restart") == "always"
    assert setting(unit, "StartLimitIntervalSec") == "0"


def test_the_timer_starts_the_housekeeping() -> None:
    timer = DEPLOY / "systemd" / "deskpost-prune.timer"

    assert timer.with_suffix(".service") in SERVICES
    done = subprocess.run(
        [program("systemd-analyze"), "calendar", setting(timer, "OnCalendar")], capture_output=True, check=False
    )
    assert done.returncode == 0
