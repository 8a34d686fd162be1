"""Owns the queries that ask for a state rather than for records: what to deposit, to pay, to build."""

from __future__ import annotations

import json

from qwc.company.books import Books
from qwc.company.money import amount_text, number, plain_text
from qwc.company.presentation import can_build
from qwc.company.reader import Node
from qwc.company.references import resolve, with_names


def payments_to_deposit(books: Books, _node: Node) -> list[Node]:
    """ReceivePaymentToDepositQuery: payments that still lie in Undeposited Funds."""
    rows = books.storage.rows(
        "SELECT t.* FROM transactions t JOIN list_entries a"
        " ON a.list_id = json_extract(t.body, '$.DepositToAccountRef.ListID')"
        " WHERE t.kind IN ('ReceivePayment', 'SalesReceipt') AND t.is_void = 0"
        " AND json_extract(a.body, '$.SpecialAccountType') = 'UndepositedFunds'"
        " AND NOT EXISTS (SELECT 1 FROM links l WHERE l.to_txn_id = t.txn_id AND l.relation = 'deposit')"
        " ORDER BY t.position"
    )
    return [
        {
            "TxnID": row["txn_id"],
            "TxnType": row["kind"],
            "CustomerRef": with_names(books, {"ListID": row["entity_list_id"]}) if row["entity_list_id"] else None,
            "TxnDate": row["txn_date"],
            "RefNumber": row["ref_number"],
            "Amount": row["total"],
        }
        for row in rows
    ]


def bills_to_pay(books: Books, node: Node) -> list[Node]:
    """BillToPayQuery: open bills and credits of one vendor."""
    payee = resolve(books, "PayeeEntityRef", node["PayeeEntityRef"], "BillToPay")["list_id"]
    rows = books.storage.rows(
        "SELECT * FROM transactions WHERE entity_list_id = ? AND kind IN ('Bill', 'VendorCredit') AND is_open = 1"
        " AND (? = '' OR due_date IS NULL OR due_date <= ?) ORDER BY position",
        payee,
        node.get("DueDate", ""),
        node.get("DueDate", ""),
    )
    found: list[Node] = []
    for row in rows:
        shown: Node = {
            "TxnID": row["txn_id"],
            "TxnType": row["kind"],
            "APAccountRef": with_names(books, json.loads(row["body"])["APAccountRef"]),
            "TxnDate": row["txn_date"],
            "RefNumber": row["ref_number"],
        }
        left = amount_text(number(row["open_amount"]))
        if row["kind"] == "Bill":
            found.append({"BillToPay": shown | {"DueDate": row["due_date"], "AmountDue": left}})
        else:
            found.append({"CreditToApply": shown | {"CreditRemaining": left}})
    return found


def assemblies_can_build(books: Books, node: Node) -> list[Node]:
    """ItemAssembliesCanBuildQuery: how many pieces the components in stock allow."""
    row = resolve(books, "ItemInventoryAssemblyRef", node["ItemInventoryAssemblyRef"], "ItemAssembliesCanBuild")
    return [
        {
            "ItemInventoryAssemblyRef": with_names(books, {"ListID": row["list_id"]}),
            "TxnDate": node.get("TxnDate", ""),
            "QuantityCanBuild": plain_text(can_build(books, row["list_id"])),
        }
    ]
