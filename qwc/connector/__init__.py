"""A stand-in Web Connector: the real one's bytes, order of calls and manners against any service. It keeps no data.

It is driven by a .qwc file and talks over a transport, HTTP or straight into a WSGI application, to one side and to
QuickBooks (or `qwc.company`, a simulated company file) on the other.
"""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Callable, Iterator

from qwc.connector import company_file, registration
from qwc.connector.calls import ServiceCalls
from qwc.connector.http_transport import HttpTransport
from qwc.connector.manners import Manners
from qwc.connector.registration import RegistrationRefused
from qwc.connector.reply import DotNetReader, StrictReader
from qwc.connector.transport import ClientKilled, Reply, Transport, TransportFailure
from qwc.connector.update import Desk, Update
from qwc.connector.visit import Call, Outcome, Progress, Visit
from qwc.connector.wsgi_transport import WsgiTransport
from qwc.document import Document
from qwc.quickbooks import QuickBooks

__all__ = [
    "ApplicationIsNotPlayed",
    "Call",
    "ClientKilled",
    "HttpTransport",
    "Manners",
    "Outcome",
    "Progress",
    "RegistrationRefused",
    "Reply",
    "Transport",
    "TransportFailure",
    "Visit",
    "WebConnector",
    "WsgiTransport",
]

VERSION = "34.0.10014.101"
PC_NAME = "FRONT-DESK"


class ApplicationIsNotPlayed(Exception):
    """A document asks for what only the real Web Connector can do."""

    def __init__(self, element: str, given: str, played: str) -> None:
        super().__init__(f"{element} is {given}, and the stand-in plays {played} only. Try it with the real one.")


class WebConnector:
    """One application in the Web Connector of one PC.

    `document` is the .qwc file, `password` what the user typed for it. `transport` and `quickbooks` are its two sides.
    `clock` gives seconds since 1970 and `sleep` waits; both are arguments so that a test need not wait. `show_progress`
    is called after each response, `open_page` with the address of an interactive session. Raises
    ApplicationIsNotPlayed for Style RPC and for QBPOS; what DocWrapped changes on the wire is not documented, so it is
    played as Document.
    """

    def __init__(  # noqa: PLR0913  # Everything around a Web Connector can be exchanged, one argument each.
        self,
        document: Document,
        password: str,
        transport: Transport,
        quickbooks: QuickBooks,
        *,
        version: str = VERSION,
        pc: str = PC_NAME,
        manners: Manners | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        show_progress: Callable[[Progress], None] | None = None,
        open_page: Callable[[str], object] = webbrowser.open,
    ) -> None:
        if document.style == "RPC":
            raise ApplicationIsNotPlayed("Style", document.style, "Document")
        if document.qb_type != "QBFS":
            raise ApplicationIsNotPlayed("QBType", document.qb_type, "QBFS")
        self._document = document
        self._transport = transport
        self._quickbooks = quickbooks
        self._manners = manners or Manners()
        self._desk = Desk(password, version, pc, self._manners, clock, sleep, show_progress, open_page)

    def register(self) -> None:
        """Add the application, as *Add an application* does: fetch its pages, write FileID and AppLock.

        Raises DocumentRefused or RegistrationRefused, each with the Web Connector's codes.
        """
        unlocked = company_file.unlock_value(self._desk.pc, self._desk.clock())
        try:
            registration.register(
                self._document,
                self._transport,
                self._quickbooks,
                unlocked,
                refuses_known_pair=self._manners.refuses_known_pair,
            )
        finally:
            self._transport.close()

    def is_registered(self) -> bool:
        """Whether the company file that is open in QuickBooks has this document's FileID under its OwnerID."""
        return registration.is_registered(self._document, self._quickbooks)

    def update(self) -> Visit:
        """Make one full update, as *Update Selected* does, and tell how it went. Nothing that fails is raised."""
        visit = Visit()
        started, opened = self._desk.clock(), self._transport.connections
        reader = DotNetReader() if self._manners.is_lenient else StrictReader()
        calls = ServiceCalls(self._document.app_url, self._transport, reader, visit.calls, self._desk.clock)
        try:
            Update(self._document, self._desk, calls, self._quickbooks, visit).run()
        finally:
            self._transport.close()
        visit.seconds = self._desk.clock() - started
        visit.connections = self._transport.connections - opened
        return visit

    def auto_run(self, every_seconds: float) -> Iterator[Visit]:
        """Update again and again, as Auto-Run does, until the caller stops asking.

        Between two updates at least `every_seconds` pass, or more if the service asked for it.
        """
        while True:
            visit = self.update()
            yield visit
            every_seconds = max(every_seconds, visit.minimum_seconds)
            self._desk.sleep(visit.postponed_seconds or every_seconds)
