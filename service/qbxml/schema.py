"""The facts of qbXML 16.0: which requests there are, and what belongs in each. Never checks or writes a text.

The facts lie beside this module in `schema.json`, one message or aggregate on a line, and are loaded when the first
question is asked. They come from Intuit's 13.0 XSD and annotated samples; what 15.0 and 16.0 added, from the QBFC
library.

- `requests` and `responses`: name -> object, verb, since, countries, attributes, content.
- `aggregates`: key -> content, perhaps attributes. An aggregate that differs by place has a number behind its name
  (`SalesTaxCodeRef#2`); what is written is always the element's name.
- content: an ordered list. An entry is an element (`name` with `type` or `aggregate`, `min` and `max` both 1 unless
  said, `max` null for no bound, `max_length`, `values`, `since`, `countries`, `macro`) or a `choice` of sequences.
- `types`: the simple types with their patterns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from service.domain.refusals import Refusal
from service.qbxml import likeness

Particle = Mapping[str, Any]
Kind = Literal["list", "transaction", "report", "other"]


class UnknownRequest(Refusal):
    """There is no request of this name in qbXML."""

    def __init__(self, name: object) -> None:
        super().__init__(f"qbXML has no request '{str(name)[:100]}'; {_hint(str(name))}")


class UnknownObject(Refusal):
    """There is no object of this name in qbXML."""

    def __init__(self, name: object) -> None:
        near = likeness.like(str(name), _by_object())
        named = "objects are named as in qbXML: Customer, ItemService, Invoice."
        hint = likeness.did_you_mean(near) if near else named
        super().__init__(f"qbXML has no object '{str(name)[:100]}'; {hint}")


def _hint(name: str) -> str:
    """What there is instead of a request: all that can be done with the object it is about, or the nearest name."""
    for verb in ("Add", "Mod", "Query"):
        known = _by_object().get(name.removesuffix(f"{verb}Rq"), {})
        if known:
            return f"there is only {' and '.join(known.values())}"
    near = likeness.like(name, facts().requests)[:1]
    return likeness.did_you_mean(near) if near else "request names end in Rq, such as 'CustomerAddRq'."


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response of the schema."""

    name: str
    object: str
    verb: str
    since: str
    countries: tuple[str, ...] | None
    response: str | None
    attributes: Mapping[str, Particle]
    content: tuple[Particle, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An element with children, by its key."""

    key: str
    attributes: Mapping[str, Particle]
    content: tuple[Particle, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    requests: Mapping[str, Message]
    responses: Mapping[str, Message]
    aggregates: Mapping[str, Aggregate]
    types: Mapping[str, Particle]
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What can be done with one object."""

    name: str
    kind: Kind
    add: bool
    mod: bool
    query: bool
    delete: bool
    void: bool


@cache
def facts() -> Facts:
    """All the facts, loaded once."""
    raw = json.loads(resources.files(__package__).joinpath("schema.json").read_text("ascii"))
    return Facts(
        requests={name: _message(name, entry) for name, entry in raw["requests"].items()},
        responses={name: _message(name, entry) for name, entry in raw["responses"].items()},
        aggregates={
            key: Aggregate(key, entry.get("attributes", {}), tuple(entry["content"]))
            for key, entry in raw["aggregates"].items()
        },
        types=raw["types"],
        versions=tuple(raw["versions"]),
    )


def request(name: str) -> Message:
    """The facts of one request, such as `CustomerAddRq`. Raises UnknownRequest with the nearest known name."""
    found = facts().requests.get(name)
    if found is None:
        raise UnknownRequest(name)
    return found


def object_requests(object_name: str) -> Mapping[str, str]:
    """The object's own requests by verb: `{"Add": "CustomerAddRq", "Mod": ..., "Query": ...}`.

    Deleting and voiding go through `ListDelRq`, `TxnDelRq` and `TxnVoidRq` of the objects `List` and `Txn`; whether
    they know an object, `object_facts` tells.
    """
    found = _by_object().get(object_name)
    if found is None:
        raise UnknownObject(object_name)
    return found


@cache
def object_facts(object_name: str) -> ObjectFacts:
    """Whether the object is a list entry or a transaction, and what can be done with it. Raises UnknownObject."""
    verbs = object_requests(object_name)
    return ObjectFacts(
        name=object_name,
        kind=_kind(object_name),
        add="Add" in verbs,
        mod="Mod" in verbs,
        query="Query" in verbs,
        delete="Del" in verbs or object_name in _values("ListDelRq", "ListDelType") | _values("TxnDelRq", "TxnDelType"),
        void=object_name in _values("TxnVoidRq", "TxnVoidType"),
    )


def objects() -> tuple[ObjectFacts, ...]:
    """All objects of the schema, by name."""
    return tuple(object_facts(name) for name in sorted(_by_object()))


def is_list(object_name: str) -> bool:
    """Whether the object's entries have a ListID."""
    return object_facts(object_name).kind == "list"


def is_transaction(object_name: str) -> bool:
    """Whether the object's entries have a TxnID."""
    return object_facts(object_name).kind == "transaction"


def aggregate_of(request_name: str) -> str | None:
    """The element that holds an Add's or a Mod's content (`CustomerAdd` of `CustomerAddRq`), or None."""
    message = request(request_name)
    element = message.object + message.verb
    return element if any(particle.get("name") == element for particle in message.content) else None


@cache
def takes_external_guid(object_name: str) -> bool:
    """Whether the object's Add takes an ExternalGUID of ours."""
    return _add_has(object_name, "ExternalGUID")


def has_error_recovery(request_name: str) -> bool:
    """Whether the answer to this request can hold ErrorRecovery, the object's identity after a loss."""
    response = request(request_name).response
    content = facts().responses[response].content if response else ()
    return any(particle.get("name") == "ErrorRecovery" for particle in content)


def elements(content: tuple[Particle, ...] | list[Particle]) -> Iterator[Particle]:
    """All elements of a content in the schema's order, those inside choices too."""
    for particle in content:
        if "choice" in particle:
            for branch in particle["choice"]:
                yield from elements(branch)
        else:
            yield particle


def _message(name: str, entry: Particle) -> Message:
    return Message(
        name=name,
        object=entry["object"],
        verb=entry["verb"],
        since=entry["since"],
        countries=tuple(entry["countries"]) if "countries" in entry else None,
        response=entry.get("response"),
        attributes=entry["attributes"],
        content=tuple(entry["content"]),
    )


@cache
def _by_object() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, message in facts().requests.items():
        found.setdefault(message.object, {})[message.verb] = name
    return found


@cache
def _values(request_name: str, element: str) -> frozenset[str]:
    for particle in elements(request(request_name).content):
        if particle["name"] == element:
            return frozenset(particle["values"])
    return frozenset()


def _kind(object_name: str) -> Kind:
    own: set[str] = set()
    for request_name in object_requests(object_name).values():
        response = request(request_name).response
        for ret in elements(facts().responses[response].content) if response else ():
            if ret["name"] == "ReportRet":
                return "report"
            if ret["name"] != "ErrorRecovery" and "aggregate" in ret:
                own.update(part["name"] for part in elements(facts().aggregates[ret["aggregate"]].content[:2]))
    if "TxnID" in own:
        return "transaction"
    return "list" if "ListID" in own else "other"


def _add_has(object_name: str, element: str) -> bool:
    name = object_requests(object_name).get("Add")
    key = aggregate_of(name) if name else None
    if key is None:
        return False
    return any(part["name"] == element for part in elements(facts().aggregates[key].content))
