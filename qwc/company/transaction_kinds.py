"""Owns the table of transaction kinds: who, which account, which total, and by which rules. It holds no code paths."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransactionKind:
    """One kind of transaction. `rules` names the family of rules; the other texts name elements of the answer.

    `default_account` is the type of account that is taken where the request names none. `sign` is -1 where the
    document gives back. `posting` is false where it moves no account.
    """

    name: str
    rules: str
    entity: str = ""
    account: str = ""
    default_account: str = ""
    total: str = ""
    open: str = ""
    sign: int = 1
    posting: bool = True
    links_to: str = ""


_TABLE = (
    TransactionKind(
        "Invoice",
        "sales",
        "CustomerRef",
        "ARAccountRef",
        "AccountsReceivable",
        "",
        "BalanceRemaining",
        links_to="SalesOrder",
    ),
    TransactionKind("Estimate", "sales", "CustomerRef", total="TotalAmount", posting=False),
    TransactionKind("SalesOrder", "sales", "CustomerRef", total="TotalAmount", posting=False),
    TransactionKind("SalesReceipt", "sales", "CustomerRef", "DepositToAccountRef", "UndepositedFunds", "TotalAmount"),
    TransactionKind(
        "CreditMemo", "sales", "CustomerRef", "ARAccountRef", "AccountsReceivable", "TotalAmount", "CreditRemaining", -1
    ),
    TransactionKind(
        "Charge", "charge", "CustomerRef", "ARAccountRef", "AccountsReceivable", "Amount", "BalanceRemaining"
    ),
    TransactionKind(
        "ReceivePayment", "payment", "CustomerRef", "ARAccountRef", "AccountsReceivable", "TotalAmount", "UnusedPayment"
    ),
    TransactionKind("ARRefundCreditCard", "refund", "CustomerRef", "ARAccountRef", "AccountsReceivable", "TotalAmount"),
    TransactionKind("PurchaseOrder", "purchases", "VendorRef", total="TotalAmount", posting=False),
    TransactionKind(
        "Bill",
        "purchases",
        "VendorRef",
        "APAccountRef",
        "AccountsPayable",
        "AmountDue",
        "OpenAmount",
        links_to="PurchaseOrder",
    ),
    TransactionKind(
        "ItemReceipt",
        "purchases",
        "VendorRef",
        "APAccountRef",
        "AccountsPayable",
        "TotalAmount",
        links_to="PurchaseOrder",
    ),
    TransactionKind(
        "VendorCredit", "purchases", "VendorRef", "APAccountRef", "AccountsPayable", "CreditAmount", "OpenAmount", -1
    ),
    TransactionKind("Check", "purchases", "PayeeEntityRef", "AccountRef", total="Amount"),
    TransactionKind("CreditCardCharge", "purchases", "PayeeEntityRef", "AccountRef", total="Amount"),
    TransactionKind("CreditCardCredit", "purchases", "PayeeEntityRef", "AccountRef", total="Amount", sign=-1),
    TransactionKind("BillPaymentCheck", "bill payment", "PayeeEntityRef", "APAccountRef", "AccountsPayable", "Amount"),
    TransactionKind(
        "BillPaymentCreditCard", "bill payment", "PayeeEntityRef", "APAccountRef", "AccountsPayable", "Amount"
    ),
    TransactionKind("SalesTaxPaymentCheck", "sales tax payment", "PayeeEntityRef", "BankAccountRef", total="Amount"),
    TransactionKind("JournalEntry", "journal"),
    TransactionKind("Deposit", "deposit", account="DepositToAccountRef", total="DepositTotal"),
    TransactionKind("Transfer", "transfer", account="TransferFromAccountRef", total="Amount"),
    TransactionKind("InventoryAdjustment", "inventory adjustment", "CustomerRef", "AccountRef"),
    TransactionKind("BuildAssembly", "build"),
    TransactionKind("TransferInventory", "none", posting=False),
    TransactionKind("TimeTracking", "none", "EntityRef", posting=False),
    TransactionKind("VehicleMileage", "none", "CustomerRef", posting=False),
)

KINDS: dict[str, TransactionKind] = {kind.name: kind for kind in _TABLE}

# Those that a customer's payment or credit can be applied to, and a vendor's.
OWED_BY_CUSTOMERS = ("Invoice", "Charge")
OWED_TO_VENDORS = ("Bill",)
CREDITS = {"CreditMemo": "Invoice", "VendorCredit": "Bill"}

# Which feature of the file a kind needs; without it 3250 (qbxml.md 12).
FEATURES = {
    "SalesOrder": "sales_orders",
    "Estimate": "estimates",
    "PurchaseOrder": "inventory",
    "ItemReceipt": "inventory",
    "InventoryAdjustment": "inventory",
    "BuildAssembly": "inventory",
    "TransferInventory": "inventory_sites",
}
