"""Measures what a queue's size costs: the pull, the settling of an answer, authenticate and an idle visit.

The same calls are made in turns on queues of different sizes, one message a set, on SQLite or on PostgreSQL. The
password is not checked, since the check is slow on purpose and takes as long on any queue.

    .venv/bin/python -m tests.benchmarks.table_size [--database sqlite|postgresql] [--scale 1000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import structlog
from sqlalchemy import text

from service.exchange import passwords
from service.store.unit import Store
from tests.benchmarks.in_process import calls_to
from tests.benchmarks.queues import PASSWORD, add_company, new_database
from tests.benchmarks.quick_connector import QuickConnector, answered
from tests.benchmarks.rounds import Figures, in_turns, show
from tests.postgres import running_postgres

PULL, SETTLE, AUTHENTICATE, IDLE = "pull ms", "settle ms", "authenticate ms", "idle visit ms"
AT_ONCE = 40
"""Messages a round."""
VISITS = 5
"""Visits that are begun in a round, with work and without."""

NUMBERS = (
    "WITH RECURSIVE numbers (number) AS (SELECT {first} UNION ALL SELECT number + 1 FROM numbers"
    " WHERE number < {last}) "
)
CONTENT = (
    """'{{"Name":"Customer ' || number || '","CompanyName":"Company ' || number || '","BillAddress":"""
    """{{"Addr1":"1 Main Street","City":"Springfield","State":"IL"}},"Phone":"555-0100"}}'"""
)
GUID = "'{{00000000-0000-0000-0000-' || substr(CAST(1000000000000 + number AS TEXT), 2) || '}}'"
MESSAGES = (
    "INSERT INTO messages (company_id, operation, record, content, status, waits_for, fingerprint, external_guid,"
    " settled_at, what_happened) "
    + NUMBERS
    + "SELECT 1, 'save', 'Customer:{kind}-' || number, "
    + CONTENT
    + ", '{status}', {waits_for}, 'f' || number, "
    + GUID
    + ", {settled_at},"
    " {what_happened} FROM numbers"
)
IDENTITIES = (
    "INSERT INTO identities (company_id, record, quickbooks_id, edit_sequence, fingerprint) "
    + NUMBERS
    + "SELECT 1, 'Customer:done-' || number, '8000-' || number, '17', 'f' || number FROM numbers"
)
EVENTS = (
    "INSERT INTO events (actor, action, company_id, message_id, from_status, to_status) "
    "SELECT 'service', 'synchronize', 1, id, 'in_flight', 'synchronized' FROM messages WHERE status = 'synchronized'"
)
SETTLED = (
    "INSERT INTO requirements (company_id, message_id, record, settled) "
    "SELECT 1, id, 'Customer:done-1', {true} FROM messages WHERE status = 'synchronized'"
)
WAITING = (
    "INSERT INTO requirements (company_id, message_id, record) "
    "SELECT 1, id, 'Customer:awaited' FROM messages WHERE waits_for = 1"
)


@dataclass(frozen=True)
class Size:
    """How many messages are done, may go, and wait for a record that is not there."""

    done: int
    pending: int
    waiting: int

    def __str__(self) -> str:
        return f"{self.done:,} done + {self.pending:,} pending + {self.waiting:,} waiting"


def main() -> None:
    """Print the cost of each call on queues of growing size."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parser = argparse.ArgumentParser(description="Measure what the size of a queue costs.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--scale", type=int, default=1000, help="thousands of messages in the large queues")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    sizes = (
        Size(0, 1000, 100),
        Size(1000 * chosen.scale, 1000, 100),
        Size(900 * chosen.scale, 100 * chosen.scale, 1000),
    )
    with ExitStack() as stack:
        urls = stack.enter_context(_empty_databases(chosen.database, len(sizes)))
        measured = {
            str(size): stack.enter_context(_Queue(url, size)).measure for url, size in zip(urls, sizes, strict=True)
        }
        title = f"{chosen.database}, {AT_ONCE} messages a round, medians of {chosen.rounds} rounds in turns"
        rows = in_turns(measured, chosen.rounds)
        show(title, rows, against=str(sizes[0]), compared=(PULL, SETTLE, AUTHENTICATE, IDLE))


@contextmanager
def _empty_databases(kind: str, number: int) -> Iterator[list[str]]:
    if kind == "postgresql":
        with running_postgres() as server:
            yield [new_database(server.create_database()) for _ in range(number)]
        return
    with tempfile.TemporaryDirectory() as folder:
        yield [new_database(Path(folder) / f"{each}.sqlite") for each in range(number)]


class _Queue(ExitStack):
    """One database, filled by plain SQL as the service would have left it after as many messages."""

    def __init__(self, url: str, size: Size) -> None:
        super().__init__()
        self._store = Store(url, threads=1)
        self.callback(self._store.close)
        call = calls_to(self._store)
        self._connector = QuickConnector(call, add_company(self._store, set_limit=1, set_size=1), PASSWORD)
        self._idle = QuickConnector(call, add_company(self._store, "idle"), PASSWORD)
        begun = time.perf_counter()
        self._fill(size)
        print(f"{size}: filled in {time.perf_counter() - begun:.0f} s", flush=True)

    def measure(self) -> Figures:
        """Make a visit of some messages and an idle visit; returns milliseconds a call."""
        with patch.object(passwords, "verified", return_value=True):
            authenticate = statistics.median(self._connector.authenticate().seconds for _ in range(VISITS))
            idle = statistics.median(self._idle.authenticate().seconds for _ in range(VISITS))
        if self._idle.close().instruction != "none":
            raise SystemExit("The idle company was not idle.")
        self._connector.work(at_most=1)
        pulls, settles = 0.0, 0.0
        for _ in range(AT_ONCE):
            begun = time.perf_counter()
            request = self._connector.take()
            pulled = time.perf_counter()
            self._connector.give(answered(request))
            pulls, settles = pulls + pulled - begun, settles + time.perf_counter() - pulled
        self._connector.close()
        return {
            PULL: 1000 * pulls / AT_ONCE,
            SETTLE: 1000 * settles / AT_ONCE,
            AUTHENTICATE: 1000 * authenticate,
            IDLE: 1000 * idle,
        }

    def _fill(self, size: Size) -> None:
        done = {"kind": "done", "status": "synchronized", "waits_for": 0, "what_happened": "'Done.'"}
        may_go = {"kind": "may-go", "status": "pending", "waits_for": 0, "settled_at": "NULL", "what_happened": "NULL"}
        with self._store.writing() as work:
            execute = work.connection.execute
            if size.done:
                execute(text(MESSAGES.format(first=1, last=size.done, settled_at="CURRENT_TIMESTAMP", **done)))
                execute(text(IDENTITIES.format(first=1, last=size.done)))
                execute(text(EVENTS))
                execute(text(SETTLED.format(true="TRUE")))
            execute(text(MESSAGES.format(first=1, last=size.pending, **may_go)))
            waiting = {**may_go, "kind": "waiting", "waits_for": 1}
            execute(text(MESSAGES.format(first=1, last=size.waiting, **waiting)))
            execute(text(WAITING))
        with self._store.writing() as work:
            if work.connection.dialect.name == "postgresql":
                # A server in use does so by itself, sooner or later; this one has no autovacuum.
                work.connection.execute(text("ANALYZE"))


if __name__ == "__main__":
    main()
