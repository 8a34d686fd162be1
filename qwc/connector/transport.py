"""How calls reach a service: the contract of every transport, and what may go wrong on the way. It opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Reply:
    """What came back for one HTTP request."""

    status: int
    content_type: str
    body: bytes


class TransportFailure(Exception):
    """No reply came: refused, cut off, too slow, or not to be trusted. The text is what the Web Connector would log."""


class ClientKilled(Exception):
    """The Web Connector's process is gone at this point. Nothing more is called in this session, not even a close."""


class Transport(Protocol):
    """Carries one request after the other, on one kept connection where there is one.

    `connections` counts those opened so far.
    """

    @property
    def connections(self) -> int: ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send one request and wait for its reply; TransportFailure if none comes. Nothing is ever sent again."""

    def get(self, url: str) -> Reply:
        """Fetch a page; TransportFailure if no reply comes."""

    def close(self) -> None:
        """Let go of the connection; the next request opens a new one."""
