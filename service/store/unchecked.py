"""The identities that were learned after the backup that was restored, until each was looked for. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, select, text, update

from service.store.identities import Identity
from service.store.prepared import Prepared
from service.store.rows import columns_of, several
from service.store.tables import identities
from service.store.unit import Work

_unchecked = text("identities.unchecked")
"""Written as a literal, for the partial index."""
_columns = columns_of(identities, Identity)
_some = Prepared(
    select(*_columns)
    .where(identities.c.company_id == bindparam("company_id"), _unchecked)
    .order_by(identities.c.id)
    .limit(bindparam("most", type_=Integer))
)


def mark(work: Work, company_id: int, since: datetime) -> int:
    """Let nothing use what was learned after a moment before it was looked for; returns how many there are."""
    result = work.connection.execute(
        update(identities)
        .where(identities.c.company_id == company_id, identities.c.learned_at > since)
        .values(unchecked=True)
    )
    return result.rowcount


def some(work: Work, company_id: int, limit: int) -> Sequence[Identity]:
    """The next ones to look for, oldest first."""
    return several(_some.execute(work.connection, {"company_id": company_id, "most": limit}), Identity)


def keep(work: Work, identity: Identity, edit_sequence: str | None) -> None:
    """It is there as we know it, or as `edit_sequence` says: then our lines of it and its content are not known."""
    changed = edit_sequence is not None and edit_sequence != identity.edit_sequence
    values = {"edit_sequence": edit_sequence, "lines": None, "fingerprint": None} if changed else {}
    work.connection.execute(
        update(identities).where(identities.c.id == identity.id).values(unchecked=False, learned_at=work.now, **values)
    )
