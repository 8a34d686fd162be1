"""The commands that a document tells its reader to type, each held against what really exists; none is carried out."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import click

from tests.house.tree import ROOT

A_FENCED_BLOCK = re.compile(r"^ *(?P<fence>```+|~~~+)[^\n]*\n(?P<text>.*?)^ *(?P=fence)", re.DOTALL | re.MULTILINE)
AN_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
A_COMMAND_OF_OURS = re.compile(r"\bdeskpost\b|\bdeploy/\w|\btests/run\b|-m (qwc|service)\b")
BETWEEN_COMMANDS = set("();<>|&")

# What starts another command that follows it, with the options that take a value of their own.
STARTERS = {"sudo": {"-u"}, "exec": set(), "time": set(), "nohup": set()}


def commands(document: str) -> Iterator[list[str]]:
    """Yield each command of ours in a document's fenced blocks, as its words."""
    for block in A_FENCED_BLOCK.finditer(document):
        for line in block["text"].replace("\\\n", " ").splitlines():
            if A_COMMAND_OF_OURS.search(line):
                yield from (words for words in _split(line) if _owner(words))


def complaint(words: list[str]) -> str:
    """Return why a command would not work as it is written, or nothing."""
    owner = _owner(words)
    assert owner, f"{words} is no command of ours."
    check, arguments = owner
    found = check(arguments)
    return f"'{shlex.join(words)}': {found}" if found else ""


def _split(line: str) -> Iterator[list[str]]:
    """Yield the simple commands of a line, without prompt, comment, settings before them and where output goes."""
    words: list[str] = []
    for token in [*_tokens(line.strip().removeprefix("$ ")), ";"]:
        if not set(token) <= BETWEEN_COMMANDS:
            words.append(token)
            continue
        if token.startswith((">", "<")) and words and words[-1].isdigit():
            words.pop()
        yield _without_what_comes_before(words)
        words = []


def _tokens(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:  # A quotation goes on in the next line, or it is prose.
        return line.split()


def _without_what_comes_before(words: list[str]) -> list[str]:
    words = list(words)
    while words:
        if AN_ASSIGNMENT.fullmatch(words[0]):
            words.pop(0)
        elif words[0] in STARTERS:
            takes_value = STARTERS[words.pop(0)]
            while words and words[0].startswith("-"):
                del words[: 2 if words[0] in takes_value else 1]
        else:
            break
    return words


def _owner(words: list[str]) -> tuple[Callable[[list[str]], str], list[str]] | None:
    """Return what can check a command, and the arguments to check; None for a command that is not ours."""
    program = Path(words[0]) if words else Path()
    if program.name == "deskpost":
        return _against("service.__main__", "deskpost"), words[1:]
    if program.name.startswith("python") and words[1:2] == ["-m"] and words[2:3] in (["qwc"], ["service"]):
        return _against(f"{words[2]}.__main__", f"python -m {words[2]}"), words[3:]
    if program.parts[-2:-1] == ("deploy",):
        return lambda arguments: _against_script(program.name, arguments), words[1:]
    if program.parts[-2:] == ("tests", "run"):
        return _against_pytest, words[1:]
    return None


def _against(module: str, shown: str) -> Callable[[list[str]], str]:
    return lambda arguments: against_click(click_command(module), shown, arguments)


def click_command(module: str) -> click.Command:
    """Return the command that a module starts: its main, or the one click group that main leads to."""
    names = vars(importlib.import_module(module))
    main = names.get("main")
    if isinstance(main, click.Command):
        return main
    (group,) = {id(value): value for value in names.values() if isinstance(value, click.Group)}.values()
    return group


def against_click(command: click.Command, shown: str, arguments: list[str]) -> str:
    """Return why click would refuse the arguments, going down through the groups, or nothing."""
    context = click.Context(command, info_name=shown)
    try:
        given, rest, _ = command.make_parser(context).parse_args(list(arguments))
    except click.UsageError as refusal:
        return refusal.format_message()
    if any(parameter.is_eager and given.get(parameter.name or "") for parameter in command.get_params(context)):
        return ""
    missing = [one for one in command.params if one.required and not _is_given(given.get(one.name or ""))]
    if missing:
        return f"{shown} needs {missing[0].get_error_hint(context)}."
    if not isinstance(command, click.Group):
        return f"{shown} takes no further argument, and gets {rest[0]!r}." if rest else ""
    if not rest:
        return ""
    below = command.get_command(context, rest[0])
    return against_click(below, f"{shown} {rest[0]}", rest[1:]) if below else f"{shown} has no command {rest[0]!r}."


def _is_given(value: object) -> bool:
    return isinstance(value, (str, int, float, tuple, list)) and value != ()


def _against_script(name: str, arguments: list[str]) -> str:
    script = ROOT / "deploy" / name
    if not os.access(script, os.X_OK):
        return f"there is no program deploy/{name}."
    continued = script.with_suffix(".py")
    source = script.read_text() + (continued.read_text() if continued.exists() else "")
    return _first_unknown(arguments, source, f"deploy/{name}")


def _against_pytest(arguments: list[str]) -> str:
    absent = [path for path in arguments if path.startswith("tests/") and not (ROOT / path.partition("::")[0]).exists()]
    if absent:
        return f"there is no {absent[0]}."
    return _first_unknown(arguments, _help_of_pytest(), "pytest")


def _first_unknown(arguments: list[str], source: str, shown: str) -> str:
    for option in (argument.partition("=")[0] for argument in arguments if argument.startswith("-")):
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", source):
            return f"{shown} has no option {option}."
    return ""


@cache
def _help_of_pytest() -> str:
    return subprocess.run([sys.executable, "-m", "pytest", "--help"], capture_output=True, text=True, check=True).stdout
