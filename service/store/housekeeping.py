"""What is old enough to be removed or moved out, found and removed in batches. Decides nothing about how old that is.

It touches nothing that could still decide whether something is posted: identities, idempotency keys, revisions,
unanswered sets and the messages that are in one all stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, or_, select, update

from service.domain.announcement import DeliveryState
from service.domain.status import Status
from service.store.account_tables import sign_in_failures
from service.store.console_tables import console_sessions
from service.store.tables import events, message_sets, messages, requirements
from service.store.unit import Work
from service.store.webhook_tables import webhook_deliveries

ARCHIVED = (Status.SYNCHRONIZED, Status.SUPERSEDED)
"""The statuses that no move leaves and nobody decides about any more."""

_settled = [status.value for status in ARCHIVED]


def empty_sets(work: Work, before: datetime, most: int) -> int:
    """Remove the texts of sets that were answered before a time; their rows stay. Returns how many there were.

    Sets with a message that is in flight or in doubt are left: a person may have to compare.
    """
    open_ones = select(messages.c.id).where(
        messages.c.set_id == message_sets.c.id,
        messages.c.status.in_([Status.IN_FLIGHT.value, Status.IN_DOUBT.value]),
    )
    old = (
        select(message_sets.c.id)
        .where(
            message_sets.c.answered_at < before,
            message_sets.c.state.in_(["answered", "refused"]),
            or_(message_sets.c.request != b"", message_sets.c.answer.is_not(None)),
            ~open_ones.exists(),
        )
        .order_by(message_sets.c.id)
        .limit(most)
    )
    return _changed(
        work.connection.execute(
            update(message_sets).where(message_sets.c.id.in_(old.scalar_subquery())).values(request=b"", answer=None)
        )
    )


def remove_deliveries(work: Work, before: datetime, most: int) -> int:
    """Remove what webhooks were told, or what was given up, before a time."""
    old = (
        select(webhook_deliveries.c.id)
        .where(webhook_deliveries.c.ended_at < before, webhook_deliveries.c.state != DeliveryState.WAITING.value)
        .limit(most)
    )
    return _changed(
        work.connection.execute(delete(webhook_deliveries).where(webhook_deliveries.c.id.in_(old.scalar_subquery())))
    )


def remove_console_sessions(work: Work, before: datetime, most: int) -> int:
    """Remove the sign-ins to the console that were last used before a time: they ended long ago."""
    old = select(console_sessions.c.id).where(console_sessions.c.last_seen_at < before).limit(most)
    return _changed(
        work.connection.execute(delete(console_sessions).where(console_sessions.c.id.in_(old.scalar_subquery())))
    )


def remove_sign_in_failures(work: Work, before: datetime, most: int) -> int:
    """Remove the failures to sign in whose waiting time was over before a time."""
    old = select(sign_in_failures.c.user_name, sign_in_failures.c.address).where(
        sign_in_failures.c.next_try_at < before
    )
    found = work.connection.execute(old.limit(most)).all()
    for user_name, address in found:
        work.connection.execute(
            delete(sign_in_failures).where(
                sign_in_failures.c.user_name == user_name,
                sign_in_failures.c.address == address,
                sign_in_failures.c.next_try_at < before,
            )
        )
    return len(found)


def to_archive(work: Work, before: datetime, after: int, most: int) -> Sequence[Mapping[str, Any]]:
    """The rows of messages that were settled before a time and are whole, in the order of their numbers, locked."""
    query = (
        select(messages)
        .where(
            messages.c.id > after,
            messages.c.status.in_(_settled),
            messages.c.changed_at < before,
            messages.c.archived_at.is_(None),
            messages.c.to_read.is_(None),
        )
        .order_by(messages.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [dict(row) for row in work.connection.execute(query).mappings()]


def history_of(work: Work, message_ids: Sequence[int]) -> Mapping[int, Sequence[Mapping[str, Any]]]:
    """The rows of the events of some messages, oldest first, by the message's number."""
    found: dict[int, list[Mapping[str, Any]]] = {number: [] for number in message_ids}
    query = select(events).where(events.c.message_id.in_(message_ids)).order_by(events.c.id)
    for row in work.connection.execute(query).mappings():
        found[row["message_id"]].append(dict(row))
    return found


def move_out(work: Work, message_ids: Sequence[int]) -> None:
    """Remove the documents and the history of messages that an archive holds now.

    What stays is what must never be forgotten: record, operation, revision, idempotency key, fingerprint, status, and
    what QuickBooks calls it.
    """
    work.connection.execute(delete(events).where(events.c.message_id.in_(message_ids)))
    work.connection.execute(
        delete(requirements).where(requirements.c.message_id.in_(message_ids), requirements.c.settled)
    )
    work.connection.execute(
        update(messages)
        .where(messages.c.id.in_(message_ids), messages.c.status.in_(_settled))
        .values(archived_at=work.now, content=None, present=None, sent_lines=None, quickbooks_said=None)
    )
    # A raw request's text has to be there, says a rule of the table.
    work.connection.execute(
        update(messages).where(messages.c.id.in_(message_ids), messages.c.request.is_not(None)).values(request="")
    )


def _changed(result: CursorResult[Any]) -> int:
    return int(result.rowcount)
