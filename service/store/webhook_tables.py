"""The tables of webhooks: whom to tell, and what each was told or is still to be told. Holds no query."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from service.domain.announcement import Announcement, DeliveryState
from service.store.columns import key, link, metadata, moment, number, one_of, partial, text

webhooks = Table(
    "webhooks",
    metadata,
    key(),
    link("company_id", "companies"),
    text("url", required=True),
    # What bodies are signed with. It cannot be a hash: the receiver has the same one.
    text("secret", required=True),
    # The kinds of announcements it is told of, as JSON.
    text("kinds", required=True),
    text("added_by", required=True),
    moment("added_at", now=True),
    moment("removed_at"),
    CheckConstraint("url LIKE 'http%'", name="url_is_an_address"),
    partial("ix_webhooks_of_company", "company_id", condition="removed_at IS NULL"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    key(),
    link("webhook_id", "webhooks"),
    text("kind", required=True),
    # The same for an announcement that would come again by itself, so that it is made once.
    text("about"),
    text("body", required=True),
    text("state", required=True, default=DeliveryState.WAITING.value),
    number("attempts"),
    moment("announced_at", now=True),
    # When it is tried next; while one is at it, when another may take over.
    moment("next_try_at"),
    moment("ended_at"),
    number("last_status", None),
    text("last_problem"),
    one_of("kind", tuple(Announcement)),
    one_of("state", tuple(DeliveryState)),
    CheckConstraint("(state = 'waiting') = (next_try_at IS NOT NULL)", name="waiting_until_a_time"),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_at_a_time"),
    CheckConstraint("attempts >= 0", name="attempts_range"),
    UniqueConstraint("webhook_id", "about"),
    partial("ix_webhook_deliveries_due", "next_try_at", condition="state = 'waiting'"),
    Index(None, "webhook_id", "id"),
)
