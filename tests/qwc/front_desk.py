"""The PC of the tests: it is always noon there, and one call makes a whole update."""

from __future__ import annotations

from typing import Any

from qwc.connector import Visit, WebConnector, WsgiTransport
from tests.qwc.fake_quickbooks import DOCUMENT, FakeQuickBooks
from tests.qwc.web_service import WebService

GREETING = ["serverVersion", "clientVersion", "authenticate"]
NOON = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
NOON_IN_TICKS = 639_028_656_000_000_000


class Clock:
    """Stands at noon and moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def update(service: WebService, quickbooks: FakeQuickBooks | None = None, **options: Any) -> Visit:
    clock = options.pop("clock", None) or Clock()
    return WebConnector(
        options.pop("document", DOCUMENT),
        "secret",
        WsgiTransport(service),
        quickbooks or FakeQuickBooks(),
        clock=clock,
        sleep=clock.sleep,
        **options,
    ).update()
