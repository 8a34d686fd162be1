"""The door under gunicorn on the loopback interface, in a process of its own, with calls that echo what they get."""

import hashlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.soap import application

PUBLIC_URL = "TEST_DESKPOST_PUBLIC_URL"
ROOT = Path(__file__).parents[2]


class EchoCalls:
    """Answers with what it was given, so that the other side can tell that it arrived."""

    def __init__(self) -> None:
        self._last_response = "nothing"

    def server_version(self) -> str:
        return "echo"

    def client_version(self, version: str, address: str) -> str:
        return f"W:{version}"

    def authenticate(self, user_name: str, password: str, address: str) -> list[str]:
        return [f"{user_name}|{password}|{address}", ""]

    def send_request_xml(
        self, ticket: str, host_response: str, company_file_name: str, country: str, major: int, minor: int
    ) -> str:
        return f"{ticket}|{host_response}|{company_file_name}|{country}|{major}|{minor}"

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        self._last_response = f"{len(response)} {digest(response)}"
        return len(ticket + hresult + message)

    def connection_error(self, ticket: str, hresult: str, message: str) -> str:
        return f"{ticket}|{hresult}|{message}"

    def get_last_error(self, ticket: str) -> str:
        """Return the last response's length and digest; for the ticket ``memory``, the peak of memory in KiB."""
        return str(_peak_memory_kib()) if ticket == "memory" else self._last_response

    def close_connection(self, ticket: str) -> str:
        return ticket

    def get_interactive_url(self, ticket: str, session_id: str) -> str:
        return f"{ticket}|{session_id}"

    def interactive_done(self, ticket: str) -> str:
        return ticket

    def interactive_rejected(self, ticket: str, reason: str) -> str:
        return f"{ticket}|{reason}"


def digest(text: str) -> str:
    """Return a digest of ``text``, made in pieces so as not to hold another copy of it."""
    made = hashlib.sha256()
    for start in range(0, len(text), 2**20):
        made.update(text[start : start + 2**20].encode())
    return made.hexdigest()


def _peak_memory_kib() -> int:
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert peak is not None
    return int(peak[1])


@contextmanager
def running_server() -> Iterator[tuple[str, int]]:
    """Run gunicorn with one gthread worker, as it is shipped, and give its host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # A connection that is made before gunicorn sets this itself would wait 40 ms for every answer.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, port = listener.getsockname()
        command = [
            *(sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
            *("--worker-class", "gthread", "--threads", "4", "--keep-alive", "75", "--log-level", "error"),
            f"{__name__}:gunicorn_application()",
        ]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            pass_fds=[listener.fileno()],
            env={**os.environ, PUBLIC_URL: f"http://{host}:{port}/qbwc"},
        )
        try:
            # Connections wait in the listener's queue until the worker is up.
            yield host, port
        finally:
            server.terminate()
            server.wait(20)


def gunicorn_application() -> object:
    """Return the WSGI application that gunicorn runs."""
    return application(EchoCalls(), public_url=os.environ[PUBLIC_URL])
