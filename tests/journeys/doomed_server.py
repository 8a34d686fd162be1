"""Starts the service in a real process that is to die at a boundary, and again after it; knows which there are."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.journeys.server_process import ROOT

NEVER = 0


class DoomedServer:
    """One server at a time on a database that exists. The first one ends with the first visit, which makes it warm."""

    def __init__(self, database_url: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self.public_url = f"http://localhost:{self.port}"
        self._notes = folder / "boundaries"
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.boundary_server", database_url, str(self.port), str(self._notes)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._wait_until_it_listens()

    def start(self, last: int = NEVER) -> None:
        """Start a server that kills itself at the boundary of that number, from 1, and wait until it listens."""
        self._notes.write_text("")
        self._order(f"start {last}")
        self._wait_until_it_listens()

    def boundaries(self) -> list[str]:
        """The boundaries that the server came to since its start."""
        return self._notes.read_text().splitlines()

    def wait_for_its_death(self) -> None:
        """Wait for a server that has killed itself."""
        self._order("wait")
        assert int(self._heard()) == -signal.SIGKILL

    def kill(self) -> None:
        self._order("kill")
        assert int(self._heard()) == -signal.SIGKILL

    def close(self) -> None:
        """End the program, and with it whatever server is up."""
        try:
            self._program.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self._program.pid, signal.SIGKILL)
            self._program.communicate()

    def _wait_until_it_listens(self) -> None:
        heard = self._heard()
        assert heard == "listens", heard

    def _order(self, order: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{order}\n")
        self._program.stdin.flush()

    def _heard(self) -> str:
        assert self._program.stdout is not None
        return self._program.stdout.readline().strip()
