"""What is told once at the top of the next page: the outcome of the last press, with Undo where it can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.console import visit
from service.store import console_sessions
from service.store.unit import Work

MOST = 20
"""Sentences that one page tells; more of them than that, and only their number is."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One outcome. `tone` is good, tell, warn or bad; `undo` names the press that takes it back, `ids` what of."""

    tone: str
    text: str
    undo: str | None = None
    ids: Sequence[int] = ()

    @property
    def icon(self) -> str:
        return {"good": "done", "tell": "tell"}.get(self.tone, "bad")


def tell(work: Work, *notices: Notice) -> None:
    """Say something on the next page that this person opens."""
    session = visit.here().session
    assert session is not None
    kept = _read(session.notices) + [asdict(one) for one in notices]
    console_sessions.put_notices(work, session.id, json.dumps(kept[-MOST:]))


def take() -> Sequence[Notice]:
    """What is to be told on this page; it is not told a second time. A page that refreshes itself takes nothing."""
    session = visit.here().session
    if session is None or session.notices is None or visit.is_live():
        return ()
    with visit.writing() as work:
        console_sessions.put_notices(work, session.id, None)
    return [Notice(**one) for one in _read(session.notices)]


def _read(kept: str | None) -> list[dict[str, Any]]:
    return list(json.loads(kept)) if kept else []
