"""The locked requirements are those of pyproject.toml, and each is checked by its hash."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
DEPENDENCIES: list[str] = PROJECT["project"]["dependencies"]
FOR_TESTS: list[str] = PROJECT["project"]["optional-dependencies"]["dev"]
FOR_BUILDING: list[str] = PROJECT["build-system"]["requires"]
LOCKS = {
    "requirements-build.txt": FOR_BUILDING,
    "requirements.txt": DEPENDENCIES,
    "requirements-dev.txt": [*DEPENDENCIES, *FOR_TESTS],
}


def lock(name: str) -> str:
    return (ROOT / "deploy" / name).read_text()


def entries(text: str) -> list[tuple[Requirement, list[str]]]:
    """Return each locked requirement with its hashes."""
    text = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ")
    return [
        (Requirement(line.partition(" --hash")[0]), re.findall(r"--hash=sha256:[0-9a-f]{64}(?=\s|$)", line))
        for line in text.splitlines()
    ]


def pins(text: str) -> set[str]:
    return {f"{canonicalize_name(entry.name)}{entry.specifier}" for entry, _ in entries(text)}


def complaints(text: str, wanted: Iterable[str]) -> list[str]:
    """Return what is wrong with a lock that should hold what is wanted."""
    found = []
    versions: dict[str, list[str]] = {}
    for entry, hashes in entries(text):
        pin = re.fullmatch(r"==([^,*]+)", str(entry.specifier))
        if not pin:
            found.append(f"{entry} is not locked to one version.")
            continue
        versions.setdefault(canonicalize_name(entry.name), []).append(pin[1])
        if not hashes:
            found.append(f"{entry} has no hash.")
    for requirement in map(Requirement, wanted):
        locked = versions.get(canonicalize_name(requirement.name), [])
        if not any(requirement.specifier.contains(version) for version in locked):
            found.append(f"{requirement} is asked for, and {locked or 'nothing'} is locked: run deploy/lock.")
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_is_asked_for_with_hashes(name: str) -> None:
    assert complaints(lock(name), LOCKS[name]) == []


def test_the_tests_run_on_the_very_packages_of_a_run() -> None:
    assert pins(lock("requirements.txt")) <= pins(lock("requirements-dev.txt"))


HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("click==8.5.1\n    # via deskpost\n", "click==8.5.1 has no hash."),
        (f"click>=8.5 \\\n    {HASH}\n", "click>=8.5 is not locked to one version."),
        (f"click==8.4 \\\n    {HASH}\n", "click>=8.5 is asked for, and ['8.4'] is locked: run deploy/lock."),
        (f"flask==3.1 \\\n    {HASH}\n", "click>=8.5 is asked for, and nothing is locked: run deploy/lock."),
    ],
)
def test_a_gap_in_a_lock_is_named(text: str, complaint: str) -> None:
    assert complaint in complaints(text, ["click>=8.5"])
