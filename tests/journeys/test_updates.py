"""What the order system saves again is updated in QuickBooks, never doubled, whatever happened there meanwhile."""

from __future__ import annotations

from typing import Any

from qwc.company import Mishap
from service.exchange import decide
from tests.journeys.test_first_day import CUSTOMER, ITEM
from tests.shop import Shop


def line(key: str, quantity: int, item: str = "7") -> dict[str, Any]:
    return {"line": key, "ItemRef": {"record": f"ItemNonInventory:{item}"}, "Quantity": quantity, "Rate": "10.00"}


def invoice(*lines: dict[str, Any], memo: str = "") -> dict[str, Any]:
    content: dict[str, Any] = {
        "CustomerRef": {"record": "Customer:C-1"},
        "TxnDate": "2026-03-02",
        "RefNumber": "10248",
    }
    return content | ({"InvoiceLineAdd": list(lines)} if lines else {}) | ({"Memo": memo} if memo else {})


ADVICE = {"ItemRef": {"FullName": "Consulting"}, "Quantity": 1}


def open_shop(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    shop.save("ItemNonInventory:8", ITEM | {"Name": "Bulb"})


def quantities(shop: Shop) -> list[tuple[str, str]]:
    (posted,) = shop.file.find("Invoice", "10248")
    return [(one["ItemRef"]["FullName"], one["Quantity"]) for one in posted["Lines"]]


def test_a_customer_saved_again_is_changed_and_not_doubled(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    number = shop.save("Customer:C-1", {"Name": "Calloway, Ruth", "Phone": "207 555 0123"})

    visit = shop.update()

    assert visit.status == "1 synchronized."
    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    assert posted["Phone"] == "207 555 0123"
    assert posted["BillAddress"]["City"] == "Portland"
    assert shop.message(number).quickbooks_id == posted["ListID"]


def test_an_empty_value_clears_and_what_is_left_out_stays(shop: Shop) -> None:
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth", "Phone": "207 555 0123", "Email": "ruth@example.com"})
    shop.update()
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth", "Phone": ""})
    shop.update()

    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    assert not posted.get("Phone")
    assert posted["Email"] == "ruth@example.com"


def test_an_item_saved_again_gets_its_new_price(shop: Shop) -> None:
    shop.save("ItemNonInventory:7", ITEM)
    shop.update()
    shop.save("ItemNonInventory:7", ITEM | {"SalesOrPurchase": {"Price": "15.50"}})

    assert shop.update().status == "1 synchronized."
    (posted,) = shop.file.find("ItemNonInventory", "Lamp")
    assert posted["SalesOrPurchase"]["Price"] == "15.50"


def test_an_invoice_keeps_changes_drops_and_adds_lines_as_the_order_system_has_them(shop: Shop) -> None:
    open_shop(shop)
    shop.save("Invoice:10248", invoice(line("a", 1), line("b", 2), line("c", 3, "8")))
    shop.update()
    before = [one["TxnLineID"] for one in shop.file.find("Invoice", "10248")[0]["Lines"]]
    number = shop.save("Invoice:10248", invoice(line("a", 5), line("d", 4, "8"), line("c", 3, "8")))

    assert shop.update().status == "1 synchronized."

    assert shop.message(number).status == "synchronized"
    assert quantities(shop) == [("Lamp", "5"), ("Bulb", "4"), ("Bulb", "3")]
    after = [one["TxnLineID"] for one in shop.file.find("Invoice", "10248")[0]["Lines"]]
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] not in before


def test_a_line_that_somebody_added_in_quickbooks_stays(shop: Shop) -> None:
    open_shop(shop)
    shop.save("Invoice:10248", invoice(line("a", 1)))
    shop.update()
    (posted,) = shop.file.find("Invoice", "10248")
    shop.enqueue(
        "raw",
        None,
        request=(
            f"<InvoiceModRq><InvoiceMod><TxnID>{posted['TxnID']}</TxnID>"
            f"<EditSequence>{posted['EditSequence']}</EditSequence>"
            f"<InvoiceLineMod><TxnLineID>{posted['Lines'][0]['TxnLineID']}</TxnLineID></InvoiceLineMod>"
            "<InvoiceLineMod><TxnLineID>-1</TxnLineID><Desc>Thank you</Desc></InvoiceLineMod>"
            "</InvoiceMod></InvoiceModRq>"
        ),
    )
    assert shop.update().status == "1 synchronized."
    shop.save("Invoice:10248", invoice(line("a", 2)))

    assert shop.update().status == "1 synchronized."

    (posted,) = shop.file.find("Invoice", "10248")
    assert [one.get("Desc") for one in posted["Lines"]][-1] == "Thank you"
    assert posted["Lines"][0]["Quantity"] == "2"


def test_lines_of_a_document_that_was_found_again_after_a_loss_are_known_too(shop: Shop) -> None:
    open_shop(shop)
    shop.update()
    shop.save("Invoice:10248", invoice(line("a", 1), line("b", 2)))
    lost = Mishap.CRASH_BEFORE_ANSWER
    shop.file.arrange(lost)
    shop.update()
    shop.update()
    shop.save("Invoice:10248", invoice(line("b", 3)))

    assert shop.update().status == "1 synchronized."

    assert quantities(shop) == [("Lamp", "3")]
    assert len(shop.file.records("Invoice")) == 1


def test_what_was_changed_in_quickbooks_meanwhile_is_read_anew_and_changed_again(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    shop.enqueue(
        "raw",
        None,
        request=(
            f"<CustomerModRq><CustomerMod><ListID>{posted['ListID']}</ListID>"
            f"<EditSequence>{posted['EditSequence']}</EditSequence><Email>new@example.com</Email>"
            "</CustomerMod></CustomerModRq>"
        ),
    )
    shop.update()
    number = shop.save("Customer:C-1", {"Name": "Calloway, Ruth", "Phone": "207 555 0199"})

    assert shop.update().succeeded

    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    assert (posted["Phone"], posted["Email"]) == ("207 555 0199", "new@example.com")
    assert shop.message(number).status == "synchronized"
    assert shop.message(number).rereads == 1


def test_a_locked_customer_is_sent_again_later(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.file.arrange(Mishap.RECORD_LOCKED, target="Calloway, Ruth")
    number = shop.save("Customer:C-1", {"Name": "Calloway, Ruth", "Phone": "207 555 0123"})
    shop.update()

    assert shop.message(number).status == "pending"
    assert shop.message(number).not_before is not None

    shop.update()

    assert shop.message(number).status == "synchronized"


def test_a_deleted_record_is_gone_and_can_be_saved_as_new(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.enqueue("delete", "Customer:C-1")

    assert shop.update().status == "1 synchronized."
    assert shop.file.find("Customer", "Calloway, Ruth") == []

    shop.save("Customer:C-1", CUSTOMER)
    shop.update()

    assert len(shop.file.find("Customer", "Calloway, Ruth")) == 1


def test_newer_content_replaces_what_was_not_sent_yet(shop: Shop) -> None:
    first = shop.save("Customer:C-1", {"Name": "Calloway, Rut"})
    second = shop.save("Customer:C-1", CUSTOMER)
    shop.update()

    assert shop.statuses([first, second]) == ["superseded", "synchronized"]
    assert shop.file.find("Customer", "Calloway, Rut") == []
    assert len(shop.file.find("Customer", "Calloway, Ruth")) == 1


def test_a_payment_method_saved_again_says_that_it_cannot_be_changed(shop: Shop) -> None:
    shop.save("PaymentMethod:visa", {"Name": "Harbor Card"})
    shop.update()
    number = shop.save("PaymentMethod:visa", {"Name": "Harbor Card", "IsActive": False})
    shop.update()

    failed = shop.message(number)
    assert failed.status == "failed"
    assert "lets no program change" in str(failed.what_happened)


def test_entered_by_hand_is_looked_up_and_updated_later(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    number = shop.save("Invoice:10248", invoice())
    with shop.store.writing() as work:
        decide.hand_over(work, number, by="ruth")
    shop.update()
    shop.enqueue(
        "raw",
        None,
        request=(
            "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Calloway, Ruth</FullName></CustomerRef>"
            "<TxnDate>2026-03-02</TxnDate><RefNumber>777</RefNumber><InvoiceLineAdd>"
            "<ItemRef><FullName>Consulting</FullName></ItemRef><Quantity>1</Quantity></InvoiceLineAdd>"
            "</InvoiceAdd></InvoiceAddRq>"
        ),
    )
    shop.update()
    with shop.store.writing() as work:
        decide.mark_entered(work, number, "777", by="ruth")
    shop.update()

    (typed,) = shop.file.find("Invoice", "777")
    assert shop.message(number).status == "manually_entered"
    assert shop.message(number).quickbooks_id == typed["TxnID"]

    again = shop.save("Invoice:10248", invoice(memo="Leave at the back door"))
    shop.update()

    (updated,) = shop.file.records("Invoice")
    assert shop.message(again).status == "synchronized"
    assert updated["Memo"] == "Leave at the back door"


def test_a_line_that_was_typed_in_with_a_change_is_not_added_a_second_time(shop: Shop) -> None:
    """Nobody knows whose lines somebody typed, so the order system's next version says what there should be."""
    open_shop(shop)
    shop.save("Invoice:10248", invoice(line("a", 1)))
    shop.update()
    (posted,) = shop.file.find("Invoice", "10248")
    typed = shop.save("Invoice:10248", invoice(line("a", 1), line("b", 4)))
    with shop.store.writing() as work:
        decide.hand_over(work, typed, by="ruth")
    shop.enqueue(
        "raw",
        None,
        request=(
            f"<InvoiceModRq><InvoiceMod><TxnID>{posted['TxnID']}</TxnID>"
            f"<EditSequence>{posted['EditSequence']}</EditSequence>"
            f"<InvoiceLineMod><TxnLineID>{posted['Lines'][0]['TxnLineID']}</TxnLineID></InvoiceLineMod>"
            "<InvoiceLineMod><TxnLineID>-1</TxnLineID><ItemRef><FullName>Lamp</FullName></ItemRef>"
            "<Quantity>4</Quantity></InvoiceLineMod></InvoiceMod></InvoiceModRq>"
        ),
    )
    shop.update()
    with shop.store.writing() as work:
        decide.mark_entered(work, typed, "10248", by="ruth")
    shop.save("Invoice:10248", invoice(line("a", 1), line("c", 5)))

    assert shop.update().status == "1 synchronized."

    assert quantities(shop) == [("Lamp", "1"), ("Lamp", "5")]


def test_the_lines_of_a_change_that_somebody_found_after_a_doubt_are_known_again(shop: Shop) -> None:
    open_shop(shop)
    shop.save("Invoice:10248", invoice(line("a", 1)))
    shop.update()
    doubted = shop.save("Invoice:10248", invoice(line("a", 1), line("b", 4)))
    for _ in range(8):
        shop.file.arrange(Mishap.CRASH_BEFORE_KEEPING)
        shop.update()
        if shop.message(doubted).status == "in_doubt":
            break
    assert shop.message(doubted).status == "in_doubt"
    with shop.store.writing() as work:
        decide.it_is_there(work, doubted, "10248", by="ruth")
    shop.save("Invoice:10248", invoice(line("a", 1), line("c", 5)))
    shop.update()
    shop.update()

    assert quantities(shop) == [("Lamp", "1"), ("Lamp", "5")]
