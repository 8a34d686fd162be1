"""A Web Connector reduced to its bytes, with ready-made answers instead of QuickBooks: it costs next to nothing.

What is measured with it is the server. It keeps one connection, and says how many it needed.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from service.store.connections import Connection
from tests.benchmarks.soap_floor import ENVELOPE, RECEIVE, RESPONSE

PATH = "C:\\Books\\shop.qbw"
_HANDED_OUT = re.compile(r'Rq requestID="(\d+)"')
_SET_ID = re.compile(r'newMessageSetID="(\w+)"')
_RESULT = re.compile(rb"Result>(.*)</\w+Result>", re.DOTALL)
_STRINGS = re.compile(rb"<string>([^<]*)</string>")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Call = Callable[[bytes], bytes]
"""Posts an envelope and returns the answer's body."""


class KeptConnection:
    """HTTP over one socket, made anew only where the server closed it."""

    def __init__(self, port: int, path: str = "/qbwc") -> None:
        self._address = ("127.0.0.1", port)
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: quick\r\n"
            "Content-Type: text/xml; charset=utf-8\r\nContent-Length: "
        ).encode()
        self._socket: socket.socket | None = None
        self.connections = 0

    def post(self, body: bytes) -> bytes:
        """Return the answer's body."""
        request = b"%b%d\r\n\r\n%b" % (self._head, len(body), body)
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=120)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
        self._socket.sendall(request)
        received = self._socket.recv(2**18)
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, answer = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length is None or not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"The server answered {head[:200]!r}")
        while len(answer) < int(length[1]):
            answer += self._more()
        if b"\r\nconnection: close" in head.lower():
            self.close()
        return answer

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _more(self) -> bytes:
        assert self._socket is not None
        more = self._socket.recv(2**18)
        if not more:
            raise SystemExit("The server closed the connection in the middle of an answer.")
        return more


@dataclass
class Session:
    """What one visit came to; `seconds` is what passed between a call and its answer, not what the driver took."""

    instruction: str = ""
    calls: int = 0
    messages: int = 0
    seconds: float = 0.0
    sizes: list[int] = field(default_factory=list)
    message: str = ""


class QuickConnector:
    """Visits of one connection."""

    def __init__(self, call: Call, connection: Connection, password: str) -> None:
        self._call = call
        self._connection = connection
        self._password = password
        self._ticket = ""
        self._session = Session()

    def authenticate(self) -> Session:
        """Begin a visit."""
        self._session = Session()
        user = f"<strUserName>{self._connection.user_name}</strUserName><strPassword>{self._password}</strPassword>"
        answer = self._ask("authenticate", user)
        self._ticket, instruction = (text.decode() for text in _STRINGS.findall(answer)[:2])
        self._session.instruction = instruction
        return self._session

    def work(self, at_most: int | None = None, answer: Callable[[str], str] | None = None) -> Session:
        """Take messages and answer them, until there are no more of them or `at_most` of them went."""
        session, progress, host = self._session, 0, self.host()
        while progress < 100 and (at_most is None or session.messages < at_most):
            request = self.take(host)
            host = ""
            progress = self.give((answer or answered)(request))
        return session

    def take(self, host: str = "") -> str:
        """Ask for the next message set; returns it as it stands in the answer, escaped."""
        told = f"<strHCPResponse>{escape(host)}</strHCPResponse><strCompanyFileName>{PATH}</strCompanyFileName>"
        version = "<qbXMLCountry>US</qbXMLCountry><qbXMLMajorVers>16</qbXMLMajorVers><qbXMLMinorVers>0</qbXMLMinorVers>"
        request = _result(self._ask("sendRequestXML", f"<ticket>{self._ticket}</ticket>{told}{version}"))
        if not request:
            raise SystemExit(f"Nothing was handed out: {_result(self._ask_for('getLastError'))}")
        self._session.sizes.append(len(_HANDED_OUT.findall(request)))
        self._session.messages += self._session.sizes[-1]
        return request

    def give(self, response: str) -> int:
        """Give QuickBooks' answer; returns the progress."""
        progress = int(_result(self._post(RECEIVE.format(self._ticket, escape(response)))))
        if progress < 0:
            raise SystemExit(f"The answer was not taken: {_result(self._ask_for('getLastError'))}")
        return progress

    def close(self) -> Session:
        """End the visit."""
        self._session.message = _result(self._ask_for("closeConnection"))
        return self._session

    def _ask_for(self, name: str) -> bytes:
        return self._ask(name, f"<ticket>{self._ticket}</ticket>")

    def _ask(self, name: str, inside: str) -> bytes:
        return self._post(f'<{name} xmlns="http://developer.intuit.com/">{inside}</{name}>')

    def _post(self, operation: str) -> bytes:
        body = ENVELOPE.format(operation).encode()
        begun = time.perf_counter()
        answer = self._call(body)
        self._session.seconds += time.perf_counter() - begun
        self._session.calls += 1
        return answer

    def host(self) -> str:
        """What the Web Connector says with its first request: the versions, and the mark in the company file."""
        extension = (
            f"<DataExtRet><OwnerID>{self._connection.owner_id}</OwnerID><DataExtName>FileID</DataExtName>"
            f"<DataExtType>STR255TYPE</DataExtType><DataExtValue>{self._connection.file_id}</DataExtValue></DataExtRet>"
        )
        return (
            '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>'
            '<HostQueryRs requestID="0" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><HostRet>'
            "<ProductName>QuickBooks Enterprise Solutions 24.0</ProductName><MajorVersion>34</MajorVersion>"
            "<MinorVersion>0</MinorVersion><Country>US</Country><SupportedQBXMLVersion>16.0</SupportedQBXMLVersion>"
            "<IsAutomaticLogin>false</IsAutomaticLogin><QBFileMode>SingleUser</QBFileMode></HostRet></HostQueryRs>"
            '<CompanyQueryRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><CompanyRet>'
            f"<CompanyName>{self._connection.user_name}</CompanyName>{extension}</CompanyRet></CompanyQueryRs>"
            "</QBXMLMsgsRs></QBXML>"
        )


def answered(request: str) -> str:
    """QuickBooks' answer to a message set of CustomerAdds that all succeed."""
    named = _SET_ID.search(request)
    attribute = f' newMessageSetID="{named[1]}" messageSetStatusCode="0"' if named else ""
    answers = "".join(RESPONSE.format(number) for number in _HANDED_OUT.findall(request))
    return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs{attribute}>\n{answers}</QBXMLMsgsRs>\n</QBXML>\n'


def _result(answer: bytes) -> str:
    found = _RESULT.search(answer)
    return found[1].decode() if found else ""
