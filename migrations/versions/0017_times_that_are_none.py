"""A message that came by SQL cannot say a time that nobody can read: reading it back would end every visit.

PostgreSQL takes `infinity` and years before Christ, and SQLite takes whatever it is given, also an empty text. Such a
time that stands there already becomes the last one that can be read, where somebody sees it waiting, or none where it
was none or is long past.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ck_messages_not_before_range"
UNREADABLE_ON_SQLITE = """(typeof({0}not_before) <> 'text'
    OR strftime('%Y-%m-%d', {0}not_before) IS NOT substr({0}not_before, 1, 10)
    OR CAST({0}not_before AS text) NOT BETWEEN '1900' AND '9000')"""
"""Compared as text: SQLite would compare the column with numbers."""
ON_SQLITE = """CREATE TRIGGER ck_messages_not_before_range BEFORE INSERT ON messages
WHEN NEW.not_before IS NOT NULL AND {0}
BEGIN
    SELECT RAISE(ABORT, 'not_before has to be a time from 1900 to 8999, such as 2026-07-04 08:00:00+00:00');
END"""
MEND_ON_SQLITE = """UPDATE messages
SET not_before = CASE WHEN not_before = '' THEN NULL ELSE '8999-12-31 00:00:00.000000' END
WHERE not_before IS NOT NULL AND {0}"""
RANGE = "not_before >= '1900-01-01 00:00+00' AND not_before < '9000-01-01 00:00+00'"
MEND_ON_POSTGRESQL = """UPDATE messages
SET not_before = CASE WHEN not_before < '1900-01-01 00:00+00' THEN NULL ELSE '8999-12-31 00:00+00'::timestamptz END
WHERE NOT ({0})"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(MEND_ON_SQLITE.format(UNREADABLE_ON_SQLITE.format("")))
        op.execute(ON_SQLITE.format(UNREADABLE_ON_SQLITE.format("NEW.")))
    else:
        op.execute(MEND_ON_POSTGRESQL.format(RANGE))
        op.create_check_constraint(op.f(NAME), "messages", RANGE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.drop_constraint(op.f(NAME), "messages", type_="check")
