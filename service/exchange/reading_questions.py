"""What readings ask of QuickBooks: the lists that people can name, and the queries that a comparison takes, as data.

Sends nothing. Only headers are asked for (`IncludeRetElement`): a page of 100 entries is then some 50 KB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from service.exchange.look_up import ENTITIES
from service.qbxml import schema

PAGE = 100
"""Entries of one page: between the 50 and the 500 of the field (qbxml.md 6), some seconds of QuickBooks' time."""

NAMES = ("ListID", "TimeCreated", "TimeModified", "EditSequence", "Name", "FullName", "Initial", "IsActive")
NUMBERS = ("AccountNumber", "ManufacturerPartNumber")
HEADERS = ("TxnID", "TimeCreated", "TimeModified", "EditSequence", "RefNumber", "LinkedTxn")


@dataclass(frozen=True, slots=True)
class Question:
    """One query of a reading. `pages` says whether it goes by an iterator.

    `owners` is there for a question about documents that tell where an entry went that is gone: by TxnID, its kind
    and its ListID.
    """

    query: str
    content: Mapping[str, Any]
    pages: bool
    owners: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of QuickBooks that can be asked for: the query that reads it, and the kinds of records in it."""

    query: str
    kinds: tuple[str, ...]


def _named(query: str, *kinds: str) -> Listed:
    return Listed(query, kinds)


def _items() -> tuple[str, ...]:
    return tuple(one.name for one in schema.objects() if one.name.startswith("Item") and one.add and one.kind == "list")


@cache
def lists() -> Mapping[str, Listed]:
    """The lists by the word for them.

    Customers, vendors, employees and other names share one set of names (qbxml.md 5), and all items another: they are
    read together, so that a name that another kind has is seen.
    """
    return {
        "customers": _named("EntityQueryRq", "Customer"),
        "vendors": _named("EntityQueryRq", "Vendor"),
        "employees": _named("EntityQueryRq", "Employee"),
        "other-names": _named("EntityQueryRq", "OtherName"),
        "items": _named("ItemQueryRq", *_items()),
        "accounts": _named("AccountQueryRq", "Account"),
        "classes": _named("ClassQueryRq", "Class"),
        "terms": _named("TermsQueryRq", "StandardTerms", "DateDrivenTerms"),
        "payment-methods": _named("PaymentMethodQueryRq", "PaymentMethod"),
        "ship-methods": _named("ShipMethodQueryRq", "ShipMethod"),
        "sales-reps": _named("SalesRepQueryRq", "SalesRep"),
        "sales-tax-codes": _named("SalesTaxCodeQueryRq", "SalesTaxCode"),
        "customer-types": _named("CustomerTypeQueryRq", "CustomerType"),
        "vendor-types": _named("VendorTypeQueryRq", "VendorType"),
        "job-types": _named("JobTypeQueryRq", "JobType"),
        "price-levels": _named("PriceLevelQueryRq", "PriceLevel"),
    }


def word_for(kind: str) -> str | None:
    """The list in which entries of a kind stand, if it can be asked for."""
    return next((word for word, listed in lists().items() if kind in listed.kinds), None)


def whole_lists(words: Iterable[str]) -> Sequence[Question]:
    """The questions that read some lists whole, inactive entries too; each query once."""
    queries = dict.fromkeys(lists()[word].query for word in words)
    return [_question(query, {"ActiveStatus": "All"}, [*NAMES, *NUMBERS, "Email"]) for query in queries]


def changed_since(kinds: Iterable[str], since: datetime) -> Sequence[Question]:
    """The questions that find what was changed and what was deleted of some kinds since a moment, deletions last."""
    moment = since.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    there_are = {one.name for one in schema.objects() if one.query}
    known = [kind for kind in kinds if kind in there_are]
    questions = [question for kind in known if (question := _changes(kind, moment)) is not None]
    for family in ("List", "Txn"):
        query, element = f"{family}DeletedQueryRq", f"{family}DelType"
        deletable = _choices(query, element)
        of_family = [kind for kind in known if kind in deletable]
        if of_family:
            wanted = {element: of_family, "DeletedDateRangeFilter": {"FromDeletedDate": moment}}
            questions.append(Question(query, wanted, pages=False))
    return questions


def whereabouts(documents: Iterable[tuple[str, str, tuple[str, str]]]) -> Sequence[Question]:
    """The questions that tell whose some documents are now: kind, TxnID, and whose they were when they were posted."""
    by_kind: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for kind, txn_id, owner in documents:
        by_kind.setdefault(kind, []).append((txn_id, owner))
    return [
        _owners(kind, dict(owned[start : start + PAGE]))
        for kind, owned in sorted(by_kind.items())
        for start in range(0, len(owned), PAGE)
    ]


def _owners(kind: str, owners: Mapping[str, Sequence[str]]) -> Question:
    content = {"TxnID": sorted(owners), "IncludeRetElement": ["TxnID", *ENTITIES]}
    return Question(f"{kind}QueryRq", content, pages=False, owners=owners)


def written(questions: Sequence[Question]) -> str:
    """Questions as they are kept with a reading."""
    return json.dumps([asdict(question) for question in questions])


def read(kept: str) -> Sequence[Question]:
    """Questions as they were kept."""
    return [Question(**one) for one in json.loads(kept)]


def _changes(kind: str, moment: str) -> Question | None:
    query = f"{kind}QueryRq"
    known = _elements(query)
    if "FromModifiedDate" in known:
        return _question(query, {"ActiveStatus": "All", "FromModifiedDate": moment}, list(NAMES))
    if "ModifiedDateRangeFilter" in known:
        filter_ = {"FromModifiedDate": moment}
        return _question(query, {"ModifiedDateRangeFilter": filter_, "IncludeLinkedTxns": True}, list(HEADERS))
    return None


def _question(query: str, filters: Mapping[str, Any], wanted: Sequence[str]) -> Question:
    known = _elements(query)
    content = {name: value for name, value in filters.items() if name in known}
    return Question(query, {**content, "IncludeRetElement": wanted}, "iterator" in schema.request(query).attributes)


@cache
def _elements(query: str) -> frozenset[str]:
    return frozenset(part["name"] for part in schema.elements(schema.request(query).content))


@cache
def _choices(query: str, element: str) -> frozenset[str]:
    parts = schema.elements(schema.request(query).content)
    return next(frozenset(part["values"]) for part in parts if part["name"] == element)
