"""What the Web Connector accepts as a reply: a strict reading, and one as lenient as .NET. It sends nothing.

The strict reading refuses whatever the contract does not allow, so that a service which passes it is right. The
lenient one drops elements in wrong namespaces without a word, as .NET's deserializer does, and so shows the symptom
that a user would see. Its sentences are those of .NET.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from qwc.connector.envelope import NAMESPACE
from qwc.connector.transport import Reply

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
SOAP_1_2 = "{http://www.w3.org/2003/05/soap-envelope}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
INTEGER = re.compile(r"-?[0-9]{1,10}")
LOWEST_NUMBER = -(2**31)


class ReplyIsBroken(Exception):
    """A reply that the Web Connector cannot use; `str()` is the text that it would log."""


class ReplyReader(Protocol):
    """Takes the result out of a reply, or raises ReplyIsBroken."""

    def text(self, operation: str, reply: Reply) -> str: ...

    def texts(self, operation: str, reply: Reply) -> list[str]: ...

    def number(self, operation: str, reply: Reply) -> int: ...


class StrictReader:
    """Takes only what the contract allows: one wrapper, one result, Intuit's namespace on all, nothing null."""

    def text(self, operation: str, reply: Reply) -> str:
        result = self._result(operation, reply)
        if len(result):
            raise ReplyIsBroken(f"{operation}Result holds elements and not text: {_names(result)}.")
        return result.text or ""

    def texts(self, operation: str, reply: Reply) -> list[str]:
        strings = list(_children(self._result(operation, reply)))
        for string in strings:
            if string.tag != f"{{{NAMESPACE}}}string":
                raise ReplyIsBroken(f"{operation}Result holds {string.tag!s} and not {{{NAMESPACE}}}string.")
            if string.get(NIL) is not None or len(string):
                raise ReplyIsBroken(f"{operation}Result holds a string that is no plain text.")
        if not 2 <= len(strings) <= 4:
            raise ReplyIsBroken(f"{operation}Result holds {len(strings)} strings; the contract has 2 to 4.")
        return [string.text or "" for string in strings]

    def number(self, operation: str, reply: Reply) -> int:
        written = self.text(operation, reply)
        if not INTEGER.fullmatch(written) or not LOWEST_NUMBER <= int(written) <= 100:
            raise ReplyIsBroken(f"{operation}Result is {written[:40]!r}, not a whole number up to 100.")
        return int(written)

    def _result(self, operation: str, reply: Reply) -> etree._Element:
        if reply.status != 200:
            raise ReplyIsBroken(_http_failure(reply))
        body = _soap_body(reply)
        wrapper = _only_child(body, f"{{{NAMESPACE}}}{operation}Response")
        result = _only_child(wrapper, f"{{{NAMESPACE}}}{operation}Result")
        if result.get(NIL) is not None:
            raise ReplyIsBroken(f"{operation}Result is nil.")
        return result


class DotNetReader:
    """Takes what .NET's deserializer takes: what is not where it looks is null, and null shows itself later."""

    def text(self, operation: str, reply: Reply) -> str:
        result = self._result(operation, reply)
        return "" if result is None else result.text or ""

    def texts(self, operation: str, reply: Reply) -> list[str]:
        result = self._result(operation, reply)
        if result is None:
            raise ReplyIsBroken("Object reference not set to an instance of an object.")
        strings = [string.text or "" for string in result.iterchildren(f"{{{NAMESPACE}}}string")]
        if len(strings) < 2:
            raise ReplyIsBroken("Index was outside the bounds of the array.")
        return strings[:4]

    def number(self, operation: str, reply: Reply) -> int:
        result = self._result(operation, reply)
        if result is None:
            return 0
        written = (result.text or "").strip()
        if not INTEGER.fullmatch(written):
            raise ReplyIsBroken("There is an error in XML document. Input string was not in a correct format.")
        return int(written)

    def _result(self, operation: str, reply: Reply) -> etree._Element | None:
        if reply.status != 200:
            raise ReplyIsBroken(_http_failure(reply))
        path = f"{{{NAMESPACE}}}{operation}Response/{{{NAMESPACE}}}{operation}Result"
        result = _soap_body(reply).find(path)
        return None if result is None or result.get(NIL) in ("true", "1") else result


def _http_failure(reply: Reply) -> str:
    """The client's words for a status other than 200: the fault's text, or the status itself."""
    if reply.status == 500 and reply.content_type.startswith("text/xml"):
        try:
            fault = _soap_body(reply)
        except ReplyIsBroken as broken:
            return str(broken)
        return fault.findtext(f"{SOAP}Fault/faultstring") or "The service answered with an empty fault."
    phrase = http.client.responses.get(reply.status, "")
    return f"The request failed with HTTP status {reply.status}: {phrase}."


def _soap_body(reply: Reply) -> etree._Element:
    """The Body of the envelope in a reply; a Fault in it is left to the caller."""
    if not reply.body:
        raise ReplyIsBroken(
            f"Client found response content type of '{reply.content_type}', but expected 'text/xml'. "
            "The request failed with an empty response."
        )
    if not reply.content_type.startswith("text/xml"):
        raise ReplyIsBroken(f"Client found response content type of '{reply.content_type}', but expected 'text/xml'.")
    envelope = _parse(reply.body)
    if envelope.tag == f"{SOAP_1_2}Envelope":
        raise ReplyIsBroken("Possible SOAP version mismatch: the envelope is SOAP 1.2, and SOAP 1.1 was expected.")
    bodies = envelope.findall(f"{SOAP}Body")
    if envelope.tag != f"{SOAP}Envelope" or len(bodies) != 1:
        raise ReplyIsBroken("The reply is no SOAP 1.1 envelope with one Body.")
    return bodies[0]


def _parse(content: bytes) -> etree._Element:
    if not content.startswith(b"<"):
        raise ReplyIsBroken("Response is not well-formed XML. (Something stands before the XML declaration.)")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ReplyIsBroken(f"Response is not well-formed XML. ({error.msg})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReplyIsBroken("Response is not well-formed XML. (A DTD is prohibited in this XML document.)")
    return root


def _only_child(parent: etree._Element, name: str) -> etree._Element:
    children = list(_children(parent))
    if [child.tag for child in children] != [name]:
        raise ReplyIsBroken(f"The reply should have exactly {name} there, and has: {_names(parent) or 'nothing'}.")
    return children[0]


def _children(parent: etree._Element) -> Iterator[etree._Element]:
    yield from parent.iterchildren(tag=etree.Element)


def _names(parent: etree._Element) -> str:
    return ", ".join(str(child.tag) for child in _children(parent))
