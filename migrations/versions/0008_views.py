"""The views for people, which are made anew after every upgrade (`migrations/views.py`): here they come for the first time."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing beside the views; the number makes a database without them ask for `deskpost migrate`."""


def downgrade() -> None:
    """Nothing: the views are gone before any step is taken back."""
