"""Who refers to a record, found quickly: the transactions of a customer, the payments of an invoice."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_requirements_referring", "requirements", ["company_id", "record", "message_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_requirements_referring", table_name="requirements")
