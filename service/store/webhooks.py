"""Webhooks and their deliveries: rows in and out. Knows no address and sends nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from service.domain.announcement import DeliveryState
from service.store.prepared import Prepared
from service.store.rows import columns_of, new_id, one, several
from service.store.tables import companies, messages
from service.store.unit import Work
from service.store.webhook_tables import webhook_deliveries, webhooks


class Webhook(NamedTuple):
    """One address that is told; the fields are the columns of the table, `kinds` as JSON."""

    id: int
    company_id: int
    url: str
    kinds: str
    added_by: str
    added_at: datetime
    removed_at: datetime | None


class Delivery(NamedTuple):
    """One announcement to one webhook; the fields are the columns of the table."""

    id: int
    webhook_id: int
    kind: str
    body: str
    state: str
    attempts: int
    announced_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    last_status: int | None
    last_problem: str | None


class Due(NamedTuple):
    """A delivery that was claimed, with where it goes and what it is signed with."""

    id: int
    url: str
    secret: str
    body: str
    attempts: int


class Silent(NamedTuple):
    """A company that waits for a visit: since when, and what waits."""

    id: int
    name: str
    last_visit_at: datetime
    pc: str | None


_webhook_columns = columns_of(webhooks, Webhook)
_delivery_columns = columns_of(webhook_deliveries, Delivery)
_of_company = Prepared(
    select(*_webhook_columns)
    .where(webhooks.c.company_id == bindparam("company_id"), text("webhooks.removed_at IS NULL"))
    .order_by(webhooks.c.id)
)


def add(work: Work, **values: Any) -> int:
    return new_id(work.connection.execute(insert(webhooks).values(**values)))


def by_id(work: Work, webhook_id: int) -> Webhook | None:
    return one(work.connection.execute(select(*_webhook_columns).where(webhooks.c.id == webhook_id)), Webhook)


def of_company(work: Work, company_id: int) -> Sequence[Webhook]:
    """The webhooks of a company that are not removed. Asked with every set that is settled."""
    return several(_of_company.execute(work.connection, {"company_id": company_id}), Webhook)


def remove(work: Work, webhook_id: int) -> None:
    """Take a webhook out of use; what it was still to be told is given up, and its history stays."""
    work.connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(removed_at=work.now))
    work.connection.execute(
        update(webhook_deliveries)
        .where(webhook_deliveries.c.webhook_id == webhook_id, text("webhook_deliveries.state = 'waiting'"))
        .values(
            state=DeliveryState.GIVEN_UP.value,
            next_try_at=None,
            ended_at=work.now,
            last_problem="the webhook was removed",
        )
    )


def announce(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what is to be told; one whose `about` its webhook has already is left out."""
    if not rows:
        return
    dialect = sqlite if work.connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(webhook_deliveries).on_conflict_do_nothing(index_elements=["webhook_id", "about"])
    given = [{"about": None, **row, "announced_at": work.now, "next_try_at": work.now} for row in rows]
    work.connection.execute(statement, given)


def claim(work: Work, most: int, lease: timedelta) -> Sequence[Due]:
    """Take deliveries that are due, each for as long as the lease: nobody else takes them meanwhile."""
    query = (
        select(
            webhook_deliveries.c.id,
            webhooks.c.url,
            webhooks.c.secret,
            webhook_deliveries.c.body,
            webhook_deliveries.c.attempts,
        )
        .join_from(webhook_deliveries, webhooks, webhooks.c.id == webhook_deliveries.c.webhook_id)
        .where(text("webhook_deliveries.state = 'waiting'"), webhook_deliveries.c.next_try_at <= work.now)
        .order_by(webhook_deliveries.c.next_try_at, webhook_deliveries.c.id)
        .limit(most)
        .with_for_update(of=webhook_deliveries, skip_locked=True)
    )
    found = several(work.connection.execute(query), Due)
    if found:
        work.connection.execute(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.id.in_([each.id for each in found]))
            .values(next_try_at=work.now + lease, attempts=webhook_deliveries.c.attempts + 1)
        )
    return found


def end(work: Work, delivery_id: int, state: DeliveryState, status: int | None, problem: str | None) -> None:
    """It was delivered, or given up."""
    _change(
        work,
        delivery_id,
        state=state.value,
        next_try_at=None,
        ended_at=work.now,
        last_status=status,
        last_problem=problem,
    )


def postpone(work: Work, delivery_id: int, until: datetime, status: int | None, problem: str) -> None:
    _change(work, delivery_id, next_try_at=until, last_status=status, last_problem=problem)


def again(work: Work, delivery_id: int) -> None:
    """Tell it once more, beginning with the shortest pause."""
    work.connection.execute(
        update(webhook_deliveries)
        .where(webhook_deliveries.c.id == delivery_id)
        .values(state=DeliveryState.WAITING.value, next_try_at=work.now, ended_at=None, attempts=0)
    )


def delivery(work: Work, delivery_id: int) -> Delivery | None:
    query = select(*_delivery_columns).where(webhook_deliveries.c.id == delivery_id)
    return one(work.connection.execute(query), Delivery)


def deliveries(
    work: Work, company_id: int, limit: int, *, before: int | None = None, not_delivered: bool = False
) -> Sequence[Delivery]:
    """What a company's webhooks were told or are still to be told, newest first, before a number."""
    query = (
        select(*_delivery_columns)
        .join_from(webhook_deliveries, webhooks, webhooks.c.id == webhook_deliveries.c.webhook_id)
        .where(webhooks.c.company_id == company_id)
        .order_by(webhook_deliveries.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(webhook_deliveries.c.id < before)
    if not_delivered:
        query = query.where(webhook_deliveries.c.state != DeliveryState.DELIVERED.value)
    return several(work.connection.execute(query), Delivery)


def silent(work: Work, since: timedelta) -> Sequence[Silent]:
    """The companies with a webhook whose Web Connector stays away while something is to be sent."""
    waits = select(literal(1)).where(
        messages.c.company_id == companies.c.id,
        text("messages.status = 'pending' AND messages.waits_for = 0 AND messages.not_before IS NULL"),
        text("messages.to_read IS NULL"),
    )
    told = select(literal(1)).where(webhooks.c.company_id == companies.c.id, text("webhooks.removed_at IS NULL"))
    query = select(companies.c.id, companies.c.name, companies.c.last_visit_at, companies.c.pc).where(
        companies.c.last_visit_at < work.now - since, told.exists(), waits.exists()
    )
    return several(work.connection.execute(query), Silent)


def _change(work: Work, delivery_id: int, **values: Any) -> None:
    """Write what came of an attempt, unless it was ended meanwhile, its webhook having been removed."""
    work.connection.execute(
        update(webhook_deliveries)
        .where(webhook_deliveries.c.id == delivery_id, text("webhook_deliveries.state = 'waiting'"))
        .values(**values)
    )
