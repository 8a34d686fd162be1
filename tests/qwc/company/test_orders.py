"""Orders and what fulfils them: sales orders and invoices, purchase orders and bills, and the stock they move."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Conversation, Reply, add, invoice, line, mod, ref


@pytest.fixture
def order(talk: Conversation) -> Reply:
    """Return a sales order for ten oak boards and four pine boards, at 10.00 each."""
    lines = (
        f"<SalesOrderLineAdd>{ref('ItemRef', 'Oak Board')}<Quantity>10</Quantity><Rate>10.00</Rate></SalesOrderLineAdd>"
        f"<SalesOrderLineAdd>{ref('ItemRef', 'Pine Board')}<Quantity>4</Quantity><Rate>10.00</Rate></SalesOrderLineAdd>"
    )
    head = f"{ref('CustomerRef', 'Ridgeline Builders')}<RefNumber>SO-1</RefNumber>"
    return talk.done(add("SalesOrder", head + lines))


def whole(order: Reply) -> str:
    return f"<LinkToTxnID>{order.identity[0]}</LinkToTxnID>"


def by_line(order: Reply, which: int, quantity: str = "") -> str:
    line_id = order.texts("SalesOrderRet/SalesOrderLineRet/TxnLineID")[which]
    link = f"<LinkToTxn><TxnID>{order.identity[0]}</TxnID><TxnLineID>{line_id}</TxnLineID></LinkToTxn>"
    return f"<InvoiceLineAdd>{f'<Quantity>{quantity}</Quantity>' if quantity else ''}{link}</InvoiceLineAdd>"


def test_an_open_order_reserves_stock_without_moving_it(talk: Conversation, company: CompanyFile, order: Reply) -> None:
    (oak,) = company.find("Item", "Oak Board")

    assert (oak["QuantityOnHand"], oak["QuantityOnSalesOrder"]) == ("120", "10")
    assert order.text("SalesOrderRet/TotalAmount") == "140.00"
    assert company.find("Customer", "Ridgeline Builders")[0]["Balance"] == "0.00"


def test_a_whole_order_is_brought_in_and_closed(talk: Conversation, company: CompanyFile, order: Reply) -> None:
    reply = talk.done(invoice(more=whole(order)))

    (after,) = company.find("SalesOrder", "SO-1")
    assert reply.text("InvoiceRet/Subtotal") == "140.00"
    assert reply.texts("InvoiceRet/InvoiceLineRet/Quantity") == ["10", "4"]
    assert after["IsFullyInvoiced"] == "true"
    assert [one["Invoiced"] for one in after["Lines"]] == ["10", "4"]
    assert after["EditSequence"] != order.identity[1]
    assert company.find("Item", "Oak Board")[0]["QuantityOnSalesOrder"] == "0"
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "110"


def test_part_of_a_line_leaves_the_rest_open(talk: Conversation, company: CompanyFile, order: Reply) -> None:
    talk.done(invoice(by_line(order, 0, "3")))

    (after,) = company.find("SalesOrder", "SO-1")
    assert after["IsFullyInvoiced"] == "false"
    assert [one["Invoiced"] for one in after["Lines"]] == ["3", "0"]
    rest = talk.done(invoice(number="1002", more=whole(order)))
    assert rest.texts("InvoiceRet/InvoiceLineRet/Quantity") == ["7", "4"]


def test_a_line_that_links_takes_its_item_from_the_order(talk: Conversation, order: Reply) -> None:
    with_item = by_line(order, 0).replace("<InvoiceLineAdd>", f"<InvoiceLineAdd>{ref('ItemRef', 'Oak Board')}")

    assert talk.one(invoice(with_item)).code == 3151


def test_the_same_order_twice_is_refused(talk: Conversation, order: Reply) -> None:
    assert talk.one(invoice(more=whole(order) * 2)).code == 3177


def test_an_order_as_a_whole_and_by_line_is_refused(talk: Conversation, order: Reply) -> None:
    assert talk.one(invoice(by_line(order, 0), more=whole(order))).code == 3000


def test_a_closed_order_is_skipped_with_a_warning_where_something_is_left_to_save(
    talk: Conversation, order: Reply
) -> None:
    talk.done(invoice(more=whole(order)))

    beside = talk.one(invoice(line("Installation", "<Amount>5.00</Amount>"), number="2", more=whole(order)))
    alone = talk.one(invoice(number="3", more=whole(order)))

    assert (beside.code, beside.text("InvoiceRet/Subtotal")) == (570, "5.00")
    assert alone.code == 3180


def test_another_customer_s_order_cannot_be_linked(talk: Conversation, order: Reply) -> None:
    assert talk.one(invoice(customer="Café Lumière", more=whole(order))).code == 3000


def test_a_deleted_invoice_opens_the_order_again(talk: Conversation, company: CompanyFile, order: Reply) -> None:
    done = talk.done(invoice(more=whole(order)))

    talk.done(f"<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{done.identity[0]}</TxnID></TxnDelRq>")

    assert company.find("SalesOrder", "SO-1")[0]["IsFullyInvoiced"] == "false"
    assert company.find("Item", "Oak Board")[0]["QuantityOnSalesOrder"] == "10"
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "120"


def test_an_order_closed_by_hand_counts_as_done(talk: Conversation, company: CompanyFile, order: Reply) -> None:
    talk.done(mod("SalesOrder", order.identity, "<IsManuallyClosed>true</IsManuallyClosed>"))

    assert talk.one(invoice(more=whole(order))).code == 3180
    assert company.find("Item", "Oak Board")[0]["QuantityOnSalesOrder"] == "0"


def test_a_bill_receives_a_purchase_order(talk: Conversation, company: CompanyFile) -> None:
    vendor = ref("VendorRef", "Alder Timber Mills")
    ordered = f"<PurchaseOrderLineAdd>{ref('ItemRef', 'Pine Board')}<Quantity>50</Quantity></PurchaseOrderLineAdd>"
    order = talk.done(add("PurchaseOrder", f"{vendor}<RefNumber>PO-1</RefNumber>{ordered}"))
    assert order.text("PurchaseOrderRet/TotalAmount") == "262.50"
    assert company.find("Item", "Pine Board")[0]["QuantityOnOrder"] == "50"

    bill = talk.done(add("Bill", f"{vendor}<LinkToTxnID>{order.identity[0]}</LinkToTxnID>"))

    pine, (after,) = company.find("Item", "Pine Board")[0], company.find("PurchaseOrder", "PO-1")
    assert bill.text("BillRet/AmountDue") == "262.50"
    assert bill.text("BillRet/ItemLineRet/Cost") == "5.25"
    assert (pine["QuantityOnHand"], pine["QuantityOnOrder"]) == ("250", "0")
    assert (after["IsFullyReceived"], after["Lines"][0]["ReceivedQuantity"]) == ("true", "50")


def test_a_purchase_moves_the_average_cost(talk: Conversation, company: CompanyFile) -> None:
    bought = f"<ItemLineAdd>{ref('ItemRef', 'Oak Board')}<Quantity>40</Quantity><Cost>15.00</Cost></ItemLineAdd>"

    talk.done(add("Bill", ref("VendorRef", "Alder Timber Mills") + bought))

    (oak,) = company.find("Item", "Oak Board")
    # A hundred and twenty at 11.00 and forty at 15.00.
    assert (oak["QuantityOnHand"], oak["AverageCost"]) == ("160", "12.00")


def test_an_inventory_adjustment_sets_a_new_quantity(talk: Conversation, company: CompanyFile) -> None:
    counted = "<QuantityAdjustment><NewQuantity>115</NewQuantity></QuantityAdjustment>"
    lines = f"<InventoryAdjustmentLineAdd>{ref('ItemRef', 'Oak Board')}{counted}</InventoryAdjustmentLineAdd>"

    reply = talk.done(add("InventoryAdjustment", ref("AccountRef", "Inventory Shrinkage") + lines))

    assert reply.text("InventoryAdjustmentRet/InventoryAdjustmentLineRet/QuantityDifference") == "-5"
    assert reply.text("InventoryAdjustmentRet/InventoryAdjustmentLineRet/ValueDifference") == "-55.00"
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "115"
    assert company.find("Account", "Inventory Shrinkage")[0]["Balance"] == "55.00"


def test_only_stocked_items_can_be_adjusted(talk: Conversation) -> None:
    counted = "<QuantityAdjustment><NewQuantity>1</NewQuantity></QuantityAdjustment>"
    lines = f"<InventoryAdjustmentLineAdd>{ref('ItemRef', 'Consulting')}{counted}</InventoryAdjustmentLineAdd>"

    assert talk.one(add("InventoryAdjustment", ref("AccountRef", "Inventory Shrinkage") + lines)).code == 3280


@pytest.mark.parametrize(("pieces", "code"), [("2.5", 3060), ("0", 3060), ("61", 3180), ("60", 0)])
def test_whole_pieces_are_built_from_what_is_in_stock(talk: Conversation, pieces: str, code: int) -> None:
    # A kit takes two of the hundred and twenty oak boards and one of the four hundred pairs of hinges.
    build = ref("ItemInventoryAssemblyRef", "Shelf Kit") + f"<QuantityToBuild>{pieces}</QuantityToBuild>"

    assert talk.one(add("BuildAssembly", build)).code == code


def test_a_build_uses_up_its_components(talk: Conversation, company: CompanyFile) -> None:
    build = ref("ItemInventoryAssemblyRef", "Shelf Kit") + "<QuantityToBuild>10</QuantityToBuild>"

    reply = talk.done(add("BuildAssembly", build))

    kit = company.find("Item", "Shelf Kit")[0]
    assert reply.text("BuildAssemblyRet/QuantityOnHand") == "10"
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "100"
    # Two boards at 11.00 and one pair of hinges at 3.10.
    assert (kit["QuantityOnHand"], kit["AverageCost"]) == ("10", "25.10")


def test_a_build_may_wait_for_its_components(talk: Conversation, company: CompanyFile) -> None:
    build = ref("ItemInventoryAssemblyRef", "Shelf Kit") + "<QuantityToBuild>61</QuantityToBuild>"

    reply = talk.done(add("BuildAssembly", f"{build}<MarkPendingIfRequired>true</MarkPendingIfRequired>"))

    assert reply.text("BuildAssemblyRet/IsPending") == "true"
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "120"
