"""QuickBooks with somebody at its side, who does something just before a message set arrives, or refuses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qwc.quickbooks import ComError, QuickBooks


@dataclass
class Meddler:
    """Put between the Web Connector and QuickBooks.

    `before` names what is done just before the n-th set of writes arrives. A set that holds the text `unreadable` is
    refused whole, as QuickBooks does with what it cannot parse. `sets` keeps every set of writes that came.
    """

    before: Mapping[int, Callable[[], None]] = field(default_factory=dict)
    unreadable: str | None = None
    sets: list[str] = field(default_factory=list)

    def __call__(self, quickbooks: QuickBooks) -> QuickBooks:
        return _Meddled(quickbooks, self)


class _Meddled:
    def __init__(self, quickbooks: QuickBooks, meddler: Meddler) -> None:
        self._quickbooks = quickbooks
        self._meddler = meddler

    def open_connection(self, application_name: str) -> None:
        self._quickbooks.open_connection(application_name)

    def begin_session(self, company_file: str) -> None:
        self._quickbooks.begin_session(company_file)

    def company_file_name(self) -> str:
        return self._quickbooks.company_file_name()

    def qbxml_version(self) -> tuple[str, int, int]:
        return self._quickbooks.qbxml_version()

    def process_request(self, request: str) -> str:
        if "newMessageSetID" in request and "requestID" in request:
            self._meddler.sets.append(request)
            self._meddler.before.get(len(self._meddler.sets), lambda: None)()
            if self._meddler.unreadable is not None and self._meddler.unreadable in request:
                raise ComError("0x80040400", "QuickBooks found an error when parsing the provided XML text stream.")
        return self._quickbooks.process_request(request)

    def end_session(self) -> None:
        self._quickbooks.end_session()

    def close_connection(self) -> None:
        self._quickbooks.close_connection()
