"""Knows which kinds of records each reference of qbXML can name. Whatever it does not know of, it allows.

A reference is most often named after the object it names: `CustomerRef`, `SalesRepRef`. Those that are not stand in
two tables here, by their whole names and by their last words. The kinds are Intuit's, from the descriptions of the
elements in the Onscreen Reference; where those leave open which kinds QuickBooks takes, the larger set is allowed, and
QuickBooks itself has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from service.qbxml import schema

ACCOUNTS = frozenset({"Account", "SpecialAccount"})
PEOPLE = frozenset({"Customer", "Vendor", "Employee", "OtherName"})


def allowed(path: str, kind: str | None = None) -> frozenset[str] | None:
    """The kinds that the reference at a path can name, or None if any may stand there.

    `path` is that of a complaint, such as `InvoiceLineAdd[2]/ItemRef`; `kind` is that of the record it is found in.
    """
    above, _, last = path.rpartition("/")
    return _allowed(last.partition("[")[0], above.rpartition("/")[2].partition("[")[0], kind)


# Names come from callers as they like, so not all that ever came is remembered.
@lru_cache(maxsize=4096)
def _allowed(name: str, outer: str, kind: str | None) -> frozenset[str] | None:
    if name == "ListID" and outer.endswith("Ref"):
        name = outer
    if name == "ListID" or name.endswith("TxnID"):
        return _of_family("list" if name == "ListID" else "transaction")
    if not name.endswith("Ref"):
        return None
    if name == "ParentRef":
        return _parents(kind)
    return _named().get(name) or _by_last_words(name) or _named_after(name)


def _named_after(name: str) -> frozenset[str] | None:
    bare = name.removesuffix("Ref")
    return frozenset({bare}) if bare in _of_family("list") else None


def _by_last_words(name: str) -> frozenset[str] | None:
    return next((kinds for words, kinds in _LAST_WORDS.items() if name.endswith(words)), None)


def _parents(kind: str | None) -> frozenset[str] | None:
    """A parent is an entry of the same list."""
    if kind is None:
        return None
    return next((kinds for kinds in (ACCOUNTS, _items()) if kind in kinds), frozenset({kind}))


@cache
def _of_family(family: str) -> frozenset[str]:
    """The lists or the transactions whose entries can be records, and not what can only be asked for over several."""
    return frozenset(one.name for one in schema.objects() if one.kind == family and (one.add or one.delete))


@cache
def _items() -> frozenset[str]:
    return frozenset(name for name in _of_family("list") if name.startswith("Item")) | {"SpecialItem"}


@cache
def _named() -> Mapping[str, frozenset[str]]:
    """References that are not named after the one kind they name."""
    taxes = frozenset({"ItemSalesTax", "ItemSalesTaxGroup"})
    return {
        "DefaultItemSalesTaxRef": taxes,
        "EntityRef": PEOPLE,
        "HomeCurrencyRef": frozenset({"Currency"}),
        # The parts of an assembly may be other things than what is kept in stock.
        "ItemInventoryRef": _items(),
        "ItemRef": _items(),
        "ItemSalesTaxRef": taxes,
        "OverrideUOMSetRef": frozenset({"UnitOfMeasureSet"}),
        "PayeeEntityRef": PEOPLE,
        "SalesRepEntityRef": PEOPLE - {"Customer"},
        "ShipToEntityRef": PEOPLE,
        "SupervisorRef": frozenset({"Employee"}),
        "TermsRef": frozenset({"StandardTerms", "DateDrivenTerms"}),
    }


_LAST_WORDS: dict[str, frozenset[str]] = {
    "AccountRef": ACCOUNTS,
    "ClassRef": frozenset({"Class"}),
    "InventorySiteLocationRef": frozenset({"InventorySite"}),
    "InventorySiteRef": frozenset({"InventorySite"}),
    "ParentSiteRef": frozenset({"InventorySite"}),
    "PaymentMethodRef": frozenset({"PaymentMethod"}),
    "ShipMethodRef": frozenset({"ShipMethod"}),
    "TaxCodeRef": frozenset({"SalesTaxCode"}),
    "VendorRef": frozenset({"Vendor"}),
}
"""Families of references by how their names end: ARAccountRef, DiscountClassRef, PrefVendorRef."""
