"""`doctor`: looks at settings, database, address, certificate and clock, and says what to mend. Mends nothing."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import click

from qwc.document import address_problems
from service.commands.sentences import say
from service.domain.refusals import Refusal
from service.settings import Settings, read_settings
from service.store import companies, connections
from service.store.migrate import versions
from service.store.unit import Store

PATIENCE = 10
"""Seconds to wait for an answer of our own address."""

CLOCK_TOLERANCE = timedelta(minutes=2)
CERTIFICATE_WARNING = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and what to mend if it is not."""

    well: bool
    sentence: str


@click.command()
@click.option("--offline", is_flag=True, help="Do not call the public address.")
def doctor(*, offline: bool) -> None:
    """Check settings, database, address, certificate and clock."""
    settings = read_settings()
    checks: list[Callable[[Settings], Iterator[Finding]]] = [_database, _address]
    if not offline:
        checks.append(_answers)
    ill = 0
    for check in checks:
        for finding in check(settings):
            ill += not finding.well
            say(f"{'ok  ' if finding.well else 'MEND'}  {finding.sentence}")
    if ill:
        raise SystemExit(1)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        settings.database.require_file()
        found, wanted = versions(settings.database)
    except Refusal as refusal:
        yield Finding(False, str(refusal))
        return
    if found != wanted:
        state = f"is at version {found}" if found else "is empty"
        yield Finding(False, f"The database {state}, and this program needs {wanted}: run `deskpost migrate`.")
        return
    yield Finding(True, f"The database is there, at version {found}.")
    store = Store(settings.database, threads=1)
    try:
        with store.reading() as work:
            everyone = companies.everyone(work)
            issued = {one.name: connections.of_company(work, one.id) for one in everyone}
    finally:
        store.close()
    if not everyone:
        yield Finding(False, "There is no company yet: run `deskpost company add NAME`.")
    for one in everyone:
        if not any(each.revoked_at is None for each in issued[one.name]):
            yield Finding(False, f"{one.name} has no connection: run `deskpost connection add --company {one.name}`.")
        elif one.last_visit_at is None:
            yield Finding(
                False, f"{one.name}: the Web Connector never came. Add the .qwc there, then press Update Selected."
            )
        else:
            yield Finding(True, f"{one.name}: the Web Connector last came {one.last_visit_at:%Y-%m-%d %H:%M} UTC.")


def _address(settings: Settings) -> Iterator[Finding]:
    problems = address_problems(settings.soap_url, settings.support_url)
    for problem in problems:
        yield Finding(False, f"DESKPOST_PUBLIC_URL: {problem}")
    if not problems:
        yield Finding(True, f"The Web Connector takes {settings.soap_url} as an address.")


def _answers(settings: Settings) -> Iterator[Finding]:
    """What the Web Connector does when a `.qwc` is added: a GET of both addresses, with the certificate checked."""
    for url in (settings.soap_url, settings.support_url):
        try:
            status, date, expires = _get(url)
        except ssl.SSLCertVerificationError as failure:
            yield Finding(False, f"The certificate of {url} is not trusted: {failure.verify_message}.")
        except (OSError, HTTPException) as failure:
            yield Finding(False, f"{url} does not answer ({failure}): start `deskpost serve`, or mend the front.")
        else:
            well = status == 200
            yield Finding(well, f"{url} answers {status}{'.' if well else ', and the Web Connector wants 200.'}")
            yield from _times(date, expires)


def _get(url: str) -> tuple[int, str | None, str | None]:
    address = urlsplit(url)
    host = address.hostname or ""
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(host, address.port, timeout=PATIENCE)
    try:
        connection.request("GET", address.path)
        answer = connection.getresponse()
        plain: socket.socket | ssl.SSLSocket | None = connection.sock
        certificate = plain.getpeercert() if isinstance(plain, ssl.SSLSocket) else None
        expires = str(certificate["notAfter"]) if certificate and "notAfter" in certificate else None
        return answer.status, answer.getheader("Date"), expires
    finally:
        connection.close()


def _times(date: str | None, expires: str | None) -> Iterator[Finding]:
    if date is not None:
        apart = abs(parsedate_to_datetime(date) - datetime.now(UTC))
        if apart > CLOCK_TOLERANCE:
            minutes = int(apart.total_seconds() // 60)
            yield Finding(False, f"The clocks here and at the address are {minutes} minutes apart: set them.")
    if expires is not None:
        left = datetime.fromtimestamp(ssl.cert_time_to_seconds(expires), UTC) - datetime.now(UTC)
        if left < CERTIFICATE_WARNING:
            yield Finding(False, f"The certificate ends in {left.days} days: renew it.")
