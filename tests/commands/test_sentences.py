"""Every command speaks and refuses alike, on any terminal."""

from __future__ import annotations

import io
import sys

import click
import pytest
from click.testing import CliRunner

from service.commands import COMMANDS, deskpost
from service.commands.sentences import OneSentence, say, table
from service.domain.refusals import Refusal


@click.group(cls=OneSentence)
@click.option("--debug", is_flag=True)
def shop(*, debug: bool) -> None:
    pass


@shop.command()
def close() -> None:
    raise Refusal("The shop\x1b[2J is closed.\nCome back.")


@shop.command()
def burn() -> None:
    raise ValueError("no water\n" + "!" * 1000)


@shop.command()
def close_early() -> None:
    raise KeyboardInterrupt


@shop.command()
def greet() -> None:
    say("Grüß Gott, 你好\x1b[0m")


def test_ctrl_c_is_answered_with_what_became_of_the_work() -> None:
    result = CliRunner().invoke(shop, ["close-early"])

    assert result.exit_code == 130
    assert result.stderr == "Error: Stopped before it was done. What was not finished was taken back.\n"


def test_a_refusal_is_one_line_that_steers_nothing() -> None:
    result = CliRunner().invoke(shop, ["close"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: The shop [2J is closed. Come back.\n"


def test_a_failure_that_nobody_foresaw_is_one_line_too() -> None:
    result = CliRunner().invoke(shop, ["burn"])

    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: Deskpost failed in a way that nobody foresaw (ValueError: no water !!!")
    assert len(line) < 600


def test_on_demand_it_shows_where_it_was() -> None:
    result = CliRunner().invoke(shop, ["--debug", "burn"])

    assert isinstance(result.exception, ValueError)


def test_a_terminal_that_lacks_letters_gets_them_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.BytesIO()
    terminal = io.TextIOWrapper(shown, encoding="latin-1", write_through=True)
    monkeypatch.setattr(sys, "stdout", terminal)

    with pytest.raises(SystemExit) as ended:
        shop(["greet"])

    assert ended.value.code == 0
    assert shown.getvalue() == "Grüß Gott, \\u4f60\\u597d [0m\n".encode("latin-1")


def test_a_table_has_its_numbers_on_the_right() -> None:
    shown = table(("status", "messages"), [("pending", 3), ("failed\x07", 12)])

    assert shown == "status   messages\n-------  --------\npending         3\nfailed         12"


def every_command(command: click.Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [words]
    context = click.Context(command)
    below = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [words, *(found for name, one in below if one for found in every_command(one, (*words, name)))]


@pytest.mark.parametrize("words", every_command(deskpost), ids=" ".join)
def test_every_command_explains_itself_in_whole_sentences(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(deskpost, [*words, "--help"], prog_name="deskpost")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Usage: {' '.join(('deskpost', *words))} ")
    assert not [line for line in result.stdout.splitlines()[1:] if line.endswith("...")]
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_the_commands_are_those_there_are() -> None:
    result = CliRunner().invoke(deskpost, ["sell"], prog_name="deskpost")

    assert result.exit_code == 2
    assert "No such command 'sell'" in result.stderr
    assert list(COMMANDS)[:2] == ["serve", "migrate"]


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(deskpost, ["--version"]).stdout.startswith("deskpost, version 0.")
