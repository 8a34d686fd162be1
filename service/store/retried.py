"""What a failed message told before it was retried, kept for as long as somebody may take the retry back.

Sending it again clears those columns, because they are no longer true; taken back, they are true again. Decides
nothing, and nothing else reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from service.store.console_tables import retried_failures
from service.store.messages import Message
from service.store.prepared import Prepared
from service.store.unit import Work

KEPT = timedelta(days=1)
"""Nobody takes back a retry of the day before: a visit has come since."""

TOLD = ("status_code", "quickbooks_said", "what_happened", "what_to_do", "offers", "present")

_one = retried_failures.c.message_id == bindparam("of_message")
_told = Prepared(select(retried_failures.c.told).where(_one))
_forget = Prepared(delete(retried_failures).where(_one))
_add = Prepared(insert(retried_failures))


def keep(work: Work, message: Message) -> None:
    """Keep what a failed message tells."""
    told = json.dumps({name: getattr(message, name) for name in TOLD})
    _forget.execute(work.connection, {"of_message": message.id})
    _add.execute(work.connection, {"message_id": message.id, "kept_at": work.now, "told": told})


def told(work: Work, message_id: int) -> Mapping[str, Any] | None:
    """The columns that were kept of a message; None when nothing was, or no longer is."""
    found = _told.execute(work.connection, {"of_message": message_id}).scalar()
    return json.loads(found) if found is not None else None


def forget_old(work: Work) -> None:
    """Remove what nobody can take back any more."""
    work.connection.execute(delete(retried_failures).where(retried_failures.c.kept_at < work.now - KEPT))
