"""Finds out who has a name that QuickBooks says is taken (3100). Decides no link.

Customers, vendors, employees and other names share one set of names, all items another; inactive entries count
(qbxml.md 5). So all of them are asked for, by the full name and, for the inactive ones, by its beginning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service import catalogue
from service.catalogue.nouns import noun_for, with_article
from service.exchange import outcome
from service.exchange.request import Draft
from service.qbxml import schema
from service.qbxml.read import Response
from service.store.messages import Message
from service.store.unit import Work

PEOPLE = ("Customer", "Vendor", "Employee", "OtherName")


@dataclass(frozen=True, slots=True)
class Holder:
    """An entry of QuickBooks that has the name: its kind, such as Vendor, and what it is."""

    kind: str
    entry: Mapping[str, Any]

    @property
    def spoken(self) -> str:
        """As a person says it: `an inactive customer`."""
        noun = noun_for(self.kind).noun
        return f"an inactive {noun}" if self.entry.get("IsActive") is False else with_article(noun)


def queries_for(kind: str, content: Mapping[str, Any]) -> Sequence[Draft]:
    """The queries that find who has the name of this content; none where there is no name to ask for."""
    name = content.get("Name")
    query = "EntityQueryRq" if kind in PEOPLE else "ItemQueryRq" if kind.startswith("Item") else f"{kind}QueryRq"
    if not isinstance(name, str) or query not in schema.facts().requests:
        return []
    known = {part["name"] for part in schema.elements(schema.request(query).content)}
    queries = [Draft(query, {"FullName": [_full_name(content)]})]
    if {"ActiveStatus", "NameFilter"} <= known:
        filters = {"ActiveStatus": "All", "NameFilter": {"MatchCriterion": "StartsWith", "Name": name}}
        queries.append(Draft(query, filters))
    return queries


def holders(kind: str, content: Mapping[str, Any], responses: Sequence[Response]) -> Sequence[Holder]:
    """Who has the name, each entry once."""
    wanted = _full_name(content).casefold()
    found: dict[str, Holder] = {}
    for response in responses:
        for ret in response.rets:
            entry = ret.content
            named = str(entry.get("FullName") or entry.get("Name") or "").casefold()
            if named == wanted and entry.get("ListID"):
                found[str(entry["ListID"])] = Holder(ret.tag.removesuffix("Ret"), entry)
    return list(found.values())


def explained(work: Work, message: Message, found: Sequence[Holder]) -> Mapping[str, Any]:
    """What a person reads: whose name it is, and whether it can be linked."""
    kind = str(message.record).partition(":")[0]
    entry = catalogue.entry(3100, request=f"{kind}AddRq", message=message.quickbooks_said or "")
    can_be_linked = len(found) == 1 and found[0].kind == kind
    facts = {"existing": found[0].spoken} if len(found) == 1 else {}
    facts |= {"same_kind": noun_for(kind).noun} if can_be_linked else {}
    told = dict(outcome.explained(work, message, entry, facts))
    if not can_be_linked:
        offers = [offer for offer in json.loads(str(told["offers"])) if offer != catalogue.Offer.LINK.value]
        told["offers"] = json.dumps(offers)
    return told


def _full_name(content: Mapping[str, Any]) -> str:
    parent = content.get("ParentRef")
    own = str(content.get("Name", ""))
    return f"{parent['FullName']}:{own}" if isinstance(parent, Mapping) and parent.get("FullName") else own
