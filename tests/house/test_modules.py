"""Every module is short, has a name that says something, and says first what it owns."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import python_modules, shown

MOST_LINES = 350

# Names that say nothing about what is inside, alone or as the last word of a longer one.
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}

A_SENTENCE = re.compile(r"\S.*?\.(\s|$)", re.DOTALL)


def complaints(path: Path) -> list[str]:
    """Return what a module does against the rules, a sentence each."""
    text = path.read_text()
    name = shown(path)
    parts = Path(name).with_suffix("").parts
    found = [f"{name}: '{part}' does not say what it owns." for part in parts if part.rpartition("_")[2] in EMPTY_NAMES]
    # A step of the migrations is written by alembic in one piece, and never touched again.
    if (lines := text.count("\n")) > MOST_LINES and "versions" not in parts:
        found.append(f"{name} has {lines} lines, and {MOST_LINES} are the most: give part of it a module of its own.")
    first_paragraph = (ast.get_docstring(ast.parse(text, name)) or "").partition("\n\n")[0]
    if not A_SENTENCE.match(first_paragraph):
        found.append(f"{name} does not begin with a sentence whose first sentence, with its period, says what it owns.")
    return found


def test_every_module_keeps_the_rules() -> None:
    assert [complaint for path in python_modules() for complaint in complaints(path)] == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("orders.py", '"""The orders."""\n' + "x = 1\n" * 350, "351 lines"),
        ("string_utils.py", '"""Cuts strings."""\n', "'string_utils' does not say"),
        ("helpers/orders.py", '"""The orders."""\n', "'helpers' does not say"),
        ("orders.py", "x = 1\n", "does not begin with a sentence"),
        ("orders.py", '"""The orders"""\n', "does not begin with a sentence"),
        ("orders.py", '"""The orders\n\nIt owns them."""\n', "does not begin with a sentence"),
    ],
)
def test_a_module_that_breaks_a_rule_is_named(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)

    (found,) = complaints(path)

    assert name in found
    assert complaint in found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("database.py", '"""The database."""\n' + "x = 1\n" * 349),
        ("base_currency.py", '"""The company\'s own\ncurrency. Never another."""\n'),
    ],
)
def test_a_module_within_the_rules_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    assert complaints(tmp_path / name) == []
