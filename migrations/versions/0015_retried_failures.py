"""What a failed message told before it was retried, so that a retry can be taken back until the next visit."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "retried_failures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_retried_failures_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retried_failures")),
        sa.UniqueConstraint("message_id", name=op.f("uq_retried_failures_message_id")),
    )
    op.create_index(op.f("ix_retried_failures_kept_at"), "retried_failures", ["kept_at"], unique=False)


def downgrade() -> None:
    op.drop_table("retried_failures")
