"""The message sets: the exact bytes that were handed out, and what came back. Never builds or reads qbXML."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, text, update

from service.store.engine import locked
from service.store.prepared import Prepared
from service.store.rows import columns_of, one, several
from service.store.tables import message_sets, sessions
from service.store.unit import Work

PACKED_FROM = 1_000_000
"""Characters from which on an answer is kept compressed."""

_PACKED = b"\x78"
"""How zlib's output begins, and no XML ever does."""


class MessageSet(NamedTuple):
    """What one `sendRequestXML` handed out, without the texts; the fields are columns of the table."""

    id: int
    company_id: int
    session_id: int
    purpose: str
    state: str
    recovery_id: str | None
    recovers_id: int | None
    size: int
    times_sent: int
    qbxml_version: str
    hresult: str | None
    hresult_message: str | None
    handed_out_at: datetime
    answered_at: datetime | None
    checks_identities: bool


_columns = columns_of(message_sets, MessageSet)
_open = message_sets.c.state.in_(["handed_out", "unknown"])
"""Handed out and never answered, or answered in a way that leaves the outcome open."""
_add = Prepared(insert(message_sets).returning(message_sets.c.id))
_outstanding = Prepared(
    locked(
        select(*_columns).where(
            message_sets.c.session_id == bindparam("session_id"), text("message_sets.state = 'handed_out'")
        )
    )
)
_unanswered = Prepared(
    locked(
        select(*_columns).where(
            message_sets.c.company_id == bindparam("company_id"),
            text("message_sets.purpose = 'write' AND message_sets.state IN ('handed_out', 'unknown')"),
        )
    )
)
"""Both written as literals, so that the databases see that their partial indexes apply."""
_answer = Prepared(update(message_sets).where(message_sets.c.id == bindparam("answered_id"), _open))


def add(
    work: Work,
    *,
    company_id: int,
    session_id: int,
    purpose: str,
    qbxml_version: str,
    request: bytes,
    size: int = 0,
    recovery_id: str | None = None,
    recovers_id: int | None = None,
    checks_identities: bool = False,
) -> int:
    """Keep a set as handed out; the database refuses a second unanswered one that writes."""
    values = {
        "company_id": company_id,
        "session_id": session_id,
        "purpose": purpose,
        "qbxml_version": qbxml_version,
        "request": request,
        "size": size,
        "recovery_id": recovery_id,
        "recovers_id": recovers_id,
        "checks_identities": checks_identities,
        "handed_out_at": work.now,
    }
    return int(_add.execute(work.connection, values).scalar())


def outstanding(work: Work, session_id: int) -> MessageSet | None:
    """The set that this session handed out and has no answer to yet, locked."""
    return one(_outstanding.execute(work.connection, {"session_id": session_id}), MessageSet)


def unanswered(work: Work, company_id: int) -> MessageSet | None:
    """The company's one set of writes whose outcome is not known, locked, whichever session handed it out."""
    return one(_unanswered.execute(work.connection, {"company_id": company_id}), MessageSet)


def is_settled(work: Work, company_id: int, recovery_id: str) -> bool:
    """Whether a company has a set of this recovery id whose outcome is known."""
    query = select(message_sets.c.id).where(
        message_sets.c.recovery_id == recovery_id,
        message_sets.c.company_id == company_id,
        message_sets.c.state.in_(["answered", "refused"]),
    )
    return work.connection.execute(query).first() is not None


def lost_questions(work: Work, company_id: int) -> Sequence[MessageSet]:
    """The sets that only read whose answers will not come any more, because their session is over; locked."""
    over = select(sessions.c.id).where(sessions.c.company_id == company_id, sessions.c.state != "open")
    query = select(*_columns).where(
        message_sets.c.company_id == company_id,
        message_sets.c.purpose != "write",
        text("message_sets.state = 'handed_out'"),
        message_sets.c.session_id.in_(over),
    )
    return several(work.connection.execute(locked(query)), MessageSet)


def by_id(work: Work, set_id: int) -> MessageSet | None:
    return one(work.connection.execute(select(*_columns).where(message_sets.c.id == set_id)), MessageSet)


def of_session(work: Work, session_id: int) -> Sequence[MessageSet]:
    query = select(*_columns).where(message_sets.c.session_id == session_id).order_by(message_sets.c.id)
    return several(work.connection.execute(query), MessageSet)


def texts(work: Work, set_id: int) -> tuple[bytes, bytes | None]:
    """The exact bytes of the request, and of the answer if there is one."""
    query = select(message_sets.c.request, message_sets.c.answer).where(message_sets.c.id == set_id)
    request, answer = work.connection.execute(query).one()
    return request, zlib.decompress(answer) if answer is not None and answer.startswith(_PACKED) else answer


def packed(text: str) -> bytes:
    """An answer as it is kept: UTF-8, and compressed if it is long, piece by piece so that it is never there twice."""
    if len(text) < PACKED_FROM:
        return text.encode("utf-8", "replace")
    press = zlib.compressobj(1)
    pieces = [
        press.compress(text[place : place + PACKED_FROM].encode("utf-8", "replace"))
        for place in range(0, len(text), PACKED_FROM)
    ]
    return b"".join([*pieces, press.flush()])


def answered_recoveries(work: Work, set_id: int) -> Counter[str]:
    """How many status checks and look-ups for a set were answered; one whose answer was lost has to be repeated."""
    query = select(message_sets.c.purpose).where(
        message_sets.c.recovers_id == set_id, message_sets.c.state == "answered"
    )
    return Counter(work.connection.execute(query).scalars())


def answer(
    work: Work, set_id: int, state: str, *, answer: bytes | None = None, hresult: str = "", message: str = ""
) -> bool:
    """Keep what came back and the state that it leads to. False, and nothing changed, if the set is settled already."""
    values = {
        "answered_id": set_id,
        "state": state,
        "answer": answer,
        "hresult": hresult or None,
        "hresult_message": message or None,
        "answered_at": work.now,
    }
    return _answer.execute(work.connection, values).rowcount == 1


def send_again(work: Work, set_id: int, session_id: int) -> None:
    """Hand the same bytes out once more, in another session."""
    work.connection.execute(
        update(message_sets)
        .where(message_sets.c.id == set_id, _open)
        .values(
            state="handed_out",
            session_id=session_id,
            times_sent=message_sets.c.times_sent + 1,
            handed_out_at=work.now,
            answered_at=None,
        )
    )


def recoveries(work: Work, set_id: int) -> Sequence[MessageSet]:
    """The status checks and look-ups for a set, oldest first, answered or not."""
    query = select(*_columns).where(message_sets.c.recovers_id == set_id).order_by(message_sets.c.id)
    return several(work.connection.execute(query), MessageSet)
