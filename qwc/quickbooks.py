"""What a program on the host PC sees of QuickBooks: one connection to the request processor. It holds no data itself.

The names are those of Intuit's request processor (QBXMLRP2). The stand-in Web Connector talks to anything that
keeps this contract; `qwc.company` is the one that ships.
"""

from __future__ import annotations

from typing import Protocol


class ComError(Exception):
    """A call into QuickBooks failed as a COM call does: with an HRESULT and a text, and without an answer.

    `hresult` is hexadecimal text as the Web Connector passes it on (`0x80040400`); `message` is QuickBooks' sentence.
    """

    def __init__(self, hresult: str, message: str) -> None:
        super().__init__(f"{hresult}: {message}")
        self.hresult = hresult
        self.message = message


class QuickBooks(Protocol):
    """One connection to QuickBooks, from `open_connection` to `close_connection`."""

    def open_connection(self, application_name: str) -> None:
        """Connect under the name that QuickBooks shows in its permission dialog; ComError when it refuses."""

    def begin_session(self, company_file: str) -> None:
        """Open a company file by its full Windows path, or with '' the one that is open; ComError when it cannot."""

    def company_file_name(self) -> str:
        """The full Windows path of the company file of the session."""

    def qbxml_version(self) -> tuple[str, int, int]:
        """Country, major and minor of the highest qbXML version of the request processor, such as ('US', 16, 0)."""

    def process_request(self, request: str) -> str:
        """Run one qbXML document and return QuickBooks' answer; ComError when the whole set was refused."""

    def end_session(self) -> None:
        """End the session; iterators and macros die with it."""

    def close_connection(self) -> None:
        """Close the connection."""
