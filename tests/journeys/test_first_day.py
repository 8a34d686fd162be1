"""A first day: an order and all it needs goes from the queue into the company file, and its status comes back."""

from __future__ import annotations

from tests.shop import Shop

CUSTOMER = {"Name": "Calloway, Ruth", "BillAddress": {"Addr1": "12 Harbor Lane", "City": "Portland", "State": "ME"}}
ITEM = {"Name": "Lamp", "SalesOrPurchase": {"Price": "14.00", "AccountRef": {"FullName": "Product Sales"}}}


def invoice(number: str, *, rate: str = "14.00") -> dict[str, object]:
    return {
        "CustomerRef": {"record": "Customer:C-1"},
        "TxnDate": "2026-03-02",
        "RefNumber": number,
        "InvoiceLineAdd": [
            {"line": f"{number}-1", "ItemRef": {"record": "ItemNonInventory:7"}, "Quantity": 2, "Rate": rate}
        ],
    }


def test_an_invoice_waits_for_its_customer_and_its_item_and_follows_them_in_one_visit(shop: Shop) -> None:
    numbers = [
        shop.save("Invoice:10248", invoice("10248")),
        shop.save("ItemNonInventory:7", ITEM),
        shop.save("Customer:C-1", CUSTOMER),
    ]

    visit = shop.update()

    assert visit.succeeded, visit
    assert visit.status == "3 synchronized."
    assert shop.statuses(numbers) == ["synchronized"] * 3
    (posted,) = shop.file.find("Invoice", "10248")
    assert posted["CustomerRef"]["FullName"] == "Calloway, Ruth"
    assert posted["Subtotal"] == "28.00"
    assert shop.message(numbers[0]).quickbooks_id == posted["TxnID"]
    assert shop.update().status != ""
    assert shop.update().operations[-1] in ("authenticate", "closeConnection")
