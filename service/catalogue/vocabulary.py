"""The closed sets of words that an entry of the catalogue is made of, besides its treatment; no texts."""

from __future__ import annotations

from enum import StrEnum


class Applied(StrEnum):
    """Whether the write took place in QuickBooks."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Actor(StrEnum):
    """Who has to do what the entry says."""

    NOBODY = "nobody"
    ACCOUNTANT = "accountant"
    QUICKBOOKS_ADMINISTRATOR = "quickbooks_administrator"
    """Whoever signs in to the company file as Admin."""
    IT = "it"
    DEVELOPER = "developer"
    """The developer of the order system, or whoever runs Deskpost's integration with it."""


class Offer(StrEnum):
    """The buttons that make sense for a message with this outcome; an entry lists the suggested one first."""

    RETRY = "retry"
    ENTER_MANUALLY = "enter_manually"
    SKIP = "skip"
    LINK = "link"
    CREATE_AGAIN = "create_again"
    IT_IS_THERE = "it_is_there"
    IT_IS_NOT_THERE = "it_is_not_there"


class Severity(StrEnum):
    """qbXML's own words (statusSeverity). Decide by the number: a captured 3210 carried the severity Info."""

    INFO = "Info"
    WARN = "Warn"
    ERROR = "Error"


class Scope(StrEnum):
    """Where a code stood. The same number means something else in another place."""

    REQUEST = "request"
    """A statusCode on the answer to one request, or an HRESULT in receiveResponseXML."""
    MESSAGE_SET = "message_set"
    """The messageSetStatusCode on QBXMLMsgsRs."""
    CONNECTION = "connection"
    """An HRESULT in connectionError: QuickBooks was not opened, so nothing was handed to it."""
    WEB_CONNECTOR = "web_connector"
    """A code of the Web Connector itself, as it writes them: QBWC1039."""
