"""Plays a day of orders, from the queue into a company file: the service in one process, the PC's side in this one.

Afterwards the service stays up, and the Web Connector comes by itself, so that what somebody decides in the browser
goes through. Everything is done by the product's own commands and over HTTP; nothing outside of one folder is touched.
It installs nothing: deploy/demo does that first.
"""

from __future__ import annotations

import fcntl
import http.client
import io
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO
from urllib.parse import quote

import click

from qwc import company, document
from qwc.connector import HttpTransport, Progress, RegistrationRefused, Visit, WebConnector

if TYPE_CHECKING:  # mypy begins at the root, and Python in this script's own folder.
    from deploy import demo_outcome
else:
    import demo_outcome

ROOT = Path(__file__).resolve().parent.parent
ORDERS = ROOT / "deploy" / "day-of-orders.jsonl"
SKIPPED_BEFORE = ROOT / "deploy" / "skipped-before.csv"
PROGRAMS = Path(sys.executable).parent
MARK = "made-by-deploy-demo"
USUAL_PORT = 8330
STARTING_TAKES, ENDING_TAKES = 30.0, 15.0
BAR_WIDTH = 40
MINUTES_BETWEEN_RUNS = 1
"""The Web Connector has none shorter."""

CLOSING_DATE = "2026-01-31"
TYPED_IN = "Invoice:5033"
CAN_GO = "invoice 5014"
CREATE_TERM = """<?xml version="1.0"?><?qbxml version="16.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">
<StandardTermsAddRq requestID="1"><StandardTermsAdd><Name>Net 45</Name><StdDueDays>45</StdDueDays></StandardTermsAdd>
</StandardTermsAddRq></QBXMLMsgsRq></QBXML>"""
"""What was missing for it: the payment term that it names."""

PRIVILEGES = ("view", "synchronize", "manage_company", "manage_users")
SECONDS_PER_REQUEST = 0.02
"""QuickBooks takes its time, too; without it there would be no progress to see."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--exit", "is_over_at_the_end", is_flag=True, help="Stop at the end instead of keeping the service up.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "var" / "demo",
    help="Where to keep the demonstration; it is made anew each time.  [default: var/demo]",
)
def demo(*, is_over_at_the_end: bool, folder: Path) -> None:
    """Play a day of orders through Deskpost into a simulated QuickBooks company file.

    The exit code is 0 only if all that could be synchronized was.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # A shell that starts it in the background would have it ignored.
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # With nohup the demonstration outlives its terminal.
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        with _empty(folder.absolute()):
            _play(folder.absolute(), is_over_at_the_end=is_over_at_the_end)
    except KeyboardInterrupt:
        click.echo("\nStopped before the end.", err=True)
        sys.exit(130)


def _play(folder: Path, *, is_over_at_the_end: bool) -> None:
    port = _free_port()
    settings = _settings(folder, port)
    click.echo(f"This is Deskpost with a day of orders. All of it is kept in {folder}")
    _title("1. A database, a company, a connection for its PC, and a person")
    _deskpost(settings, "migrate")
    with _service(settings, folder, port) as service:
        _deskpost(settings, "company", "add", "shop")
        qwc_file, every = folder / "shop-qb.qwc", str(MINUTES_BETWEEN_RUNS)
        told = _deskpost(settings, "connection", "add", "--company", "shop", "--every", every, "--out", str(qwc_file))
        password = next(line.split()[1] for line in told.split("\n") if line.startswith("Password:"))
        hers = secrets.token_urlsafe(12)
        person = ("maria", "--full-name", "Maria Alvarez", "--password-from-env", "PASSWORD")
        may = [word for privilege in PRIVILEGES for word in ("--privilege", privilege)]
        _deskpost(settings, "user", "add", *person, *may, secret={"PASSWORD": hers})
        _write_settings(folder, settings, password)
        _title("2. The order system puts its day into the queue")
        _deskpost(settings, "enqueue", str(ORDERS))
        _title("3. The Web Connector calls, and QuickBooks takes it in")
        _wait_until_up(service, folder, port)
        file, before = _company_file(folder)
        connector, visit = _synchronize(qwc_file, password, file)
        messages, after = demo_outcome.messages(folder), file.counts()
        _title("4. What became of it")
        click.echo(demo_outcome.outcome(messages, before, after))
        click.echo()
        _deskpost(settings, "queue", "--company", "shop")
        if not visit.succeeded:
            _refuse(f"The update ended too early ({visit.code} {visit.status}).")
        if differences := list(demo_outcome.differences(messages, before, after)):
            _refuse(" ".join(differences))
        _title("5. What people do about it")
        _deskpost(settings, "decide", "by-hand", str(_number(messages, TYPED_IN)))
        _deskpost(settings, "import-skipped", str(SKIPPED_BEFORE), "--company", "shop")
        _create_term(file)
        _say_what_next(folder, messages, is_up=not is_over_at_the_end)
        if not is_over_at_the_end:
            _say_where(port, hers)
            _keep_up(service, folder, connector)


