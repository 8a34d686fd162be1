"""Owns the memory of message sets (qbxml.md 13): which were done, with what outcome. It never runs a request.

Kept per application, in the file. What is kept is each status and, on success, the identity; never the object.
Whether more than one set per application is kept is open (13.4); the safe reading is one, unless the setting
`recovery_records` says `many`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from qwc.company.books import Books
from qwc.company.writer import Answer

LONGEST_ID = 23
CLEAR_ALL = "ClearAllMessageSets"

DONE, NOTHING_KEPT, OTHER_CONTENT, NO_ANSWER, BAD_ID, NOT_STORED = 0, 600, 9001, 9002, 9004, 9005


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the recovery attributes mean for a set. `execute` says whether its requests run, `keep_under` what for.

    `code` is the messageSetStatusCode, None where no recovery attribute was sent.
    """

    execute: bool
    code: int | None = None
    kept: list[Answer] | None = None
    keep_under: str | None = None


def judge(books: Books, application: str, attributes: dict[str, str], checksum: str, *, has_requests: bool) -> Verdict:
    """The table of qbxml.md 13.1; clears what it says to clear. Call it within a write."""
    new, old = attributes.get("newMessageSetID"), attributes.get("oldMessageSetID")
    if new is None and old is None:
        return Verdict(execute=True)
    if any(one is not None and one != CLEAR_ALL and not 0 < len(one) <= LONGEST_ID for one in (new, old)):
        return Verdict(execute=False, code=BAD_ID)
    if new is not None and new == old:
        return _status_check(books, application, new)
    code = DONE
    if old is not None:
        cleared = _clear(books, application, old)
        if not cleared and new is None and old != CLEAR_ALL:
            code = NOTHING_KEPT
    if new is None:
        return Verdict(execute=has_requests and code == DONE, code=code)
    return _first_or_again(books, application, new, checksum)


def _status_check(books: Books, application: str, set_id: str) -> Verdict:
    row = _row(books, application, set_id)
    if row is None:
        # 600 needs that no new id was given; with one, "no kept response found" is what is left (13.2).
        return Verdict(execute=False, code=NO_ANSWER)
    return Verdict(execute=False, code=DONE, kept=_answers(row["outcome"]))


def _first_or_again(books: Books, application: str, set_id: str, checksum: str) -> Verdict:
    row = _row(books, application, set_id)
    if row is None:
        return Verdict(execute=True, code=DONE, keep_under=set_id)
    if row["checksum"] != checksum:
        return Verdict(execute=False, code=OTHER_CONTENT)
    return Verdict(execute=False, code=DONE, kept=_answers(row["outcome"]))


def keep(books: Books, application: str, set_id: str, checksum: str, answers: list[Answer]) -> None:
    """Keep the outcome of a set, errors as well."""
    if books.settings.get("recovery_records") != "many":
        books.storage.run("DELETE FROM message_sets WHERE application = ?", application)
    outcome = [
        {
            "name": answer.name,
            "request_id": answer.request_id,
            "code": answer.code,
            "message": answer.message,
            "recovery": answer.recovery,
        }
        for answer in answers
    ]
    books.storage.insert(
        "message_sets",
        application=application,
        set_id=set_id,
        checksum=checksum,
        kept_at=books.time_text(),
        outcome=json.dumps(outcome),
    )


def forget_all(books: Books) -> None:
    """Lose the whole memory, as after a restored backup."""
    books.storage.run("DELETE FROM message_sets")


def _row(books: Books, application: str, set_id: str) -> dict[str, str] | None:
    row = books.storage.row(
        "SELECT checksum, outcome FROM message_sets WHERE application = ? AND set_id = ?", application, set_id
    )
    return None if row is None else {"checksum": row["checksum"], "outcome": row["outcome"]}


def _clear(books: Books, application: str, set_id: str) -> int:
    if set_id == CLEAR_ALL:
        return books.storage.run("DELETE FROM message_sets WHERE application = ?", application)
    return books.storage.run("DELETE FROM message_sets WHERE application = ? AND set_id = ?", application, set_id)


def _answers(outcome: str) -> list[Answer]:
    return [
        Answer(
            one["name"],
            one["request_id"],
            one["code"],
            one["message"],
            {"ErrorRecovery": one["recovery"]} if one["recovery"] else {},
        )
        for one in json.loads(outcome)
    ]
