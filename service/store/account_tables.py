"""The tables of companies, of the connections issued for them, and of people. Holds no query."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from service.domain.privilege import Privilege
from service.store.columns import Moment, flag, key, link, metadata, moment, number, one_of, partial, text

companies = Table(
    "companies",
    metadata,
    key(),
    text("name", required=True),
    moment("created_at", now=True),
    # What the first session pinned, and what the last one saw.
    text("pinned_file_id"),
    text("pinned_company_name"),
    text("company_file_path"),
    text("pc"),
    text("product_name"),
    text("qbxml_version"),
    text("country", required=True, default="US"),
    text("file_mode"),
    moment("last_visit_at"),
    text("mismatch"),
    # Settings.
    text("path_to_open"),
    number("set_limit", 100),
    flag("send_only_after_start"),
    moment("started_at"),
    flag("link_existing"),
    flag("create_missing"),
    text("income_account"),
    flag("substitute_characters"),
    # The size of the next message set, and the settled set that QuickBooks may forget.
    number("set_size", 10),
    text("unacknowledged"),
    # What was open when a visit was stopped: an administrator may confirm it.
    text("seen_company_name"),
    text("seen_file_id"),
    text("seen_path"),
    UniqueConstraint("name"),
    CheckConstraint("set_limit BETWEEN 1 AND 100", name="set_limit_range"),
    CheckConstraint("set_size BETWEEN 1 AND 100", name="set_size_range"),
)

users = Table(
    "users",
    metadata,
    key(),
    text("name", required=True),
    text("password_hash"),
    moment("created_at", now=True),
    moment("disabled_at"),
    UniqueConstraint("name"),
)

grants = Table(
    "grants",
    metadata,
    key(),
    link("user_id", "users"),
    text("privilege", required=True),
    link("company_id", "companies", required=False),
    one_of("privilege", tuple(Privilege)),
    UniqueConstraint("user_id", "privilege", "company_id"),
    partial("uq_grants_everywhere", "user_id", "privilege", condition="company_id IS NULL", unique=True),
)

connections = Table(
    "connections",
    metadata,
    key(),
    link("company_id", "companies"),
    link("user_id", "users"),
    text("user_name", required=True),
    text("password_hash", required=True),
    text("owner_id", required=True),
    text("file_id", required=True),
    text("app_name", required=True),
    moment("issued_at", now=True),
    moment("revoked_at"),
    moment("last_visit_at"),
    text("pc"),
    # The interval of automatic runs as the .qwc gives it, which people may change in the Web Connector.
    number("run_every_minutes", None),
    # The version of the Web Connector at its last visit.
    text("client_version"),
    UniqueConstraint("user_name"),
    UniqueConstraint("file_id"),
)

# A Web Connector says its version before it says who it is.
announced_versions = Table(
    "announced_versions",
    metadata,
    text("address", required=True),
    text("version"),
    Column("announced_at", Moment, nullable=False),
    UniqueConstraint("address"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    text("user_name", required=True),
    text("address", required=True),
    number("failures", 0),
    Column("next_try_at", Moment, nullable=False),
    UniqueConstraint("user_name", "address"),
)
