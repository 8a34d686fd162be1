"""Answers of QuickBooks as plain data. Never decides what an answer means, and never fails on what it does not know.

Content is JSON by the schema: what may repeat is a list, yes and no are JSON's, numbers stay text exactly as they came
(QuickBooks' percentages have been seen as `18.0%`), attributes are keys with an at sign. An element that the schema
does not know is taken as it comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from service.qbxml import contents, parsing
from service.qbxml.host import HostFacts, read_host
from service.qbxml.parsing import Unreadable

__all__ = [
    "NO_STATUS",
    "Answer",
    "AnswerUnreadable",
    "HostFacts",
    "Response",
    "Ret",
    "in_order",
    "iter_rets",
    "read_answer",
    "read_host",
]

AnswerUnreadable = Unreadable
in_order = contents.in_order

NO_STATUS = -1
"""The status code of a response that has none that can be read: not a success, and not a refusal either."""

STREAMED_FROM = 1_000_000
"""Answers longer than this are read piece by piece, so that their tree is never in memory whole."""

_WHAT = "The answer of QuickBooks"
_NUMBER = re.compile(r"\s*-?[0-9]{1,10}\s*")
_ROOTS = {"QBXML", "QBPOSXML"}
_SETS = {"QBXMLMsgsRs", "QBPOSXMLMsgsRs"}


@dataclass(frozen=True, slots=True)
class Ret:
    """One object of an answer, such as a CustomerRet or a ReportRet."""

    tag: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one request."""

    name: str
    request_id: str | None
    status_code: int
    """QuickBooks' own number, or NO_STATUS. Decide by it, not by the severity: one captured 3210 came as Info."""
    severity: str
    message: str
    iterator_id: str | None
    iterator_remaining: int | None
    ret_count: int | None
    rets: tuple[Ret, ...] = ()
    recovery: Mapping[str, Any] | None = None
    """ErrorRecovery: the object's identity, kept by QuickBooks under the id of the message set."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the response itself, outside of any object: TxnID and TimeDeleted of a TxnDelRs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one message set."""

    message_set_status_code: int | None
    new_message_set_id: str | None
    responses: tuple[Response, ...]


def read_answer(text: str | bytes, *, most_rets: int | None = None) -> Answer:
    """All that QuickBooks answered to one message set. Raises AnswerUnreadable for what is no qbXML answer.

    Of a long answer only the first `most_rets` objects of each response are kept, if that is given: the list of all
    items would otherwise be in memory twice.
    """
    if len(text) > STREAMED_FROM:
        return _read_large(text, most_rets)
    return _answer(parsing.tree(text, what=_WHAT, large=True), {})


def iter_rets(text: str | bytes) -> Iterator[tuple[Response, Ret]]:
    """The objects of an answer one by one, each with its response (without its objects), in bounded memory.

    Objects that the schema does not know come after all others. An answer without objects yields nothing: its
    status is read with `read_answer`. Raises AnswerUnreadable, perhaps only in the middle.
    """
    growing = _growing(text)
    for _, head, ret in _streamed(growing):
        yield head, ret
    for response in _responses(growing.root, {}):
        head = replace(response, rets=(), recovery=None, content={})
        yield from ((head, ret) for ret in response.rets)


def _read_large(text: str | bytes, most_rets: int | None) -> Answer:
    growing = _growing(text)
    rets: dict[int, list[Ret]] = {}
    for place, _, ret in _streamed(growing):
        kept = rets.setdefault(place, [])
        if most_rets is None or len(kept) < most_rets:
            kept.append(ret)
    return _answer(growing.root, rets)


def _growing(text: str | bytes) -> parsing.Growing:
    return parsing.Growing(text, what=_WHAT, tags=contents.ret_tags())


def _streamed(growing: parsing.Growing) -> Iterator[tuple[int, Response, Ret]]:
    """Each object that stands directly in a response, with the response's place and head, freed after use."""
    response: etree._Element | None = None
    place, head = 0, None
    for element in growing:
        parent = element.getparent()
        if parent is None or not _is_response(parent):
            continue
        if parent is not response or head is None:
            response, head = parent, _head(parent)
            place = sum(1 for _ in parent.itersiblings(preceding=True))
        yield place, head, Ret(str(element.tag), contents.of_ret(element))
        growing.drop(element)


def _is_response(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in _SETS


def _message_set(root: etree._Element | None) -> etree._Element:
    assert root is not None
    if root.tag in _SETS:
        return root
    if root.tag not in _ROOTS:
        raise Unreadable(f"{_WHAT} is not qbXML: it begins with <{str(root.tag)[:60]}>, not with <QBXML>.")
    found = next((element for element in root if element.tag in _SETS), None)
    if found is None:
        raise Unreadable(f"{_WHAT} holds no QBXMLMsgsRs.")
    return found


def _answer(root: etree._Element | None, rets: Mapping[int, list[Ret]]) -> Answer:
    message_set = _message_set(root)
    return Answer(
        message_set_status_code=_number(message_set.get("messageSetStatusCode")),
        new_message_set_id=message_set.get("newMessageSetID"),
        responses=_responses(root, rets),
    )


def _responses(root: etree._Element | None, rets: Mapping[int, list[Ret]]) -> tuple[Response, ...]:
    """The responses; `rets` are the objects that were read and dropped before, by the place of their response."""
    return tuple(_response(element, rets.get(place, [])) for place, element in enumerate(_message_set(root)))


def _response(element: etree._Element, before: list[Ret]) -> Response:
    rets = list(before)
    recovery: Mapping[str, object] | None = None
    content: dict[str, object] = {}
    for child in element:
        tag = str(child.tag)
        if tag == "ErrorRecovery":
            recovery = contents.of_ret(child)
        elif len(child) or child.attrib or tag in contents.ret_tags():
            rets.append(Ret(tag, contents.of_ret(child)))
        else:
            content[tag] = contents.of_leaf(str(element.tag), child)
    return replace(_head(element), rets=tuple(rets), recovery=recovery, content=content)


def _head(element: etree._Element) -> Response:
    status = _number(element.get("statusCode"))
    return Response(
        name=str(element.tag),
        request_id=element.get("requestID"),
        status_code=NO_STATUS if status is None else status,
        severity=element.get("statusSeverity", ""),
        message=element.get("statusMessage", ""),
        iterator_id=element.get("iteratorID"),
        iterator_remaining=_number(element.get("iteratorRemainingCount")),
        ret_count=_number(element.get("retCount")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None
