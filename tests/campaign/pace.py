"""The pace of a campaign: a clock on which nothing happens at once, and no time spent on passwords and logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

import structlog
from passlib.context import CryptContext

from service.exchange import passwords
from tests.clock import Clock


class TickingClock(Clock):
    """A clock on which every look takes a moment, so that no two things happen in the same instant."""

    def __call__(self) -> datetime:
        self.go_on(milliseconds=3)
        return self.now


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Hash passwords at the lowest cost, and log nothing: a campaign is about neither."""
    lowest = CryptContext(
        schemes=["argon2"], argon2__type="ID", argon2__memory_cost=8, argon2__rounds=1, argon2__parallelism=1
    )
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    try:
        with patch.object(passwords, "_context", lowest):
            yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)
