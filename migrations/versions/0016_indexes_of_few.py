"""Two indexes hold no more what they are never asked for: most events are of no session, most sets recover no other.

Each page of an index that a commit touches is written to the disk.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_events_session_id_id": ("events", ["session_id", "id"], "session_id IS NOT NULL"),
    "ix_message_sets_recovers_id": ("message_sets", ["recovers_id"], "recovers_id IS NOT NULL"),
}


def upgrade() -> None:
    for name, (table, columns, condition) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def downgrade() -> None:
    for name, (table, columns, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
