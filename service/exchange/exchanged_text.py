"""The text exchanged with QuickBooks about one message, cut out of its sets, for people to read. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from service.qbxml import parsing
from service.qbxml.parsing import Unreadable
from service.store import events, message_sets
from service.store.messages import Message
from service.store.unit import Work

LARGEST = 5_000_000
"""Bytes of an answer that are taken apart for a page; a larger one is not shown."""

LONGEST = 200_000
REMOVED = "The text was removed: texts of long ago are not kept."
"""What stands for a text that housekeeping removed; none is empty by itself."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One sending of a message: what was sent of it and what was answered, each empty when there is none."""

    set_id: int
    recovery_id: str | None
    sent_at: datetime
    answered_at: datetime | None
    times_sent: int
    sent: str
    answered: str
    hresult: str
    hresult_message: str


def exchanges(work: Work, message: Message, limit: int) -> Sequence[Exchange]:
    """The sendings of a message, newest first."""
    told = {event.set_id for event in events.of_message(work, message.id) if event.set_id is not None}
    if message.set_id is not None:
        told.add(message.set_id)
    return list(_read(work, message, sorted(told, reverse=True)[:limit]))


def _read(work: Work, message: Message, set_ids: Sequence[int]) -> Iterator[Exchange]:
    for set_id in set_ids:
        found = message_sets.by_id(work, set_id)
        if found is None or found.company_id != message.company_id:
            continue
        request, answer = message_sets.texts(work, set_id)
        yield Exchange(
            set_id,
            found.recovery_id,
            found.handed_out_at,
            found.answered_at,
            found.times_sent,
            _part(request, message.id),
            _part(answer, message.id) if answer else "",
            found.hresult or "",
            found.hresult_message or "",
        )


def _part(text: bytes, message_id: int) -> str:
    """What of a document is about one message, indented; requestIDs are its number, or number.part."""
    if not text:
        return REMOVED
    if len(text) > LARGEST:
        return f"This text is too large to be shown here: {len(text):,} bytes."
    try:
        root = parsing.tree(text, what="The text", large=True)
    except Unreadable as unreadable:
        return f"{unreadable}\n\n{text[:LONGEST].decode('utf-8', 'replace')}"
    parts = []
    for element in root.iterchildren():
        for one in element.iterchildren():
            if (one.get("requestID") or "").partition(".")[0] == str(message_id):
                etree.indent(one)
                parts.append(etree.tostring(one, encoding="unicode", with_tail=False))
    told = "\n".join(parts)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}\n(and more)"
