"""QuickBooks' numbers of records, found quickly: before a number is noted a second time, somebody is warned."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_identities_company_id_quickbooks_number"), "identities", ["company_id", "quickbooks_number"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_identities_company_id_quickbooks_number"), table_name="identities")
