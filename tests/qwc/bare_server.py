"""A server on bare sockets, which hears every byte and answers what a test tells it to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qwc.connector import WsgiTransport
from tests.qwc.web_service import WebService


@dataclass
class Heard:
    """What a server heard: the head of every request, in order, per connection."""

    connections: list[list[bytes]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


Answering = Callable[[socket.socket, bytes, bytes], bool]


@contextmanager
def server(
    answer: Answering, *, context: ssl.SSLContext | None = None, says_continue: bool = True
) -> Iterator[tuple[int, Heard]]:
    """A server on bare sockets; `answer` writes the reply to a head and a body, and tells whether to keep open."""
    heard = Heard()
    listener = socket.create_server(("127.0.0.1", 0))
    opened: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            opened.append(client)
            with client:
                try:
                    talk(context.wrap_socket(client, server_side=True) if context else client)
                except OSError:
                    continue

    def talk(client: socket.socket) -> None:
        requests: list[bytes] = []
        heard.connections.append(requests)
        with client, client.makefile("rb") as incoming:
            while head := read_head(incoming):
                requests.append(head)
                length = int(next((line[15:] for line in head.split(b"\r\n") if line.startswith(b"Content-Len")), 0))
                if length and says_continue:
                    client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = incoming.read(length)
                heard.bodies.append(body)
                if not answer(client, head, body):
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def read_head(incoming: Any) -> bytes:
    head = b""
    while (line := incoming.readline()) not in (b"", b"\r\n"):
        head += line
    return head


def reply(body: bytes = b"fine", *, extra: bytes = b"", status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), extra, body)


def answering(content: bytes, *, keeps_open: bool = True) -> Answering:
    def answer(client: socket.socket, head: bytes, body: bytes) -> bool:
        client.sendall(content)
        return keeps_open

    return answer


@contextmanager
def served(service: WebService) -> Iterator[int]:
    """A WSGI application on a kept HTTP/1.1 connection."""

    def answer(client: socket.socket, head: bytes, body: bytes) -> bool:
        way, url = WsgiTransport(service), "http://localhost/qbwc"
        result = way.get(url) if head.startswith(b"GET ") else way.post(url, {}, body)
        client.sendall(reply(result.body, status=b"%d X" % result.status))
        return True

    with server(answer) as (port, _):
        yield port
