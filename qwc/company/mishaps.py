"""Owns mishaps: what can be made to go wrong, how often, and how it then does. It is the only part that breaks things.

A mishap stands in the file, so it works across processes, and is gone after `times` occurrences (None: it stays).
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from qwc.company.books import Books
from qwc.company.hresults import AT_OPENING, IN_A_CRASH
from qwc.company.reader import Node
from qwc.company.refusals import Refusal


class Mishap(StrEnum):
    """Everything that can be made to go wrong."""

    OPENING_REFUSED = "opening refused"  # detail: the HRESULT of begin_session
    RECORD_LOCKED = "record locked"  # detail: 3175 or 3176; target: an id, a name or a kind, or "" for any
    LIST_CHANGED = "list changed"  # 3180 with "modified by another user"; target as above
    NOT_PERMITTED = "not permitted"  # detail: 3260, 3261 or 3263; target as above
    CRASH_BEFORE_ANSWER = "crash before answer"  # done and kept, the answer is lost; detail: the HRESULT
    CRASH_BEFORE_KEEPING = "crash before keeping"  # done, but the outcome is not kept: 9002
    CRASH_WITHIN_SET = "crash within set"  # detail: how many requests are done first
    CRASH_BEFORE_RUNNING = "crash before running"  # nothing is done
    MEMORY_LOST = "memory lost"  # the memory of message sets is gone before the next set
    OUTCOME_NOT_STORED = "outcome not stored"  # done, but answered with 9005 and without responses


DEFAULT_DETAILS = {
    Mishap.OPENING_REFUSED: "0x80040414",
    Mishap.RECORD_LOCKED: "3175",
    Mishap.NOT_PERMITTED: "3260",
    Mishap.CRASH_BEFORE_ANSWER: "0x80010105",
    Mishap.CRASH_BEFORE_KEEPING: "0x80010105",
    Mishap.CRASH_BEFORE_RUNNING: "0x80010105",
    Mishap.CRASH_WITHIN_SET: "1",
}
_POSSIBLE_DETAILS = {
    Mishap.OPENING_REFUSED: AT_OPENING,
    Mishap.RECORD_LOCKED: frozenset({"3175", "3176"}),
    Mishap.NOT_PERMITTED: frozenset({"3260", "3261", "3263"}),
    Mishap.CRASH_BEFORE_ANSWER: IN_A_CRASH,
    Mishap.CRASH_BEFORE_KEEPING: IN_A_CRASH,
    Mishap.CRASH_BEFORE_RUNNING: IN_A_CRASH,
    # How many requests of a set are done first: no set is longer.
    Mishap.CRASH_WITHIN_SET: frozenset(str(number) for number in range(1000)),
}
_MOST_TO_NAME = 100
_ON_REQUESTS = (Mishap.NOT_PERMITTED, Mishap.RECORD_LOCKED, Mishap.LIST_CHANGED)
_READS_ARE_FINE = ("3260", "3263")


class ImpossibleMishap(Exception):
    """A mishap was asked for that QuickBooks cannot have."""

    def __init__(self, kind: Mishap, detail: str) -> None:
        details = sorted(_POSSIBLE_DETAILS[kind], key=lambda one: (len(one), one))
        allowed = ", ".join(details) if len(details) < _MOST_TO_NAME else f"{details[0]} to {details[-1]}"
        super().__init__(f'The mishap "{kind}" cannot have the detail {detail}; possible are: {allowed}.')


def arrange(books: Books, kind: Mishap, *, target: str = "", detail: str = "", times: int | None = 1) -> None:
    """Let something go wrong, the next `times` times it can."""
    detail = detail or DEFAULT_DETAILS.get(kind, "")
    if kind in _POSSIBLE_DETAILS and detail not in _POSSIBLE_DETAILS[kind]:
        raise ImpossibleMishap(kind, detail)
    books.storage.insert("mishaps", kind=kind.value, target=target, detail=detail, times_left=times)


def strike(books: Books, kind: Mishap) -> str | None:
    """Whether this mishap happens now: its detail, or None. One of its times is used up."""
    row = books.storage.row("SELECT * FROM mishaps WHERE kind = ? ORDER BY mishap_id LIMIT 1", kind.value)
    if row is None:
        return None
    _use_up(books, row)
    return str(row["detail"])


def pending(books: Books) -> bool:
    """Whether anything is arranged at all."""
    return books.storage.row("SELECT 1 FROM mishaps LIMIT 1") is not None


def trouble_with(books: Books, object_name: str, verb: str, node: Node) -> Refusal | None:
    """The refusal that a mishap makes of this request, or None. A locked record is free again at the next try."""
    words = _words_in(node) | {object_name.casefold(), verb.casefold()}
    for row in books.storage.rows("SELECT * FROM mishaps ORDER BY mishap_id"):
        kind = Mishap(row["kind"])
        if kind not in _ON_REQUESTS or (row["target"] and row["target"].casefold() not in words):
            continue
        if verb == "Query" and (kind is not Mishap.NOT_PERMITTED or row["detail"] in _READS_ARE_FINE):
            continue
        _use_up(books, row)
        return _refusal(kind, row["detail"], row["target"] or object_name)
    return None


def _refusal(kind: Mishap, detail: str, value: str) -> Refusal:
    if kind is Mishap.LIST_CHANGED:
        return Refusal(3180, kind=value, reason="the list has been modified by another user")
    if kind is Mishap.RECORD_LOCKED:
        return Refusal(int(detail), value=value, reason="it is locked: another user has it open")
    return Refusal(int(detail))


def _use_up(books: Books, row: sqlite3.Row) -> None:
    if row["times_left"] is None:
        return
    if row["times_left"] <= 1:
        books.storage.run("DELETE FROM mishaps WHERE mishap_id = ?", row["mishap_id"])
    else:
        books.storage.run("UPDATE mishaps SET times_left = times_left - 1 WHERE mishap_id = ?", row["mishap_id"])


def _words_in(node: object) -> set[str]:
    if isinstance(node, dict):
        return {word for value in node.values() for word in _words_in(value)}
    if isinstance(node, (list, tuple)):
        return {word for value in node for word in _words_in(value)}
    return {str(node).casefold()}
