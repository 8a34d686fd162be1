"""A server as it is shipped, in a process of its own, and bare sockets to treat it badly with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from service.exchange import accounts
from service.store.migrate import migrate
from service.store.unit import Store

ROOT = Path(__file__).parents[2]
PASSWORD = "north-wind-and-sun"
STALLED_AFTER = 1
"""Seconds; as shipped it is longer than a test should take."""

START = f"from service.commands import deskpost, server; server.STALLED_AFTER = {STALLED_AFTER}; deskpost(['serve'])"


class Answer(NamedTuple):
    """An answer of HTTP/1.1: the status, the headers in small letters, and the body as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


class Network:
    """The way to one server, for clients without manners."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def connect(self, source: str = "127.0.0.1", timeout: float = 20) -> socket.socket:
        """A connection from an address of this machine; the whole of 127/8 is."""
        return socket.create_connection(("127.0.0.1", self.port), timeout, (source, 0))

    def send(self, data: bytes, source: str = "127.0.0.1") -> Answer | None:
        """Send bytes and wait for one answer; None when the connection is closed without one."""
        with self.connect(source) as one:
            with suppress(OSError):  # It may answer and close before all is sent.
                one.sendall(data)
            return read_answer(one)

    def get(self, path: str, *headers: str, source: str = "127.0.0.1") -> Answer:
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
        answer = self.send("\r\n".join([*lines, "", ""]).encode(), source)
        assert answer is not None, path
        return answer

    def call(self, operation: str, *headers: str, source: str = "127.0.0.1", **parameters: str) -> Answer:
        """Call an operation of the Web Connector."""
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in parameters.items())
        body = (
            '<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            f'<{operation} xmlns="http://developer.intuit.com/">{inside}</{operation}></soap:Body></soap:Envelope>'
        ).encode()
        lines = ["POST /qbwc HTTP/1.1", "Host: localhost", "Content-Type: text/xml", f"Content-Length: {len(body)}"]
        answer = self.send("\r\n".join([*lines, *headers, "Connection: close", "", ""]).encode() + body, source)
        assert answer is not None
        return answer


def read_answer(one: socket.socket) -> Answer | None:
    """Read one answer of a known length, or until the end."""
    received = b""
    try:
        while b"\r\n\r\n" not in received:
            block = one.recv(65536)
            if not block:
                return None
            received += block
        head, _, body = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            block = one.recv(65536)
            if not block:
                break
            body += block
    except OSError:
        return None
    return Answer(int(status.split()[1]), headers, body)


@contextmanager
def serving(folder: Path) -> Iterator[Network]:
    """`deskpost serve` on an SQLite database with one company, one connection, and one user of the console."""
    url = f"sqlite:///{folder / 'deskpost.sqlite'}"
    migrate(url)
    store = Store(url, threads=1)
    with store.writing() as work:
        accounts.add_company(work, "shop", by="test")
        accounts.add_connection(work, "shop", None, PASSWORD, app_name="Deskpost", by="test")
    store.close()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    log = folder / "log"
    environment = {
        **os.environ,
        "DESKPOST_DATABASE_URL": url,
        "DESKPOST_LISTEN": f"127.0.0.1:{port}",
        "DESKPOST_PUBLIC_URL": "https://books.example.com",
    }
    with log.open("wb") as kept:
        server = subprocess.Popen([sys.executable, "-c", START], cwd=ROOT, env=environment, stderr=kept, stdout=kept)
    try:
        network = Network(port, log)
        limit = time.monotonic() + 30
        while True:
            try:
                network.get("/healthz")
                break
            except OSError:
                assert server.poll() is None, network.log
                assert time.monotonic() < limit, network.log
                time.sleep(0.05)
        yield network
    finally:
        server.terminate()
        server.wait(30)
