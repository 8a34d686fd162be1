"""What is known about a message in doubt: what was sent, and what the look-up found, side by side. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from service.exchange import frozen
from service.qbxml import schema
from service.store import events, message_sets
from service.store.messages import Message
from service.store.unit import Work

PERHAPS_DONE = "perhaps done"
"""The event of a change that is sent again because that does no harm: its first sending may have run all the same."""

DOUBT = "doubt"
_OPENS = (DOUBT, PERHAPS_DONE)
_TOLD = (*_OPENS, "absent", "found", "synchronize")
"""The events that say whether QuickBooks may have a message: the newest of them counts."""

_COMPARED = ("Name", "RefNumber", "TxnDate", "CustomerRef", "VendorRef", "EntityRef", "Memo", "ExternalGUID")
_ONLY_FOUND = ("FullName", "ListID", "TxnID", "TimeCreated", "Subtotal")


def is_open(work: Work, message: Message) -> bool:
    """Whether QuickBooks may have a message that is not synchronized.

    It was in doubt and nobody has said since whether it is there, or its first answer was lost and a second sending
    has not settled it.
    """
    return opened_by(work, message) is not None


def opened_by(work: Work, message: Message) -> str | None:
    """Why QuickBooks may have it, as the event that says so: DOUBT or PERHAPS_DONE; None where that is settled."""
    last = events.last_of(work, message.id, _TOLD)
    return last.action if last is not None and last.action in _OPENS else None


def open_ones(work: Work, message_ids: Collection[int]) -> Collection[int]:
    """Which of some messages QuickBooks may have, as `is_open` says it of one."""
    last = events.last_of_each(work, message_ids, _TOLD)
    return {number for number, event in last.items() if event.action in _OPENS}


def found(message: Message) -> Mapping[str, Any]:
    """What the look-up found for a message in doubt, by qbXML's names; empty when it found nothing."""
    try:
        told = json.loads(message.quickbooks_said or "")
    except ValueError:
        # QuickBooks' own words from before the doubt.
        return {}
    return told if isinstance(told, Mapping) else {}


def side_by_side(work: Work, message: Message) -> Sequence[tuple[str, str, str]]:
    """Rows of a table: the element, what was sent, and what the look-up found; empty for what is not in doubt."""
    if message.set_id is None or not is_open(work, message):
        return []
    sent, seen = _sent(work, message), found(message)
    rows = [(name, _shown(sent.get(name)), _shown(seen.get(name))) for name in (*_COMPARED, *_ONLY_FOUND)]
    return [row for row in rows if row[1] or row[2]]


def _sent(work: Work, message: Message) -> Mapping[str, Any]:
    """The content of the request as it was sent, out of the set's own bytes; once those were removed, as it came."""
    assert message.set_id is not None
    text, _ = message_sets.texts(work, message.set_id)
    if not text:
        came: Mapping[str, Any] = json.loads(message.content or "{}")
        return came
    draft = frozen.requests_in(text).get(str(message.id))
    if draft is None:
        return {}
    facts = schema.request(draft.name)
    inside = draft.content.get(f"{facts.object}{facts.verb}", draft.content)
    return inside if isinstance(inside, Mapping) else {}


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("FullName") or value.get("ListID") or "")
    return "" if value is None else str(value)
