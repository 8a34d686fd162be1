"""What the real Web Connector sends, byte for byte, and a way to send it straight into a WSGI application.

The bytes are those of published captures with invented values: one line, no whitespace between elements, the
default namespace on the operation, empty strings as self-closed elements, the qbXML inside escaped but for quotes.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from lxml import etree

ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    "<soap:Body>{}</soap:Body></soap:Envelope>"
)
NAMESPACE = "http://developer.intuit.com/"
SOAP_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"
INTUIT = f"{{{NAMESPACE}}}"
SOAP = f"{{{SOAP_NAMESPACE}}}"
GET_LAST_ERROR = '<getLastError xmlns="http://developer.intuit.com/"><ticket>T</ticket></getLastError>'


@dataclass(frozen=True)
class HttpAnswer:
    """An HTTP answer as it left the application."""

    status: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def root(self) -> etree._Element:
        """The answer's document."""
        return etree.fromstring(self.body)

    @property
    def result(self) -> str:
        """The text of the one result in a successful answer; fails on a fault."""
        assert self.status == "200 OK", self.body
        (result,) = self.root[0][0]
        return result.text or ""

    @property
    def fault(self) -> tuple[str, str]:
        """The code and the sentence of a fault; fails on a success."""
        assert self.status == "500 Internal Server Error", self.body
        (fault,) = self.root.iter(f"{SOAP}Fault")
        return fault.findtext("faultcode", ""), fault.findtext("faultstring", "")


def envelope(operation: str) -> bytes:
    """Return the request whose Body holds ``operation``."""
    return ENVELOPE.format(operation).encode()


def receive(parameters: str) -> str:
    """Return a receiveResponseXML with those parameters."""
    return f'<receiveResponseXML xmlns="{NAMESPACE}">{parameters}</receiveResponseXML>'


def with_header(entry: str) -> bytes:
    """Return a request for the last error with a SOAP header, which the Web Connector never sends."""
    return (
        f'<soap:Envelope xmlns:soap="{SOAP_NAMESPACE}"><soap:Header>{entry}</soap:Header>'
        f"<soap:Body>{GET_LAST_ERROR}</soap:Body></soap:Envelope>"
    ).encode()


def post(application: WSGIApplication, body: bytes, **environ: Any) -> HttpAnswer:
    """POST ``body`` as the Web Connector does; ``environ`` replaces what is in the WSGI environment, None removes."""
    given = {
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    return call(application, **given)


def call(application: WSGIApplication, **environ: Any) -> HttpAnswer:
    """Make one HTTP request of the application."""
    given = {
        "REMOTE_ADDR": "203.0.113.7",
        "PATH_INFO": "/",
        "SCRIPT_NAME": "/qbwc",
        "QUERY_STRING": "",
        "HTTP_HOST": "books.example.com",
        "SERVER_NAME": "books.example.com",
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        **environ,
    }
    answered: list[tuple[str, dict[str, str]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        answered.append((status, dict(headers)))

    chunks = application({name: value for name, value in given.items() if value is not None}, start_response)
    ((status, headers),) = answered
    return HttpAnswer(status, headers, b"".join(chunks))
