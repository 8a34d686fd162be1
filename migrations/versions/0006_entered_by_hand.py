"""What was entered by hand, found quickly: the list below the one of what is still to be entered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_messages_entered",
        "messages",
        ["company_id", "settled_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'manually_entered'"),
        postgresql_where=sa.text("status = 'manually_entered'"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_entered", table_name="messages")
