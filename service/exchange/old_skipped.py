"""Imports what was skipped before Deskpost, all of it or nothing, and closes what is dealt with by other means.

Each row becomes a message that is skipped. With its document it can be sent after all, as an Add of a record of its
own: `Invoice:old-10248` is never taken for the order system's `Invoice:10248`. Without, people are told whom to ask.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.operation import Operation
from service.domain.refusals import DocumentRefused, Refusal
from service.domain.status import Status
from service.exchange import checking, enqueue, moves, skipped_file
from service.exchange import document as documents
from service.exchange.skipped_file import FileRefused, Row
from service.store import events, messages, old_skipped, requirements
from service.store.companies import Company
from service.store.old_skipped import OldSkipped
from service.store.unit import Work

IMPORTED = "import old skipped"
LONGEST_NOTE = 1000


class NotOld(Refusal):
    def __init__(self, message_id: int, document: str) -> None:
        super().__init__(
            f"Message {message_id} ({document}) was not imported from before, so it is not closed: restore it, or "
            "leave it skipped."
        )


class NotSkipped(Refusal):
    def __init__(self, message_id: int, document: str, status: str) -> None:
        super().__init__(f"Message {message_id} ({document}) is {status}: only what is skipped is closed.")


class ClosedAlready(Refusal):
    def __init__(self, message_id: int, document: str, note: str) -> None:
        super().__init__(f"Message {message_id} ({document}) was closed already, with the note: {note}")


class NotClosed(Refusal):
    def __init__(self, message_id: int, document: str) -> None:
        super().__init__(f"Message {message_id} ({document}) is not closed: it stands on the list.")


class NoteMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Say with a note how it was dealt with, such as 'entered by hand in 2025'.")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: new ones, those that were here, and those of them whose document came now."""

    added: int = 0
    known: int = 0
    completed: int = 0


def import_file(work: Work, company: Company, data: bytes, *, by: str) -> Imported:
    """Bring the rows of a CSV file in. Raises FileRefused with all complaints; then nothing may be kept."""
    rows, wrong = skipped_file.read(data)
    complaints = {int(one.partition(":")[0].removeprefix("line ")): one for one in wrong}
    counted = {"added": 0, "known": 0, "completed": 0}
    for row in rows:
        try:
            counted[_take(work, company, row, by)] += 1
        except DocumentRefused as refusal:
            complaints[row.line] = f"line {row.line}: document: {'; '.join(refusal.complaints)}"
        except Refusal as refusal:
            complaints[row.line] = f"line {row.line}: {refusal}"
    if complaints:
        raise FileRefused([complaints[line] for line in sorted(complaints)])
    return Imported(**counted)


def close(work: Work, message_id: int, note: str, *, by: str) -> None:
    """An old one was dealt with by other means: it leaves the list, with a note.

    Raises NoteMissing, NotOld, NotSkipped or ClosedAlready.
    """
    note = note.strip()[:LONGEST_NOTE]
    if not note:
        raise NoteMissing
    message = messages.by_id(work, message_id)
    old = old_skipped.of_message(work, message_id)
    if old is None:
        raise NotOld(message_id, message.document)
    if message.status != Status.SKIPPED.value:
        raise NotSkipped(message_id, message.document, message.status)
    if old.closing_note is not None:
        raise ClosedAlready(message_id, message.document, old.closing_note)
    old_skipped.close(work, message_id, note)
    moves.note(work, message, "close", by, note)


def open_again(work: Work, message_id: int, *, by: str) -> None:
    """One that was closed stands on the list again; its note stays in its history. Raises NotOld or NotClosed."""
    message = messages.by_id(work, message_id)
    old = old_skipped.of_message(work, message_id)
    if old is None:
        raise NotOld(message_id, message.document)
    if old.closing_note is None:
        raise NotClosed(message_id, message.document)
    old_skipped.close(work, message_id, None)
    moves.note(work, message, "open again", by, f"it was closed with: {old.closing_note}")


def _take(work: Work, company: Company, row: Row, by: str) -> str:
    fingerprint = _fingerprint(row)
    known = old_skipped.by_fingerprint(work, company.id, fingerprint)
    if known is not None:
        return "completed" if row.content is not None and _complete(work, company, known, row, by) else "known"
    record = _free_record(work, company, row, fingerprint)
    given, checked = _checked(company, record, row)
    message_id = messages.add(
        work,
        company_id=company.id,
        operation=Operation.ADD.value,
        record=record,
        content=documents.canonical(given.content) if given is not None else None,
        fingerprint=given.fingerprint if given is not None else None,
        status=Status.SKIPPED.value,
        waits_for=0,
        external_guid=enqueue.new_guid(),
        note=row.reason,
        enqueued_by=by,
        settled_at=work.now,
    )
    old_skipped.add(
        work,
        company_id=company.id,
        message_id=message_id,
        date=row.date,
        kind=row.kind,
        number=row.number,
        customer=row.customer,
        amount=row.amount,
        reason=row.reason,
        fingerprint=fingerprint,
    )
    _require(work, company, message_id, checked)
    _note(work, company, message_id, by, row.reason)
    return "added"


def _complete(work: Work, company: Company, known: OldSkipped, row: Row, by: str) -> bool:
    """Keep the document of one that came without it; False if it has one, or if somebody dealt with it."""
    message = messages.by_id(work, known.message_id)
    if message.content is not None or message.status != Status.SKIPPED.value or known.closing_note is not None:
        return False
    given, checked = _checked(company, str(message.record), row)
    assert given is not None
    content = documents.canonical(given.content)
    messages.change(work, message.id, content=content, fingerprint=given.fingerprint)
    _require(work, company, message.id, checked)
    _note(work, company, message.id, by, "its document came")
    return True


def _checked(company: Company, record: str, row: Row) -> tuple[documents.Document | None, Sequence[str]]:
    """The document of a row, checked as any other, and the records that it refers to."""
    if row.content is None:
        return None, ()
    given = documents.read({"operation": Operation.ADD.value, "record": record, "content": row.content})
    if given.content.get("RefNumber") not in (None, row.number):
        complaint = f"its RefNumber is {given.content['RefNumber']}, and the row says {row.number}"
        raise DocumentRefused(record, [complaint])
    return given, [str(one) for one in checking.check(given, company).references]


def _require(work: Work, company: Company, message_id: int, records: Sequence[str]) -> None:
    waits_for = requirements.write(work, company.id, message_id, records=records, earlier=[])
    messages.change(work, message_id, waits_for=waits_for)


def _free_record(work: Work, company: Company, row: Row, fingerprint: str) -> str:
    """A record of its own: two old transactions may have the same number."""
    record = f"{row.kind}:old-{row.number}"
    return f"{record}-{fingerprint[:8]}" if old_skipped.is_taken(work, company.id, record) else record


def _fingerprint(row: Row) -> str:
    """The same for two rows that tell of the same transaction, whatever is said of why it was skipped."""
    told = [row.date.isoformat(), row.kind, row.number, row.customer or "", row.amount or ""]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _note(work: Work, company: Company, message_id: int, by: str, note: str) -> None:
    events.add(
        work,
        [{"actor": by, "action": IMPORTED, "company_id": company.id, "message_id": message_id, "note": note}],
    )
