"""A QuickBooks that keeps data extensions and otherwise answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from qwc.document import Document
from qwc.quickbooks import ComError

DOCUMENT = Document(
    app_name="Deskpost",
    app_url="https://sync.example.com/qbwc",
    app_description="Posts orders",
    app_support="https://sync.example.com/support",
    user_name="shop",
    owner_id="{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}",
    file_id="{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}",
)
PATH = "C:\\Books\\Rock Castle.qbw"
HOST = (
    "<HostRet><ProductName>QuickBooks Enterprise Solutions 24.0</ProductName><MajorVersion>34</MajorVersion>"
    "<MinorVersion>0</MinorVersion><Country>US</Country></HostRet>"
)


@dataclass
class FakeQuickBooks:
    """Keeps to the contract of `qwc.quickbooks` and checks that its caller does, too.

    `refusals` are raised by the next `begin_session` calls, one each; `process` answers requests of the service.
    """

    process: Callable[[str], str] = lambda request: f"<answer to {len(request)}/>"
    refusals: list[ComError] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    processed: list[str] = field(default_factory=list)
    extensions: dict[tuple[str, str], str | None] = field(default_factory=dict)
    locks: list[str] = field(default_factory=list)
    extension_status: str = "0"
    version: tuple[str, int, int] = ("US", 16, 0)
    application: str | None = None
    in_session: bool = False

    def open_connection(self, application_name: str) -> None:
        assert self.application is None, "a connection is open already"
        self.application = application_name

    def begin_session(self, company_file: str) -> None:
        assert self.application is not None and not self.in_session
        self.opened.append(company_file)
        if self.refusals:
            raise self.refusals.pop(0)
        self.in_session = True

    def company_file_name(self) -> str:
        assert self.in_session
        return PATH

    def qbxml_version(self) -> tuple[str, int, int]:
        return self.version

    def process_request(self, request: str) -> str:
        assert self.in_session
        if "CompanyQueryRq" in request or "DataExt" in request:
            return self._own_request(request)
        self.processed.append(request)
        return self.process(request)

    def end_session(self) -> None:
        assert self.in_session
        self.in_session = False

    def close_connection(self) -> None:
        assert self.application is not None and not self.in_session
        self.application = None

    def _own_request(self, document: str) -> str:
        parts = []
        for request in ElementTree.fromstring(document)[0]:
            name = request.tag.removesuffix("Rq")
            status, inside = self._answer_one(name, request)
            parts.append(
                f'<{name}Rs requestID="{request.get("requestID")}" statusCode="{status}" statusSeverity="Info" '
                f'statusMessage="Status {status}">{inside}</{name}Rs>'
            )
        return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n{"".join(parts)}</QBXMLMsgsRs>\n</QBXML>\n'

    def _answer_one(self, name: str, request: ElementTree.Element) -> tuple[str, str]:
        if name == "HostQuery":
            return "0", HOST
        if name == "PreferencesQuery":
            return "0", "<PreferencesRet></PreferencesRet>"
        if name == "CompanyQuery":
            return "0", f"<CompanyRet><CompanyName>Rock Castle</CompanyName>{self._values(request)}</CompanyRet>"
        return self._extend(name, request), ""

    def _values(self, request: ElementTree.Element) -> str:
        return "".join(
            f"<DataExtRet><OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName>"
            f"<DataExtType>STR255TYPE</DataExtType><DataExtValue>{escape(value)}</DataExtValue></DataExtRet>"
            for (owner, name), value in self.extensions.items()
            if value is not None and owner == request.findtext("OwnerID")
        )

    def _extend(self, name: str, request: ElementTree.Element) -> str:
        if self.extension_status != "0":
            return self.extension_status
        key = (request[0].findtext("OwnerID") or "", request[0].findtext("DataExtName") or "")
        if (name == "DataExtDefAdd") == (key in self.extensions):
            return "3180"
        if name == "DataExtDefAdd":
            self.extensions[key] = None
        elif (name == "DataExtAdd") != (self.extensions[key] is None):
            return "3180"
        else:
            self.extensions[key] = request[0].findtext("DataExtValue")
            if key[1] == "AppLock":
                self.locks.append(self.extensions[key] or "")
        return "0"


def registered(**options: Any) -> FakeQuickBooks:
    """A company file in which DOCUMENT is registered."""
    owner = DOCUMENT.owner_id
    values = {(owner, "FileID"): DOCUMENT.file_id, (owner, "AppLock"): "UNLOCKED:FRONT-DESK:1"}
    return FakeQuickBooks(extensions=dict(values), **options)
