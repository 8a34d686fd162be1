"""The tables of readings: what is asked of QuickBooks' lists, what was read, and the links proposed. Holds no query."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from service.store.columns import flag, key, link, metadata, moment, number, one_of, partial, text

READING_PURPOSES = ("link", "drift")
READING_STATES = ("waiting", "running", "done", "failed")

readings = Table(
    "readings",
    metadata,
    key(),
    link("company_id", "companies"),
    text("purpose", required=True),
    # What a person asked for, the kinds of records that it is about, and the queries that it takes; both as JSON.
    text("asked", required=True),
    text("kinds", required=True),
    text("questions", required=True),
    # Only what was changed since then is read.
    moment("since"),
    text("state", required=True, default="waiting"),
    # How many questions are answered, and how often the present one was begun.
    number("answered"),
    number("attempts"),
    # The set that asked for the page that is awaited.
    link("set_id", "message_sets", required=False),
    # The iterator, the session that it lives and dies with, and how many entries it has still to return.
    text("iterator_id"),
    link("session_id", "sessions", required=False),
    number("remaining", None),
    number("pages"),
    text("asked_by", required=True),
    moment("asked_at", now=True),
    # What was changed before it began was seen by it.
    moment("started_at"),
    moment("finished_at"),
    text("what_happened"),
    # A comparison is closed when it is finished; lists to link are closed when somebody has decided.
    moment("closed_at"),
    text("closed_by"),
    one_of("purpose", READING_PURPOSES),
    one_of("state", READING_STATES),
    CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="finished_at_a_time"),
    CheckConstraint("state <> 'failed' OR what_happened IS NOT NULL", name="failed_for_a_reason"),
    CheckConstraint("state IN ('done', 'failed') OR closed_at IS NULL", name="closed_when_finished"),
    CheckConstraint("(iterator_id IS NULL) = (session_id IS NULL)", name="iterator_of_a_session"),
    CheckConstraint("attempts >= 0 AND answered >= 0", name="counts_range"),
    partial("uq_readings_open", "company_id", "purpose", condition="closed_at IS NULL", unique=True),
    partial("ix_readings_unfinished", "company_id", "id", condition="state IN ('waiting', 'running')"),
    partial("ix_readings_set", "set_id", condition="set_id IS NOT NULL"),
    Index(None, "company_id", "purpose", "id"),
)

read_entries = Table(
    "read_entries",
    metadata,
    key(),
    link("reading_id", "readings"),
    # The place of the question that it answers.
    number("question"),
    text("kind", required=True),
    # ListID or TxnID.
    text("quickbooks_id", required=True),
    # FullName or RefNumber.
    text("full_name"),
    # The account number, or the number of an item's maker.
    text("number"),
    text("email"),
    text("edit_sequence"),
    # As QuickBooks wrote them, with the offset of its PC.
    text("time_created"),
    text("time_modified"),
    text("time_deleted"),
    flag("inactive"),
    # The TxnIDs of the documents that belong to it, as JSON: payments of an invoice.
    text("linked"),
    # The FullName of the entry whose documents it became.
    text("merged_into"),
    # Somebody saw that it was deleted, and it is listed no more.
    moment("seen_at"),
    moment("read_at", now=True),
    UniqueConstraint("reading_id", "kind", "quickbooks_id"),
    Index(None, "reading_id", "question"),
    Index(None, "quickbooks_id"),
)

link_proposals = Table(
    "link_proposals",
    metadata,
    key(),
    link("company_id", "companies"),
    text("record", required=True),
    link("entry_id", "read_entries"),
    text("rule", required=True),
    moment("proposed_at", now=True),
    UniqueConstraint("company_id", "record"),
    Index(None, "entry_id"),
)
