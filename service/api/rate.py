"""How often a key may call, counted in each worker process by itself. Keeps nothing but numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

WINDOW = 60.0
"""Seconds."""


class Rate:
    """So many calls a minute for each key; as many as like may ask at once."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._begun = clock()
        self._calls: dict[int, int] = {}

    def wait(self, key_id: int) -> int:
        """Count a call; 0 when it may go on, else the seconds until the next one may."""
        with self._lock:
            now = self._clock()
            if now - self._begun >= WINDOW:
                self._begun, self._calls = now, {}
            self._calls[key_id] = calls = self._calls.get(key_id, 0) + 1
            return 0 if calls <= self._most else max(1, int(WINDOW - (now - self._begun)) + 1)
