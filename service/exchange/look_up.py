"""Looks in QuickBooks for what a lost message may have left there: which query to ask, and what its answer proves.

Transactions are looked for by RefNumber, with customer and date; list entries by FullName, inactive ones too. Only
the ExternalGUID proves that what was found is ours (qbxml.md 13.5); the name or the number alone prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.exchange.request import Draft
from service.qbxml import schema
from service.qbxml.read import Response

LARGEST_NUMBER = 2147483647
"""A range filter compares as numbers up to here if both ends are digits, and larger ones not at all (qbxml.md 6)."""

ENTITIES = ("CustomerRef", "VendorRef", "EntityRef", "PayeeEntityRef")


class Finding(StrEnum):
    """What a look-up proves about one message."""

    OURS = "ours"
    ABSENT = "absent"
    PERHAPS_OURS = "perhaps ours"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up found of one message; `entry` is QuickBooks' object where there is one."""

    finding: Finding
    entry: Mapping[str, Any]


def queries_for(lost: Draft) -> Sequence[Draft]:
    """The queries that would find what an Add left behind; none if QuickBooks offers no way to look for it."""
    facts = schema.request(lost.name)
    if facts.verb != "Add" or "Query" not in schema.object_requests(facts.object):
        return []
    content = lost.content[f"{facts.object}Add"]
    name = f"{facts.object}QueryRq"
    if schema.is_list(facts.object):
        return _list_queries(name, content)
    return _transaction_queries(name, content)


def judge(lost: Draft, responses: Sequence[Response]) -> Found:
    """What the answers to `queries_for` prove. A query that was refused proves nothing."""
    if not responses or any(not 0 <= response.status_code < 1000 for response in responses):
        return Found(Finding.CANNOT_TELL, {})
    facts = schema.request(lost.name)
    content = lost.content[f"{facts.object}Add"]
    entries = [ret.content for response in responses for ret in response.rets]
    guid = str(content.get("ExternalGUID", "")).upper()
    for entry in entries:
        if guid and str(entry.get("ExternalGUID", "")).upper() == guid:
            return Found(Finding.OURS, entry)
    for entry in entries:
        if _alike(entry, content):
            return Found(Finding.PERHAPS_OURS, entry)
    return Found(Finding.ABSENT, {})


def _list_queries(name: str, content: Mapping[str, Any]) -> Sequence[Draft]:
    by_name = Draft(name, {"FullName": [_full_name(content)]})
    known = {particle["name"] for particle in schema.elements(schema.request(name).content)}
    if not {"ActiveStatus", "NameFilter"} <= known or "Name" not in content:
        return [by_name]
    # A query by FullName takes no ActiveStatus, so inactive entries are asked for by the beginning of their name.
    filters = {"ActiveStatus": "All", "NameFilter": {"MatchCriterion": "StartsWith", "Name": content["Name"]}}
    return [by_name, Draft(name, filters)]


def _full_name(content: Mapping[str, Any]) -> str:
    own = str(content.get("Name", content.get("Initial", "")))
    parent = content.get("ParentRef")
    return f"{parent['FullName']}:{own}" if isinstance(parent, Mapping) and parent.get("FullName") else own


def _transaction_queries(name: str, content: Mapping[str, Any]) -> Sequence[Draft]:
    known = {particle["name"] for particle in schema.elements(schema.request(name).content)}
    filters: dict[str, Any] = {}
    number = content.get("RefNumber")
    if number and "RefNumberRangeFilter" in known and _comparable(str(number)):
        filters["RefNumberRangeFilter"] = {"FromRefNumber": number, "ToRefNumber": number}
    if content.get("TxnDate") and "TxnDateRangeFilter" in known:
        filters["TxnDateRangeFilter"] = {"FromTxnDate": content["TxnDate"], "ToTxnDate": content["TxnDate"]}
    entity = next((content[ref] for ref in ENTITIES if content.get(ref)), None)
    if entity is not None and "EntityFilter" in known:
        filters["EntityFilter"] = _as_filter(entity)
    enough = "RefNumberRangeFilter" in filters or {"TxnDateRangeFilter", "EntityFilter"} <= set(filters)
    return [Draft(name, filters)] if enough else []


def _comparable(number: str) -> bool:
    return not number.isdigit() or int(number) <= LARGEST_NUMBER


def _as_filter(entity: Mapping[str, Any]) -> Mapping[str, Any]:
    if entity.get("ListID"):
        return {"ListID": [entity["ListID"]]}
    return {"FullName": [entity["FullName"]]}


def _alike(entry: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether what was found looks like ours without proving it: the same name, or the same number."""
    name = content.get("Name")
    if name is not None:
        return str(entry.get("Name", "")).casefold() == str(name).casefold()
    number = content.get("RefNumber")
    return number is None or str(entry.get("RefNumber", "")) == str(number)
