"""The project's own files, as the rules of the house see them: never what was installed, built or cached."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Where there is no git to ask, these are what .gitignore leaves out.
NOT_OURS = {".git", ".venv", "__pycache__", "build", "var"}


@cache
def project_files() -> tuple[Path, ...]:
    """Return every file of the project, those not yet committed as well."""
    listing = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walk(ROOT)))
    return tuple(sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def python_modules() -> list[Path]:
    """Return every Python module of the project."""
    return [path for path in project_files() if path.suffix == ".py"]


def shell_scripts() -> list[Path]:
    """Return every file of the project that a shell runs."""
    return [path for path in project_files() if _first_line(path).startswith(b"#!") and b"sh" in _first_line(path)]


def shown(path: Path) -> str:
    """Return a file's name as a complaint shows it: from the project's root where it lies in there."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.name.endswith((".egg-info", "_cache")) or path.name == ".hypothesis":
            continue
        found.extend(_walk(path) if path.is_dir() and not path.is_symlink() else [path])
    return found


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(200)
