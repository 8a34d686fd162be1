"""Alembic's entry: runs the steps on the connection that `service.store.migrate` lends it, then makes the views."""

from typing import Any, Literal

from alembic import context

from migrations.views import create_views, drop_views
from service.store.api_key_tables import api_keys
from service.store.columns import Moment, metadata
from service.store.console_tables import console_sessions
from service.store.tables import messages
from service.store.webhook_tables import webhooks

# Importing the tables fills the metadata.
assert messages.metadata is metadata
assert console_sessions.metadata is metadata
assert webhooks.metadata is metadata
assert api_keys.metadata is metadata


def plain_types(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write the columns' own types as SQLAlchemy's, so that an old step never depends on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_types,
    transaction_per_migration=False,
)
with context.begin_transaction():
    connection = context.get_bind()
    drop_views(connection)
    context.run_migrations()
    if context.get_context().get_current_revision() == context.script.get_current_head():
        create_views(connection)
