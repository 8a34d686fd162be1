"""The transport straight into a WSGI application in the same process. It opens no socket."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from qwc.connector.transport import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DEFAULT_PORTS = {"http": "80", "https": "443"}


class WsgiTransport:
    """Calls `application` as a server would that got the request from `remote_address`.

    An exception that the application lets out is raised to the caller, so that a test sees it.
    """

    def __init__(self, application: WSGIApplication, *, remote_address: str = "203.0.113.7") -> None:
        self.connections = 0
        self._application = application
        self._remote_address = remote_address
        self._connected = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        environ = self._environ("POST", url, headers, body)
        environ |= {"CONTENT_LENGTH": str(len(body)), "HTTP_EXPECT": "100-continue"}
        return self._call(environ)

    def get(self, url: str) -> Reply:
        return self._call(self._environ("GET", url, {}, b""))

    def close(self) -> None:
        self._connected = False

    def _environ(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        address = urlsplit(url)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(address.path or "/").decode("latin-1"),
            "QUERY_STRING": address.query,
            "SERVER_NAME": address.hostname or "",
            "SERVER_PORT": str(address.port or DEFAULT_PORTS[address.scheme]),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self._remote_address,
            "HTTP_HOST": address.netloc,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": address.scheme,
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ

    def _call(self, environ: dict[str, Any]) -> Reply:
        if not self._connected:
            self._connected = True
            self.connections += 1
        started: dict[str, Any] = {}
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: object = None, /
        ) -> Callable[[bytes], object]:
            started.update(status=status, headers=headers)
            return written.append

        parts: Iterable[bytes] = self._application(environ, start_response)
        try:
            written.extend(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        types = [value for name, value in started["headers"] if name.lower() == "content-type"]
        return Reply(int(started["status"].split()[0]), types[0] if types else "", b"".join(written))