def _empty(folder: Path) -> TextIO:
    """Make a folder of our own, or empty it; what is returned holds it against a second demonstration."""
    mark = folder / MARK
    try:
        if folder.exists() and any(folder.iterdir()) and not mark.exists():
            _refuse(f"{folder} holds something else: name an empty or a new folder with --folder.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = mark.open("a")
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for entry in set(folder.iterdir()) - {mark}:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    except BlockingIOError:
        _refuse(f"Another demonstration is at work in {folder}: end it, or name another folder with --folder.")
    except OSError as failure:
        _refuse(f"{failure.filename or folder} cannot be used ({failure.strerror}): name another with --folder.")
    return held


def _settings(folder: Path, port: int) -> dict[str, str]:
    """The environment of the demonstration's processes; whatever else is set for Deskpost here does not count."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("DESKPOST_", "QWC_"))}
    return others | {
        "DESKPOST_DATABASE_URL": "sqlite:///" + quote(os.fsencode(folder / "deskpost.sqlite"), safe="/ "),
        "DESKPOST_PUBLIC_URL": f"http://localhost:{port}",
        "DESKPOST_LISTEN": f"127.0.0.1:{port}",
        "PYTHONUTF8": "1",
    }


def _write_settings(folder: Path, settings: Mapping[str, str], password: str) -> None:
    """A file for the visitor's shell, so that the commands find the demonstration."""
    values = {name: value for name, value in settings.items() if name.startswith("DESKPOST_")}
    values |= {"QWC_PASSWORD": password, "PATH": f"{PROGRAMS}:{os.environ.get('PATH', '')}"}
    text = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())
    (folder / "settings.sh").write_bytes(os.fsencode(text))


def _free_port() -> int:
    """The usual port, or one that the system has left. Nothing else may answer there under the name localhost."""
    for wanted in (USUAL_PORT, 0, 0, 0):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
            port = int(probe.getsockname()[1])
            try:
                socket.create_connection(("localhost", port), timeout=1).close()
            except OSError:
                return port
    return _refuse("This machine has no free port on 127.0.0.1.")


