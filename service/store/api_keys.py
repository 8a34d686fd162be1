"""The keys of the HTTP API: rows in and out. Makes no key and judges none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from service.store.api_key_tables import api_keys
from service.store.prepared import Prepared
from service.store.rows import columns_of, new_id, one, several
from service.store.unit import Work


class ApiKey(NamedTuple):
    """One key; the fields are the columns of the table, `scopes` as JSON. `company_id` None is the installation."""

    id: int
    company_id: int | None
    name: str
    scopes: str
    handle: str
    key_hash: str
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


_columns = columns_of(api_keys, ApiKey)
_by_handle = Prepared(select(*_columns).where(api_keys.c.handle == bindparam("handle")))


def add(work: Work, **values: Any) -> int:
    return new_id(work.connection.execute(insert(api_keys).values(made_at=work.now, **values)))


def by_id(work: Work, key_id: int) -> ApiKey | None:
    return one(work.connection.execute(select(*_columns).where(api_keys.c.id == key_id)), ApiKey)


def by_handle(work: Work, handle: str) -> ApiKey | None:
    """The key that begins so. Asked with every call."""
    return one(_by_handle.execute(work.connection, {"handle": handle}), ApiKey)


def everyone(work: Work) -> Sequence[ApiKey]:
    """All keys, in the order in which they were made."""
    return several(work.connection.execute(select(*_columns).order_by(api_keys.c.id)), ApiKey)


def change(work: Work, key_id: int, **values: Any) -> None:
    """Write some columns of a key."""
    work.connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(**values))


def note_use(work: Work, key_id: int) -> None:
    change(work, key_id, last_used_at=work.now)
