"""Names that are taken, missing or gone in QuickBooks, and what becomes of the records that bear them."""

from __future__ import annotations

from datetime import timedelta

from service.exchange import decide
from tests.journeys.test_first_day import CUSTOMER
from tests.journeys.test_updates import ADVICE, invoice
from tests.shop import Shop


def test_a_name_that_is_taken_is_linked_where_the_company_says_so(shop: Shop) -> None:
    shop.enqueue(
        "raw", None, request="<CustomerAddRq><CustomerAdd><Name>Calloway, Ruth</Name></CustomerAdd></CustomerAddRq>"
    )
    shop.update()
    shop.change_company(link_existing=True)
    number = shop.save("Customer:C-1", CUSTOMER)

    assert shop.update().succeeded

    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    assert shop.message(number).status == "synchronized"
    assert shop.message(number).quickbooks_id == posted["ListID"]
    assert posted["BillAddress"]["City"] == "Portland"


def test_a_name_that_is_taken_is_offered_to_be_linked_where_it_does_not(shop: Shop) -> None:
    shop.enqueue(
        "raw", None, request="<CustomerAddRq><CustomerAdd><Name>Calloway, Ruth</Name></CustomerAdd></CustomerAddRq>"
    )
    shop.update()
    number = shop.save("Customer:C-1", CUSTOMER)

    assert shop.update().status == "0 synchronized, 1 needs attention: see the Synchronize page."

    failed = shop.message(number)
    assert failed.status == "failed"
    assert failed.offers is not None
    assert "link" in failed.offers

    with shop.store.writing() as work:
        decide.link(work, number, by="ruth")
    assert shop.update().succeeded

    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    assert shop.message(number).status == "synchronized"
    assert posted["BillAddress"]["City"] == "Portland"


def test_a_name_that_a_vendor_has_is_never_linked(shop: Shop) -> None:
    shop.enqueue("raw", None, request="<VendorAddRq><VendorAdd><Name>Calloway, Ruth</Name></VendorAdd></VendorAddRq>")
    shop.update()
    shop.change_company(link_existing=True)
    number = shop.save("Customer:C-1", CUSTOMER)
    shop.update()

    failed = shop.message(number)
    assert failed.status == "failed"
    assert "vendor" in str(failed.what_happened)
    assert "link" not in str(failed.offers)
    assert str(failed.what_to_do).startswith("Change the name in the order system")


def test_what_is_gone_in_quickbooks_is_created_again_when_somebody_says_so(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    shop.enqueue(
        "raw",
        None,
        request=f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{posted['ListID']}</ListID></ListDelRq>",
    )
    shop.update()
    number = shop.save("Customer:C-1", CUSTOMER)
    shop.update()

    failed = shop.message(number)
    assert (failed.status, "create_again" in str(failed.offers)) == ("failed", True)

    with shop.store.writing() as work:
        decide.create_again(work, number, by="ruth")
    assert shop.update().status == "1 synchronized."
    assert len(shop.file.find("Customer", "Calloway, Ruth")) == 1


def test_an_invoice_waits_for_a_name_that_a_message_brings(shop: Shop) -> None:
    customer = shop.save("Customer:C-1", CUSTOMER, not_before=(shop.clock.now + timedelta(minutes=20)).isoformat())
    content = invoice(ADVICE) | {"CustomerRef": {"FullName": "Calloway, Ruth"}}
    number = shop.save("Invoice:10248", content)

    shop.update()

    assert shop.statuses([customer, number]) == ["pending", "pending"]
    assert shop.message(number).waits_for == 1

    shop.update()

    assert shop.statuses([customer, number]) == ["synchronized", "synchronized"]


def test_an_invoice_for_a_customer_that_nobody_brings_fails_with_the_name(shop: Shop) -> None:
    content = invoice(ADVICE) | {"CustomerRef": {"FullName": "Calloway, Ruth"}}
    number = shop.save("Invoice:10248", content)
    shop.update()

    failed = shop.message(number)
    assert (failed.status, failed.status_code) == ("failed", 3140)
    assert "Calloway, Ruth" in str(failed.what_happened)


def test_a_customer_and_an_item_that_nobody_brings_are_made_where_the_company_says_so(shop: Shop) -> None:
    shop.change_company(create_missing=True, income_account="Product Sales")
    lamp = {"ItemRef": {"FullName": "Standing lamp"}, "Desc": "Lamp, brass", "Quantity": 1, "Rate": "80.00"}
    address = {"BillAddress": {"Addr1": "12 Harbor Lane", "City": "Portland"}}
    content = invoice(lamp) | {"CustomerRef": {"FullName": "Calloway, Ruth"}} | address
    number = shop.save("Invoice:10248", content)

    assert shop.update().succeeded

    assert shop.message(number).status == "synchronized"
    (customer,) = shop.file.find("Customer", "Calloway, Ruth")
    (item,) = shop.file.find("ItemNonInventory", "Standing lamp")
    (posted,) = shop.file.find("Invoice", "10248")
    assert customer["BillAddress"]["City"] == "Portland"
    assert item["SalesOrPurchase"]["Price"] == "80.00"
    assert posted["Subtotal"] == "80.00"
