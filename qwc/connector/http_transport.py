"""The transport over real sockets, with the manners of .NET's client. It follows no redirect and repeats no request."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from qwc.connector.transport import Reply, TransportFailure

# The default of .NET's generated SOAP clients; Intuit documents no other.
CALL_TIMEOUT = 100.0
# .NET sends the body after this long even if no "100 Continue" came.
CONTINUE_WAIT = 0.35
REPLY_LIMIT = 256 * 1024 * 1024


class HttpTransport:
    """Talks HTTP/1.1 on one kept connection; https with a check of certificate and host name.

    `timeout` is the limit for one whole call in seconds. `trusted` is a file of certificates (PEM) to trust instead
    of the system's.
    """

    def __init__(self, *, timeout: float = CALL_TIMEOUT, trusted: str | None = None) -> None:
        self.connections = 0
        self._timeout = timeout
        self._context = ssl.create_default_context(cafile=trusted)
        self._connection: http.client.HTTPConnection | None = None
        self._origin = ("", "")

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return self._request("POST", urlsplit(url), headers, body)

    def get(self, url: str) -> Reply:
        return self._request("GET", urlsplit(url), {}, None)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, method: str, address: SplitResult, headers: Mapping[str, str], body: bytes | None) -> Reply:
        deadline = time.monotonic() + self._timeout
        try:
            is_new = self._connect(address)
            connection = self._connection
            assert connection is not None
            self._send_head(connection, method, address, headers, body, is_new=is_new)
            is_wanted = body is None or _wants_the_body(connection.sock)
            if body is not None and is_wanted:
                self._send_body(connection, body, deadline)
            reply = self._receive(connection, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise TransportFailure(_in_the_clients_words(error, address)) from error
        if not is_wanted:
            self.close()
        return reply

    def _connect(self, address: SplitResult) -> bool:
        """Make sure that there is an open connection to the address; True if it is a new one."""
        origin = (address.scheme, address.netloc)
        if self._connection is not None and (origin != self._origin or _was_closed(self._connection.sock)):
            self.close()
        if self._connection is not None:
            return False
        host = address.hostname or ""
        if address.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                host, address.port, timeout=self._timeout, context=self._context
            )
        else:
            self._connection = http.client.HTTPConnection(host, address.port, timeout=self._timeout)
        self._origin = origin
        self._connection.connect()
        self.connections += 1
        return True

    def _send_head(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        address: SplitResult,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        is_new: bool,
    ) -> None:
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Host", address.netloc)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
            connection.putheader("Expect", "100-continue")
        if is_new:
            connection.putheader("Connection", "Keep-Alive")
        connection.endheaders()

    def _send_body(self, connection: http.client.HTTPConnection, body: bytes, deadline: float) -> None:
        connection.sock.settimeout(_left_until(deadline))
        # A server that refuses early (413) may close its side while the body is on its way; its reply still counts.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.send(body)

    def _receive(self, connection: http.client.HTTPConnection, deadline: float) -> Reply:
        sock = connection.sock
        sock.settimeout(_left_until(deadline))
        response = connection.getresponse()
        content_type = response.headers.get("Content-Type", "")
        received = bytearray()
        while chunk := response.read1(65_536):
            received += chunk
            if len(received) > REPLY_LIMIT:
                raise ValueError("The reply is larger than any that the Web Connector could take.")
            if not response.isclosed():
                sock.settimeout(_left_until(deadline))
        if response.length:
            raise http.client.IncompleteRead(bytes(received), response.length)
        response.close()
        if response.will_close:
            self.close()
        return Reply(response.status, content_type, bytes(received))


def _was_closed(sock: socket.socket | None) -> bool:
    """Whether the other side has closed an idle connection: then there is something to read, and it is the end."""
    return sock is None or bool(select.select([sock], [], [], 0)[0])


def _wants_the_body(sock: socket.socket) -> bool:
    """Wait until the server says something or .NET's patience ends; False if it has refused the request already.

    What comes over TLS cannot be looked at without being taken: there the body is always sent.
    """
    is_waiting = bool(select.select([sock], [], [], CONTINUE_WAIT)[0])
    if not is_waiting or isinstance(sock, ssl.SSLSocket):
        return True
    said = sock.recv(12, socket.MSG_PEEK)
    return not said.startswith(b"HTTP/") or b" 100"[: len(said) - 8] == said[8:12]


def _left_until(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _in_the_clients_words(error: Exception, address: SplitResult) -> str:
    """The sentence of .NET's client for a failure, with the system's own in brackets."""
    if isinstance(error, TimeoutError):
        return "The operation has timed out"
    if isinstance(error, ssl.SSLError):
        return (
            "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure "
            f"channel. ({error})"
        )
    if isinstance(error, socket.gaierror):
        return f"The remote name could not be resolved: '{address.hostname}'"
    if isinstance(error, ConnectionRefusedError):
        return f"Unable to connect to the remote server ({address.netloc} refused the connection)"
    if isinstance(error, ConnectionError | http.client.RemoteDisconnected | http.client.IncompleteRead):
        return "The underlying connection was closed: The connection was closed unexpectedly."
    return f"The request was aborted: {error}"
