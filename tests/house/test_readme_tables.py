"""The tables of the README say what the code says: statuses, settings, commands and supported objects."""

from __future__ import annotations

import pytest

from tests.house.readme_tables import README, TABLES, rewritten, written


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_readme_is_true(name: str) -> None:
    expected = TABLES[name]()

    assert written(name, README.read_text()) == expected, "run: .venv/bin/python -m tests.house.readme_tables"


def test_a_table_that_is_not_true_is_noticed_and_mended() -> None:
    document = README.read_text()
    changed = document.replace("| `pending` | to be sent", "| `pending` | was sent")

    assert changed != document
    assert written("statuses", changed) != TABLES["statuses"]()
    assert rewritten(changed) == document


def test_a_document_without_a_table_is_refused() -> None:
    with pytest.raises(AssertionError, match="no table between <!-- settings -->"):
        written("settings", "# Deskpost\n")
