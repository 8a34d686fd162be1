"""A small day of orders, as an order system would write it: customers, an item, and invoices for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.shop import Shop

LAMP = "ItemNonInventory:lamp"


def customer(name: str) -> dict[str, Any]:
    return {"Name": name, "BillAddress": {"Addr1": "12 Harbor Lane", "City": "Portland", "State": "ME"}}


def lamp() -> dict[str, Any]:
    return {"Name": "Harbor lamp", "SalesOrPurchase": {"Price": "14.00", "AccountRef": {"FullName": "Product Sales"}}}


def invoice(number: str, customer_record: str, *, quantity: int = 2) -> dict[str, Any]:
    line = {"line": f"{number}-1", "ItemRef": {"record": LAMP}, "Quantity": quantity, "Rate": "14.00"}
    return {
        "CustomerRef": {"record": customer_record},
        "TxnDate": "2026-03-02",
        "RefNumber": number,
        "InvoiceLineAdd": [line],
    }


def enqueue_customers(shop: Shop, count: int, *, first: int = 1) -> list[int]:
    numbers = range(first, first + count)
    return [shop.save(f"Customer:C-{number}", customer(f"Customer {number}")) for number in numbers]


def enqueue_a_day(shop: Shop) -> Sequence[int]:
    """A customer, a lamp and four invoices: with two messages to a set, a session of three sets."""
    shop.change_company(set_limit=2)
    numbers = [shop.save("Customer:C-1", customer("Calloway, Ruth")), shop.save(LAMP, lamp())]
    return numbers + [shop.save(f"Invoice:{one}", invoice(str(one), "Customer:C-1")) for one in range(10248, 10252)]


A_DAY = ["Customer:C-1", LAMP, *(f"Invoice:{one}" for one in range(10248, 10252))]
