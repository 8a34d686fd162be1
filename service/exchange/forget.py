"""Forgets identities that are wrong or gone, and lets whoever relied on them wait again. Decides nothing."""

from __future__ import annotations

from collections.abc import Collection

from service.store import identities, requirements
from service.store.unit import Work


def forget(work: Work, company_id: int, records: Collection[str]) -> None:
    """These records are not known to be in QuickBooks any more."""
    identities.forget(work, company_id, records)
    requirements.unsettle_records(work, company_id, records)
