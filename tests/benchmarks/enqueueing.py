"""Measures enqueueing through the service's own door, side by side with bare inserts into a table of one column.

.venv/bin/python -m tests.benchmarks.enqueueing [--messages 1000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from service.store.unit import Store
from tests.benchmarks.queues import add_company, customer, fill, fill_at_once, new_database
from tests.benchmarks.rounds import Figures, in_turns, show

RATE, CPU = "messages/s", "CPU ms/message"


def main() -> None:
    """Print how many messages a second go in: with a commit each, in one transaction, and given all at once."""
    parser = argparse.ArgumentParser(description="Measure enqueueing.")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        store = stack.enter_context(closing(Store(new_database(Path(folder) / "deskpost.sqlite"), threads=1)))
        add_company(store)
        bare = stack.enter_context(closing(_bare(Path(folder) / "floor.sqlite")))
        number = chosen.messages
        measured: dict[str, Callable[[], Figures]] = {
            "floor, a commit each": partial(_measured, number, partial(_insert, bare, number, 1)),
            "deskpost, a commit each": partial(_measured, number, partial(_enqueue, store, number, 1)),
            "floor, one transaction": partial(_measured, number, partial(_insert, bare, number, number)),
            "deskpost, one transaction": partial(_measured, number, partial(_enqueue, store, number, number)),
            "deskpost, many at once": partial(_measured, number, partial(fill_at_once, store, number)),
        }
        title = f"SQLite, {number} messages a round, medians of {chosen.rounds} rounds in turns"
        rows = in_turns(measured, chosen.rounds)
        show(title, rows, against="floor, a commit each", compared=(CPU,))


def _measured(messages: int, work: Callable[[], None]) -> Figures:
    used, begun = time.process_time(), time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    return {RATE: messages / seconds, CPU: 1000 * (time.process_time() - used) / messages}


def _enqueue(store: Store, messages: int, at_a_time: int) -> None:
    for _ in range(messages // at_a_time):
        fill(store, at_a_time)


def _bare(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE messages (content TEXT)"):
        database.execute(statement)
    return database


def _insert(database: sqlite3.Connection, messages: int, at_a_time: int) -> None:
    for _ in range(messages // at_a_time):
        database.execute("BEGIN IMMEDIATE")
        for _ in range(at_a_time):
            database.execute("INSERT INTO messages VALUES (?)", (json.dumps(customer()),))
        database.execute("COMMIT")


if __name__ == "__main__":
    main()
