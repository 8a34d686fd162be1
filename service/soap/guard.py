"""The WSGI side of the SOAP door: what may come in, what goes out with every answer, and no exception past it.

Spyne is called only with a POST whose body was taken in, and sees nothing of the request's headers or query.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIEnvironment

from service.domain.failure_log import log_failure
from service.soap.outgoing import fault_envelope
from service.soap.refusals import RequestRefused
from service.soap.request_body import received
from service.soap.spyne_server import SpyneServer

_XML = "text/xml; charset=utf-8"
_OK = "200 OK"
_FAULT = "500 Internal Server Error"
_METHODS = "GET, HEAD, POST"
_GREETING = (
    b"This is the address that QuickBooks' Web Connector calls, and it is at work.\n"
    b"Add the .qwc file to the Web Connector on the PC on which QuickBooks runs; there is nothing to do here.\n"
)
_ASKS_FOR_WSDL = re.compile(r"wsdl(?:[=&]|$)", re.IGNORECASE)


class Reply(NamedTuple):
    """A whole HTTP answer, but for the headers that every answer carries."""

    status: str
    body: bytes
    content_type: str = _XML
    headers: tuple[tuple[str, str], ...] = ()


class Guard:
    """A WSGI application around a Spyne server."""

    def __init__(self, server: SpyneServer, wsdl: bytes, *, max_request_bytes: int) -> None:
        self._server = server
        self._wsdl = wsdl
        self._max_request_bytes = max_request_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        reply = self._reply(environ)
        start_response(
            reply.status,
            [
                ("Content-Type", reply.content_type),
                ("Content-Length", str(len(reply.body))),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
                *reply.headers,
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]

    def _reply(self, environ: WSGIEnvironment) -> Reply:
        match environ["REQUEST_METHOD"]:
            case "POST":
                return self._answer_call(environ)
            case "GET" | "HEAD" if _ASKS_FOR_WSDL.match(environ.get("QUERY_STRING", "")):
                return Reply(_OK, self._wsdl)
            case "GET" | "HEAD":
                # The Web Connector asks so when a .qwc file is added, and people with a browser: hence no XML.
                return Reply(_OK, _GREETING, "text/plain; charset=utf-8")
        sentence = f"Only {_METHODS} are answered here: POST a SOAP 1.1 request"
        return Reply("405 Method Not Allowed", fault_envelope("Client", sentence), headers=(("Allow", _METHODS),))

    def _answer_call(self, environ: WSGIEnvironment) -> Reply:
        try:
            with received(environ, self._max_request_bytes) as body:
                envelope = self._server.answer(body, environ.get("REMOTE_ADDR") or "")
            return Reply(_FAULT if envelope.is_fault else _OK, envelope.content)
        except RequestRefused as refusal:
            return Reply(_FAULT, fault_envelope(refusal.fault_code, str(refusal)))
        except Exception as error:  # noqa: BLE001 - The client gets an answer, and the log the place.
            log_failure("A SOAP request", error)
            return Reply(_FAULT, fault_envelope("Server", "Internal error: see the log of the service"))
