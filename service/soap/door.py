"""Puts the SOAP door together: the contract as a Spyne server, its WSDL, and the guard in front of both."""

from typing import Any
from wsgiref.types import WSGIApplication

from service.soap.calls import Calls
from service.soap.guard import Guard
from service.soap.spyne_server import SpyneServer
from service.soap.spyne_service import spyne_application
from service.soap.wsdl import wsdl_document

MAX_REQUEST_BYTES = 100_000_000


def application(calls: Calls, *, public_url: str, max_request_bytes: int = MAX_REQUEST_BYTES) -> WSGIApplication:
    """Return the WSGI application that the Web Connector calls.

    ``calls`` answers the operations, from several threads at once.  ``public_url`` is the address that the WSDL
    names, ``https://books.example.com/qbwc``; a Host header is never looked at.  A request of more than
    ``max_request_bytes`` is refused with a SOAP fault.
    The caller's address is taken from ``REMOTE_ADDR``: where a proxy stands in front, somebody outside must have
    put the right one there.
    """
    application = spyne_application(calls)
    application.event_manager.add_listener("method_context_closed", _let_go)
    server = SpyneServer(application)
    return Guard(server, wsdl_document(server, public_url), max_request_bytes=max_request_bytes)


def _let_go(context: Any) -> None:
    """Drop the texts of a finished call: Spyne's contexts refer to themselves, so they would stay for long."""
    if context.in_document is not None:
        context.in_document.given.clear()
