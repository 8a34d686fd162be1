"""A message that came by SQL cannot say a time that nobody can read: reading it back would end every visit.

PostgreSQL takes `infinity` and years before Christ, and SQLite takes whatever it is given, also an empty text.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ck_messages_not_before_range"
ON_SQLITE = """CREATE TRIGGER ck_messages_not_before_range BEFORE INSERT ON messages
WHEN NEW.not_before IS NOT NULL AND (
    typeof(NEW.not_before) <> 'text'
    OR strftime('%Y-%m-%d', NEW.not_before) IS NOT substr(NEW.not_before, 1, 10)
    OR NEW.not_before NOT BETWEEN '1900' AND '9000'
)
BEGIN
    SELECT RAISE(ABORT, 'not_before has to be a time from 1900 to 8999, such as 2026-07-04 08:00:00+00:00');
END"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(ON_SQLITE)
    else:
        op.create_check_constraint(
            op.f(NAME), "messages", "not_before >= '1900-01-01 00:00+00' AND not_before < '9000-01-01 00:00+00'"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.drop_constraint(op.f(NAME), "messages", type_="check")
