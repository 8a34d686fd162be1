"""Which kinds of records a reference of qbXML takes, and that nothing is forbidden that is not known."""

from __future__ import annotations

import pytest

from service.exchange.reference_kinds import allowed
from service.qbxml import schema

PEOPLE = {"Customer", "Vendor", "Employee", "OtherName"}
ACCOUNTS = {"Account", "SpecialAccount"}

# The kind of the record, the path of the reference in its content, and what it takes, by the reference of qbXML.
TAKEN: list[tuple[str | None, str, set[str]]] = [
    ("Invoice", "CustomerRef", {"Customer"}),
    ("Bill", "VendorRef", {"Vendor"}),
    ("Check", "PayeeEntityRef", PEOPLE),
    ("JournalEntry", "JournalDebitLine[2]/EntityRef", PEOPLE),
    ("PurchaseOrder", "ShipToEntityRef", PEOPLE),
    ("SalesRep", "SalesRepEntityRef", {"Vendor", "Employee", "OtherName"}),
    ("Invoice", "ARAccountRef", ACCOUNTS),
    ("Bill", "APAccountRef", ACCOUNTS),
    ("BillPaymentCheck", "BankAccountRef", ACCOUNTS),
    ("ItemService", "SalesOrPurchase/AccountRef", ACCOUNTS),
    ("ItemInventory", "IncomeAccountRef", ACCOUNTS),
    ("ItemInventory", "COGSAccountRef", ACCOUNTS),
    ("ItemInventory", "PrefVendorRef", {"Vendor"}),
    ("Invoice", "InvoiceLineAdd[1]/ClassRef", {"Class"}),
    ("Invoice", "InvoiceLineAdd[1]/OverrideUOMSetRef", {"UnitOfMeasureSet"}),
    ("Invoice", "ItemSalesTaxRef", {"ItemSalesTax", "ItemSalesTaxGroup"}),
    ("Invoice", "CustomerSalesTaxCodeRef", {"SalesTaxCode"}),
    ("Customer", "TermsRef", {"StandardTerms", "DateDrivenTerms"}),
    ("Customer", "PreferredPaymentMethodRef", {"PaymentMethod"}),
    ("Customer", "ParentRef", {"Customer"}),
    ("Class", "ParentRef", {"Class"}),
    ("Account", "ParentRef", ACCOUNTS),
    ("TransferInventory", "ToInventorySiteRef", {"InventorySite"}),
    ("Employee", "SupervisorRef", {"Employee"}),
    ("Invoice", "CustomerRef/ListID", {"Customer"}),
]


@pytest.mark.parametrize(("kind", "path", "kinds"), TAKEN, ids=[f"{kind}-{path}" for kind, path, _ in TAKEN])
def test_a_reference_takes_the_kinds_that_quickbooks_takes_there(kind: str | None, path: str, kinds: set[str]) -> None:
    assert allowed(path, kind) == frozenset(kinds)


@pytest.mark.parametrize("path", ["InvoiceLineAdd[3]/ItemRef", "InvoiceLineAdd/ItemRef"])
def test_a_line_takes_every_kind_of_item_and_nothing_else(path: str) -> None:
    items = allowed(path, "Invoice")

    assert items is not None
    assert {"ItemService", "ItemInventory", "ItemNonInventory", "ItemOtherCharge", "ItemGroup", "SpecialItem"} <= items
    assert {"ItemDiscount", "ItemSubtotal", "ItemPayment", "ItemInventoryAssembly", "ItemFixedAsset"} <= items
    assert all(name.startswith("Item") or name == "SpecialItem" for name in items)
    assert "Item" not in items, "no record is simply an item"


def test_the_parent_of_an_item_is_an_item() -> None:
    assert allowed("ParentRef", "ItemService") == allowed("ItemRef", "Invoice")


@pytest.mark.parametrize("path", ["AppliedToTxnAdd[1]/TxnID", "LinkToTxnID[2]", "SetCredit/CreditTxnID"])
def test_a_link_takes_every_transaction_and_no_list_entry(path: str) -> None:
    transactions = allowed(path, "ReceivePayment")

    assert transactions is not None
    assert {"Invoice", "CreditMemo", "JournalEntry", "PurchaseOrder", "SalesOrder", "Bill"} <= transactions
    assert not transactions & {"Customer", "ItemService", "Account", "TxnDeleted", "Transaction"}


@pytest.mark.parametrize("path", ["ListObjRef", "TemplateRef", "TxnLineID", "OwnerID", "SomethingNewRef"])
def test_where_the_kinds_are_not_known_everything_is_allowed(path: str) -> None:
    assert allowed(path, "Invoice") is None


def test_the_parent_of_nobody_knows_what_may_be_anything() -> None:
    assert allowed("ParentRef", None) is None


def test_no_reference_of_the_schema_is_left_without_any_kind_to_name() -> None:
    for aggregate in schema.facts().aggregates.values():
        for part in schema.elements(aggregate.content):
            kinds = allowed(part["name"], "Invoice")

            assert kinds is None or kinds, part["name"]