@contextmanager
def _service(settings: Mapping[str, str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`deskpost serve` in a process of its own, ended with the block. Ctrl-C reaches us alone, and we end it."""
    click.echo(f"   $ deskpost serve        on 127.0.0.1:{port}; its log is {folder / 'service.log'}")
    with (folder / "service.log").open("wb") as log:
        service = subprocess.Popen(
            [PROGRAMS / "deskpost", "serve"],
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield service
    finally:
        service.terminate()
        try:
            service.wait(ENDING_TAKES)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait()


def _wait_until_up(service: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    deadline = time.monotonic() + STARTING_TAKES
    while time.monotonic() < deadline:
        if service.poll() is not None:
            _refuse(f"The service did not start: {_last_words(folder)}")
        connection = http.client.HTTPConnection("localhost", port, timeout=5)
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", "/support")
            if connection.getresponse().status == http.client.OK:
                return
        time.sleep(0.1)
    _refuse(f"The service did not answer within {STARTING_TAKES:.0f} seconds: {_last_words(folder)}")


def _keep_up(service: subprocess.Popen[bytes], folder: Path, connector: WebConnector) -> None:
    """Let the Web Connector come by itself, as with Auto-Run, until somebody ends it."""
    try:
        while service.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                service.wait(MINUTES_BETWEEN_RUNS * 60)
            if service.poll() is None and (visit := connector.update()).message_sets:
                click.echo(f"   {time.strftime('%H:%M')}  The Web Connector shows: {visit.status}")
    except KeyboardInterrupt:
        click.echo("\nThe service is being ended. All of it stays in the folder until the next time.")
    else:
        _refuse(f"The service ended by itself: {_last_words(folder)}")


def _last_words(folder: Path) -> str:
    lines = (folder / "service.log").read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing.")


def _deskpost(settings: Mapping[str, str], *words: str, secret: Mapping[str, str] | None = None) -> str:
    """Run one command, show it with what it says, and return what it says; a command that fails ends everything."""
    click.echo(f"   $ deskpost {shlex.join(words)}")
    done = subprocess.run(
        [PROGRAMS / "deskpost", *words],
        env={**settings, **(secret or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        _refuse(f"deskpost {words[0]} failed: {done.stderr.strip()}")
    for line in done.stdout.rstrip().split("\n"):
        click.echo(f"   {line}".rstrip())
    return done.stdout


def _company_file(folder: Path) -> tuple[company.CompanyFile, dict[str, int]]:
    """A new company file with a sample company in it, and what that holds."""
    file = company.create(folder / "birchwood.sqlite")
    file.set("closing_date", CLOSING_DATE)
    file.set("seconds_per_request", SECONDS_PER_REQUEST)
    return file, file.counts()


def _synchronize(qwc_file: Path, password: str, file: company.CompanyFile) -> tuple[WebConnector, Visit]:
    """Add the .qwc in the Web Connector and press Update Selected once."""
    read = document.read(qwc_file.read_bytes())
    connector = WebConnector(read, password, HttpTransport(), file.connect(), pc=file.pc, show_progress=_Bar())
    try:
        connector.register()
    except (document.DocumentRefused, RegistrationRefused) as refusal:
        _refuse(f"The Web Connector did not add {qwc_file.name}: {refusal}")
    click.echo(f"   {qwc_file.name} is added to the Web Connector on {file.pc}: {read.app_url}")
    visit = connector.update()
    click.echo(f"   The Web Connector shows: {visit.status}")
    click.echo(f"   That took {visit.seconds:.1f} s, {visit.message_sets} message sets, {len(visit.calls)} calls.")
    return connector, visit


class _Bar:
    """The Web Connector's progress bar: drawn over itself on a terminal, and elsewhere now and then a line."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._shown = -25

    def __call__(self, progress: Progress) -> None:
        percentage = max(0, min(100, progress.percentage))
        if self._is_terminal:
            bar = "#" * (BAR_WIDTH * percentage // 100)
            click.echo(f"\r   [{bar:<{BAR_WIDTH}}] {percentage:3} %", nl=percentage == 100)
        elif percentage - self._shown >= 25 or percentage == 100:
            self._shown = percentage
            click.echo(f"   {percentage:3} %")


def _create_term(file: company.CompanyFile) -> None:
    """Do in QuickBooks what the page of the refused invoice says."""
    quickbooks = file.connect()
    quickbooks.open_connection("Somebody in QuickBooks")
    quickbooks.begin_session("")
    answer = quickbooks.process_request(CREATE_TERM)
    quickbooks.end_session()
    quickbooks.close_connection()
    if 'statusSeverity="Info"' not in answer:
        _refuse(f"The payment term could not be created: {answer}")
    click.echo(f"   In QuickBooks, somebody creates the payment term Net 45: {CAN_GO} can go now.")


def _say_what_next(folder: Path, messages: Sequence[demo_outcome.Message], *, is_up: bool) -> None:
    late = _number(messages, "SalesReceipt:R-809")
    file, qwc_file = (shlex.quote(str(folder / name)) for name in ("birchwood.sqlite", "shop-qb.qwc"))
    _title("6. What to try in another shell: lift the closing date for the refused sales receipt, and send it again")
    click.echo(f"     . {shlex.quote(str(folder / 'settings.sh'))}")
    if not is_up:
        click.echo("     deskpost serve &")
    click.echo(f"     python -m qwc company set {file} closing_date 2025-12-31")
    click.echo(f"     deskpost retry {late}")
    click.echo(f"     python -m qwc update {qwc_file} --company {file}")
    click.echo(f"     deskpost message {late} --texts")


def _say_where(port: int, password: str) -> None:
    _title("7. Or in a browser, where what was refused stands with what to do about it")
    click.echo(f"   Address:   http://localhost:{port}/console/")
    click.echo("   Name:      maria")
    click.echo(f"   Password:  {password}")
    click.echo(f"   Press Retry at {CAN_GO}, and it goes: the Web Connector comes by itself every minute.")
    click.echo("   The service is up until you press Ctrl-C.")


def _number(messages: Sequence[demo_outcome.Message], record: str) -> int:
    return next(message.number for message in messages if message.record == record)


def _title(text: str) -> None:
    click.echo(f"\n{text}")


def _refuse(sentence: str) -> NoReturn:
    raise click.ClickException(sentence)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    demo(prog_name="deploy/demo")
