"""The project is at home anywhere: no file of it names somebody's own folder or the host of a package registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import project_files, shown

# Both are put together here from their parts, so that this file does not name what it looks for.
FOLDERS_OF_SOMEBODY = ["root", "work", r"home/\w+", r"Users/\w+"]
REGISTRIES = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("deb.debian", "org"),
    ("security.debian", "org"),
    ("archive.ubuntu", "com"),
    ("crates", "io"),
    ("rubygems", "org"),
    ("proxy.golang", "org"),
    ("anaconda", "org"),
    ("docker", "io"),
    ("ghcr", "io"),
    ("quay", "io"),
]
A_FOLDER = rf"(?<![\w.:~}}/-])/(?:{'|'.join(FOLDERS_OF_SOMEBODY)})/"
A_REGISTRY = rf"\b(?:{'|'.join(re.escape('.'.join(parts)) for parts in REGISTRIES)})\b"
NAMED_PLACES = re.compile(f"{A_FOLDER}|{A_REGISTRY}")


def complaints(path: Path) -> list[str]:
    """Return where a file names a place that another machine does not have; a file that is not text names none."""
    try:
        lines = path.read_text().splitlines()
    except UnicodeDecodeError:
        return []
    return [
        f"{shown(path)}, line {number}, names a place of one machine: {match.group()}"
        for number, line in enumerate(lines, start=1)
        for match in NAMED_PLACES.finditer(line)
    ]


def test_no_file_names_a_place_of_one_machine() -> None:
    assert [complaint for path in project_files() for complaint in complaints(path)] == []


@pytest.mark.parametrize(
    "parts",
    [
        ("cd /", "root/deskpost"),
        ("see '/", "home/maria/shop.qwc'"),
        ("/", "Users/maria/Downloads"),
        ("--index-url https://py", "pi.org/simple"),
        ("https://files.python", "hosted.org/packages"),
        ("registry.npm", "js.org"),
        ("FROM ghcr", ".io/x"),
    ],
)
def test_a_named_place_is_found(tmp_path: Path, parts: tuple[str, str]) -> None:
    (tmp_path / "notes.md").write_text("Notes\n" + "".join(parts) + "\n")

    (complaint,) = complaints(tmp_path / "notes.md")

    assert "notes.md, line 2, names" in complaint


@pytest.mark.parametrize(
    "line",
    [
        "/var/lib/deskpost",
        "https://shop.example/work/orders",
        "C:/Users/Public/Company Files",
        "$PWD/work/",
        "docker.iota",
    ],
)
def test_a_place_that_every_machine_can_have_is_left_alone(tmp_path: Path, line: str) -> None:
    (tmp_path / "notes.md").write_text(line)

    assert complaints(tmp_path / "notes.md") == []
