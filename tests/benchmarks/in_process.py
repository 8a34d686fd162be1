"""Calls the whole service as a function: no socket, no second process, so that a profiler sees all of it."""

from __future__ import annotations

import io
from wsgiref.types import WSGIApplication

from service import app
from service.settings import Settings
from service.store.unit import Store
from tests.benchmarks.quick_connector import Call


def calls_to(store: Store) -> Call:
    """Build the service on a store, and return what posts an envelope to the Web Connector's endpoint."""
    application: WSGIApplication = app.build(Settings(), store)

    def call(body: bytes) -> bytes:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/qbwc",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "text/xml; charset=utf-8",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        return b"".join(application(environ, lambda *_: lambda _: None))

    return call
