"""Makes the customer or item that a document names and QuickBooks lacks, out of the document's own data.

Only where the company's settings allow it (`create_missing`), and an item only where an income account is set: one
cannot be without it in QuickBooks. What is made is a message like any other, of a record named after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.exchange import document
from service.exchange.enqueue import enqueue
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

BY = "missing in QuickBooks"


def create(work: Work, company: Company, message: Message, name: str) -> str | None:
    """Enqueue what a document names in vain; returns its record, or None where that is not allowed or not possible."""
    if not company.create_missing or message.content is None or ":" in name:
        return None
    content = document.parse_line(message.content)
    made = _customer(content, name) or _item(company, content, name)
    if made is None:
        return None
    record, inside = made
    given = {"operation": "save", "record": record, "content": inside, "priority": message.priority}
    enqueue(work, company, document.read(given), by=BY)
    return record


def _customer(content: Mapping[str, Any], name: str) -> tuple[str, Mapping[str, Any]] | None:
    if not _names(content.get("CustomerRef"), name):
        return None
    addresses = {part: content[part] for part in ("BillAddress", "ShipAddress") if part in content}
    return f"Customer:{name}", {"Name": name, **addresses}


def _item(company: Company, content: Mapping[str, Any], name: str) -> tuple[str, Mapping[str, Any]] | None:
    line = next((one for one in _lines(content) if _names(one.get("ItemRef"), name)), None)
    if line is None or company.income_account is None:
        return None
    sales: dict[str, Any] = {"AccountRef": {"FullName": company.income_account}}
    if line.get("Desc"):
        sales["Desc"] = line["Desc"]
    if line.get("Rate"):
        sales["Price"] = line["Rate"]
    return f"ItemNonInventory:{name}", {"Name": name, "SalesOrPurchase": sales}


def _lines(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name, value in content.items():
        if name.endswith("LineAdd"):
            yield from (value if isinstance(value, list) else [value])


def _names(reference: object, name: str) -> bool:
    return isinstance(reference, Mapping) and str(reference.get("FullName", "")).casefold() == name.casefold()
