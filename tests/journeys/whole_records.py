"""A record of every kind that can be added and queried, with all fields the sample company can take at once.

The golden example of the kind gives the values; here stand the names that the sample company has, what must be there
before, and what cannot stand in one record together, each with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.qbxml.examples import example
from tests.qbxml.grammar import FACTS

KINDS = [name.removesuffix("AddRq") for name in FACTS["requests"] if name.endswith("AddRq")]
KINDS = [kind for kind in KINDS if f"{kind}QueryRq" in FACTS["requests"]]

NAMES = {
    "APAccountRef": "Accounts Payable",
    "ARAccountRef": "Accounts Receivable",
    "AccountRef": "Product Sales",
    "AssetAccountRef": "Inventory Asset",
    "BankAccountRef": "Checking",
    "BillingRateRef": "Weekend rate",
    "COGSAccountRef": "Cost of Goods Sold",
    "ClassRef": "North",
    "CreditCardAccountRef": "Corporate Card",
    "CurrencyRef": "US Dollar",
    "CustomerMsgRef": "Thank you for your order.",
    "CustomerRef": "Hollis & Daughters",
    "CustomerSalesTaxCodeRef": "Tax",
    "CustomerTypeRef": "Retail",
    "DepositToAccountRef": "Checking",
    "DiscountAccountRef": "Sales Discounts",
    "EntityRef": "Ridgeline Builders",
    "ExpenseAccountRef": "Purchases",
    "FromInventorySiteLocationRef": "Shelf 1",
    "FromInventorySiteRef": "Warehouse",
    "IncomeAccountRef": "Product Sales",
    "InventorySiteLocationRef": "Shelf 1",
    "InventorySiteRef": "Warehouse",
    "ItemGroupRef": "Starter Set",
    "ItemInventoryAssemblyRef": "Shelf Kit",
    "ItemInventoryRef": "Oak Board",
    "ItemRef": "Oak Board",
    "ItemSalesTaxRef": "County Sales Tax",
    "ItemServiceRef": "Installation",
    "JobTypeRef": "Repair",
    "OverrideItemAccountRef": "Purchases",
    "OverrideUOMSetRef": "Count",
    "ParentSiteRef": "Warehouse",
    "PayeeEntityRef": "Alder Timber Mills",
    "PaymentMethodRef": "Check",
    "PayrollItemWageRef": "Hourly",
    "PrefVendorRef": "Alder Timber Mills",
    "PreferredPaymentMethodRef": "Check",
    "PriceLevelRef": "Wholesale",
    "PurchaseTaxCodeRef": "Tax",
    "RefundFromAccountRef": "Checking",
    "SalesRepEntityRef": "Northway Freight",
    "SalesRepRef": "MH",
    "SalesTaxCodeRef": "Tax",
    "ShipMethodRef": "Post",
    "SupervisorRef": "Mara Holt",
    "TaxVendorRef": "County Tax Office",
    "TermsRef": "Net 30",
    "ToInventorySiteLocationRef": "Window",
    "ToInventorySiteRef": "Shop",
    "TransferFromAccountRef": "Checking",
    "TransferToAccountRef": "Savings",
    "UnitOfMeasureSetRef": "Count",
    "VehicleRef": "Van",
    "VendorRef": "Alder Timber Mills",
    "VendorTypeRef": "Materials",
    "WorkersCompCodeRef": "8017",
}

# What the names above need besides the sample company.
BEFORE: list[tuple[str, dict[str, Any]]] = [
    ("BillingRate", {"Name": "Weekend rate", "FixedBillingRate": "80.00"}),
    ("PayrollItemWage", {"Name": "Hourly", "WageType": "HourlyRegular", "ExpenseAccountRef": {"FullName": "Rent"}}),
    (
        "UnitOfMeasureSet",
        {"Name": "Count", "UnitOfMeasureType": "Count", "BaseUnit": {"Name": "each", "Abbreviation": "ea"}},
    ),
    ("WorkersCompCode", {"Name": "8017", "RateEntry": {"Rate": "1.5", "EffectiveDate": "2026-01-01"}}),
    ("Vehicle", {"Name": "Van"}),
    ("InventorySite", {"Name": "Warehouse"}),
    ("InventorySite", {"Name": "Shop"}),
    ("InventorySite", {"Name": "Shelf 1", "ParentSiteRef": {"FullName": "Warehouse"}}),
    ("InventorySite", {"Name": "Window", "ParentSiteRef": {"FullName": "Shop"}}),
    (
        "Bill",
        {
            "VendorRef": {"FullName": "Alder Timber Mills"},
            "TxnDate": "2026-07-01",
            "ExpenseLineAdd": {"AccountRef": {"FullName": "Rent"}, "Amount": "900.00"},
        },
    ),
    (
        "CreditMemo",
        {
            "CustomerRef": {"FullName": "Hollis & Daughters"},
            "TxnDate": "2026-07-01",
            "CreditMemoLineAdd": {"ItemRef": {"FullName": "Consulting"}, "Quantity": 10},
        },
    ),
]

LEFT_OUT = object()
"""Instead of a value: the field is not given."""

# An address has five printed lines: either as five lines alone, or with city, state and so on.
NO_CITY: dict[str, Any] = dict.fromkeys(("City", "State", "PostalCode", "Country"), LEFT_OUT)
# A line says what it is about, or links to the line of an order that does.
NO_LINKS: dict[str, Any] = dict.fromkeys(("LinkToTxn", "LinkToTxnID", "ApplyCheckToTxnAdd", "SetCredit"), LEFT_OUT)
# Its parents and templates go by the kind of the record, and its own fields have to be defined before.
EVERYWHERE: dict[str, Any] = {**NO_CITY, **NO_LINKS, **dict.fromkeys(("ParentRef", "TemplateRef", "DataExt"), LEFT_OUT)}

# With a quantity and an amount QuickBooks ignores the rate, and says so.
RATE_ALONE: dict[str, Any] = {"Amount": LEFT_OUT}
AMOUNT_ALONE: dict[str, Any] = {"Cost": LEFT_OUT}

DISCOUNTED_BILL = {
    "TxnID": "{Bill}",
    "PaymentAmount": "168.00",
    "DiscountAmount": "10.00",
    "DiscountAccountRef": {"FullName": "Sales Discounts"},
    "DiscountClassRef": {"FullName": "South"},
}

# By kind, what its fields hold instead; {Bill} stands for the TxnID of the bill above.
INSTEAD: dict[str, dict[str, Any]] = {
    "ARRefundCreditCard": {"RefundAppliedToTxnAdd": {"TxnID": "{CreditMemo}", "RefundAmount": "168.00"}},
    "Bill": AMOUNT_ALONE,
    "BillPaymentCheck": {"AppliedToTxnAdd": DISCOUNTED_BILL},
    "BillPaymentCreditCard": {"AppliedToTxnAdd": DISCOUNTED_BILL},
    "Charge": RATE_ALONE,
    "Check": AMOUNT_ALONE,
    "CreditCardCharge": AMOUNT_ALONE,
    "CreditCardCredit": AMOUNT_ALONE,
    "CreditMemo": RATE_ALONE,
    "Estimate": RATE_ALONE,
    "Invoice": RATE_ALONE,
    "ItemReceipt": AMOUNT_ALONE,
    "ItemSalesTaxGroup": {"ItemSalesTaxRef": {"FullName": "County Sales Tax"}},
    "JournalEntry": {
        "@each": [
            {"JournalDebitLine": {"AccountRef": {"FullName": "Rent"}, "Amount": "168.00", "Memo": "Rent, July"}},
            {"JournalCreditLine": {"AccountRef": {"FullName": "Checking"}, "Amount": "168.00"}},
        ]
    },
    "PurchaseOrder": RATE_ALONE,
    "SalesOrder": RATE_ALONE,
    "SalesReceipt": RATE_ALONE,
    "Vendor": {"PrefillAccountRef": {"FullName": "Rent"}},
    "VendorCredit": AMOUNT_ALONE,
}


def whole_record(kind: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of an Add of the kind; `ids` are the TxnIDs of what was made before, by kind."""
    filled: dict[str, Any] = _filled(example(f"{kind}AddRq")[f"{kind}Add"], kind, ids)
    return filled


def _filled(value: Any, kind: str, ids: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(one, kind, ids) for one in value]
    if not isinstance(value, dict):
        return value.format_map(ids) if isinstance(value, str) and value.strip("{}") in ids else value
    fields = {name: _field(name, one, kind) for name, one in value.items()}
    return {name: _filled(one, kind, ids) for name, one in fields.items() if one is not LEFT_OUT}


def _field(name: str, value: Any, kind: str) -> Any:
    for table in (INSTEAD.get(kind, {}), EVERYWHERE):
        if name in table:
            return table[name]
    if name == "@defMacro":
        return LEFT_OUT
    if isinstance(value, dict) and value.keys() >= {"ListID", "FullName"}:
        return {"FullName": NAMES[name]}
    return value
