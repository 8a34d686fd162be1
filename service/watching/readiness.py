"""Whether the service can work: its database answers, and is at the version of this program. Changes nothing."""

from __future__ import annotations

import structlog

from service.store.migrate import newest_version, version_of
from service.store.unit import Store, StoreUnavailable

log = structlog.get_logger("deskpost.readiness")

NOT_REACHED = "The database is not reached."


class Readiness:
    """Asks one store, whenever somebody wants to know."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wanted = newest_version()

    def objection(self) -> str | None:
        """Why the service is not ready, in a sentence that names no place and no secret; None when it is."""
        try:
            with self._store.reading() as work:
                found = version_of(work)
        except StoreUnavailable as failure:
            log.warning("not ready", reason=str(failure))
            return NOT_REACHED
        if found != self._wanted:
            return f"The database is at version {found or 'none'}, and this program needs version {self._wanted}."
        return None
