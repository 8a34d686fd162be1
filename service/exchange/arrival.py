"""What one `receiveResponseXML` brings: QuickBooks' answer, or the error that it raised instead. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from service.qbxml.read import Answer, AnswerUnreadable, read_answer
from service.store import message_sets

MOST_RETS = 1000
"""Objects of one response that anybody here looks at: a page of a list has 100, a set of questions 50."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The answer as it is kept and as it reads; `answer` is None when there is none, or none that can be read."""

    text: bytes
    answer: Answer | None
    hresult: str
    message: str


def read(response: str, hresult: str, message: str) -> Arrival:
    """Read an arrival, outside of any transaction: a large answer takes its time."""
    hresult, text = hresult.strip(), message_sets.packed(response)
    if hresult or not response.strip():
        return Arrival(text, None, hresult, message)
    try:
        return Arrival(text, read_answer(response, most_rets=MOST_RETS), "", message)
    except AnswerUnreadable as unreadable:
        return Arrival(text, None, "", str(unreadable))
