"""Logs where something failed and with which exceptions, and never an exception's text.

An exception's text may quote what came with the request: a database error, for instance, lists the parameters of
its statement.  Passwords and company data must not reach the log that way.
"""

import logging
import traceback
from collections.abc import Iterator

_logger = logging.getLogger(__name__)


def log_failure(what: str, error: BaseException) -> None:
    """Log that ``what`` failed with ``error``: the kinds of the exceptions and the lines that they came through."""
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    _logger.error("%s failed with %s\n%s", what, " from ".join(_kinds(error)), frames)


def _kinds(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield type(error).__qualname__
        error = error.__cause__
