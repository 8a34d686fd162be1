"""`explain` says what a code means and what to do, however the code is written, and needs no database."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from service.commands import deskpost


def explain(*words: str) -> Result:
    return CliRunner().invoke(deskpost, ["explain", *words], env={"DESKPOST_DATABASE_URL": "nowhere"})


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("3140", "3140  "),
        ("0x80040400", "0x80040400  "),
        ("80040400", "0x80040400  "),
        ("-2147220480", "0x80040400  "),
        ("qbwc 1039", "QBWC1039  "),
        ("QBWC1039", "QBWC1039  "),
    ],
)
def test_a_code_is_explained_however_it_is_written(written: str, heading: str) -> None:
    result = explain(written)

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(heading)
    for row in ("What happened", "What to do", "Who acts", "Saved"):
        assert f"  {row}" in result.stdout


def test_every_meaning_of_a_code_is_shown_with_its_condition() -> None:
    shown = explain("3180").stdout

    headings = [line for line in shown.splitlines() if line.startswith("3180  ")]
    assert len(headings) > 10
    assert shown.count("\n  When          ") == len(headings) - 1
    assert '"credit limit"' in shown


def test_a_code_that_nobody_knows_is_explained_by_its_range() -> None:
    assert explain("4711").stdout.startswith("4711  ")


@pytest.mark.parametrize("written", ["hello", "", "QBWC", "3140; rm", "0x8004"])
def test_what_is_no_code_is_refused(written: str) -> None:
    result = explain(written)

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: '{written}' is no code of QuickBooks or the Web Connector: write it as 3140, 0x80040400 or QBWC1039.\n"
    )
