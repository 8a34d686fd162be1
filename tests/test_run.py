"""tests/run installs what tests drive where it may, and lets no test be skipped for what it should have installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import programs
from tests.house.tree import ROOT

TOOLS = ["dirname", "mktemp", "rm", "tail"]


@dataclass(frozen=True)
class Machine:
    """A machine whose PATH holds only what is put there, with a copy of tests/run that passes its environment on."""

    folder: Path

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(self) -> tuple[list[str], str]:
        """Start tests/run; returns what the tests are told was not installed, and what is said."""
        environment = {"PATH": str(self.folder / "bin"), "TMPDIR": str(self.folder)}
        done = subprocess.run(
            [self.folder / "tests" / "run"], env=environment, capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout.split(), done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine of root's without any of the programs."""
    machine = Machine(tmp_path)
    for tool in TOOLS:
        machine.put(f"bin/{tool}", f'exec {shutil.which(tool)} "$@"')
    machine.put("bin/id", "echo 0")
    machine.put("bin/apt-cache", "exit 0")
    machine.put("deploy/setup", "exit 0")
    machine.put(".venv/bin/python", f'echo "${programs.NOT_INSTALLED}"')
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "run", tmp_path / "tests" / "run")
    return machine


def test_what_root_could_not_install_is_told_to_the_tests_with_the_reason(machine: Machine) -> None:
    machine.put("bin/apt-get", "echo 'E: Could not resolve the mirror'; exit 100")

    told, said = machine.run()

    assert {"chromium", "openssl"} <= set(told)
    assert "E: Could not resolve the mirror" in said
    assert "the tests that need them FAIL: chromium openssl" in said


def test_what_root_installed_is_not_told(machine: Machine) -> None:
    machine.put("bin/apt-get", "exit 0")

    told, said = machine.run()

    assert (told, "FAIL" in said) == ([], False)


def test_what_the_system_has_no_package_of_is_left_out_with_a_word(machine: Machine) -> None:
    machine.put("bin/apt-get", "exit 0")
    machine.put("bin/apt-cache", '[ "$2" != chromium ]')

    told, said = machine.run()

    assert told == []
    assert "This system has no package chromium; the tests that need it are skipped." in said


def test_without_the_rights_to_install_nothing_is_tried(machine: Machine) -> None:
    machine.put("bin/id", "echo 1000")
    machine.put("bin/apt-get", f"touch {machine.folder}/tried; exit 100")

    assert machine.run() == ([], "")
    assert not (machine.folder / "tried").exists()


@pytest.mark.parametrize(
    ("not_installed", "outcome"), [("nginx", pytest.skip.Exception), ("nginx chromium", pytest.fail.Exception)]
)
def test_a_test_without_its_program_is_skipped_unless_it_should_be_there(
    monkeypatch: pytest.MonkeyPatch, not_installed: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setitem(os.environ, programs.NOT_INSTALLED, not_installed)

    with pytest.raises(outcome, match="Chromium is not here"):
        programs.missing("chromium", "Chromium is not here.")
