"""Requests and message sets as qbXML text, ASCII and in the schema's order. Never writes what the check refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.refusals import Refusal
from service.qbxml import characters, versions
from service.qbxml.characters import Substitution
from service.qbxml.complaints import ContentRefused
from service.qbxml.walk import Walk

CLEAR_ALL = "ClearAllMessageSets"
"""As the old id of a set: QuickBooks forgets the outcome of every set of this application."""

ON_ERROR = ("continueOnError", "stopOnError")

_SET_ID = re.compile(r"[A-Za-z0-9_-]{1,23}")


class MessageSetRefused(Refusal):
    """A message set cannot be written as asked."""


@dataclass(frozen=True, slots=True)
class Written:
    """A request as text, and the characters that were replaced in it."""

    text: str
    substitutions: tuple[Substitution, ...]


def request(
    name: str,
    content: Mapping[str, object],
    *,
    request_id: str | None = None,
    version: str = "16.0",
    country: str = "US",
    substitute: bool = False,
) -> str:
    """One request element, such as `CustomerAddRq`, as ASCII text in the schema's order.

    `content` is the request's own content by qbXML's element names: `{"CustomerAdd": {"Name": ...}}`, or
    `{"ListID": [...]}` of a query.

    - What repeats is a list; a single value is taken for a list of one. Parts that repeat mixed (item lines and
      group lines) may be given in order under `@each`: `[{"InvoiceLineAdd": {...}}, {"InvoiceLineGroupAdd": {...}}]`.
    - Attributes are keys with an at sign: `@iterator`, `@metaData`, `@defMacro`; a macro is used as
      `{"TxnID": {"@useMacro": "TxnID:New"}}`.
    - Numbers are int, Decimal, float (by its exact repr) or text; dates are ISO text or `datetime.date`; yes and no
      are JSON's.
    - `None` means left out, as does an empty list. An empty text writes an empty element, which clears the field.

    `version` and `country` are those that the session declares; `substitute` allows characters beyond Latin-1 to be
    replaced by plain letters or `?`. Raises ContentRefused with all complaints, or `schema.UnknownRequest`.
    """
    return write(name, content, request_id=request_id, version=version, country=country, substitute=substitute).text


def write(
    name: str,
    content: Mapping[str, object],
    *,
    request_id: str | None = None,
    version: str = "16.0",
    country: str = "US",
    substitute: bool = False,
) -> Written:
    """As `request`, but tells the replaced characters too, so that they can be noted in a message's history."""
    walk = Walk(version, country, substitute=substitute)
    text = walk.request(name, content, request_id)
    if walk.complaints:
        raise ContentRefused(name, walk.complaints)
    return Written(text, tuple(walk.substitutions))


def message_set(
    requests: Sequence[str],
    *,
    version: str,
    country: str = "US",
    on_error: str = "continueOnError",
    new_message_set_id: str | None = None,
    old_message_set_id: str | None = None,
) -> bytes:
    """The whole document that sendRequestXML hands out: declaration, version, and the requests as `request` wrote them.

    Both ids are for QuickBooks' own memory of message sets (error recovery): up to 23 letters and digits; the old one
    may be `CLEAR_ALL`. No requests at all are right for recovery. `rollbackOnError` is in the schema, but QuickBooks
    refuses it (0x80040413), so it is refused here. Raises MessageSetRefused.
    """
    if on_error not in ON_ERROR:
        raise MessageSetRefused(f"'{on_error}' is not offered by QuickBooks; use {' or '.join(ON_ERROR)}.")
    attributes = f'onError="{on_error}"'
    for attribute, value in (("newMessageSetID", new_message_set_id), ("oldMessageSetID", old_message_set_id)):
        if value is not None:
            attributes += f' {attribute}="{_set_id(attribute, value)}"'
    body = "".join(requests)
    if not body.isascii():
        raise MessageSetRefused("A message set is written from requests that are pure ASCII; these are not.")
    spelled = characters.escaped_attribute(versions.spelling(version, country))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<?qbxml version="{spelled}"?>\n'
        f"<QBXML><QBXMLMsgsRq {attributes}>{body}</QBXMLMsgsRq></QBXML>"
    ).encode("ascii")


def _set_id(attribute: str, value: str) -> str:
    if not _SET_ID.fullmatch(value):
        raise MessageSetRefused(f"'{value[:60]}' cannot be the {attribute}: it takes 1 to 23 letters and digits.")
    return value
