"""Asks :class:`Calls` for the answer to one request, and never lets its failure become a SOAP fault.

A fault ends the Web Connector's session, and whatever QuickBooks had answered is lost; so a failure is logged and
answered within the protocol.
"""

import logging

from service.domain.failure_log import log_failure
from service.soap.calls import Calls
from service.soap.contract import Answer, Kind, Operation, Request

_logger = logging.getLogger(__name__)

_MIN_NUMBER, _MAX_NUMBER = -(2**31), 100
_MIN_TEXTS, _MAX_TEXTS = 2, 4

_EXPECTED = {
    Kind.TEXT: "a string",
    Kind.NUMBER: f"a whole number up to {_MAX_NUMBER}",
    Kind.TEXTS: f"{_MIN_TEXTS} to {_MAX_TEXTS} strings",
}


def answer(operation: Operation, calls: Calls, request: Request) -> Answer:
    """Return what ``calls`` answers, or the operation's safe answer if it raises or answers nonsense."""
    try:
        given = operation.ask(calls, request)
    except Exception as error:  # noqa: BLE001 - Whatever it is, the protocol has an answer for it.
        log_failure(operation.name, error)
        return operation.safe_answer()
    if not _is_understood(operation.result, given):
        _logger.error("%s was to be answered with %s, and was not", operation.name, _EXPECTED[operation.result])
        return operation.safe_answer()
    return given


def _is_understood(kind: Kind, given: object) -> bool:
    """Tell whether the .NET client reads ``given`` as it was meant; a type checker cannot know it all."""
    match kind, given:
        case Kind.TEXT, str():
            return True
        case Kind.NUMBER, int():
            return _MIN_NUMBER <= given <= _MAX_NUMBER
        case Kind.TEXTS, [*texts]:
            return _MIN_TEXTS <= len(texts) <= _MAX_TEXTS and all(isinstance(text, str) for text in texts)
    return False
