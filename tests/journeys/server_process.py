"""The service as a process of its own on the loopback interface, started, watched, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from qwc.connector import HttpTransport, Reply
from service.store.unit import utc_now
from tests.clock import Clock
from tests.journeys.crashing_server import CALLS, PLAN

ROOT = Path(__file__).parents[2]
PATIENCE = 30


class RealClock(Clock):
    """The time that it is: the server process has no other."""

    def __call__(self) -> datetime:
        return utc_now()

    def seconds(self) -> float:
        return self().timestamp()


class ServerProcess:
    """One server, of two workers with four threads each, on a database that exists."""

    def __init__(self, database_url: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self.public_url = f"http://localhost:{self.port}"
        self._plan, self._calls = folder / "plan", folder / "calls"
        self._environment = {
            **os.environ,
            "DESKPOST_DATABASE_URL": database_url,
            "DESKPOST_LISTEN": f"127.0.0.1:{self.port}",
            "DESKPOST_PUBLIC_URL": self.public_url,
            "DESKPOST_WORKERS": "2",
            "DESKPOST_THREADS": "4",
            "DESKPOST_LOG_LEVEL": "error",
            PLAN: str(self._plan),
            CALLS: str(self._calls),
        }
        self.crash("")

    def start(self) -> None:
        """Start the server; calls wait in its queue until a worker is up."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.crashing_server"],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_for_port()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)

    def wait_for_its_death(self) -> None:
        """Wait for a server that has been killed, and collect it; its workers hold the port until they are dead too."""
        assert self._process.wait(PATIENCE) == -signal.SIGKILL
        deadline = time.monotonic() + PATIENCE
        while self._is_listening():
            assert time.monotonic() < deadline, "the workers do not die"
            time.sleep(0.02)

    def crash(self, plan: str) -> None:
        """Say who dies of which call from now on; `''` for nobody."""
        self._calls.write_text("")
        self._plan.write_text(plan)

    def calls(self) -> list[tuple[int, str]]:
        """Process id and operation of every call since the plan was made."""
        words = (line.split(" ", 1) for line in self._calls.read_text().splitlines())
        return [(int(pid), operation) for pid, operation in words]

    def _wait_for_port(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._is_listening():
            assert self._process.poll() is None, "the server did not start"
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.02)

    def _is_listening(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class AlternatingWorkers:
    """A transport that lets no worker answer two calls in a row: the one that answered last is stopped meanwhile."""

    def __init__(self, server: ServerProcess) -> None:
        self.connections = 0
        self._server = server
        self._stopped: int | None = None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        once = HttpTransport(timeout=PATIENCE)
        try:
            return once.post(url, headers, body)
        finally:
            once.close()
            self._stop(self._server.calls()[-1][0])

    def get(self, url: str) -> Reply:
        raise AssertionError("Pages are fetched when an application is added, and not in an update.")

    def close(self) -> None:
        self._go_on()

    def _stop(self, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        deadline = time.monotonic() + PATIENCE
        while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "T":
            assert time.monotonic() < deadline, "the worker does not stop"
            time.sleep(0.001)
        self._go_on()
        self._stopped = pid

    def _go_on(self) -> None:
        if self._stopped is not None:
            os.kill(self._stopped, signal.SIGCONT)
            self._stopped = None
