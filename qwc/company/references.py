"""Owns references: which list each `...Ref` points to, how it is found, how its name is shown. It changes no entry."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from qwc.company.books import Books, reference
from qwc.company.reader import MIXED, Node
from qwc.company.refusals import Refusal

# One set of names: customers, vendors, employees and other names; all items; both kinds of terms (qbxml.md 5).
FAMILIES: dict[str, tuple[str, ...]] = {
    "Entity": ("Customer", "Vendor", "Employee", "OtherName"),
    "Item": (
        "ItemService",
        "ItemNonInventory",
        "ItemOtherCharge",
        "ItemInventory",
        "ItemInventoryAssembly",
        "ItemFixedAsset",
        "ItemSubtotal",
        "ItemDiscount",
        "ItemPayment",
        "ItemSalesTax",
        "ItemSalesTaxGroup",
        "ItemGroup",
    ),
    "Terms": ("StandardTerms", "DateDrivenTerms"),
}
_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}

_SALES_TAX_ITEMS = ("ItemSalesTax", "ItemSalesTaxGroup")
_PARTS_OF_ASSEMBLIES = ("ItemInventory", "ItemInventoryAssembly", "ItemNonInventory", "ItemService", "ItemOtherCharge")

# The kinds an element may point to. Everything that ends in AccountRef points to an account.
TARGETS: dict[str, tuple[str, ...]] = {
    "BillingRateRef": ("BillingRate",),
    "ClassRef": ("Class",),
    "CurrencyRef": ("Currency",),
    "CustomerMsgRef": ("CustomerMsg",),
    "CustomerRef": ("Customer",),
    "CustomerSalesTaxCodeRef": ("SalesTaxCode",),
    "CustomerTypeRef": ("CustomerType",),
    "DiscountClassRef": ("Class",),
    "EmployeeRef": ("Employee",),
    "EntityRef": FAMILIES["Entity"],
    "FromInventorySiteLocationRef": ("InventorySite",),
    "FromInventorySiteRef": ("InventorySite",),
    "InventorySiteLocationRef": ("InventorySite",),
    "InventorySiteRef": ("InventorySite",),
    "ItemGroupRef": ("ItemGroup",),
    "ItemInventoryAssemblyRef": ("ItemInventoryAssembly",),
    "ItemInventoryRef": _PARTS_OF_ASSEMBLIES,
    "ItemPurchaseTaxRef": _SALES_TAX_ITEMS,
    "ItemRef": FAMILIES["Item"],
    "ItemSalesTaxRef": _SALES_TAX_ITEMS,
    "ItemServiceRef": ("ItemService",),
    "JobTypeRef": ("JobType",),
    "LeadRef": ("Lead",),
    "OverrideClassRef": ("Class",),
    "OverrideUOMSetRef": ("UnitOfMeasureSet",),
    "ParentSiteRef": ("InventorySite",),
    "PayeeEntityRef": FAMILIES["Entity"],
    "PaymentMethodRef": ("PaymentMethod",),
    "PayrollItemWageRef": ("PayrollItemWage",),
    "PrefVendorRef": ("Vendor",),
    "PreferredPaymentMethodRef": ("PaymentMethod",),
    "PriceLevelRef": ("PriceLevel",),
    "PurchaseTaxCodeRef": ("SalesTaxCode",),
    "SalesRepEntityRef": ("Vendor", "Employee", "OtherName"),
    "SalesRepRef": ("SalesRep",),
    "SalesTaxCodeRef": ("SalesTaxCode",),
    "SalesTaxReturnLineRef": ("SalesTaxReturnLine",),
    "SalesTaxReturnRef": ("SalesTaxReturn",),
    "ShipMethodRef": ("ShipMethod",),
    "ShipToEntityRef": FAMILIES["Entity"],
    "SupervisorRef": ("Employee",),
    "TaxVendorRef": ("Vendor",),
    "TemplateRef": ("Template",),
    "TermsRef": FAMILIES["Terms"],
    "ToInventorySiteLocationRef": ("InventorySite",),
    "ToInventorySiteRef": ("InventorySite",),
    "UnitOfMeasureSetRef": ("UnitOfMeasureSet",),
    "VehicleRef": ("Vehicle",),
    "VendorRef": ("Vendor",),
    "VendorTypeRef": ("VendorType",),
}
_ISSUED_ID = re.compile(r"[0-9A-Fa-f]{1,16}-[0-9]{1,12}")


def family_of(kind: str) -> str:
    """The set of names a kind of list entry belongs to."""
    return _FAMILY_OF.get(kind, kind)


def name_key(text: str) -> str:
    """A name or FullName as it is compared: without case (qbxml.md 5)."""
    return text.strip().casefold()


def targets_of(element: str) -> tuple[str, ...]:
    """The kinds of entry that an element may point to; empty where it is no reference of ours."""
    return ("Account",) if element.endswith("AccountRef") else TARGETS.get(element, ())


def check_issued(value: str, field: str) -> str:
    """An id that QuickBooks could have issued; Refusal 3000 otherwise."""
    if not _ISSUED_ID.fullmatch(value):
        raise Refusal(3000, value=value, field=field)
    return value


def entry_of(books: Books, list_id: str) -> sqlite3.Row | None:
    """The list entry with that ListID."""
    return books.storage.row("SELECT * FROM list_entries WHERE list_id = ?", list_id)


def entry_named(books: Books, family: str, full_name: str) -> sqlite3.Row | None:
    """The entry of a family with that FullName, whatever its case, inactive ones too."""
    return books.storage.row(
        "SELECT * FROM list_entries WHERE family = ? AND full_name_key = ?", family, name_key(full_name)
    )


def find(books: Books, kinds: tuple[str, ...], ref: Node) -> sqlite3.Row | None:
    """The entry a reference points to: by ListID where there is one, else by FullName (qbxml.md 5)."""
    if ref.get("ListID"):
        row = entry_of(books, check_issued(ref["ListID"], "ListID"))
    elif ref.get("FullName"):
        row = entry_named(books, family_of(kinds[0]), ref["FullName"])
    else:
        return None
    return row if row is not None and row["kind"] in kinds else None


def resolve(books: Books, element: str, ref: Node, kind: str) -> sqlite3.Row:
    """The entry a reference points to; Refusal 3140 where there is none."""
    kinds = targets_of(element)
    row = find(books, kinds, ref)
    if row is None:
        label = family_of(kinds[0]) if len(kinds) > 1 else kinds[0]
        raise Refusal(3140, field=label, value=ref.get("ListID") or ref.get("FullName") or "", kind=kind)
    return row


def resolve_all(books: Books, node: Node, kind: str) -> None:
    """Replace every reference in a tree by its ListID alone, so that a later rename shows everywhere."""
    for name, value in node.items():
        if name in (MIXED, "ParentRef"):
            continue
        if isinstance(value, dict):
            _resolve_one(books, node, name, value, kind)
        elif isinstance(value, list):
            node[name] = [_resolved_item(books, name, single, kind) for single in value]


def _resolved_item(books: Books, name: str, item: Any, kind: str) -> Any:
    if isinstance(item, dict):
        holder = {name: item}
        _resolve_one(books, holder, name, item, kind)
        return holder[name]
    return item


def _resolve_one(books: Books, node: Node, name: str, value: Node, kind: str) -> None:
    if not targets_of(name):
        resolve_all(books, value, kind)
    elif value.get("ListID") or value.get("FullName"):
        node[name] = reference(resolve(books, name, value, kind)["list_id"])


def referenced_ids(node: Any) -> set[str]:
    """Every ListID that a stored tree refers to."""
    found: set[str] = set()
    if isinstance(node, dict):
        if set(node) == {"ListID"}:
            found.add(node["ListID"])
        for value in node.values():
            found |= referenced_ids(value)
    elif isinstance(node, list):
        for single in node:
            found |= referenced_ids(single)
    return found


def keep_references(books: Books, owner_id: str, *trees: Any) -> None:
    """Note what a record refers to, so that a used list entry cannot be deleted."""
    ids = set().union(*(referenced_ids(tree) for tree in trees)) - {owner_id}
    books.storage.run("DELETE FROM list_references WHERE owner_id = ?", owner_id)
    books.storage.insert_rows("list_references", ("list_id", "owner_id"), [(one, owner_id) for one in sorted(ids)])


def with_names(books: Books, node: Any) -> Any:
    """A stored tree with the FullName of every reference as it is now."""
    if isinstance(node, list):
        return [with_names(books, single) for single in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"ListID"}:
        return {"ListID": node["ListID"], "FullName": full_name_of(books, node["ListID"])}
    return {
        name: with_names(books, value) if isinstance(value, (dict, list)) else value for name, value in node.items()
    }


def full_name_of(books: Books, list_id: str) -> str:
    """The FullName of an entry as it is now; remembered for the length of one request."""
    if list_id not in books.names:
        row = books.storage.row("SELECT full_name FROM list_entries WHERE list_id = ?", list_id)
        books.names[list_id] = row["full_name"] if row else ""
    return books.names[list_id]
