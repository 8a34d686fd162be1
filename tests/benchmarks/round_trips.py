"""Counts the calls of a visit with the shipped defaults: round trips, not time, for QuickBooks of different speeds.

The service's clock goes on by what QuickBooks would take, so that the sizes of the sets are those of a real visit.

    .venv/bin/python -m tests.benchmarks.round_trips [--messages 1000]
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from contextlib import closing
from pathlib import Path

import structlog

from service.store.unit import Store
from tests.benchmarks.in_process import calls_to
from tests.benchmarks.queues import PASSWORD, add_company, fill, new_database
from tests.benchmarks.quick_connector import QuickConnector, Session, answered
from tests.benchmarks.rounds import Figures, show
from tests.clock import Clock

SPEEDS = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0)
PROCESS_REQUEST = 0.2
"""Seconds that each ProcessRequest takes, whatever is in the set (assumed: there is no public measurement)."""


def main() -> None:
    """Print the calls, the sets and their sizes for each speed of QuickBooks."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parser = argparse.ArgumentParser(description="Count the calls of a visit.")
    parser.add_argument("--messages", type=int, default=1000)
    chosen = parser.parse_args()
    rows = {f"{speed:4.2f} s a request": _counted(chosen.messages, speed) for speed in SPEEDS}
    show(f"One visit, {chosen.messages} independent messages, defaults as shipped", rows)


def _counted(messages: int, speed: float) -> Figures:
    clock = Clock()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Store(new_database(Path(folder) / "deskpost.sqlite"), clock=clock, threads=1)) as store,
    ):
        connector = QuickConnector(calls_to(store), add_company(store), PASSWORD)
        fill(store, messages)
        begun = clock.seconds()
        connector.authenticate()
        session = connector.work(answer=lambda request: _slowly(request, clock, speed))
        connector.close()
        return _figures(session, messages, clock.seconds() - begun)


def _slowly(request: str, clock: Clock, speed: float) -> str:
    clock.go_on(seconds=PROCESS_REQUEST + speed * request.count("Rq requestID="))
    return answered(request)


def _figures(session: Session, messages: int, seconds: float) -> Figures:
    if session.messages != messages:
        raise SystemExit(f"{session.messages} of {messages} messages went in one visit: {session.message}")
    return {
        "calls": session.calls,
        "sets": len(session.sizes),
        "largest set": max(session.sizes),
        "s in QuickBooks": seconds,
        "longest set s": PROCESS_REQUEST
        + max(session.sizes) * (seconds - PROCESS_REQUEST * len(session.sizes)) / messages,
    }


if __name__ == "__main__":
    main()
