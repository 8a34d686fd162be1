"""Intuit's contract as data: every operation, its parameters, its result, and the answer when all else fails.

Names, order and types are those of Intuit's newest public WSDL; the interactive calls, which no public WSDL
holds, are those of the Web Connector Programmer's Guide, chapter 10.  This module knows neither SOAP nor Spyne.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from service.soap.calls import Calls

NAMESPACE = "http://developer.intuit.com/"
"""The namespace of every element, with the slash at its end."""

SERVICE_NAME = "QBWebConnectorSvc"
PORT_NAME = "QBWebConnectorSvcSoap"

Answer = str | int | list[str]


class Kind(Enum):
    """The type of a parameter or a result."""

    TEXT = "xs:string"
    NUMBER = "xs:int"
    TEXTS = "tns:ArrayOfString"


class Request(NamedTuple):
    """A call as it arrived: who called, and every parameter of the operation by its name, as text."""

    address: str
    given: Mapping[str, str]


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    name: str
    parameters: Mapping[str, Kind]
    result: Kind
    ask: Callable[[Calls, Request], Answer]
    """Calls the method of :class:`Calls` that answers this operation."""
    safe_answer: Callable[[], Answer]
    """What to answer when that method fails: within the protocol, and such that nothing is lost or done twice."""


def whole_number(text: str) -> int:
    """Read a version number leniently: ``13``, `` 13 ``, ``13.0``; 0 for anything that does not begin so.

    Old proxies declare qbXMLMajorVers as a string, so that any text may come.
    """
    digits = re.match(r"\s*([0-9]{1,4})(?![0-9])", text)
    return int(digits[1]) if digits else 0


def _fresh_ticket() -> str:
    return secrets.token_urlsafe(24)


_SENTENCE_AFTER_AN_ERROR = "Deskpost had an internal error. Nothing is lost; it goes on at the next update."


def _texts(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, Kind.TEXT)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "serverVersion",
        {},
        Kind.TEXT,
        lambda calls, _: calls.server_version(),
        lambda: "Deskpost",
    ),
    Operation(
        "clientVersion",
        _texts("strVersion"),
        Kind.TEXT,
        lambda calls, request: calls.client_version(request.given["strVersion"], request.address),
        # Go on: a version that could not be judged is no reason to stop an update.
        lambda: "",
    ),
    Operation(
        "authenticate",
        _texts("strUserName", "strPassword"),
        Kind.TEXTS,
        lambda calls, request: calls.authenticate(
            request.given["strUserName"], request.given["strPassword"], request.address
        ),
        # Not nvu: the user would be told that a good password is wrong.
        lambda: [_fresh_ticket(), "busy"],
    ),
    Operation(
        "sendRequestXML",
        _texts("ticket", "strHCPResponse", "strCompanyFileName", "qbXMLCountry")
        | {"qbXMLMajorVers": Kind.NUMBER, "qbXMLMinorVers": Kind.NUMBER},
        Kind.TEXT,
        lambda calls, request: calls.send_request_xml(
            request.given["ticket"],
            request.given["strHCPResponse"],
            request.given["strCompanyFileName"],
            request.given["qbXMLCountry"],
            whole_number(request.given["qbXMLMajorVers"]),
            whole_number(request.given["qbXMLMinorVers"]),
        ),
        # Nothing is handed out, and the Web Connector asks for the last error.
        lambda: "",
    ),
    Operation(
        "receiveResponseXML",
        _texts("ticket", "response", "hresult", "message"),
        Kind.NUMBER,
        lambda calls, request: calls.receive_response_xml(
            request.given["ticket"],
            request.given["response"],
            request.given["hresult"],
            request.given["message"],
        ),
        # The session ends; what was handed out stays unanswered and is recovered by the next one.
        lambda: -1,
    ),
    Operation(
        "connectionError",
        _texts("ticket", "hresult", "message"),
        Kind.TEXT,
        lambda calls, request: calls.connection_error(
            request.given["ticket"], request.given["hresult"], request.given["message"]
        ),
        lambda: "done",
    ),
    Operation(
        "getLastError",
        _texts("ticket"),
        Kind.TEXT,
        lambda calls, request: calls.get_last_error(request.given["ticket"]),
        lambda: _SENTENCE_AFTER_AN_ERROR,
    ),
    Operation(
        "closeConnection",
        _texts("ticket"),
        Kind.TEXT,
        lambda calls, request: calls.close_connection(request.given["ticket"]),
        lambda: _SENTENCE_AFTER_AN_ERROR,
    ),
    Operation(
        "getInteractiveURL",
        _texts("wcTicket", "sessionID"),
        Kind.TEXT,
        lambda calls, request: calls.get_interactive_url(request.given["wcTicket"], request.given["sessionID"]),
        lambda: "",
    ),
    Operation(
        "interactiveDone",
        _texts("wcTicket"),
        Kind.TEXT,
        lambda calls, request: calls.interactive_done(request.given["wcTicket"]),
        lambda: "DONE",
    ),
    # Intuit's own sample spells it so; no capture shows which of the two names the client uses.
    Operation(
        "isInteractiveDone",
        _texts("wcTicket"),
        Kind.TEXT,
        lambda calls, request: calls.interactive_done(request.given["wcTicket"]),
        lambda: "DONE",
    ),
    Operation(
        "interactiveRejected",
        _texts("wcTicket", "reason"),
        Kind.TEXT,
        lambda calls, request: calls.interactive_rejected(request.given["wcTicket"], request.given["reason"]),
        lambda: _SENTENCE_AFTER_AN_ERROR,
    ),
)
