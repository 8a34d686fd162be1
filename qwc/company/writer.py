"""Owns the writing of answers, in the order of the schema. It never invents a value: what is not given is left out.

Answers carry a declaration without encoding, no `qbxml` instruction and LF line breaks (web-connector.md 3 and 7.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from qwc.company.reader import MIXED, Node
from qwc.company.refusals import severity_of
from qwc.company.schema import Edition, Element, Particle

_IN_ATTRIBUTE = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_IN_TEXT = {"\r": "&#13;"}


@dataclass(slots=True)
class Answer:
    """The response to one request. `content` holds its elements; `recovery` is the identity that recovery keeps."""

    name: str
    request_id: str | None
    code: int
    message: str
    content: Node = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)
    recovery: dict[str, str] = field(default_factory=dict)


def write_answer_set(
    schema: Edition, answers: Iterable[Answer], set_attributes: dict[str, str], *, with_content: bool = True
) -> str:
    """The whole answer document; without content only the statuses (responseData includeNone)."""
    out = ['<?xml version="1.0" ?>\n<QBXML>\n', "<QBXMLMsgsRs", *_attributes(set_attributes), ">\n"]
    for answer in answers:
        _write_answer(schema, answer, out, with_content=with_content)
    out.append("</QBXMLMsgsRs>\n</QBXML>\n")
    return "".join(out)


def _write_answer(schema: Edition, answer: Answer, out: list[str], *, with_content: bool) -> None:
    attributes = {} if answer.request_id is None else {"requestID": answer.request_id}
    attributes |= {
        "statusCode": str(answer.code),
        "statusSeverity": severity_of(answer.code),
        "statusMessage": answer.message,
    } | answer.counts
    out.append(f"<{answer.name}Rs")
    out.extend(_attributes(attributes))
    message = schema.message(answer.name)
    if not with_content or not answer.content or message is None:
        out.append(" />\n")
        return
    out.append(">\n")
    _write_content(schema, message.answer, answer.content, out)
    out.append(f"</{answer.name}Rs>\n")


def _attributes(attributes: dict[str, str]) -> Iterable[str]:
    return (f' {name}="{escape(value, _IN_ATTRIBUTE)}"' for name, value in attributes.items())


def _write_content(schema: Edition, content: tuple[Particle, ...], node: Node, out: list[str]) -> None:
    for particle in content:
        if isinstance(particle, Element):
            value = node.get(particle.name)
            if value is not None and (value != "" or particle.least):
                for single in value if isinstance(value, list) else (value,):
                    _write_element(schema, particle, single, out)
        elif particle.most == 1:
            for branch in particle.branches:
                _write_content(schema, branch, node, out)
        else:
            for name, child in node.get(MIXED, ()):
                if name in particle.starts:
                    _write_content(schema, particle.branches[particle.starts[name]], {name: child}, out)


def _write_element(schema: Edition, element: Element, value: Any, out: list[str]) -> None:
    if element.aggregate:
        out.append(f"<{element.name}>\n")
        _write_content(schema, schema.content(element.aggregate), value, out)
        out.append(f"</{element.name}>\n")
    else:
        out.append(f"<{element.name}>{escape(str(value), _IN_TEXT)}</{element.name}>\n")
