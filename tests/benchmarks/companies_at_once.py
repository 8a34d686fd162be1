"""Measures how long a call takes while many companies synchronize at once, against the same when one does.

`deskpost serve` with two workers on PostgreSQL. The Web Connectors come within some seconds of each other, and
QuickBooks takes its time for every set, as it does: half of the 10 s that sets aim at, unless said. A sign-in is
shown by itself, since its password is slow on purpose. The driver runs on the same machine and takes its share of it.

    .venv/bin/python -m tests.benchmarks.companies_at_once [--companies 200] [--sets 4] [--quickbooks 5]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random

from service.store.connections import Connection
from service.store.unit import Store
from tests.benchmarks import servers
from tests.benchmarks.queues import PASSWORD, add_company, fill, new_database
from tests.benchmarks.quick_connector import Call, KeptConnection, QuickConnector, answered
from tests.benchmarks.rounds import Figures, show
from tests.postgres import running_postgres

A_SET = 10
WORKERS = 2
WARM = 4
ALONE = "one alone"


def main() -> None:
    """Print the figures of one company alone and of all at once."""
    parser = argparse.ArgumentParser(description="Measure calls while many companies synchronize at once.")
    parser.add_argument("--companies", type=int, default=200)
    parser.add_argument("--sets", type=int, default=4, help=f"sets of {A_SET} messages of each company")
    parser.add_argument("--quickbooks", type=float, default=5.0, help="seconds that QuickBooks takes for a set")
    parser.add_argument("--within", type=float, default=30.0, help="seconds within which all Web Connectors come")
    chosen = parser.parse_args()
    with running_postgres() as postgres:
        url = new_database(postgres.create_database())
        with closing(Store(url, threads=1)) as store:
            everyone = [_company(store, number, chosen.sets) for number in range(WARM + 1 + chosen.companies)]
        with servers.deskpost(url, workers=WORKERS) as server:
            # The first visits find workers that have prepared nothing yet; what they took is thrown away.
            _visits(server, everyone[:WARM], 0, 0)
            alone = _visits(server, everyone[WARM : WARM + 1], chosen.quickbooks / 10, 0)
            together = _visits(server, everyone[WARM + 1 :], chosen.quickbooks, chosen.within)
    show(
        f"{chosen.sets} sets of {A_SET}, {chosen.quickbooks:g} s of QuickBooks each, {WORKERS} workers, PostgreSQL; ms",
        {ALONE: alone, f"{chosen.companies} at once": together},
    )
    print(f"  p99 of a call at once / median of one alone: {together['p99'] / alone['median']:.1f}")


def _company(store: Store, number: int, sets: int) -> Connection:
    name = f"shop-{number}"
    connection = add_company(store, name, set_limit=A_SET, set_size=A_SET)
    fill(store, sets * A_SET, name)
    return connection


def _visits(server: servers.Server, everyone: Sequence[Connection], quickbooks: float, within: float) -> Figures:
    """Let every company's Web Connector make its visit; returns what the calls took."""
    random, begun, used = Random(7), time.perf_counter(), server.seconds()
    starts = [random.uniform(0, within) for _ in everyone]
    with ThreadPoolExecutor(len(everyone)) as threads:
        visits = list(threads.map(lambda one, start: _visit(server, one, start, quickbooks), everyone, starts))
    seconds = time.perf_counter() - begun
    calls = sorted(took for _, took_of_calls in visits for took in took_of_calls)
    return {
        "calls/s": len(calls) / seconds,
        "median": 1000 * statistics.median(calls),
        "p99": 1000 * calls[int(0.99 * len(calls))],
        "longest": 1000 * calls[-1],
        "sign-in": 1000 * statistics.median(sign_in for sign_in, _ in visits),
        "CPU a call": 1000 * (server.seconds() - used) / len(calls),
    }


def _visit(
    server: servers.Server, connection: Connection, start: float, quickbooks: float
) -> tuple[float, list[float]]:
    """One visit from beginning to end: the seconds of its sign-in, and those of each call after it."""
    time.sleep(start)
    kept = KeptConnection(server.port)
    took: list[float] = []
    connector = QuickConnector(_timed(kept.post, took), connection, PASSWORD)

    def answer(request: str) -> str:
        time.sleep(quickbooks)
        return answered(request)

    try:
        connector.authenticate()
        session = connector.work(answer=answer)
        connector.close()
    finally:
        kept.close()
    if not session.messages:
        raise SystemExit(f"{connection.user_name} sent nothing: {session.message}")
    return took[0], took[1:]


def _timed(call: Call, took: list[float]) -> Call:
    def timed(body: bytes) -> bytes:
        begun = time.perf_counter()
        answer = call(body)
        took.append(time.perf_counter() - begun)
        return answer

    return timed


if __name__ == "__main__":
    main()
