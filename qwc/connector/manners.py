"""How a stand-in behaves where the real Web Connector, its versions or its user may go either way. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Manners:
    """Each field is one question that the contract leaves open; the default is the likeliest or the stricter answer.

    `is_lenient`: read replies as .NET does and not strictly.
    `accepts_version_warning`: the user goes on when clientVersion answers W:.
    `accepts_interactive`: the user agrees to an interactive session.
    `interactive_done`: which of its two names the last interactive call has.
    `closes_after_refusal`: closeConnection follows none, nvu and busy.
    `closes_after_connection_error`: closeConnection follows connectionError's done.
    `refuses_known_pair`: a pair of OwnerID and FileID that the company file knows cannot be registered again.
    `connection_rounds`: after so many connectionErrors without done the stand-in gives up (the real one never does).
    """

    is_lenient: bool = False
    accepts_version_warning: bool = True
    accepts_interactive: bool = False
    interactive_done: Literal["interactiveDone", "isInteractiveDone"] = "interactiveDone"
    closes_after_refusal: bool = True
    closes_after_connection_error: bool = True
    refuses_known_pair: bool = True
    connection_rounds: int = 5
