"""The table of what was skipped before Deskpost: what is known of each beside its message. Holds no query."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Table, UniqueConstraint

from service.store.columns import key, link, metadata, moment, partial, text

old_skipped = Table(
    "old_skipped",
    metadata,
    key(),
    link("company_id", "companies"),
    link("message_id", "messages"),
    Column("date", Date, nullable=False),
    text("kind", required=True),
    text("number", required=True),
    text("customer"),
    # An exact decimal, written as text: SQLite has no decimals.
    text("amount"),
    text("reason", required=True),
    # The same for two rows that tell of the same transaction, so that a file imported twice is imported once.
    text("fingerprint", required=True),
    # Somebody dealt with it by other means, and said how.
    moment("closed_at"),
    text("closing_note"),
    UniqueConstraint("message_id"),
    UniqueConstraint("company_id", "fingerprint"),
    CheckConstraint("(closed_at IS NULL) = (closing_note IS NULL)", name="closed_with_a_note"),
    partial("ix_old_skipped_open", "company_id", "id", condition="closed_at IS NULL"),
)
