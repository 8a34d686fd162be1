"""Every way in which a request can be refused before it becomes a call: one class, one sentence each.

Each is answered as a SOAP fault.  None of them repeats what the request holds beyond names and numbers.
"""


class RequestRefused(Exception):
    """A request that is not a well-formed call of the Web Connector."""

    fault_code = "Client"
    """SOAP 1.1's code for it, section 4.4.1."""


class EmptyRequest(RequestRefused):
    """A POST without a body."""

    def __init__(self) -> None:
        super().__init__("The request has no body: POST a SOAP 1.1 envelope")


class BadContentLength(RequestRefused):
    """A Content-Length that is not a number."""

    def __init__(self) -> None:
        super().__init__("The Content-Length of the request is not a whole number")


class RequestTooLong(RequestRefused):
    """A body over the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request is longer than {limit} bytes, which is the most that is taken in at once")


class RequestCutShort(RequestRefused):
    """A body that ended before its Content-Length."""

    def __init__(self, *, promised: int, received: int) -> None:
        super().__init__(f"The request ended after {received} of the {promised} bytes in its Content-Length")


class RequestStalled(RequestRefused):
    """A body whose next byte did not come in time, or whose connection broke."""

    def __init__(self, received: int) -> None:
        super().__init__(f"The request stopped coming in after {received} bytes")


class NotWellFormed(RequestRefused):
    """A body that is not XML."""

    def __init__(self, line: int) -> None:
        super().__init__(f"The request is not well-formed XML: see its line {line}")


class UnknownCharset(RequestRefused):
    """A character set that cannot be read."""

    def __init__(self) -> None:
        super().__init__("The request's character set is not known: send UTF-8")


class DoctypeRefused(RequestRefused):
    """A document type declaration, which SOAP forbids (SOAP 1.1, section 3)."""

    def __init__(self) -> None:
        super().__init__("A document type declaration is not allowed in a SOAP request")


class UnusualLongRequest(RequestRefused):
    """A long body that is not written as the Web Connector writes one."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A request over {limit} bytes must be in UTF-8, with few and short tags and its text escaped")


class NotSoap(RequestRefused):
    """An XML document that is no SOAP envelope."""

    def __init__(self) -> None:
        super().__init__("A SOAP 1.1 Envelope was expected")


class OtherSoapVersion(RequestRefused):
    """An envelope of another version, SOAP 1.2 for instance."""

    fault_code = "VersionMismatch"

    def __init__(self) -> None:
        super().__init__("Only SOAP 1.1 is spoken here: the Envelope is of another version")


class HeaderNotUnderstood(RequestRefused):
    """A header entry that must be understood."""

    fault_code = "MustUnderstand"

    def __init__(self) -> None:
        super().__init__("The request has a header that must be understood, and none is known here")


class NoOperation(RequestRefused):
    """An envelope whose Body is missing or empty."""

    def __init__(self) -> None:
        super().__init__("The SOAP Body is missing or empty: it must hold one operation")


class UnknownOperation(RequestRefused):
    """A Body that holds none of the contract's operations."""

    def __init__(self) -> None:
        super().__init__("The SOAP Body holds no operation of the Web Connector: see the WSDL for their names")


class TooManyParameters(RequestRefused):
    """An operation with more children than any operation has parameters."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The operation has more than {limit} parameters")


class TooManyAttributes(RequestRefused):
    """An element with more attributes than any client writes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"An element of the request has more than {limit} attributes")


class RepeatedParameter(RequestRefused):
    """A parameter that is given twice, so that nobody knows which one is meant."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is given twice")


class ElementsInParameter(RequestRefused):
    """A parameter that holds elements; taking its text alone would lose them."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} holds XML elements: it must hold text, with the markup escaped")
