"""Refuses a message at which the program itself fails, so that it holds up no other. Decides nothing about it."""

from __future__ import annotations

from service.domain.failure_log import log_failure
from service.domain.refusals import Refusal
from service.store.messages import Message

REMEDY = "Report it to those who look after Deskpost, and press Retry once it is mended; or enter this by hand."
"""What to do about it: the order system is not to blame."""


class NotForeseen(Refusal):
    """The program failed at a message; what went wrong stands in the log, without a word of its content."""

    def __init__(self, message: Message, kind: str) -> None:
        super().__init__(
            f"Deskpost failed at {message.document} in a way that nobody foresaw ({kind}). The log says where, under "
            f"message {message.id}."
        )


def refused(message: Message, failure: Exception) -> NotForeseen:
    """Log a failure, and return the refusal that stands for it."""
    log_failure(f"Looking at message {message.id}", failure)
    return NotForeseen(message, type(failure).__name__)
