"""Servers under measurement: a process of their own on a port of their own, its processor time and memory read."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.soap_floor import DATABASE, KIND, MESSAGES

ROOT = Path(__file__).parents[2]
GUNICORN_AS_SHIPPED = ("--worker-class", "gthread", "--threads", "8", "--keep-alive", "75", "--log-level", "error")


@dataclass(frozen=True)
class Server:
    """A running gunicorn; what is measured are its workers, not the process that watches over them."""

    process: int
    port: int

    def seconds(self) -> float:
        """The processor time that the workers have used so far, in user and in system mode (see proc(5))."""
        ticks = 0
        for worker in self._workers():
            fields = Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self, name: str) -> float:
        """A figure of the workers' memory in MB: `VmRSS` for now, `VmHWM` for the highest so far."""
        found = 0
        for worker in self._workers():
            match = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text(encoding="ascii"))
            assert match is not None
            found += int(match[1])
        return found / 1024

    def forget_highest(self) -> None:
        """Let the highest memory so far begin anew from what is used now."""
        for worker in self._workers():
            Path(f"/proc/{worker}/clear_refs").write_text("5", encoding="ascii")

    def _workers(self) -> Sequence[str]:
        listed = Path(f"/proc/{self.process}/task/{self.process}/children")
        return listed.read_text(encoding="ascii").split()


@contextmanager
def deskpost(database_url: str, *, workers: int = 1) -> Iterator[Server]:
    """Run `deskpost serve`, as it is shipped, on a migrated database."""
    port = _free_port()
    environment = {
        "DESKPOST_DATABASE_URL": database_url,
        "DESKPOST_LISTEN": f"127.0.0.1:{port}",
        "DESKPOST_PUBLIC_URL": f"http://localhost:{port}",
        "DESKPOST_WORKERS": str(workers),
        "DESKPOST_LOG_LEVEL": "warning",
    }
    with _running([sys.executable, "-m", "service", "serve"], port, environment) as server:
        yield server


@contextmanager
def floor(database: Path, messages: int) -> Iterator[Server]:
    """Run the bare WSGI function of `soap_floor`, under gunicorn's options as `deskpost serve` sets them."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *(*GUNICORN_AS_SHIPPED, "tests.benchmarks.soap_floor:gunicorn_application()"),
    ]
    environment = {KIND: "floor", DATABASE: str(database), MESSAGES: str(messages)}
    with _running(command, port, environment) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(120)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                # An answer proves that a worker has loaded the application, not only that the port is open.
                connection.sendall(b"GET /qbwc HTTP/1.0\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"No server answered on port {port}.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
