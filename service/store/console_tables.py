"""The tables of the console: who is signed in, and how people and companies are shown. Holds no query."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from service.store.columns import key, link, metadata, moment, text
from service.store.tables import events, messages, requirements

console_sessions = Table(
    "console_sessions",
    metadata,
    key(),
    # SHA-256 of the id in the cookie: whoever reads the table cannot come in with it.
    text("token_hash", required=True),
    link("user_id", "users"),
    # Changes with the password, so that a changed password signs everybody out who used the old one.
    text("password_mark", required=True),
    moment("opened_at", now=True),
    moment("last_seen_at", now=True),
    text("address"),
    # What is to be told on the next page, as JSON.
    text("notices"),
    UniqueConstraint("token_hash"),
    Index(None, "user_id"),
)

console_users = Table(
    "console_users",
    metadata,
    key(),
    link("user_id", "users"),
    text("full_name"),
    moment("last_sign_in_at"),
    UniqueConstraint("user_id"),
)

console_companies = Table(
    "console_companies",
    metadata,
    key(),
    link("company_id", "companies"),
    # A name of the IANA time zone database, such as America/New_York.
    text("time_zone"),
    # Who pressed Start last, and when; companies.started_at is cleared when the work is done.
    text("started_by"),
    moment("started_at"),
    UniqueConstraint("company_id"),
)

retried_failures = Table(
    "retried_failures",
    metadata,
    key(),
    link("message_id", "messages"),
    moment("kept_at", now=True),
    # The columns of the message that told of the failure, as JSON.
    text("told", required=True),
    UniqueConstraint("message_id"),
    Index(None, "kept_at"),
)

skipped = "status = 'skipped'"
Index(
    "ix_messages_skipped",
    messages.c.company_id,
    messages.c.id,
    sqlite_where=sql(skipped),
    postgresql_where=sql(skipped),
)
entered = "status = 'manually_entered'"
Index(
    "ix_messages_entered",
    messages.c.company_id,
    messages.c.settled_at,
    messages.c.id,
    sqlite_where=sql(entered),
    postgresql_where=sql(entered),
)
# Who refers to a record, also once it is settled: the transactions of a customer.
Index("ix_requirements_referring", requirements.c.company_id, requirements.c.record, requirements.c.message_id)
beside = "message_id IS NULL"
Index(
    "ix_events_beside_messages",
    events.c.company_id,
    events.c.id,
    sqlite_where=sql(beside),
    postgresql_where=sql(beside),
)
