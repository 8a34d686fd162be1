"""Writes SOAP 1.1 answers and faults as the Web Connector's .NET client reads them.

Every element is in a namespace and every string is written, even an empty one: the client ignores elements of
another namespace without a word, and fails when ``authenticate`` answers with one string instead of two.
"""

from service.soap.contract import NAMESPACE, Answer, Operation

_BEFORE = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
)
_AFTER = b"</soap:Body></soap:Envelope>"
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def answer_envelope(operation: Operation, answer: Answer) -> bytes:
    """Return the envelope that answers ``operation``."""
    name = operation.name.encode()
    return b"".join(
        (
            _BEFORE,
            b'<%bResponse xmlns="%b"><%bResult>' % (name, NAMESPACE.encode(), name),
            _content(answer),
            b"</%bResult></%bResponse>" % (name, name),
            _AFTER,
        )
    )


def fault_envelope(code: str, sentence: str) -> bytes:
    """Return the envelope of a fault; ``code`` is one of SOAP 1.1's, section 4.4.1, without a prefix."""
    return b"".join(
        (
            _BEFORE,
            b"<soap:Fault><faultcode>soap:",
            _escaped(code),
            b"</faultcode><faultstring>",
            _escaped(sentence),
            b"</faultstring></soap:Fault>",
            _AFTER,
        )
    )


def _content(answer: Answer) -> bytes:
    if isinstance(answer, list):
        return b"".join(b"<string>%b</string>" % _escaped(text) for text in answer)
    return _escaped(answer) if isinstance(answer, str) else b"%d" % answer


def _escaped(text: str) -> bytes:
    """Return ``text`` in UTF-8, escaped once, without the characters that XML 1.0 forbids (section 2.2).

    A carriage return is written as a reference, because a reader would turn it into a line feed.
    """
    written = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for noncharacter in _NONCHARACTERS:
        written = written.replace(noncharacter, b"")
    return written.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")
