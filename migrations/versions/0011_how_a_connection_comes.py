"""How a connection comes: the interval in its .qwc, and the version of its Web Connector."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connections", sa.Column("run_every_minutes", sa.Integer(), nullable=True))
    op.add_column("connections", sa.Column("client_version", sa.Text(), nullable=True))
    op.create_table(
        "announced_versions",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("address", name=op.f("uq_announced_versions_address")),
    )


def downgrade() -> None:
    op.drop_table("announced_versions")
    op.drop_column("connections", "client_version")
    op.drop_column("connections", "run_every_minutes")
