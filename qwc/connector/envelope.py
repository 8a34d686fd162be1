"""The bytes of the Web Connector's SOAP requests, exactly as the real client writes them. It sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = "http://developer.intuit.com/"
USER_AGENT = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)"
CONTENT_TYPE = "text/xml; charset=utf-8"

# Each operation with its parameters in the order of Intuit's WSDL; the last three are in no public one.
OPERATIONS: dict[str, tuple[str, ...]] = {
    "serverVersion": (),
    "clientVersion": ("strVersion",),
    "authenticate": ("strUserName", "strPassword"),
    "sendRequestXML": (
        "ticket",
        "strHCPResponse",
        "strCompanyFileName",
        "qbXMLCountry",
        "qbXMLMajorVers",
        "qbXMLMinorVers",
    ),
    "receiveResponseXML": ("ticket", "response", "hresult", "message"),
    "connectionError": ("ticket", "hresult", "message"),
    "getLastError": ("ticket",),
    "closeConnection": ("ticket",),
    "getInteractiveURL": ("wcTicket", "sessionID"),
    "interactiveDone": ("wcTicket",),
    "isInteractiveDone": ("wcTicket",),
    "interactiveRejected": ("wcTicket", "reason"),
}

_BEFORE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
)
_AFTER = "</soap:Body></soap:Envelope>"


def request_body(operation: str, arguments: Sequence[str | None] = ()) -> bytes:
    """The body of one call: one line, the arguments as escaped text in the operation's order.

    An empty argument becomes `<name />` and None is left out, as .NET does.
    """
    parameters = "".join(
        _element(name, value) for name, value in zip(OPERATIONS[operation], arguments, strict=True) if value is not None
    )
    return (_BEFORE + _element(operation, parameters, f' xmlns="{NAMESPACE}"', is_text=False) + _AFTER).encode()


def request_headers(operation: str) -> dict[str, str]:
    """The headers of one call that do not depend on the connection; SOAPAction has its quotes."""
    return {
        "User-Agent": USER_AGENT,
        "Content-Type": CONTENT_TYPE,
        "SOAPAction": f'"{NAMESPACE}{operation}"',
    }


def _element(name: str, content: str, attributes: str = "", *, is_text: bool = True) -> str:
    if not content:
        return f"<{name}{attributes} />"
    return f"<{name}{attributes}>{escape(content) if is_text else content}</{name}>"
