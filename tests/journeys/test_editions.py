"""A message that needs another QuickBooks than the one at the other end fails with the one it needs; the others go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.domain.refusals import DocumentRefused
from service.exchange import decide
from service.store.unit import Store
from tests.clock import Clock
from tests.journeys.orders import customer
from tests.shop import Shop

BOARDS = {"ItemRef": {"FullName": "Oak Board"}, "Quantity": 2, "Rate": "18.50"}


def sales(**more: Any) -> dict[str, Any]:
    return {"CustomerRef": {"FullName": "Ridgeline Builders"}, "TxnDate": "2026-03-02", **more}


def what_is_said(shop: Shop, number: int) -> str:
    """Why a message cannot be written: for an accountant in the first sentence, and then for a developer."""
    return str(shop.message(number).what_happened)


def test_quickbooks_2014_gets_all_but_what_it_cannot_know(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path, qbxml_version="13.0")
    boxes = (
        "<Form1099CategoryAccountMappingQueryRq><FormType>1099-NEC</FormType></Form1099CategoryAccountMappingQueryRq>"
    )
    boards = {"ItemRef": {"FullName": "Oak Board"}, "Quantity": 2, "Cost": "11.00"}
    expiring = {**boards, "ExpirationDateForSerialLotNumber": "2027-01-31"}
    bill = {"VendorRef": {"FullName": "Alder Timber Mills"}, "TxnDate": "2026-03-02", "ItemLineAdd": [boards, expiring]}
    numbers = [
        shop.save("Customer:C-1", customer("Ada")),
        shop.save("SalesOrder:1", sales(StoreName="Web shop", SalesOrderLineAdd=BOARDS)),
        shop.save("Bill:2", bill),
        shop.enqueue("raw", None, request=boxes),
        shop.save("Invoice:3", sales(InvoiceLineAdd=BOARDS)),
    ]

    visit = shop.update()

    assert visit.status == "2 synchronized, 3 need attention: see the Synchronize page."
    assert shop.statuses(numbers) == ["synchronized", "failed", "failed", "failed", "synchronized"]
    assert [what_is_said(shop, number) for number in numbers[1:4]] == [
        (
            "This sales order needs QuickBooks 2022 or later. "
            "SalesOrder:1: SalesOrderAdd/StoreName: needs qbXML 15.0, which QuickBooks 2022 and later have; "
            "this session uses 13.0"
        ),
        (
            "This bill needs QuickBooks 2023 or later. "
            "Bill:2: BillAdd/ItemLineAdd[2]/ExpirationDateForSerialLotNumber: needs qbXML 16.0, "
            "which QuickBooks 2023 and later have; this session uses 13.0"
        ),
        (
            "This entry needs QuickBooks 2018 or later. "
            "message 4: FormType: needs qbXML 14.0, which QuickBooks 2018 and later have; this session uses 13.0"
        ),
    ]
    assert {shop.message(number).what_to_do for number in numbers[1:4]} == {
        (
            "Enter it manually in another way, or skip it. Tell the technical team to stop sending this, "
            "or upgrade QuickBooks, then press Retry."
        )
    }
    assert shop.disagreements() == []


VAT = {"TaxRegistrationNumber": "GB123456789", "ResaleNumber": "R-1234567890-12345678"}


@pytest.mark.parametrize("country", ["CA", "UK", "AU"])
def test_fields_and_lengths_of_another_country_go_where_quickbooks_is_from_there(
    country: str, store: Store, clock: Clock, tmp_path: Path
) -> None:
    """The country is known from the first visit on, and the check goes by it."""
    shop = Shop(store, clock, tmp_path, country=country)
    registered = customer("Ada") | VAT | {"SalesTaxCountry": {"CA": "Canada", "UK": "UK", "AU": "Australia"}[country]}
    first = shop.save("Customer:C-1", customer("Zoe"))
    with pytest.raises(DocumentRefused) as refused:
        shop.save("Customer:C-2", registered)
    shop.update()

    second = shop.save("Customer:C-2", registered)
    shop.update()

    assert refused.value.complaints == (
        "CustomerAdd/TaxRegistrationNumber: only the CA, UK and AU editions of QuickBooks know it, this is US",
        "CustomerAdd/ResaleNumber: 'R-1234567890-12345678' has 21 characters; at most 15 are allowed",
        "CustomerAdd/SalesTaxCountry: only the CA, UK and AU editions of QuickBooks know it, this is US",
    )
    assert shop.statuses([first, second]) == ["synchronized", "synchronized"]
    (kept,) = shop.file.find("Customer", "Ada")
    assert kept["TaxRegistrationNumber"] == "GB123456789"
    assert kept["ResaleNumber"] == "R-1234567890-12345678"


def test_what_only_another_country_knows_fails_with_the_countries_that_do(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    """Enqueued before the first visit, when nobody could know where QuickBooks is from."""
    shop = Shop(store, clock, tmp_path, country="AU")
    sited = {**BOARDS, "InventorySiteRef": {"FullName": "Warehouse"}}
    numbers = [
        shop.save("Invoice:1", sales(InvoiceLineAdd=[BOARDS, sited])),
        shop.save("Invoice:2", sales(InvoiceLineAdd=BOARDS)),
    ]

    visit = shop.update()

    assert visit.status == "1 synchronized, 1 needs attention: see the Synchronize page."
    assert shop.statuses(numbers) == ["failed", "synchronized"]
    assert what_is_said(shop, numbers[0]) == (
        "This edition of QuickBooks cannot do this with an invoice. "
        "Invoice:1: InvoiceAdd/InvoiceLineAdd[2]/InventorySiteRef: "
        "only the US, CA and UK editions of QuickBooks know it, this is AU"
    )


def test_a_tax_code_may_be_longer_in_australia(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path, country="AU")
    shop.save("Customer:C-1", customer("Zoe"))
    shop.update()

    number = shop.save("SalesTaxCode:GST", {"Name": "GSTFRE", "IsTaxable": False})
    with pytest.raises(DocumentRefused, match="'GSTFREE' has 7 characters; at most 6 are allowed"):
        shop.save("SalesTaxCode:GST-7", {"Name": "GSTFREE", "IsTaxable": False})
    shop.update()

    assert shop.statuses([number]) == ["synchronized"]
    assert len(shop.file.find("SalesTaxCode", "GSTFRE")) == 1


def test_after_quickbooks_was_renewed_a_retry_sends_what_needed_it(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path, qbxml_version="13.0")
    number = shop.save("SalesOrder:1", sales(StoreName="Web shop", SalesOrderLineAdd=BOARDS))
    shop.update()
    assert shop.statuses([number]) == ["failed"]

    shop.file.set("qbxml_version", "16.0")
    with shop.store.writing() as work:
        decide.retry(work, [number], by="ruth")
    shop.update()

    assert shop.statuses([number]) == ["synchronized"], shop.message(number).what_happened
    (order,) = shop.file.records("SalesOrder")
    assert order["StoreName"] == "Web shop"
