"""What was skipped before Deskpost, what a stopped visit saw, and identities to be checked after a restored backup."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("seen_company_name", "seen_file_id", "seen_path"):
        op.add_column("companies", sa.Column(name, sa.Text(), nullable=True))
    op.add_column(
        "message_sets", sa.Column("checks_identities", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("identities", sa.Column("unchecked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_identities_unchecked",
        "identities",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text("unchecked"),
        postgresql_where=sa.text("unchecked"),
    )
    op.create_table(
        "old_skipped",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closing_note IS NULL)", name=op.f("ck_old_skipped_closed_with_a_note")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_old_skipped_company_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_old_skipped_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_skipped")),
        sa.UniqueConstraint("company_id", "fingerprint", name=op.f("uq_old_skipped_company_id_fingerprint")),
        sa.UniqueConstraint("message_id", name=op.f("uq_old_skipped_message_id")),
    )
    op.create_index(
        "ix_old_skipped_open",
        "old_skipped",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_old_skipped_open",
        table_name="old_skipped",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("old_skipped")
    op.drop_index(
        "ix_identities_unchecked",
        table_name="identities",
        sqlite_where=sa.text("unchecked"),
        postgresql_where=sa.text("unchecked"),
    )
    op.drop_column("identities", "unchecked")
    op.drop_column("message_sets", "checks_identities")
    for name in ("seen_path", "seen_file_id", "seen_company_name"):
        op.drop_column("companies", name)
