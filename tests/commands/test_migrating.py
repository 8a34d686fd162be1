"""`migrate` makes the database and brings it up, and every other command says when it has to be run."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal


@pytest.fixture
def fresh(tmp_path: Path, database_url: str) -> Terminal:
    """Return a terminal whose database is empty."""
    return Terminal(tmp_path, database_url)


def test_a_database_is_made_and_found_as_it_is_the_second_time(fresh: Terminal) -> None:
    made = fresh.ok("migrate")

    assert made.startswith("The database is at version ")
    assert made.endswith(" now.\n")
    assert fresh.ok("migrate") == made.replace(" now.", " already.")
    fresh.ok("company", "add", "shop")


COMMANDS = ["company list", "connection add", "enqueue -", "queue", "message 1", "retry 1", "serve"]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_database_is_refused_by_every_command(tmp_path: Path, command: str) -> None:
    (tmp_path / "deskpost.sqlite").touch()

    sentence = Terminal(tmp_path, f"sqlite:///{tmp_path}/deskpost.sqlite").refused(*command.split())

    assert " is empty, and this program needs version " in sentence
    assert sentence.startswith("The database sqlite:///")
    assert sentence.endswith(". Run `deskpost migrate`, or set DESKPOST_DATABASE_URL if another database is meant.")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there_is_not_made_by_asking_for_it(tmp_path: Path, command: str) -> None:
    sentence = Terminal(tmp_path, f"sqlite:///{tmp_path}/mistyped/deskpost.sqlite").refused(*command.split())

    assert sentence == (
        f"There is no database at {tmp_path}/mistyped/deskpost.sqlite: `deskpost migrate` makes it. "
        "If another one is meant, name it in DESKPOST_DATABASE_URL."
    )
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_an_sqlite_database_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    Terminal(tmp_path, f"sqlite:///{tmp_path}/a folder/100%25 full%3F/deskpost.sqlite").ok("migrate")

    assert [path.name for path in tmp_path.iterdir()] == ["a folder"]
    assert stat.S_IMODE((tmp_path / "a folder" / "100% full?").stat().st_mode) == 0o700
    assert (tmp_path / "a folder" / "100% full?" / "deskpost.sqlite").exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    sentence = Terminal(tmp_path, f"sqlite:///{tmp_path}/taken/deskpost.sqlite").refused("migrate")

    assert sentence.startswith(f"The folder {tmp_path}/taken of the database cannot be made: ")


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("mysql://host/deskpost", "'mysql' is neither sqlite nor postgresql."),
        ("deskpost.sqlite", "it is not an address."),
        ("sqlite://", "SQLite needs the path of a file."),
        ("postgresql://deskpost:open-sesame@127.0.0.1:9/deskpost", "is not available"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "queue", "serve"])
def test_a_database_that_is_none_is_refused(tmp_path: Path, command: str, address: str, complaint: str) -> None:
    sentence = Terminal(tmp_path, address).refused(command)

    assert complaint in sentence
    assert "open-sesame" not in sentence
