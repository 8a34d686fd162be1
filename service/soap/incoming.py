"""Reads the bytes of a SOAP 1.1 request into the call that they carry, or refuses them.

What comes in is hostile until it has passed here: document types, attribute bombs, deep or endless documents are
refused, and nothing outside the document is ever looked at.  It knows nothing of Spyne or of HTTP.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from service.soap.contract import NAMESPACE, OPERATIONS, Operation
from service.soap.refusals import (
    DoctypeRefused,
    ElementsInParameter,
    EmptyRequest,
    HeaderNotUnderstood,
    NoOperation,
    NotSoap,
    NotWellFormed,
    OtherSoapVersion,
    RepeatedParameter,
    TooManyAttributes,
    TooManyParameters,
    UnknownCharset,
    UnknownOperation,
    UnusualLongRequest,
)
from service.soap.request_body import Body

ENVELOPE_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_ATTRIBUTES = 32
MAX_PARAMETERS = 32
LONG_BYTES = 2**20
"""Up to here libxml2's own limits (256 levels, 10 MB of text) bound what a document costs; above it, see
:func:`_refuse_unusual_markup`."""
MAX_LONG_TAGS = 256
MAX_LONG_TAG_BYTES = 16 * 2**10

_ENVELOPE = f"{{{ENVELOPE_NAMESPACE}}}Envelope"
_HEADER = f"{{{ENVELOPE_NAMESPACE}}}Header"
_BODY = f"{{{ENVELOPE_NAMESPACE}}}Body"
_MUST_UNDERSTAND = f"{{{ENVELOPE_NAMESPACE}}}mustUnderstand"
_ACTOR = f"{{{ENVELOPE_NAMESPACE}}}actor"
_MEANT_FOR_US = (None, "", "http://schemas.xmlsoap.org/soap/actor/next")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TRUE = ("1", "true")

_BY_TAG = {f"{namespace}{each.name}": each for each in OPERATIONS for namespace in (f"{{{NAMESPACE}}}", "")}
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{1,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# Without possessive quantifiers, which the re of Python 3.11.2 gets wrong; nothing here can match in two ways, so that
# a search that fails costs no more than one that does not.
_TAG = re.compile(rb"""<[^<>"']*(?:"[^<"]*"[^<>"']*|'[^<']*'[^<>"']*)*>""")
_UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")


class Call(NamedTuple):
    """A well-formed call: the operation, and each of its parameters as text.

    A parameter that is missing, empty, blank or nil is ``''``: the .NET client leaves out what is null.
    """

    operation: Operation
    given: dict[str, str]


def read_call(body: Body) -> Call:
    """Return the call in ``body``, whose bytes are given up as soon as they are parsed.

    Raises a :class:`~service.soap.refusals.RequestRefused`.
    """
    operation_element = _operation_element(_parsed(body))
    operation = _BY_TAG.get(str(operation_element.tag))
    if operation is None:
        raise UnknownOperation
    return Call(operation, _parameters(operation_element, operation))


def _parsed(body: Body) -> etree._Element:
    content = body.take()
    if not content or content.isspace():
        raise EmptyRequest
    encoding = _encoding(content, body.charset)
    long = len(content) > LONG_BYTES
    if long:
        _refuse_unusual_markup(content, encoding)
    try:
        root = etree.fromstring(content, _parser("utf-8" if long else encoding, huge_tree=long))
    except LookupError:
        raise UnknownCharset from None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotWellFormed(getattr(error, "lineno", None) or 1) from None
    if root.getroottree().docinfo.doctype:
        raise DoctypeRefused
    return root


def _parser(encoding: str | None, *, huge_tree: bool) -> etree.XMLParser:
    """Return a parser that looks at nothing but the bytes it is given.

    ``collect_ids=False`` would be quicker, but lxml 6.1 then loads external document types in spite of
    ``load_dtd=False``.
    """
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge_tree,
    )


def _encoding(content: bytes, charset: str) -> str | None:
    """Return the encoding to read ``content`` in; None where the document says it itself, or says nothing.

    A byte order mark goes before the XML declaration, that before the charset of the Content-Type.
    """
    if content.startswith(_BYTE_ORDER_MARKS[1:]):
        return "utf-16"
    if content.startswith(_BYTE_ORDER_MARKS[0]) or charset.lower() in _UTF_8:
        charset = ""
    declared = _DECLARED_ENCODING.match(content, 0, 200)
    return declared[1].decode("ascii") if declared else charset or None


def _refuse_unusual_markup(content: bytes, encoding: str | None) -> None:
    """Refuse a long document that could cost much more memory than its own size.

    The Web Connector sends long texts in one parameter, escaped, so that a document of 60 MB has some dozen tags.
    Ten million empty elements, or attributes in one tag, would take gigabytes when parsed.  In UTF-8 no tag can
    hide from a search for its bytes; in other encodings it can.
    """
    if (encoding or "utf-8").lower() not in _UTF_8:
        raise UnusualLongRequest(LONG_BYTES)
    tags = 0
    start = content.find(b"<")
    while start != -1:
        tag = _TAG.match(content, start, start + MAX_LONG_TAG_BYTES)
        tags += 1
        if tag is None or tags > MAX_LONG_TAGS:
            raise UnusualLongRequest(LONG_BYTES)
        start = content.find(b"<", tag.end())


def _operation_element(root: etree._Element) -> etree._Element:
    if root.tag != _ENVELOPE:
        raise OtherSoapVersion if str(root.tag).endswith("}Envelope") else NotSoap
    _refuse_many_attributes(root)
    header, body = root.find(_HEADER), root.find(_BODY)
    if header is not None:
        _refuse_binding_headers(header)
    if body is None or len(body) == 0:
        raise NoOperation
    _refuse_many_attributes(body)
    return body[0]


def _refuse_binding_headers(entries: Iterable[etree._Element]) -> None:
    for entry in entries:
        _refuse_many_attributes(entry)
        if entry.get(_MUST_UNDERSTAND) in _TRUE and entry.get(_ACTOR) in _MEANT_FOR_US:
            raise HeaderNotUnderstood


def _parameters(operation_element: etree._Element, operation: Operation) -> dict[str, str]:
    """Match children by their local names: in RPC style they have no namespace."""
    _refuse_many_attributes(operation_element)
    if len(operation_element) > MAX_PARAMETERS:
        raise TooManyParameters(MAX_PARAMETERS)
    given: dict[str, str] = {}
    for child in operation_element:
        _refuse_many_attributes(child)
        name = str(child.tag).rpartition("}")[2]
        if name not in operation.parameters:
            continue
        if name in given:
            raise RepeatedParameter(name)
        given[name] = _text(child, name)
    return {name: given.get(name, "") for name in operation.parameters}


def _text(parameter: etree._Element, name: str) -> str:
    if len(parameter):
        raise ElementsInParameter(name)
    text = parameter.text
    if not text or text.isspace() or parameter.get(_NIL) in _TRUE:
        return ""
    return text


def _refuse_many_attributes(element: etree._Element) -> None:
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise TooManyAttributes(MAX_ATTRIBUTES)
