"""The log: JSON lines on stderr, with the numbers of sessions, sets and messages, and never anybody's words.

What happened in a unit of work comes in with notes and names, which can hold customers' data; only the columns named
here go out.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

ONE_LINE_FOR = ("action", "company_id", "session_id", "set_id", "from_status", "to_status", "status_code")
"""Messages that share all of these share a line."""
TOLD = (*ONE_LINE_FOR[1:], "purpose", "size", "seconds")
MOST_LISTED = 100
"""Numbers of messages in one line: as many as a set holds at most."""

CALL: ContextVar[str | None] = ContextVar("call", default=None)
"""The call of the Web Connector that a line is written in."""


def _with_the_call(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if (call := CALL.get()) is not None:
        event["call"] = call
    return event


def _without_words(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Where something failed and with what kind of exception: its text may quote what came with the request."""
    failure = event.pop("exc_info", None)
    failure = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(failure, BaseException):
        event["failure"] = type(failure).__name__
        event["place"] = "".join(traceback.format_tb(failure.__traceback__)[-6:])
    return event


_SHARED: list[Processor] = [
    _with_the_call,
    _without_words,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_log = structlog.get_logger("deskpost.happened")
_silent = threading.Event()
"""Set while the level is above info: then nothing needs to be put together."""


def configure_logs(level: str) -> None:
    """Write JSON lines on stderr, one an event, at `level` (debug, info, warning or error) and above.

    What libraries log goes the same way, from warnings on.
    """
    (_silent.set if LEVELS[level] > logging.INFO else _silent.clear)()
    structlog.configure(
        processors=[*_SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.getLogger().handlers[:] = [json_handler()]
    logging.getLogger().setLevel(max(LEVELS[level], logging.WARNING))


def json_handler() -> logging.Handler:
    """A handler that writes what the standard library's loggers are given as lines of the same shape."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    return handler


def write(happened: Sequence[Mapping[str, Any]]) -> None:
    """Write what happened in one unit of work: a line for each kind of thing, with the messages it happened to."""
    if _silent.is_set():
        return
    lines: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for one in happened:
        lines.setdefault(tuple(one.get(name) for name in ONE_LINE_FOR), []).append(one)
    for alike in lines.values():
        _log.info(alike[0]["action"], **_told(alike))


def _told(alike: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    told = {name: alike[0][name] for name in TOLD if alike[0].get(name) is not None}
    numbers = [one["message_id"] for one in alike if one.get("message_id") is not None]
    if numbers:
        told |= {"messages": len(numbers), "message_ids": numbers[:MOST_LISTED]}
    return told
