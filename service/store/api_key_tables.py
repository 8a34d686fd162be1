"""The table of the keys of the HTTP API. Holds no query."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Table, UniqueConstraint

from service.store.columns import key, link, metadata, moment, partial, text

api_keys = Table(
    "api_keys",
    metadata,
    key(),
    # The company that it is bound to; none for a key of the whole installation.
    link("company_id", "companies", required=False),
    text("name", required=True),
    # What it may do, as JSON.
    text("scopes", required=True),
    # Its beginning, by which it is found, and SHA-256 of the whole; the key itself is kept nowhere.
    text("handle", required=True),
    text("key_hash", required=True),
    text("made_by", required=True),
    moment("made_at", now=True),
    # Set when another one took its place.
    moment("expires_at"),
    moment("revoked_at"),
    moment("last_used_at"),
    UniqueConstraint("handle"),
    CheckConstraint("length(name) BETWEEN 1 AND 60", name="name_length"),
    CheckConstraint("scopes LIKE '[\"%\"]'", name="scopes_listed"),
    CheckConstraint("length(key_hash) = 64", name="key_is_hashed"),
    partial("ix_api_keys_of_company", "company_id", condition="revoked_at IS NULL"),
)
