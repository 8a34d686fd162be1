"""What has to become of the demonstration's day of orders, and what became of it. Reads the queue, and changes nothing.

It is read with plain SQL, as any administrator may.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

REFUSED = {"Customer:C-2032": 3100, "Invoice:5014": 3140, "SalesReceipt:R-809": 3171, "Invoice:5033": 3180}
"""What QuickBooks refuses of this day, each with its status code; everything else can be synchronized."""

WAITING = {"Invoice:5039"}
"""The order of the refused customer: it goes by itself once the customer is in."""


@dataclass(frozen=True)
class Message:
    """One row of the queue."""

    number: int
    kind: str
    record: str
    status: str
    status_code: int | None


def messages(folder: Path) -> list[Message]:
    """The queue, read with plain SQL as any administrator may."""
    with closing(sqlite3.connect(folder / "deskpost.sqlite")) as queue:
        rows = queue.execute("SELECT id, record, status, status_code FROM messages ORDER BY id").fetchall()
    return [Message(number, record.partition(":")[0], record, *stand) for number, record, *stand in rows]


def outcome(messages: Sequence[Message], before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """One line for each kind: what was in the queue, what came of it, and what the company file holds of it now."""
    lines = [f"   {'':<17}{'in the':>8}{'synchro-':>10}{'':>9}{'':>9}{'company file':>21}"]
    lines += [f"   {'':<17}{'queue':>8}{'nized':>10}{'refused':>9}{'waiting':>9}{'before':>12}{'after':>9}"]
    for kind, number in Counter(message.kind for message in messages).items():
        stand = Counter(message.status for message in messages if message.kind == kind)
        cells = (number, stand["synchronized"], stand["failed"], stand["pending"])
        counts = "".join(f"{cell:>{width}}" for cell, width in zip(cells, (8, 10, 9, 9), strict=True))
        lines.append(f"   {kind:<17}{counts}{before.get(kind, 0):>12}{after.get(kind, 0):>9}")
    return "\n".join(lines)


def differences(messages: Sequence[Message], before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    """What is not as it has to be, a sentence each."""
    for message in messages:
        expected = "failed" if message.record in REFUSED else "pending" if message.record in WAITING else "synchronized"
        if message.status != expected:
            yield f"{message.record} is {message.status} and should be {expected}."
        elif message.status_code != REFUSED.get(message.record, message.status_code):
            yield f"{message.record} was refused with {message.status_code}."
    posted = Counter(message.kind for message in messages if message.status == "synchronized")
    for kind, number in posted.items():
        if (gained := after.get(kind, 0) - before.get(kind, 0)) != number:
            yield f"{number} messages of {kind} are synchronized, and the company file has {gained} more."
