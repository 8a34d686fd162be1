"""The commands of the host PC's side: `python -m qwc update` plays the Web Connector. No rule of it stands here."""

from __future__ import annotations

import os
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from qwc.company_commands import company, company_refusals, open_or_create
from qwc.connector import (
    ApplicationIsNotPlayed,
    HttpTransport,
    Manners,
    Progress,
    RegistrationRefused,
    Visit,
    WebConnector,
)
from qwc.document import Document, DocumentRefused, DocumentUnreadable, read
from qwc.mishaps import (
    MishapIsUnknown,
    MishapQuickBooks,
    MishapTransport,
    Script,
    random_mishaps,
    read_mishap,
)

PASSWORD_VARIABLE = "QWC_PASSWORD"  # noqa: S105  # The name of the variable, not what is in it.
BAR_WIDTH = 30
RANDOM_MISHAPS = 10
REFUSALS = (ApplicationIsNotPlayed, DocumentRefused, DocumentUnreadable, RegistrationRefused, MishapIsUnknown)
# A .qwc file is far smaller; more is not even read.
MOST_BYTES = 1_000_000


@click.group()
def main() -> None:
    """Play the host PC: a stand-in Web Connector and a simulated company file.

    With these an integration with Deskpost can be tried out without Windows and without QuickBooks.
    """


main.add_command(company)


@main.command()
@click.argument("qwc_file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--company",
    "company_path",
    metavar="FILE.sqlite",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The simulated company file; a sample company is made if it is missing. [default: next to the .qwc]",
)
@click.option(
    "--every",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    help="Keep updating like Auto-Run, at this distance, until Ctrl-C.",
)
@click.option("--pc", metavar="NAME", help="The name of the host PC. [default: that of the company file]")
@click.option(
    "--trust",
    metavar="FILE.pem",
    type=click.Path(exists=True, dir_okay=False),
    help="Certificates to trust instead of the system's, for a service with a certificate of its own.",
)
@click.option("--lenient", is_flag=True, help="Read replies as .NET does, which overlooks what a strict check finds.")
@click.option(
    "--mishap",
    "mishaps",
    metavar="WHERE:NTH:WHAT[:WHEN]",
    multiple=True,
    help="Let something go wrong, such as receiveResponseXML:2:timeout:after. May be given several times.",
)
@click.option(
    "--random-mishaps",
    "seed",
    metavar="SEED",
    type=int,
    help="Let ten things go wrong by chance; the same number brings the same ones.",
)
def update(
    qwc_file: Path,
    company_path: Path | None,
    every: float | None,
    pc: str | None,
    trust: str | None,
    lenient: bool,  # noqa: FBT001  # click passes its flags by name.
    mishaps: tuple[str, ...],
    seed: int | None,
) -> None:
    """Make one update as the Web Connector does, from QWC_FILE.

    The password is taken from the environment variable QWC_PASSWORD, or asked for. A company file that does not know
    the application gets it registered first, as *Add an application* does. The exit code is 0 if the update went
    through, even if there was nothing to do.
    """
    with company_refusals(), _refusals_as_sentences():
        document = read(_content_of(qwc_file))
        script = _script(mishaps, seed)
        password = _password(document)
        transport = _transport(trust)
        company_file = open_or_create(company_path or qwc_file.with_suffix(".sqlite"))
        line = _ProgressLine()
        connector = WebConnector(
            document,
            password,
            MishapTransport(transport, script),
            MishapQuickBooks(company_file.connect(), script),
            pc=pc or company_file.pc,
            manners=Manners(is_lenient=lenient),
            sleep=time.sleep,
            show_progress=line,
        )
        _register_if_new(connector, document)
        if every is None:
            _report_once(connector.update(), document, line)
        else:
            _report_until_stopped(connector.auto_run(every), document, line)


class _ProgressLine:
    """Draws the Web Connector's progress bar over and over on one line of a terminal; elsewhere it keeps silent."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._is_drawn = False

    def __call__(self, progress: Progress) -> None:
        if not self._is_terminal:
            return
        percentage = max(0, min(100, progress.percentage))
        bar = "#" * (BAR_WIDTH * percentage // 100)
        sets = _counted(progress.message_sets, "message set")
        click.echo(f"\r[{bar:<{BAR_WIDTH}}] {percentage:3} %  {sets}", nl=False)
        self._is_drawn = True

    def end(self) -> None:
        """Leave the line, so that what follows stands on one of its own."""
        if self._is_drawn:
            self._is_drawn = False
            click.echo()


def _content_of(qwc_file: Path) -> bytes:
    try:
        with qwc_file.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise click.ClickException(f"{qwc_file} cannot be read: {error.strerror}.") from None


def _transport(trust: str | None) -> HttpTransport:
    try:
        return HttpTransport(trusted=trust)
    except ssl.SSLError:
        raise click.ClickException(f"{trust} holds no certificate that can be read (PEM).") from None


def _password(document: Document) -> str:
    password = os.environ.get(PASSWORD_VARIABLE)
    if password is not None:
        return password
    if not sys.stdin.isatty():
        raise click.ClickException(f"There is no terminal to ask for the password: set {PASSWORD_VARIABLE}.")
    return str(click.prompt(f"Password of {document.user_name}", hide_input=True))


def _script(mishaps: tuple[str, ...], seed: int | None) -> Script:
    by_chance = [] if seed is None else random_mishaps(seed, RANDOM_MISHAPS)
    return Script([*map(read_mishap, mishaps), *by_chance])


def _register_if_new(connector: WebConnector, document: Document) -> None:
    """Register where the company file does not know the application. If it is shut, the update will tell."""
    try:
        is_known = connector.is_registered()
    except RegistrationRefused:
        return
    if not is_known:
        connector.register()
        click.echo(f"{document.app_name} is registered in the company file.")


def _report_once(visit: Visit, document: Document, line: _ProgressLine) -> None:
    _report(visit, document, line)
    if not visit.succeeded:
        sys.exit(1)


def _report_until_stopped(visits: Iterator[Visit], document: Document, line: _ProgressLine) -> None:
    try:
        for visit in visits:
            _report(visit, document, line)
    except KeyboardInterrupt:
        line.end()
        click.echo("Stopped.")


def _report(visit: Visit, document: Document, line: _ProgressLine) -> None:
    """The two lines about an update: what was done, and what the Status column says."""
    line.end()
    for note in visit.notes:
        click.echo(f"Note: {note}")
    sets, calls = _counted(visit.message_sets, "message set"), _counted(len(visit.calls), "call")
    connections = _counted(visit.connections, "connection")
    click.echo(
        f"{time.strftime('%H:%M:%S')} {document.app_name}: {visit.outcome}, {sets}, {calls} on {connections} "
        f"in {visit.seconds:.1f} s."
    )
    status = visit.status if not visit.code or visit.status.startswith(visit.code) else f"{visit.code}: {visit.status}"
    click.echo(_printable(status), err=not visit.succeeded)


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _printable(text: str) -> str:
    """Text of the service without what could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


@contextmanager
def _refusals_as_sentences() -> Iterator[None]:
    """Whatever is refused below ends the command with its sentence on stderr and exit code 1."""
    try:
        yield
    except REFUSALS as refusal:
        raise click.ClickException("\n".join(map(_printable, str(refusal).splitlines()))) from None
