"""A part of a unit of work that is taken back when it raises, while the rest of the unit stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.store.unit import Work


@contextmanager
def attempt(work: Work) -> Iterator[None]:
    """What is written within is kept together or not at all; what was raised goes on to the caller."""
    with work.connection.begin_nested():
        yield
