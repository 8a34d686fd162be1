"""Measures a message's whole way through `deskpost serve`, side by side with the floor under the same gunicorn.

The floor (see `soap_floor`) parses and answers requests of the same length with the same two durable commits a set,
and does nothing else. One worker, SQLite in WAL with synchronous=FULL, one kept connection, answers ready-made.

    .venv/bin/python -m tests.benchmarks.whole_path [--messages 1000] [--rounds 5] [--sizes 1 25 100 0]

A size of 0 is as shipped: sets begin at 10 and grow as QuickBooks answers. The floor beside it has the most of a set.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from service.store.unit import Store
from tests.benchmarks import servers
from tests.benchmarks.queues import PASSWORD, add_company, fill, new_database
from tests.benchmarks.quick_connector import KeptConnection, QuickConnector
from tests.benchmarks.rounds import Figures, in_turns, show
from tests.benchmarks.soap_floor import Conversation

AS_SHIPPED, MOST = 0, 100
SIZES = (1, 25, MOST, AS_SHIPPED)
TICKET = "57F3B9B6-2F6D-4B77-8F3E-0D6C6C0B1A57"
CPU, WALL, RATE, CONNECTIONS = "CPU ms/message", "ms/message", "messages/s", "connections"


def main() -> None:
    """Print one table for each size of a set."""
    parser = argparse.ArgumentParser(description="Measure the whole path of a message against the floor.")
    parser.add_argument("--messages", type=int, default=1000, help="messages a round at one a set; sets take 4 times")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="messages a set")
    chosen = parser.parse_args()
    for size in chosen.sizes:
        messages = chosen.messages * (1 if size == 1 else 4)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            measured = {
                "floor": stack.enter_context(_Floor(Path(folder), size or MOST, messages)).measure,
                "deskpost": stack.enter_context(_Deskpost(Path(folder), size, messages)).measure,
            }
            sets = f"{size} a set" if size != AS_SHIPPED else "sets as shipped"
            title = f"{sets}, {messages} messages a round, medians of {chosen.rounds} rounds in turns"
            show(title, in_turns(measured, chosen.rounds), against="floor", compared=(CPU, WALL))


def _figures(server: servers.Server, messages: int, connection: KeptConnection, work: Callable[[], float]) -> Figures:
    """Measure `work`, which returns the seconds that its calls took."""
    used = server.seconds()
    seconds = work()
    milliseconds = 1000 * seconds / messages
    return {
        CPU: 1000 * (server.seconds() - used) / messages,
        WALL: milliseconds,
        RATE: 1000 / milliseconds,
        CONNECTIONS: connection.connections,
    }


class _Floor(ExitStack):
    def __init__(self, folder: Path, size: int, messages: int) -> None:
        super().__init__()
        self._server = self.enter_context(servers.floor(folder / "floor.sqlite", size))
        self._conversation = Conversation.of(TICKET, size)
        self._messages = messages

    def measure(self) -> Figures:
        connection = KeptConnection(self._server.port, "/")
        try:
            return _figures(self._server, self._messages, connection, lambda: self._work(connection))
        finally:
            connection.close()

    def _work(self, connection: KeptConnection) -> float:
        begun = time.perf_counter()
        for _ in range(self._messages // self._conversation.messages):
            connection.post(self._conversation.send)
            connection.post(self._conversation.receive)
        return time.perf_counter() - begun


class _Deskpost(ExitStack):
    def __init__(self, folder: Path, size: int, messages: int) -> None:
        super().__init__()
        url = new_database(folder / "deskpost.sqlite")
        self._store = Store(url, threads=1)
        self.callback(self._store.close)
        sizes: dict[str, Any] = {} if size == AS_SHIPPED else {"set_limit": size, "set_size": size}
        self._connection = add_company(self._store, **sizes)
        self._server = self.enter_context(servers.deskpost(url))
        self._messages = messages

    def measure(self) -> Figures:
        """Fill the queue and open a session, which is not measured, and measure the session to its end."""
        fill(self._store, self._messages)
        connection = KeptConnection(self._server.port)
        connector = QuickConnector(connection.post, self._connection, PASSWORD)
        try:
            begun = connector.authenticate().seconds
            figures = _figures(self._server, self._messages, connection, lambda: connector.work().seconds - begun)
            session = connector.close()
        finally:
            connection.close()
        if session.messages != self._messages:
            raise SystemExit(f"{session.messages} of {self._messages} messages went: {session.message}")
        return figures


if __name__ == "__main__":
    main()
