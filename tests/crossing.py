"""Deadlocks: a transaction that gets into one with whatever takes two messages the other way round, and is never the
one that PostgreSQL ends; and what is ended for one, after all that it does, whatever it takes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import pytest
from sqlalchemy import text

from service.store import messages
from service.store.unit import Overtaken, Store, Work

Given = ParamSpec("Given")
Done = TypeVar("Done")


def overtaken_at_first(do: Callable[Given, Done]) -> Callable[Given, Done]:
    """The same, of which the first call does all that it does and is then ended for a deadlock."""
    calls: list[bool] = []

    def done(*given: Given.args, **named: Given.kwargs) -> Done:
        calls.append(True)
        made = do(*given, **named)
        if len(calls) == 1:
            raise Overtaken("postgresql://here", "deadlock detected")
        return made

    return done


@contextmanager
def crossed(store: Store, logged: pytest.LogCaptureFixture, *, holds: int, wants: int) -> Iterator[None]:
    """Hold one message until somebody waits for it, and then want another one, which that one has to hold.

    At the end it is asserted that a deadlock was met, and that this transaction went on.
    """
    logged.set_level(logging.INFO, logger="service.store.unit")
    is_held = threading.Event()

    def cross() -> None:
        with store.writing() as work:
            work.connection.execute(text("SET LOCAL deadlock_timeout = '1min'"))
            messages.by_id(work, holds)
            is_held.set()
            _wait_for_somebody_who_waits(work)
            messages.by_id(work, wants)

    with ThreadPoolExecutor(1) as threads:
        crossing = threads.submit(cross)
        is_held.wait(10)
        yield
        crossing.result(30)
    assert "deadlock detected" in logged.text


def _wait_for_somebody_who_waits(work: Work) -> None:
    until = time.monotonic() + 10
    while not work.connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.01)
