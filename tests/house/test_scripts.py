"""Shell scripts are ones that a shell can read and that a person can start."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT, shell_scripts, shown


def complaints(script: Path) -> list[str]:
    """Return what is wrong with a script; shellcheck is asked where the machine has it."""
    shell = script.read_text().splitlines()[0].removeprefix("#!").split()[-1]
    checks = [[shell, "-n", str(script)]]
    if shellcheck := shutil.which("shellcheck"):
        checks.append([shellcheck, str(script)])
    found = [] if os.access(script, os.X_OK) else [f"{shown(script)} cannot be executed: chmod +x it."]
    for check in checks:
        done = subprocess.run(check, capture_output=True, text=True, check=False)
        if done.returncode:
            found.append(f"{shown(script)}: {done.stdout}{done.stderr}")
    return found


def test_every_script_can_be_read_and_started() -> None:
    scripts = shell_scripts()

    assert {ROOT / "deploy" / "demo", ROOT / "tests" / "run", ROOT / ".ci" / "run"} <= set(scripts)
    assert [complaint for script in scripts for complaint in complaints(script)] == []


@pytest.mark.parametrize(
    ("text", "mode", "complaint"),
    [
        ("#!/bin/sh\nif true; then\n", 0o755, "yntax error"),
        ("#!/bin/sh\ntrue\n", 0o644, "cannot be executed"),
    ],
)
def test_a_broken_script_is_named(tmp_path: Path, text: str, mode: int, complaint: str) -> None:
    script = tmp_path / "broken"
    script.write_text(text)
    script.chmod(mode)

    found = complaints(script)

    assert found
    assert complaint in found[0]
