"""What one `receiveResponseXML` brings: QuickBooks' answer, or the error that it raised instead. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from service.qbxml.read import Answer, AnswerUnreadable, read_answer


@dataclass(frozen=True, slots=True)
class Arrival:
    """The answer as it came and as it reads; `answer` is None when there is none, or none that can be read."""

    text: bytes
    answer: Answer | None
    hresult: str
    message: str


def read(response: str, hresult: str, message: str) -> Arrival:
    """Read an arrival, outside of any transaction: a large answer takes its time."""
    hresult, text = hresult.strip(), response.encode("utf-8", "replace")
    if hresult or not response.strip():
        return Arrival(text, None, hresult, message)
    try:
        return Arrival(text, read_answer(response), "", message)
    except AnswerUnreadable as unreadable:
        return Arrival(text, None, "", str(unreadable))
