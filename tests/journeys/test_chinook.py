"""A whole order system's export goes through: 59 customers, 1,984 items, 412 invoices with 2,240 lines.

First with its names as they are: what QuickBooks cannot take is refused by the name of the field, and what needs it
waits. Then with names made to fit: all of it is in the company file, once, with the totals of the export.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from service.domain.refusals import Refusal
from service.outbox import Outbox
from service.store import requirements
from tests.journeys import chinook
from tests.journeys.chinook import Row, customer_record, invoice_record, item_record
from tests.shop import Shop

# Letters that QuickBooks does not have, where the company allows substitutes.
WRITTEN_OTHERWISE = {"František Wichterlová": "Frantisek Wichterlová", "Stanisław Wójcik": "Stanislaw Wójcik"}

Mapped = Iterable[tuple[str, Mapping[str, Any]]]


def put_all(shop: Shop, mapped: Mapped) -> tuple[dict[str, int], dict[str, str]]:
    """Enqueue in transactions of the order system's own; the messages by record, and the refusals by record."""
    taken, refused = {}, {}
    for together in batched(mapped, 200):
        with shop.store.writing() as work:
            outbox = Outbox(work.connection, company=shop.name)
            for record, content in together:
                try:
                    taken[record] = outbox.save(record, content).message_id
                except Refusal as refusal:
                    refused[record] = str(refusal)
    return taken, refused


def batched(mapped: Mapped, size: int) -> Iterable[tuple[tuple[str, Mapping[str, Any]], ...]]:
    remaining = iter(mapped)
    while batch := tuple(itertools.islice(remaining, size)):
        yield batch


def map_all(record: Callable[[Row], str], mapping: Callable[[Row], Mapping[str, Any]], rows: Iterable[Row]) -> Mapped:
    return ((record(row), mapping(row)) for row in rows)


def too_long(row: Row) -> bool:
    return len(row["Name"]) > 31


def with_colon(row: Row) -> bool:
    return ":" in row["Name"]


def doubled(items: Iterable[Row], taken: Iterable[str]) -> list[Row]:
    """The items whose name an earlier one has, which QuickBooks compares without case."""
    seen = {name.casefold() for name in taken}
    later = []
    for row in items:
        if row["Name"].casefold() in seen:
            later.append(row)
        seen.add(row["Name"].casefold())
    return later


def total(row: Row) -> Decimal:
    return sum((Decimal(line["UnitPrice"]) * line["Quantity"] for line in row["Lines"]), Decimal(0))


def statuses(shop: Shop, taken: Mapping[str, int]) -> dict[str, str]:
    return {record: shop.message(number).status for record, number in taken.items()}


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
def test_the_whole_export_is_posted_once_and_what_cannot_be_is_named(town_shop: Shop) -> None:
    shop = town_shop
    export = chinook.export()
    names_at_first = [entry["FullName"] for entry in shop.file.records("Item")]

    # The names as they are.
    customers, refused_customers = put_all(shop, map_all(customer_record, chinook.customer, export["customers"]))
    items, refused_items = put_all(shop, map_all(item_record, chinook.item, export["items"]))
    invoices, refused_invoices = put_all(shop, map_all(invoice_record, chinook.invoice, export["invoices"]))

    assert sorted(refused_customers) == ["Customer:1", "Customer:49", "Customer:5"]
    assert "CustomerAdd/CompanyName" in refused_customers["Customer:1"]
    assert "CustomerAdd/FirstName" in refused_customers["Customer:5"]
    assert "CustomerAdd/Email" in refused_customers["Customer:49"]
    unfit = [row for row in export["items"] if too_long(row) or with_colon(row)]
    assert set(refused_items) == {item_record(row) for row in unfit}
    assert all("ItemNonInventoryAdd/Name" in sentence for sentence in refused_items.values())
    assert refused_invoices == {}

    visit = shop.update()

    assert visit.succeeded, visit
    fit = [row for row in export["items"] if not (too_long(row) or with_colon(row))]
    later_ones = doubled(fit, names_at_first)
    missing = {item_record(row) for row in [*unfit, *later_ones]} | set(refused_customers)
    told = statuses(shop, items)
    assert {record for record, status in told.items() if status == "failed"} == {item_record(row) for row in later_ones}
    assert {shop.message(items[item_record(row)]).status_code for row in later_ones} == {3100}
    waiting = [row for row in export["invoices"] if needs(row) & missing]
    assert statuses(shop, invoices) == {
        invoice_record(row): "pending" if row in waiting else "synchronized" for row in export["invoices"]
    }
    for row in waiting[:20]:
        assert waits_for(shop, invoices[invoice_record(row)]) == needs(row) & missing
    assert set(statuses(shop, customers).values()) == {"synchronized"}
    assert shop.disagreements() == []

    # The names made to fit.
    shop.change_company(substitute_characters=True)
    again = [row for row in export["customers"] if customer_record(row) in refused_customers]
    assert put_all(shop, map_all(customer_record, chinook.fitted_customer, again))[1] == {}
    assert put_all(shop, map_all(item_record, chinook.fitted_item, [*unfit, *later_ones]))[1] == {}

    visit = shop.update()

    assert visit.succeeded, visit
    assert shop.counts() == {"synchronized": 59 + 1984 + 412, "superseded": len(later_ones)}
    assert shop.disagreements() == []
    posted = {str(entry["RefNumber"]): entry for entry in shop.file.records("Invoice")}
    for row in export["invoices"]:
        entry = posted[str(row["InvoiceId"])]
        assert Decimal(entry["Total"]) == total(row) == Decimal(row["Total"]), row["InvoiceId"]
        assert entry["TxnDate"] == row["InvoiceDate"][:10]
        assert len(entry["Lines"]) == len(row["Lines"])
    assert sum(Decimal(posted[str(row["InvoiceId"])]["Total"]) for row in export["invoices"]) == Decimal("2328.60")
    written_alike = {f"{row['FirstName']} {row['LastName']}" for row in export["customers"]} - set(WRITTEN_OTHERWISE)
    assert written_alike | set(WRITTEN_OTHERWISE.values()) <= names_of_customers(shop)
    assert shop.update().operations[-1] in ("authenticate", "closeConnection")


def needs(row: Row) -> set[str]:
    return {customer_record(row), *(item_record(line) for line in row["Lines"])}


def waits_for(shop: Shop, number: int) -> set[str]:
    with shop.store.reading() as work:
        return {record for record, _ in requirements.unsettled(work, number) if record is not None}


def names_of_customers(shop: Shop) -> set[str]:
    return {entry["FullName"] for entry in shop.file.records("Customer")}


def test_the_export_is_the_one_that_this_journey_was_written_for() -> None:
    export = chinook.export()

    assert {name: len(export[name]) for name in ("customers", "items", "invoices")} == {
        "customers": 59,
        "items": 1984,
        "invoices": 412,
    }
    assert sum(len(row["Lines"]) for row in export["invoices"]) == 2240
    assert Counter(map(too_long, export["items"]))[True] == 89
    assert Counter(map(with_colon, export["items"]))[True] == 31
