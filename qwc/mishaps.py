"""Scripted mishaps of the network, the host PC and its user: plain data, and what lets them happen. No service in it.

A script is a list of `Mishap`: what happens, at which call of which operation. `MishapTransport` and
`MishapQuickBooks` go between a stand-in Web Connector and its two sides, and share one script.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qwc.connector.envelope import CONTENT_TYPE, NAMESPACE
from qwc.connector.transport import ClientKilled, Reply, Transport, TransportFailure
from qwc.quickbooks import ComError, QuickBooks


class Kind(StrEnum):
    """What happens."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    RESET = "reset"
    FAULT = "fault"
    EMPTY = "empty"
    BAD_GATEWAY = "bad gateway"
    KILLED = "killed"
    SENT_TWICE = "sent twice"
    ANSWER_LOST = "answer lost"
    OTHER_COMPANY = "other company"
    USER_REFUSES = "user refuses"
    MODAL_DIALOG = "modal dialog"


class When(StrEnum):
    """Before the other side got the call (it never learns of it), or after it did (only its reply is lost)."""

    BEFORE = "before"
    AFTER = "after"


PROCESS_REQUEST = "ProcessRequest"
BEGIN_SESSION = "BeginSession"
SERVICE_CALLS = (
    "serverVersion",
    "clientVersion",
    "authenticate",
    "sendRequestXML",
    "receiveResponseXML",
    "connectionError",
    "getLastError",
    "closeConnection",
)
NETWORK = (Kind.REFUSED, Kind.TIMEOUT, Kind.RESET, Kind.FAULT, Kind.EMPTY, Kind.BAD_GATEWAY)
# Where each kind can happen. The COM calls are named as QBXMLRP2 names them.
PLACES: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(NETWORK, SERVICE_CALLS),
    Kind.KILLED: (*SERVICE_CALLS, PROCESS_REQUEST),
    Kind.SENT_TWICE: SERVICE_CALLS,
    Kind.ANSWER_LOST: (PROCESS_REQUEST,),
    Kind.OTHER_COMPANY: (BEGIN_SESSION,),
    Kind.USER_REFUSES: (BEGIN_SESSION,),
    Kind.MODAL_DIALOG: (BEGIN_SESSION,),
}
# A connection that is refused carries nothing, and a call that is sent twice arrives.
ONLY_BEFORE = (Kind.REFUSED, Kind.SENT_TWICE, Kind.OTHER_COMPANY, Kind.USER_REFUSES, Kind.MODAL_DIALOG)
REFUSALS_TO_OPEN = {
    Kind.USER_REFUSES: ("0x80040420", "The user has denied access."),
    Kind.MODAL_DIALOG: ("0x80040414", "A modal dialog box is showing in the QuickBooks user interface."),
}
FAILURES = {
    Kind.REFUSED: "Unable to connect to the remote server",
    Kind.TIMEOUT: "The operation has timed out",
    Kind.RESET: "The underlying connection was closed: An unexpected error occurred on a receive.",
}
REPLIES = {
    Kind.FAULT: Reply(
        500,
        CONTENT_TYPE,
        b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
        b'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Server'
        b"</faultcode><faultstring>Internal Error</faultstring></soap:Fault></soap:Body></soap:Envelope>",
    ),
    Kind.EMPTY: Reply(200, CONTENT_TYPE, b""),
    Kind.BAD_GATEWAY: Reply(502, "text/html", b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
}
WITHOUT_A_SECOND_FILE = tuple(kind for kind in Kind if kind is not Kind.OTHER_COMPANY)
WRITTEN = re.compile(r"(?P<operation>[A-Za-z]+):(?P<nth>[1-9][0-9]{0,5}):(?P<kind>[a-z ]+)(:(?P<when>before|after))?")


class MishapIsUnknown(Exception):
    """A mishap that was asked for does not exist or cannot happen there; `str()` says what there is."""


@dataclass(frozen=True)
class Mishap:
    """At the `nth` call (from 1, over all sessions) of an operation, something of a kind happens, before or after.

    Raises MishapIsUnknown for what cannot happen there.
    """

    operation: str
    nth: int
    kind: Kind
    when: When = When.BEFORE

    def __post_init__(self) -> None:
        if self.operation not in PLACES[self.kind]:
            raise MishapIsUnknown(
                f"'{self.kind}' cannot happen at {self.operation!a}. It can at: {', '.join(PLACES[self.kind])}."
            )
        if self.when is When.AFTER and self.kind in ONLY_BEFORE:
            raise MishapIsUnknown(f"'{self.kind}' has no 'after'. Leave it out.")
        if self.nth < 1:
            raise MishapIsUnknown(f"Calls are counted from 1, and {self.nth} was given.")

    def __str__(self) -> str:
        return f"{self.operation}:{self.nth}:{self.kind}:{self.when}"


def read_mishap(text: str) -> Mishap:
    """A mishap from its text, `receiveResponseXML:2:timeout:after`; without the last part it is `before`."""
    match = WRITTEN.fullmatch(text.strip())
    if match is None:
        raise MishapIsUnknown(
            f"{text[:60]!a} is no mishap. Write operation:number:kind:when, such as receiveResponseXML:2:timeout:after."
        )
    if match["kind"] not in list(Kind):
        raise MishapIsUnknown(f"There is no mishap '{match['kind']}'. There are: {', '.join(Kind)}.")
    return Mishap(match["operation"], int(match["nth"]), Kind(match["kind"]), When(match["when"] or When.BEFORE))


def random_mishaps(
    seed: int, count: int, *, calls: int = 20, kinds: Iterable[Kind] = WITHOUT_A_SECOND_FILE
) -> list[Mishap]:
    """`count` mishaps of some kinds within the first `calls` calls of their operations; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # Nothing here is to be kept from anybody: it is to be repeatable.
    possible = list(kinds)
    mishaps = []
    for _ in range(count):
        kind = chance.choice(possible)
        when = When.BEFORE if kind in ONLY_BEFORE else chance.choice(list(When))
        mishaps.append(Mishap(chance.choice(PLACES[kind]), chance.randint(1, calls), kind, when))
    return mishaps


class Script:
    """The mishaps still to come, and what was called so far. Both sides of a client share one script.

    `service_calls` counts the calls of the service and `last_service_call` names the newest: by them a request of the
    service is told from one of the Web Connector's own.
    """

    def __init__(self, mishaps: Iterable[Mishap] = ()) -> None:
        self.waiting = list(mishaps)
        self.happened: list[Mishap] = []
        self.service_calls = 0
        self.last_service_call = ""
        self._calls: Counter[str] = Counter()

    def at_service_call(self, operation: str) -> Mishap | None:
        """Count a call of the service, and take its mishap, if there is one, out of those that wait."""
        self.service_calls += 1
        self.last_service_call = operation
        return self.at(operation)

    def at(self, operation: str) -> Mishap | None:
        """Count a call of any kind, and take its mishap, if there is one, out of those that wait."""
        self._calls[operation] += 1
        for mishap in self.waiting:
            if (mishap.operation, mishap.nth) == (operation, self._calls[operation]):
                self.waiting.remove(mishap)
                self.happened.append(mishap)
                return mishap
        return None


class MishapTransport:
    """A transport on which a script's mishaps happen; all other calls go through to `transport`."""

    def __init__(self, transport: Transport, script: Script) -> None:
        self._transport = transport
        self._script = script

    @property
    def connections(self) -> int:
        return self._transport.connections

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        operation = headers["SOAPAction"].strip('"').removeprefix(NAMESPACE)
        mishap = self._script.at_service_call(operation)
        if mishap is None:
            return self._transport.post(url, headers, body)
        if mishap.kind is Kind.SENT_TWICE or mishap.when is When.AFTER:
            self._transport.post(url, headers, body)
        if mishap.kind is Kind.SENT_TWICE:
            return self._transport.post(url, headers, body)
        return self._fail(mishap)

    def get(self, url: str) -> Reply:
        return self._transport.get(url)

    def close(self) -> None:
        self._transport.close()

    def _fail(self, mishap: Mishap) -> Reply:
        if mishap.kind is Kind.KILLED:
            raise ClientKilled(str(mishap))
        if mishap.kind in REPLIES:
            return REPLIES[mishap.kind]
        self._transport.close()
        raise TransportFailure(FAILURES[mishap.kind])


class MishapQuickBooks:
    """A QuickBooks on which a script's mishaps happen; all other calls go through to `quickbooks`.

    It needs a MishapTransport with the same script, from which it learns what the service asked for: only requests
    of the service are counted as ProcessRequest, and only openings for an update as BeginSession, where the Web
    Connector's second try meets what the first one met. `other` is the company file that is open by mistake when the
    mishap is another company.
    """

    def __init__(self, quickbooks: QuickBooks, script: Script, other: QuickBooks | None = None) -> None:
        if other is None and any(mishap.kind is Kind.OTHER_COMPANY for mishap in script.waiting):
            raise MishapIsUnknown(f"'{Kind.OTHER_COMPANY}' needs a second company file, and none was given.")
        self._right = quickbooks
        self._open = quickbooks
        self._script = script
        self._other = other
        self._application_name = ""
        self._tried_at = 0
        self._trouble: Mishap | None = None
        self._has_crashed = False

    def open_connection(self, application_name: str) -> None:
        self._open = self._right
        self._has_crashed = False
        self._application_name = application_name
        self._open.open_connection(application_name)

    def begin_session(self, company_file: str) -> None:
        mishap = self._mishap_at_opening()
        if mishap is not None and mishap.kind in REFUSALS_TO_OPEN:
            raise ComError(*REFUSALS_TO_OPEN[mishap.kind])
        if mishap is not None and self._other is not None:
            self._open.close_connection()
            self._open = self._other
            self._open.open_connection(self._application_name)
        self._open.begin_session(company_file)

    def company_file_name(self) -> str:
        return self._open.company_file_name()

    def qbxml_version(self) -> tuple[str, int, int]:
        return self._open.qbxml_version()

    def process_request(self, request: str) -> str:
        if self._has_crashed:
            raise ComError("0x8004040D", "The ticket parameter is invalid.")
        is_the_services = self._script.last_service_call == "sendRequestXML"
        mishap = self._script.at(PROCESS_REQUEST) if is_the_services else None
        if mishap is None:
            return self._open.process_request(request)
        if mishap.when is When.AFTER:
            self._open.process_request(request)
        if mishap.kind is Kind.KILLED:
            raise ClientKilled(str(mishap))
        self._crash()
        raise ComError("0x80010105", "The server threw an exception.")

    def end_session(self) -> None:
        if not self._has_crashed:
            self._open.end_session()

    def close_connection(self) -> None:
        if not self._has_crashed:
            self._open.close_connection()

    def _mishap_at_opening(self) -> Mishap | None:
        if self._script.last_service_call not in ("authenticate", "connectionError"):
            return None
        if self._tried_at != self._script.service_calls:
            self._tried_at = self._script.service_calls
            self._trouble = self._script.at(BEGIN_SESSION)
        return self._trouble

    def _crash(self) -> None:
        """QuickBooks is gone with its session; what it had written stays."""
        self._open.end_session()
        self._open.close_connection()
        self._has_crashed = True
