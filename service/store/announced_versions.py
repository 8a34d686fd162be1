"""The versions that Web Connectors announce before they say who they are, by their addresses. Holds none for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, null, or_, select

from service.store.account_tables import announced_versions as announced
from service.store.engine import upsert
from service.store.unit import Work

COUNTS_FOR = timedelta(minutes=2)
"""`authenticate` follows at once, in the same visit (web-connector.md 2.1); what is older belongs to another one."""


def note(work: Work, address: str, version: str) -> None:
    """Keep that somebody at an address announced a version.

    Two versions from one address within the time mean two PCs behind one front; then neither counts, because nobody
    can tell whose is whose. An address has one row at most, and old rows go: strangers fill nothing.
    """
    work.connection.execute(delete(announced).where(announced.c.announced_at < _oldest(work)))
    added = upsert(announced, work.connection.dialect.name).values(
        address=address, version=version, announced_at=work.now
    )
    differs = or_(announced.c.version.is_(None), announced.c.version != added.excluded.version)
    work.connection.execute(
        added.on_conflict_do_update(
            index_elements=["address"],
            set_={"version": case((differs, null()), else_=added.excluded.version), "announced_at": work.now},
        )
    )


def taken(work: Work, address: str) -> str | None:
    """The version that was announced from an address just now, if it is sure; it counts for one visit alone."""
    query = select(announced.c.version).where(announced.c.address == address, announced.c.announced_at >= _oldest(work))
    version: str | None = work.connection.execute(query).scalar()
    if version is not None:
        work.connection.execute(delete(announced).where(announced.c.address == address))
    return version


def _oldest(work: Work) -> datetime:
    return work.now - COUNTS_FOR
