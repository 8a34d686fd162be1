"""The tables, with the rules that the database itself keeps. Holds no query.

Every rule that a second process, or a person with an SQL prompt, could break stands here as a CHECK, a foreign key
or a unique index; the functions of the other modules only ask nicely.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, UniqueConstraint

from service.domain.operation import NEEDS_A_RECORD, Operation
from service.domain.status import MOVES, Status
from service.store.account_tables import companies, connections, grants, sign_in_failures, users
from service.store.columns import flag, key, link, metadata, moment, number, one_of, partial, text
from service.store.old_skipped_tables import old_skipped
from service.store.reading_tables import link_proposals, read_entries, readings

__all__ = [
    "companies",
    "connections",
    "events",
    "grants",
    "identities",
    "link_proposals",
    "message_sets",
    "messages",
    "old_skipped",
    "read_entries",
    "readings",
    "requirements",
    "sessions",
    "sign_in_failures",
    "users",
]

SESSION_STATES = ("open", "closed", "replaced", "expired", "refused")
SET_PURPOSES = ("write", "read", "prepare", "status_check", "look_up")
READINGS = ("current", "name", "number")
SET_STATES = ("handed_out", "answered", "refused", "unknown")
ABOUT_A_RESTORE = "action IN ('check after restore', 'leave after restore', 'list again after restore')"
"""The events about what a restored backup lacks: written as a literal, for the partial index."""


def _lawful_moves() -> str:
    pairs = {(leaves.value, move.reaches.value) for move in MOVES.values() for leaves in move.leaves}
    return " OR ".join(f"(from_status = '{a}' AND to_status = '{b}')" for a, b in sorted(pairs))


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


sessions = Table(
    "sessions",
    metadata,
    key(),
    text("ticket", required=True),
    link("company_id", "companies"),
    link("connection_id", "connections"),
    text("state", required=True, default="open"),
    moment("opened_at", now=True),
    moment("last_call_at", now=True),
    moment("closed_at"),
    text("address"),
    text("client_version"),
    text("company_file_path"),
    text("country"),
    text("qbxml_version"),
    flag("confirmed"),
    # Progress is counted here, so that no call has to count messages.
    number("total"),
    number("handed_out"),
    number("synchronized"),
    number("failed"),
    number("released"),
    number("doubted"),
    number("progress"),
    number("connection_errors"),
    text("trouble"),
    text("outcome"),
    one_of("state", SESSION_STATES),
    UniqueConstraint("ticket"),
    CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
    CheckConstraint("progress BETWEEN 0 AND 100", name="progress_range"),
    partial("uq_sessions_open", "company_id", condition="state = 'open'", unique=True),
    Index(None, "company_id", "id"),
)

message_sets = Table(
    "message_sets",
    metadata,
    key(),
    link("company_id", "companies"),
    link("session_id", "sessions"),
    text("purpose", required=True),
    text("state", required=True, default="handed_out"),
    text("recovery_id"),
    link("recovers_id", "message_sets", required=False),
    number("size", 0),
    number("times_sent", 1),
    text("qbxml_version", required=True),
    Column("request", LargeBinary, nullable=False),
    Column("answer", LargeBinary),
    text("hresult"),
    text("hresult_message"),
    moment("handed_out_at", now=True),
    moment("answered_at"),
    # It only asks whether QuickBooks still has what we know of, after a backup was restored.
    flag("checks_identities"),
    one_of("purpose", SET_PURPOSES),
    one_of("state", SET_STATES),
    UniqueConstraint("recovery_id"),
    CheckConstraint("(purpose = 'write') = (recovery_id IS NOT NULL)", name="writes_have_a_recovery_id"),
    CheckConstraint("length(recovery_id) BETWEEN 1 AND 23", name="recovery_id_length"),
    CheckConstraint(
        "(purpose IN ('status_check', 'look_up')) = (recovers_id IS NOT NULL)", name="recovery_names_its_set"
    ),
    CheckConstraint("(state = 'handed_out') = (answered_at IS NULL)", name="answered_when_not_handed_out"),
    partial(
        "uq_message_sets_unanswered",
        "company_id",
        condition="purpose = 'write' AND state IN ('handed_out', 'unknown')",
        unique=True,
    ),
    partial("uq_message_sets_outstanding", "session_id", condition="state = 'handed_out'", unique=True),
    Index(None, "session_id", "id"),
    partial("ix_message_sets_recovers_id", "recovers_id", condition="recovers_id IS NOT NULL"),
)

messages = Table(
    "messages",
    metadata,
    key(),
    link("company_id", "companies"),
    text("operation", required=True),
    text("record"),
    text("content"),
    text("request"),
    number("revision", None),
    text("idempotency_key"),
    text("fingerprint"),
    number("priority", 5),
    moment("not_before"),
    text("status", required=True, default=Status.PENDING.value),
    # How many requirements are unsettled; NULL until the service has looked at the message for the first time.
    number("waits_for", None),
    # The most messages that may share a set with this one, after QuickBooks refused a set that held it.
    number("set_cap", None),
    number("attempts"),
    number("postponements"),
    link("set_id", "message_sets", required=False),
    text("external_guid"),
    # True for a message that changes nothing in QuickBooks; it never shares a set with one that does.
    flag("reads"),
    # What has to be read in QuickBooks before it can go (or, entered by hand, be known), how often it was read anew,
    # what was read last, and the lines as they were sent.
    text("to_read"),
    number("rereads"),
    text("present"),
    text("sent_lines"),
    # What came of it.
    number("status_code", None),
    text("quickbooks_said"),
    text("what_happened"),
    text("what_to_do"),
    text("offers"),
    text("quickbooks_id"),
    text("quickbooks_number"),
    text("note"),
    text("enqueued_by", required=True, default="sql"),
    moment("created_at", now=True),
    moment("changed_at", now=True),
    moment("settled_at"),
    # Its document and its history stand in an archive since then.
    moment("archived_at"),
    one_of("operation", tuple(Operation)),
    one_of("status", tuple(Status)),
    one_of("to_read", READINGS),
    CheckConstraint("priority BETWEEN 1 AND 9", name="priority_range"),
    # On SQLite, which cannot add a rule to a table, a trigger does the same: migration 0017.
    CheckConstraint(
        "not_before >= '1900-01-01 00:00+00' AND not_before < '9000-01-01 00:00+00'", name="not_before_range"
    ).ddl_if(dialect="postgresql"),
    CheckConstraint("set_cap >= 1", name="set_cap_range"),
    CheckConstraint("waits_for >= 0", name="waits_for_range"),
    CheckConstraint("(operation = 'raw') = (request IS NOT NULL)", name="raw_has_a_request"),
    CheckConstraint(
        f"operation NOT IN ({_listed(tuple(NEEDS_A_RECORD))}) OR record IS NOT NULL",
        name="changes_name_a_record",
    ),
    CheckConstraint(
        "status NOT IN ('in_flight', 'in_doubt', 'synchronized') OR set_id IS NOT NULL OR what_happened IS NOT NULL",
        name="sent_in_a_set",
    ),
    CheckConstraint("status <> 'in_flight' OR set_id IS NOT NULL", name="in_flight_in_a_set"),
    CheckConstraint("status <> 'synchronized' OR settled_at IS NOT NULL", name="synchronized_at_a_time"),
    partial(
        "uq_messages_idempotency_key",
        "company_id",
        "idempotency_key",
        condition="idempotency_key IS NOT NULL",
        unique=True,
    ),
    # One message of a record at a time may be where QuickBooks has it.
    partial(
        "uq_messages_record_in_quickbooks",
        "company_id",
        "record",
        condition="status IN ('in_flight', 'in_doubt') AND record IS NOT NULL",
        unique=True,
    ),
    # The pull: one look into this index, whatever else the table holds.
    partial(
        "ix_messages_ready",
        "company_id",
        "priority",
        "id",
        condition="status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL",
    ),
    partial("ix_messages_to_read", "company_id", "id", condition="to_read IS NOT NULL"),
    partial("ix_messages_unseen", "company_id", "id", condition="status = 'pending' AND waits_for IS NULL"),
    partial(
        "ix_messages_postponed", "company_id", "not_before", condition="status = 'pending' AND not_before IS NOT NULL"
    ),
    partial(
        "ix_messages_attention",
        "company_id",
        "status",
        "id",
        condition="status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')",
    ),
    partial("ix_messages_set", "set_id", condition="set_id IS NOT NULL"),
    Index(None, "company_id", "record", "id"),
)

requirements = Table(
    "requirements",
    metadata,
    key(),
    link("company_id", "companies"),
    link("message_id", "messages"),
    # Either a record whose identity must be known, or an earlier message of the same record that must be settled.
    text("record"),
    link("earlier_id", "messages", required=False),
    flag("settled"),
    CheckConstraint("(earlier_id IS NULL) = (record IS NOT NULL)", name="a_record_or_a_message"),
    UniqueConstraint("message_id", "record"),
    UniqueConstraint("message_id", "earlier_id"),
    partial("ix_requirements_record", "company_id", "record", condition="NOT settled"),
    partial("ix_requirements_earlier", "earlier_id", condition="NOT settled"),
)

identities = Table(
    "identities",
    metadata,
    key(),
    link("company_id", "companies"),
    text("record", required=True),
    # ListID or TxnID.
    text("quickbooks_id", required=True),
    text("edit_sequence"),
    # FullName or RefNumber.
    text("quickbooks_number"),
    text("external_guid"),
    text("lines"),
    text("fingerprint"),
    number("revision", None),
    link("message_id", "messages", required=False),
    moment("learned_at", now=True),
    # Learned after the backup that was restored, and not looked for since: nothing may use it.
    flag("unchecked"),
    UniqueConstraint("company_id", "record"),
    Index(None, "company_id", "quickbooks_id"),
    Index(None, "company_id", "quickbooks_number"),
    partial("ix_identities_unchecked", "company_id", "id", condition="unchecked"),
)

events = Table(
    "events",
    metadata,
    key(),
    moment("at", now=True),
    text("actor", required=True),
    text("action", required=True),
    link("company_id", "companies", required=False),
    link("session_id", "sessions", required=False),
    link("set_id", "message_sets", required=False),
    link("message_id", "messages", required=False),
    text("from_status"),
    text("to_status"),
    number("status_code", None),
    text("note"),
    CheckConstraint(f"from_status IS NULL OR {_lawful_moves()}", name="only_lawful_moves"),
    CheckConstraint("(from_status IS NULL) = (to_status IS NULL)", name="moves_have_two_ends"),
    Index(None, "message_id", "id"),
    Index(None, "company_id", "id"),
    partial("ix_events_session_id_id", "session_id", "id", condition="session_id IS NOT NULL"),
    partial("ix_events_after_restore", "company_id", "id", condition=ABOUT_A_RESTORE),
)
