"""What happened to a company and not to one of its messages, found quickly: visits, passwords, paths, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_events_beside_messages",
        "events",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text("message_id IS NULL"),
        postgresql_where=sa.text("message_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_events_beside_messages", table_name="events")
