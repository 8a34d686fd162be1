"""What the order system may be told of without asking: the kinds of announcements, as data. Sends nothing."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from service.domain.status import Status


class Announcement(StrEnum):
    """A kind of thing that a webhook is told of. The values stand in the database and in every body."""

    SYNCHRONIZED = "message.synchronized"
    FAILED = "message.failed"
    IN_DOUBT = "message.in_doubt"
    MANUALLY_ENTERED = "message.manually_entered"
    FILE_MISMATCH = "company.file_mismatch"
    SILENT = "company.silent"


OF_STATUS: dict[Status, Announcement] = {
    Status.SYNCHRONIZED: Announcement.SYNCHRONIZED,
    Status.FAILED: Announcement.FAILED,
    Status.IN_DOUBT: Announcement.IN_DOUBT,
    Status.MANUALLY_ENTERED: Announcement.MANUALLY_ENTERED,
}
"""What a message's arrival in a status is announced as; other statuses are nobody else's business."""

SILENT_AFTER = timedelta(days=1)
"""Without a visit for so long, while something waits to be sent, the Web Connector is called silent."""

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
"""How long to wait after each attempt that failed; after the last one nothing more is tried by itself."""


class DeliveryState(StrEnum):
    """Where the telling of one announcement to one webhook stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
