"""`deskpost serve` in a process of its own, on the loopback interface."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.commands.terminal import Terminal

PROGRAM = Path(sys.executable).with_name("deskpost")
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(terminal: Terminal, port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `deskpost serve` in a process of its own, from its first answer to the block's end; its log is a file."""
    given = {f"DESKPOST_{name}": value for name, value in settings.items()}
    settings = {**terminal.settings, "DESKPOST_LISTEN": f"127.0.0.1:{port}", **given}
    with (terminal.folder / "service.log").open("wb") as log:
        service = subprocess.Popen([PROGRAM, "serve"], env={**os.environ, **settings}, stdout=log, stderr=log)
        try:
            wait_until_up(port)
            yield service
        finally:
            service.terminate()
            service.wait(PATIENCE)


def wait_until_up(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/support")
            answered = connection.getresponse().status
        except OSError:
            assert time.monotonic() < deadline, "The service did not answer."
            time.sleep(0.05)
        else:
            assert answered == 200
            return
        finally:
            connection.close()
