"""The Chinook shop's own mapping: its export as messages for QuickBooks, as the order system's developer writes it.

The export is packed beside this module, with its license in `chinook-license.txt`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

EXPORT = Path(__file__).with_name("chinook.json.gz")
LONGEST_ITEM_NAME = 31
LONGEST_COMPANY_NAME = 41

Row = Mapping[str, Any]


@cache
def export() -> Mapping[str, list[Row]]:
    """`customers`, `items` and `invoices`, each with its lines."""
    read: Mapping[str, list[Row]] = json.loads(gzip.decompress(EXPORT.read_bytes()), parse_float=str)
    return read


def customer_record(row: Row) -> str:
    return f"Customer:{row['CustomerId']}"


def item_record(row: Row) -> str:
    return f"ItemNonInventory:{row['TrackId']}"


def invoice_record(row: Row) -> str:
    return f"Invoice:{row['InvoiceId']}"


def customer(row: Row) -> dict[str, Any]:
    """A customer under its own name."""
    return _filled(
        Name=f"{row['FirstName']} {row['LastName']}",
        CompanyName=row["Company"],
        FirstName=row["FirstName"],
        LastName=row["LastName"],
        BillAddress=_filled(
            Addr1=row["Address"],
            City=row["City"],
            State=row["State"],
            PostalCode=row["PostalCode"],
            Country=row["Country"],
        ),
        Phone=row["Phone"],
        Fax=row["Fax"],
        Email=row["Email"],
    )


def fitted_customer(row: Row) -> dict[str, Any]:
    """A customer whose company's name is cut to what QuickBooks holds."""
    mapped = customer(row)
    if "CompanyName" in mapped:
        mapped["CompanyName"] = mapped["CompanyName"][:LONGEST_COMPANY_NAME]
    return mapped


def item(row: Row) -> dict[str, Any]:
    """A track under its own name; what is downloaded bears no sales tax."""
    return {
        "Name": row["Name"],
        "SalesTaxCodeRef": {"FullName": "Non"},
        "SalesOrPurchase": {
            "Desc": f"{row['Artist']}: {row['Name']}",
            "Price": row["UnitPrice"],
            "AccountRef": {"FullName": "Product Sales"},
        },
    }


def fitted_item(row: Row) -> dict[str, Any]:
    """A track under a name that QuickBooks takes: without colons, short enough, and told apart by its number."""
    number = f" #{row['TrackId']}"
    name = row["Name"].replace(":", " -")[: LONGEST_ITEM_NAME - len(number)].rstrip()
    return {**item(row), "Name": name + number}


def invoice(row: Row) -> dict[str, Any]:
    return {
        "CustomerRef": {"record": customer_record(row)},
        "TxnDate": row["InvoiceDate"][:10],
        "RefNumber": str(row["InvoiceId"]),
        "BillAddress": _filled(
            Addr1=row["BillingAddress"],
            City=row["BillingCity"],
            State=row["BillingState"],
            PostalCode=row["BillingPostalCode"],
            Country=row["BillingCountry"],
        ),
        "InvoiceLineAdd": [
            {
                "line": str(line["InvoiceLineId"]),
                "ItemRef": {"record": item_record(line)},
                "Quantity": line["Quantity"],
                "Rate": line["UnitPrice"],
            }
            for line in row["Lines"]
        ],
    }


def _filled(**values: Any) -> dict[str, Any]:
    """Only what the row has."""
    return {name: value for name, value in values.items() if value}
