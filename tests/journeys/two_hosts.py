"""Two service hosts on one database, run as they are shipped, and a front that sends each call to the next one."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from qwc.connector import HttpTransport, Reply
from tests.commands.served import free_port, wait_until_up

PATIENCE = 60.0
WORKERS, THREADS = 4, 8


class InTurn:
    """A transport that brings no two calls in a row to the same host, as a front without memory does."""

    def __init__(self, ports: tuple[int, ...]) -> None:
        self.connections = 0
        self._hosts = itertools.cycle([(port, HttpTransport(timeout=PATIENCE)) for port in ports])
        self._number = len(ports)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        port, host = next(self._hosts)
        return host.post(_at(port, url), headers, body)

    def get(self, url: str) -> Reply:
        port, host = next(self._hosts)
        return host.get(_at(port, url))

    def close(self) -> None:
        for _, host in itertools.islice(self._hosts, self._number):
            host.close()


@contextmanager
def two_hosts(database_url: str, folder: Path) -> Iterator[tuple[int, ...]]:
    """Run both from their first answers to the block's end; gives their ports. Their logs are in the folder."""
    ports = (free_port(), free_port())
    hosts = [_started(database_url, port, folder / f"host-{port}.log") for port in ports]
    try:
        for port in ports:
            wait_until_up(port)
        yield ports
    finally:
        for host in hosts:
            host.terminate()
        for host in hosts:
            host.wait(PATIENCE)


def _started(database_url: str, port: int, log: Path) -> subprocess.Popen[bytes]:
    settings = {
        "DESKPOST_DATABASE_URL": database_url,
        "DESKPOST_LISTEN": f"127.0.0.1:{port}",
        "DESKPOST_WORKERS": str(WORKERS),
        "DESKPOST_THREADS": str(THREADS),
        "DESKPOST_LOG_LEVEL": "warning",
    }
    with log.open("wb") as lines:
        return subprocess.Popen(
            [sys.executable, "-m", "service", "serve"], env={**os.environ, **settings}, stdout=lines, stderr=lines
        )


def _at(port: int, url: str) -> str:
    return urlsplit(url)._replace(scheme="http", netloc=f"localhost:{port}").geturl()
