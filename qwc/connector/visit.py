"""What one update was like: every call, and how it ended. It only records."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How an update ended."""

    DONE = "done"
    NOTHING_TO_DO = "nothing to do"
    POSTPONED = "postponed"
    BUSY = "busy"
    PASSWORD_REFUSED = "password refused"  # noqa: S105  # This is a word and no password.
    VERSION_REFUSED = "version refused"
    NO_QUICKBOOKS = "no connection to QuickBooks"
    STOPPED = "stopped by the service"
    CALL_FAILED = "call failed"
    ENDLESS = "without an end"
    KILLED = "killed"


GOOD_OUTCOMES = (Outcome.DONE, Outcome.NOTHING_TO_DO, Outcome.POSTPONED)


@dataclass(frozen=True)
class Call:
    """One call of the service: bytes of the two bodies, and the first characters of the result or the failure."""

    operation: str
    seconds: float
    bytes_sent: int
    bytes_received: int
    result: str
    failure: str = ""


@dataclass(frozen=True)
class Progress:
    """How far an update is: the last percentage of the service, and how many message sets QuickBooks was given."""

    percentage: int
    message_sets: int


@dataclass
class Visit:
    """One update from beginning to end.

    `status` is what the Web Connector's Status column would show and `code` the QBWC code of a failure ('' if there
    is none). `postponed_seconds` and `minimum_seconds` are what the service asked of the next run (0: nothing).
    `notes` are what the Web Connector only logs. `connections` counts the network connections that were opened.
    """

    outcome: Outcome = Outcome.CALL_FAILED
    status: str = ""
    code: str = ""
    server_version: str = ""
    calls: list[Call] = field(default_factory=list)
    percentages: list[int] = field(default_factory=list)
    message_sets: int = 0
    connections: int = 0
    seconds: float = 0.0
    postponed_seconds: int = 0
    minimum_seconds: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether the service and QuickBooks did all that was to be done (which may be nothing, or later)."""
        return self.outcome in GOOD_OUTCOMES

    @property
    def operations(self) -> list[str]:
        """The names of the operations called, in order."""
        return [call.operation for call in self.calls]

    @property
    def bytes_sent(self) -> int:
        return sum(call.bytes_sent for call in self.calls)

    @property
    def bytes_received(self) -> int:
        return sum(call.bytes_received for call in self.calls)
