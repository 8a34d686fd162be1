"""A small, correct service for the Web Connector, written by hand: it answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

NAMESPACE = "{http://developer.intuit.com/}"
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>\n'
    "{}\n"
    "</soap:Body></soap:Envelope>"
)


@dataclass(frozen=True)
class Raw:
    """A whole HTTP answer, to answer what no correct service would."""

    body: bytes
    status: str = "200 OK"
    content_type: str = "text/xml; charset=utf-8"


Answer = str | list[str] | Raw


@dataclass(frozen=True)
class Received:
    """One call as the service got it."""

    operation: str
    arguments: dict[str, str]
    body: bytes
    environ: dict[str, Any]


@dataclass
class WebService:
    """A WSGI application. `answers` holds, per operation, what to answer in turn; then `DEFAULTS` apply.

    By itself it hands out each of `requests`, reports an even percentage and 100 for the last one.
    """

    requests: list[str] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    page_status: str = "200 OK"
    calls: list[Received] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    handed_out: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            self.fetched.append(environ["PATH_INFO"])
            return self._reply(start_response, Raw(b"<p>here</p>", self.page_status, "text/html"))
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        wrapper = ElementTree.fromstring(body)[0][0]
        operation = wrapper.tag.removeprefix(NAMESPACE)
        arguments = {child.tag.removeprefix(NAMESPACE): child.text or "" for child in wrapper}
        self.calls.append(Received(operation, arguments, body, environ))
        waiting = self.answers.get(operation)
        answer = waiting.pop(0) if waiting else self._usual(operation)
        return self._reply(start_response, answer if isinstance(answer, Raw) else soap(operation, answer))

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    def received(self, operation: str) -> list[dict[str, str]]:
        return [call.arguments for call in self.calls if call.operation == operation]

    def _usual(self, operation: str) -> Answer:
        if operation == "authenticate":
            return ["TICKET-1", "" if self.requests else "none"]
        if operation == "sendRequestXML":
            self.handed_out += 1
            return self.requests[self.handed_out - 1]
        if operation == "receiveResponseXML":
            return str(100 * self.handed_out // len(self.requests))
        usual = {"serverVersion": "Test 1.0", "closeConnection": "OK", "connectionError": "done"}
        return usual.get(operation, "")

    def _reply(self, start_response: Callable[..., object], answer: Raw) -> Iterable[bytes]:
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
        start_response(answer.status, headers)
        return [answer.body]


def soap(operation: str, result: str | list[str]) -> Raw:
    """A correct answer to an operation, in the bytes that a working PHP or .NET service sends."""
    if isinstance(result, list):
        content = "".join(f"<string>{escape(text)}</string>" for text in result)
    else:
        content = escape(result)
    inside = (
        f'<{operation}Response xmlns="http://developer.intuit.com/">'
        f"<{operation}Result>{content}</{operation}Result></{operation}Response>"
    )
    return Raw(ENVELOPE.format(inside).encode())


def soap_body(inside: str) -> Raw:
    """An answer with anything in the Body."""
    return Raw(ENVELOPE.format(inside).encode())


def fault(text: str) -> Raw:
    inside = f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{escape(text)}</faultstring></soap:Fault>"
    return Raw(ENVELOPE.format(inside).encode(), "500 Internal Server Error")
