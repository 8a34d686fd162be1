"""What a restored backup lacks, and what people decided about it, found quickly among all events of a company."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ABOUT_A_RESTORE = "action IN ('check after restore', 'leave after restore', 'list again after restore')"


def upgrade() -> None:
    op.create_index(
        "ix_events_after_restore",
        "events",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text(ABOUT_A_RESTORE),
        postgresql_where=sa.text(ABOUT_A_RESTORE),
    )


def downgrade() -> None:
    op.drop_index("ix_events_after_restore", table_name="events")
