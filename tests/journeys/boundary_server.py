"""The service in processes that start in a moment and kill themselves at the n-th boundary that they come to.

Boundaries are the instants between which something becomes known to somebody: before a call is read, before and
after each commit, when an answer is ready, and when it was sent. Run by DoomedServer, which says on standard input
what to start: the service is loaded once, serves one visit, and each server is a fork of that, in a group of its own.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from service import app
from service.exchange import passwords
from service.settings import Settings
from service.store.unit import Store, Work
from service.watching import log_lines
from tests.shop import CHEAP_HASHES

END = "the answer to closeConnection was sent"


class Boundaries:
    """Counts the boundaries that this process comes to, notes each in a file, and dies at the one that was named."""

    def __init__(self, notes: Path, last: int = 0) -> None:
        self.reached: list[str] = []
        self._notes = notes
        self._last = last

    def reach(self, boundary: str) -> None:
        self.reached.append(boundary)
        with self._notes.open("a") as notes:
            notes.write(f"{boundary}\n")
        if len(self.reached) == self._last:
            os.killpg(os.getpgrp(), signal.SIGKILL)


class BoundaryStore(Store):
    """A store whose commits are boundaries."""

    reach: Callable[[str], None]

    @contextmanager
    def writing(self) -> Iterator[Work]:
        with super().writing() as work:
            yield work
            self.reach("before the commit")
        self.reach("after the commit")


class BoundaryHandler(WSGIRequestHandler):
    """One call, on a connection of its own."""

    # What has to be said for a client that waits with the body until it hears "100 Continue".
    protocol_version = "HTTP/1.1"
    reach: Callable[[str], None]

    def handle(self) -> None:
        self.reach("before a call is read")
        super().handle()
        self.reach(f"the answer to {operation_in(self.headers)} was sent")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - The name is the standard library's.
        """Say nothing."""


def operation_in(headers: Message) -> str:
    return headers.get("SOAPAction", "").strip('"').rpartition("/")[2]


def with_boundaries(inner: WSGIApplication, reach: Callable[[str], None]) -> WSGIApplication:
    """The service, whose answers are whole before any of it is sent."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = list(inner(environ, start_response))
        reach("the answer is ready")
        return answer

    return call


class Service:
    """The service on one database and one port; loaded once, and warm once it was rehearsed."""

    def __init__(self, database_url: str, port: int, notes: Path) -> None:
        self._place = ("127.0.0.1", port)
        self._notes = notes
        self._boundaries = Boundaries(notes)
        self._store = BoundaryStore(database_url, threads=2)
        self._store.reach = self._reach
        self._application = with_boundaries(
            app.build(Settings(public_url=f"http://localhost:{port}"), self._store), self._reach
        )

    def rehearse(self) -> None:
        """Serve a visit to its end, then let go of the database: no connection to it survives a fork."""
        with self._listening() as server:
            while END not in self._boundaries.reached:
                server.handle_request()
        self._store.close()

    def serve(self, last: int) -> None:
        """Serve one call after the other until somebody kills this process, or it comes to that boundary."""
        self._boundaries = Boundaries(self._notes, last)
        with self._listening() as server:
            server.serve_forever(poll_interval=60)

    def _listening(self) -> WSGIServer:
        handler = type("Handler", (BoundaryHandler,), {"reach": staticmethod(self._reach)})
        server = WSGIServer(self._place, handler)
        server.set_app(self._application)
        say("listens")
        return server

    def _reach(self, boundary: str) -> None:
        self._boundaries.reach(boundary)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    """Rehearse, then obey one order a line: start a server, wait for its death, or kill it."""
    log_lines.configure_logs("error")
    database_url, port, notes = sys.argv[1:]
    child = 0
    with patch.object(passwords, "_context", CHEAP_HASHES):
        service = Service(database_url, int(port), Path(notes))
        service.rehearse()
        for line in sys.stdin:
            order, _, last = line.strip().partition(" ")
            if order == "start":
                child = os.fork() or serve_until_death(service, int(last))
                continue
            if order == "kill":
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            child = 0
            say(str(os.waitstatus_to_exitcode(status)))
    if child:
        os.kill(child, signal.SIGKILL)


def serve_until_death(service: Service, last: int) -> NoReturn:
    """What the fork does; it must never come back to the orders."""
    try:
        os.setpgid(0, 0)
        service.serve(last)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
