"""The tools that read the whole code find nothing to say: import contracts, lint, layout and types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, python_modules

CHECKS = {
    "every floor knows only the floors below it": ["lint-imports", "--no-cache", "--no-logo"],
    "the linter has nothing to say": ["ruff", "check", "--no-cache", "--quiet", "."],
    "the code is laid out as the formatter would": ["ruff", "format", "--no-cache", "--check", "."],
    "every type is known and fits": ["mypy", "--no-error-summary", *map(str, python_modules())],
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_whole_code_passes(check: str) -> None:
    program, *arguments = CHECKS[check]
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{program} says:\n{done.stdout}{done.stderr}", pytrace=False)
