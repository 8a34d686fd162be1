"""Readings of QuickBooks' lists: what is asked, what was read, and the links proposed by it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("iterator_id", sa.Text(), nullable=True),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("what_happened", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name=op.f("ck_readings_finished_at_a_time")
        ),
        sa.CheckConstraint("purpose IN ('link', 'drift')", name=op.f("ck_readings_purpose_known")),
        sa.CheckConstraint(
            "state <> 'failed' OR what_happened IS NOT NULL", name=op.f("ck_readings_failed_for_a_reason")
        ),
        sa.CheckConstraint(
            "state IN ('done', 'failed') OR closed_at IS NULL", name=op.f("ck_readings_closed_when_finished")
        ),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_readings_state_known")),
        sa.CheckConstraint(
            "(iterator_id IS NULL) = (session_id IS NULL)", name=op.f("ck_readings_iterator_of_a_session")
        ),
        sa.CheckConstraint("attempts >= 0 AND answered >= 0", name=op.f("ck_readings_counts_range")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_readings_company_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_readings_session_id")),
        sa.ForeignKeyConstraint(["set_id"], ["message_sets.id"], name=op.f("fk_readings_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_readings_company_id_purpose_id"), ["company_id", "purpose", "id"], unique=False
        )
        batch_op.create_index(
            "ix_readings_set",
            ["set_id"],
            unique=False,
            sqlite_where=sa.text("set_id IS NOT NULL"),
            postgresql_where=sa.text("set_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_readings_unfinished",
            ["company_id", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.create_index(
            "uq_readings_open",
            ["company_id", "purpose"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "read_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reading_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quickbooks_id", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("edit_sequence", sa.Text(), nullable=True),
        sa.Column("time_created", sa.Text(), nullable=True),
        sa.Column("time_modified", sa.Text(), nullable=True),
        sa.Column("time_deleted", sa.Text(), nullable=True),
        sa.Column("inactive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("linked", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name=op.f("fk_read_entries_reading_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_entries")),
        sa.UniqueConstraint(
            "reading_id", "kind", "quickbooks_id", name=op.f("uq_read_entries_reading_id_kind_quickbooks_id")
        ),
    )
    with op.batch_alter_table("read_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_read_entries_quickbooks_id"), ["quickbooks_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_read_entries_reading_id_question"), ["reading_id", "question"], unique=False
        )

    op.create_table(
        "link_proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column(
            "proposed_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_link_proposals_company_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["read_entries.id"], name=op.f("fk_link_proposals_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_proposals")),
        sa.UniqueConstraint("company_id", "record", name=op.f("uq_link_proposals_company_id_record")),
    )
    with op.batch_alter_table("link_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_proposals_entry_id"), ["entry_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("link_proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_proposals_entry_id"))

    op.drop_table("link_proposals")
    with op.batch_alter_table("read_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_read_entries_reading_id_question"))
        batch_op.drop_index(batch_op.f("ix_read_entries_quickbooks_id"))

    op.drop_table("read_entries")
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_readings_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(
            "ix_readings_unfinished",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(
            "ix_readings_set",
            sqlite_where=sa.text("set_id IS NOT NULL"),
            postgresql_where=sa.text("set_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_readings_company_id_purpose_id"))

    op.drop_table("readings")
