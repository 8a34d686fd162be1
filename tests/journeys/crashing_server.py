"""`deskpost serve` that kills itself where a plan says so, and notes who answered which call. Started by ServerProcess.

The plan is a file that may change while the server runs: `sendRequestXML 2 at-commit worker` lets the worker process
die at the commit of the second sendRequestXML since the file of calls was emptied.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sqlalchemy import event

from service import app
from service.commands.serving import serve
from service.settings import Settings
from service.store.unit import Store

PLAN = "TEST_DESKPOST_PLAN"
CALLS = "TEST_DESKPOST_CALLS"


class Crashing:
    """The service, with a death in it."""

    def __init__(self, inner: WSGIApplication, store: Store) -> None:
        self._inner = inner
        self._plan = Path(os.environ[PLAN])
        self._calls = Path(os.environ[CALLS])
        self._doomed = threading.local()
        event.listen(store._writer, "commit", self._at_commit)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        operation = str(environ.get("HTTP_SOAPACTION", "")).strip('"').rpartition("/")[2]
        moment, victim = self._fate(operation)
        if moment == "before":
            die(victim)
        self._doomed.victim = victim if moment == "at-commit" else None
        answer = list(self._inner(environ, start_response))
        if moment == "after":
            die(victim)
        return answer

    def _fate(self, operation: str) -> tuple[str, str]:
        """Note the call, and look up whether somebody dies of it."""
        with self._calls.open("a") as calls:
            calls.write(f"{os.getpid()} {operation}\n")
        nth = sum(line.endswith(f" {operation}") for line in self._calls.read_text().splitlines())
        planned = self._plan.read_text().split()
        return (planned[2], planned[3]) if planned[:2] == [operation, str(nth)] else ("", "")

    def _at_commit(self, _connection: object) -> None:
        victim = getattr(self._doomed, "victim", None)
        if victim is not None:
            die(victim)


def die(victim: str) -> None:
    """Kill this worker, or the whole server, which was started as a group of its own."""
    if victim == "server":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    plain = app.build

    def build(settings: Settings, store: Store) -> Any:
        return Crashing(plain(settings, store), store)

    app.build = build
    serve()


if __name__ == "__main__":
    main()
