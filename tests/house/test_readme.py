"""What the README tells its reader to type exists, with every option."""

from __future__ import annotations

import click
import pytest

from tests.house.readme_commands import against_click, commands, complaint
from tests.house.tree import ROOT


@click.group()
@click.option("--database")
@click.version_option("0.1.0")
def shop() -> None:
    pass


@shop.command()
@click.argument("name")
@click.argument("place", required=False)
@click.option("--country", required=True)
@click.option("--quiet", is_flag=True)
def add() -> None:
    pass


def test_every_command_in_the_readme_exists() -> None:
    found = [complaint(words) for words in commands((ROOT / "README.md").read_text())]

    assert list(filter(None, found)) == []


def test_commands_are_read_from_fenced_blocks_alone() -> None:
    document = """
Type `deskpost nothing` or

```sh
# deskpost in a comment
$ tests/run -k lost   # only these
sudo -u www-data DESKPOST_DATABASE_URL='sqlite:///a b.db' .venv/bin/deskpost serve 2> errors.log
cat day.jsonl | deskpost enqueue - && ./deploy/demo \\
    --exit
```

    deskpost nothing

~~~
.venv/bin/python -m qwc update 'my shop.qwc'
It's what deskpost prints
~~~
"""

    assert list(commands(document)) == [
        ["tests/run", "-k", "lost"],
        [".venv/bin/deskpost", "serve"],
        ["deskpost", "enqueue", "-"],
        ["./deploy/demo", "--exit"],
        [".venv/bin/python", "-m", "qwc", "update", "my shop.qwc"],
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["sell"], "shop has no command 'sell'."),
        (["--colour", "add"], "No such option '--colour'."),
        (["--database"], "Option '--database' requires an argument."),
        (["add", "tea", "--countr=US"], "No such option '--countr'. Did you mean '--country'?"),
        (["add", "tea"], "shop add needs '--country'."),
        (["add", "--country=US"], "shop add needs 'NAME'."),
        (["add", "--country=US", "tea", "here", "too"], "shop add takes no further argument, and gets 'too'."),
        (["--database=a", "add", "tea", "here", "--country", "US", "--quiet"], ""),
        (["add", "--help"], ""),
        (["--version"], ""),
        ([], ""),
    ],
)
def test_what_click_would_refuse_is_said(arguments: list[str], expected: str) -> None:
    assert against_click(shop, "shop", arguments) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["deploy/nothing"], "'deploy/nothing': there is no program deploy/nothing."),
        (["deploy/setup", "--fast"], "'deploy/setup --fast': deploy/setup has no option --fast."),
        (["deploy/lock", "--upgrade"], ""),
        (["tests/run", "tests/nowhere"], "'tests/run tests/nowhere': there is no tests/nowhere."),
        (["tests/run", "--quickly"], "'tests/run --quickly': pytest has no option --quickly."),
        (["tests/run", "tests/house", "-k", "readme", "--exitfirst"], ""),
    ],
)
def test_a_program_of_the_project_is_held_against_itself(words: list[str], expected: str) -> None:
    assert complaint(words) == expected
