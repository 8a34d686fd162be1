"""Asks :class:`Calls` for the answer to one request, and never lets its failure become a SOAP fault.

A fault ends the Web Connector's session, and whatever QuickBooks had answered is lost; so a failure is logged and
answered within the protocol.
"""

from service.soap.calls import Calls
from service.soap.contract import Answer, Kind, Operation, Request
from service.soap.failure_log import log_failure

_MAX_NUMBER = 100
_MIN_NUMBER = -(2**31)
_MIN_TEXTS = 2
_MAX_TEXTS = 4


class BrokenAnswer(Exception):
    """An answer from :class:`Calls` that the Web Connector would not understand."""

    def __init__(self, operation: Operation, expected: str) -> None:
        super().__init__(f"{operation.name}: the answer must be {expected}")


def answer(operation: Operation, calls: Calls, request: Request) -> Answer:
    """Return what ``calls`` answers, or the operation's safe answer if it raises or answers nonsense."""
    try:
        return _checked(operation, operation.ask(calls, request))
    except Exception as error:  # noqa: BLE001 - Whatever it is, the protocol has an answer for it.
        log_failure(operation.name, error)
        return operation.safe_answer()


def _checked(operation: Operation, given: object) -> Answer:
    """Refuse what the .NET client would misread: see :class:`Kind` and :class:`Calls`."""
    match operation.result, given:
        case Kind.TEXT, str():
            return given
        case Kind.NUMBER, int() if _MIN_NUMBER <= given <= _MAX_NUMBER:
            return given
        case Kind.TEXTS, [*items]:
            texts = [item for item in items if isinstance(item, str)]
            if len(texts) == len(items) and _MIN_TEXTS <= len(texts) <= _MAX_TEXTS:
                return texts
    raise BrokenAnswer(operation, _EXPECTED[operation.result])


_EXPECTED = {
    Kind.TEXT: "a string",
    Kind.NUMBER: f"a whole number up to {_MAX_NUMBER}",
    Kind.TEXTS: "two to four strings",
}
