"""The queue: companies, users, connections, sessions, message sets, messages, identities and events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column("pinned_file_id", sa.Text(), nullable=True),
        sa.Column("pinned_company_name", sa.Text(), nullable=True),
        sa.Column("company_file_path", sa.Text(), nullable=True),
        sa.Column("pc", sa.Text(), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=True),
        sa.Column("qbxml_version", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), server_default="US", nullable=False),
        sa.Column("file_mode", sa.Text(), nullable=True),
        sa.Column("last_visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mismatch", sa.Text(), nullable=True),
        sa.Column("path_to_open", sa.Text(), nullable=True),
        sa.Column("set_limit", sa.Integer(), server_default="100", nullable=False),
        sa.Column("send_only_after_start", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_existing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("create_missing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("income_account", sa.Text(), nullable=True),
        sa.Column("substitute_characters", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("set_size", sa.Integer(), server_default="10", nullable=False),
        sa.Column("unacknowledged", sa.Text(), nullable=True),
        sa.CheckConstraint("set_limit BETWEEN 1 AND 100", name=op.f("ck_companies_set_limit_range")),
        sa.CheckConstraint("set_size BETWEEN 1 AND 100", name=op.f("ck_companies_set_size_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name", name=op.f("uq_companies_name")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("user_name", "address", name=op.f("uq_sign_in_failures_user_name_address")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "connections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("app_name", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pc", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_connections_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_connections_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connections")),
        sa.UniqueConstraint("file_id", name=op.f("uq_connections_file_id")),
        sa.UniqueConstraint("user_name", name=op.f("uq_connections_user_name")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("privilege", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "privilege IN ('view', 'synchronize', 'manage_company', 'manage_users')",
            name=op.f("ck_grants_privilege_known"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_grants_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("user_id", "privilege", "company_id", name=op.f("uq_grants_user_id_privilege_company_id")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(
            "uq_grants_everywhere",
            ["user_id", "privilege"],
            unique=True,
            sqlite_where=sa.text("company_id IS NULL"),
            postgresql_where=sa.text("company_id IS NULL"),
        )

    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column(
            "last_call_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("client_version", sa.Text(), nullable=True),
        sa.Column("company_file_path", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("qbxml_version", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handed_out", sa.Integer(), server_default="0", nullable=False),
        sa.Column("synchronized", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("released", sa.Integer(), server_default="0", nullable=False),
        sa.Column("doubted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("connection_errors", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_sessions_closed_when_not_open")),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'replaced', 'expired', 'refused')", name=op.f("ck_sessions_state_known")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_sessions_progress_range")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_sessions_company_id")),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"], name=op.f("fk_sessions_connection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("ticket", name=op.f("uq_sessions_ticket")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_company_id_id"), ["company_id", "id"], unique=False)
        batch_op.create_index(
            "uq_sessions_open",
            ["company_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "message_sets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="handed_out", nullable=False),
        sa.Column("recovery_id", sa.Text(), nullable=True),
        sa.Column("recovers_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("times_sent", sa.Integer(), server_default="1", nullable=False),
        sa.Column("qbxml_version", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("hresult", sa.Text(), nullable=True),
        sa.Column("hresult_message", sa.Text(), nullable=True),
        sa.Column(
            "handed_out_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'write') = (recovery_id IS NOT NULL)", name=op.f("ck_message_sets_writes_have_a_recovery_id")
        ),
        sa.CheckConstraint(
            "(purpose IN ('status_check', 'look_up')) = (recovers_id IS NOT NULL)",
            name=op.f("ck_message_sets_recovery_names_its_set"),
        ),
        sa.CheckConstraint(
            "(state = 'handed_out') = (answered_at IS NULL)", name=op.f("ck_message_sets_answered_when_not_handed_out")
        ),
        sa.CheckConstraint(
            "purpose IN ('write', 'read', 'prepare', 'status_check', 'look_up')",
            name=op.f("ck_message_sets_purpose_known"),
        ),
        sa.CheckConstraint(
            "state IN ('handed_out', 'answered', 'refused', 'unknown')", name=op.f("ck_message_sets_state_known")
        ),
        sa.CheckConstraint("length(recovery_id) BETWEEN 1 AND 23", name=op.f("ck_message_sets_recovery_id_length")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_message_sets_company_id")),
        sa.ForeignKeyConstraint(["recovers_id"], ["message_sets.id"], name=op.f("fk_message_sets_recovers_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_message_sets_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_sets")),
        sa.UniqueConstraint("recovery_id", name=op.f("uq_message_sets_recovery_id")),
    )
    with op.batch_alter_table("message_sets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_sets_recovers_id"), ["recovers_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_sets_session_id_id"), ["session_id", "id"], unique=False)
        batch_op.create_index(
            "uq_message_sets_outstanding",
            ["session_id"],
            unique=True,
            sqlite_where=sa.text("state = 'handed_out'"),
            postgresql_where=sa.text("state = 'handed_out'"),
        )
        batch_op.create_index(
            "uq_message_sets_unanswered",
            ["company_id"],
            unique=True,
            sqlite_where=sa.text("purpose = 'write' AND state IN ('handed_out', 'unknown')"),
            postgresql_where=sa.text("purpose = 'write' AND state IN ('handed_out', 'unknown')"),
        )

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="5", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("waits_for", sa.Integer(), nullable=True),
        sa.Column("set_cap", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("postponements", sa.Integer(), server_default="0", nullable=False),
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("external_guid", sa.Text(), nullable=True),
        sa.Column("reads", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("to_read", sa.Text(), nullable=True),
        sa.Column("rereads", sa.Integer(), server_default="0", nullable=False),
        sa.Column("present", sa.Text(), nullable=True),
        sa.Column("sent_lines", sa.Text(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("quickbooks_said", sa.Text(), nullable=True),
        sa.Column("what_happened", sa.Text(), nullable=True),
        sa.Column("what_to_do", sa.Text(), nullable=True),
        sa.Column("offers", sa.Text(), nullable=True),
        sa.Column("quickbooks_id", sa.Text(), nullable=True),
        sa.Column("quickbooks_number", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("enqueued_by", sa.Text(), server_default="sql", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(operation = 'raw') = (request IS NOT NULL)", name=op.f("ck_messages_raw_has_a_request")),
        sa.CheckConstraint(
            "operation IN ('save', 'add', 'mod', 'void', 'delete', 'query', 'raw')",
            name=op.f("ck_messages_operation_known"),
        ),
        sa.CheckConstraint(
            "operation NOT IN ('save', 'add', 'mod', 'void', 'delete', 'query') OR record IS NOT NULL",
            name=op.f("ck_messages_changes_name_a_record"),
        ),
        sa.CheckConstraint("status <> 'in_flight' OR set_id IS NOT NULL", name=op.f("ck_messages_in_flight_in_a_set")),
        sa.CheckConstraint(
            "status <> 'synchronized' OR settled_at IS NOT NULL", name=op.f("ck_messages_synchronized_at_a_time")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'in_flight', 'in_doubt', 'synchronized', 'failed', 'manual_entry', 'manually_entered', 'skipped', 'superseded')",
            name=op.f("ck_messages_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_flight', 'in_doubt', 'synchronized') OR set_id IS NOT NULL OR what_happened IS NOT NULL",
            name=op.f("ck_messages_sent_in_a_set"),
        ),
        sa.CheckConstraint("to_read IN ('current', 'name', 'number')", name=op.f("ck_messages_to_read_known")),
        sa.CheckConstraint("priority BETWEEN 1 AND 9", name=op.f("ck_messages_priority_range")),
        sa.CheckConstraint("set_cap >= 1", name=op.f("ck_messages_set_cap_range")),
        sa.CheckConstraint("waits_for >= 0", name=op.f("ck_messages_waits_for_range")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_messages_company_id")),
        sa.ForeignKeyConstraint(["set_id"], ["message_sets.id"], name=op.f("fk_messages_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_attention",
            ["company_id", "status", "id"],
            unique=False,
            sqlite_where=sa.text("status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"),
            postgresql_where=sa.text("status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"),
        )
        batch_op.create_index(
            batch_op.f("ix_messages_company_id_record_id"), ["company_id", "record", "id"], unique=False
        )
        batch_op.create_index(
            "ix_messages_postponed",
            ["company_id", "not_before"],
            unique=False,
            sqlite_where=sa.text("status = 'pending' AND not_before IS NOT NULL"),
            postgresql_where=sa.text("status = 'pending' AND not_before IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_messages_ready",
            ["company_id", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL"),
            postgresql_where=sa.text("status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL"),
        )
        batch_op.create_index(
            "ix_messages_set",
            ["set_id"],
            unique=False,
            sqlite_where=sa.text("set_id IS NOT NULL"),
            postgresql_where=sa.text("set_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_messages_to_read",
            ["company_id", "id"],
            unique=False,
            sqlite_where=sa.text("to_read IS NOT NULL"),
            postgresql_where=sa.text("to_read IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_messages_unseen",
            ["company_id", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'pending' AND waits_for IS NULL"),
            postgresql_where=sa.text("status = 'pending' AND waits_for IS NULL"),
        )
        batch_op.create_index(
            "uq_messages_idempotency_key",
            ["company_id", "idempotency_key"],
            unique=True,
            sqlite_where=sa.text("idempotency_key IS NOT NULL"),
            postgresql_where=sa.text("idempotency_key IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_messages_record_in_quickbooks",
            ["company_id", "record"],
            unique=True,
            sqlite_where=sa.text("status IN ('in_flight', 'in_doubt') AND record IS NOT NULL"),
            postgresql_where=sa.text("status IN ('in_flight', 'in_doubt') AND record IS NOT NULL"),
        )

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_status IS NULL OR (from_status = 'failed' AND to_status = 'manual_entry') OR (from_status = 'failed' AND to_status = 'pending') OR (from_status = 'failed' AND to_status = 'skipped') OR (from_status = 'failed' AND to_status = 'superseded') OR (from_status = 'in_doubt' AND to_status = 'manual_entry') OR (from_status = 'in_doubt' AND to_status = 'pending') OR (from_status = 'in_doubt' AND to_status = 'synchronized') OR (from_status = 'in_flight' AND to_status = 'failed') OR (from_status = 'in_flight' AND to_status = 'in_doubt') OR (from_status = 'in_flight' AND to_status = 'pending') OR (from_status = 'in_flight' AND to_status = 'synchronized') OR (from_status = 'manual_entry' AND to_status = 'manually_entered') OR (from_status = 'manual_entry' AND to_status = 'pending') OR (from_status = 'manual_entry' AND to_status = 'skipped') OR (from_status = 'manually_entered' AND to_status = 'manual_entry') OR (from_status = 'pending' AND to_status = 'failed') OR (from_status = 'pending' AND to_status = 'in_flight') OR (from_status = 'pending' AND to_status = 'manual_entry') OR (from_status = 'pending' AND to_status = 'skipped') OR (from_status = 'pending' AND to_status = 'superseded') OR (from_status = 'skipped' AND to_status = 'pending')",
            name=op.f("ck_events_only_lawful_moves"),
        ),
        sa.CheckConstraint("(from_status IS NULL) = (to_status IS NULL)", name=op.f("ck_events_moves_have_two_ends")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_events_company_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_events_message_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_events_session_id")),
        sa.ForeignKeyConstraint(["set_id"], ["message_sets.id"], name=op.f("fk_events_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_company_id_id"), ["company_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_message_id_id"), ["message_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_session_id_id"), ["session_id", "id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("quickbooks_id", sa.Text(), nullable=False),
        sa.Column("edit_sequence", sa.Text(), nullable=True),
        sa.Column("quickbooks_number", sa.Text(), nullable=True),
        sa.Column("external_guid", sa.Text(), nullable=True),
        sa.Column("lines", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "learned_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_identities_company_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_identities_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("company_id", "record", name=op.f("uq_identities_company_id_record")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identities_company_id_quickbooks_id"), ["company_id", "quickbooks_id"], unique=False
        )

    op.create_table(
        "requirements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("earlier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "(earlier_id IS NULL) = (record IS NOT NULL)", name=op.f("ck_requirements_a_record_or_a_message")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_requirements_company_id")),
        sa.ForeignKeyConstraint(["earlier_id"], ["messages.id"], name=op.f("fk_requirements_earlier_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_requirements_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirements")),
        sa.UniqueConstraint("message_id", "earlier_id", name=op.f("uq_requirements_message_id_earlier_id")),
        sa.UniqueConstraint("message_id", "record", name=op.f("uq_requirements_message_id_record")),
    )
    with op.batch_alter_table("requirements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_requirements_earlier",
            ["earlier_id"],
            unique=False,
            sqlite_where=sa.text("NOT settled"),
            postgresql_where=sa.text("NOT settled"),
        )
        batch_op.create_index(
            "ix_requirements_record",
            ["company_id", "record"],
            unique=False,
            sqlite_where=sa.text("NOT settled"),
            postgresql_where=sa.text("NOT settled"),
        )


def downgrade() -> None:
    with op.batch_alter_table("requirements", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_requirements_record", sqlite_where=sa.text("NOT settled"), postgresql_where=sa.text("NOT settled")
        )
        batch_op.drop_index(
            "ix_requirements_earlier", sqlite_where=sa.text("NOT settled"), postgresql_where=sa.text("NOT settled")
        )

    op.drop_table("requirements")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identities_company_id_quickbooks_id"))

    op.drop_table("identities")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_session_id_id"))
        batch_op.drop_index(batch_op.f("ix_events_message_id_id"))
        batch_op.drop_index(batch_op.f("ix_events_company_id_id"))

    op.drop_table("events")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_messages_record_in_quickbooks",
            sqlite_where=sa.text("status IN ('in_flight', 'in_doubt') AND record IS NOT NULL"),
            postgresql_where=sa.text("status IN ('in_flight', 'in_doubt') AND record IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_messages_idempotency_key",
            sqlite_where=sa.text("idempotency_key IS NOT NULL"),
            postgresql_where=sa.text("idempotency_key IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_messages_unseen",
            sqlite_where=sa.text("status = 'pending' AND waits_for IS NULL"),
            postgresql_where=sa.text("status = 'pending' AND waits_for IS NULL"),
        )
        batch_op.drop_index(
            "ix_messages_to_read",
            sqlite_where=sa.text("to_read IS NOT NULL"),
            postgresql_where=sa.text("to_read IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_messages_set",
            sqlite_where=sa.text("set_id IS NOT NULL"),
            postgresql_where=sa.text("set_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_messages_ready",
            sqlite_where=sa.text("status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL"),
            postgresql_where=sa.text("status = 'pending' AND waits_for = 0 AND not_before IS NULL AND to_read IS NULL"),
        )
        batch_op.drop_index(
            "ix_messages_postponed",
            sqlite_where=sa.text("status = 'pending' AND not_before IS NOT NULL"),
            postgresql_where=sa.text("status = 'pending' AND not_before IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_messages_company_id_record_id"))
        batch_op.drop_index(
            "ix_messages_attention",
            sqlite_where=sa.text("status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"),
            postgresql_where=sa.text("status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"),
        )

    op.drop_table("messages")
    with op.batch_alter_table("message_sets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_message_sets_unanswered",
            sqlite_where=sa.text("purpose = 'write' AND state IN ('handed_out', 'unknown')"),
            postgresql_where=sa.text("purpose = 'write' AND state IN ('handed_out', 'unknown')"),
        )
        batch_op.drop_index(
            "uq_message_sets_outstanding",
            sqlite_where=sa.text("state = 'handed_out'"),
            postgresql_where=sa.text("state = 'handed_out'"),
        )
        batch_op.drop_index(batch_op.f("ix_message_sets_session_id_id"))
        batch_op.drop_index(batch_op.f("ix_message_sets_recovers_id"))

    op.drop_table("message_sets")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sessions_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_sessions_company_id_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_grants_everywhere",
            sqlite_where=sa.text("company_id IS NULL"),
            postgresql_where=sa.text("company_id IS NULL"),
        )

    op.drop_table("grants")
    op.drop_table("connections")
    op.drop_table("users")
    op.drop_table("sign_in_failures")
    op.drop_table("companies")
