"""Owns how a stored record becomes an `...Ret`: names for ids, sums, blocks, links. It reads and never writes."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

from qwc.company import data_extensions, orders, settlement
from qwc.company.addresses import add_blocks
from qwc.company.books import Books
from qwc.company.documents import Line, load_lines
from qwc.company.items import STOCKED
from qwc.company.list_rules import NAME_FIELDS, WITHOUT_NAMES
from qwc.company.money import ZERO, amount_text, number, plain_text, price_text
from qwc.company.postings import components
from qwc.company.reader import MIXED, Node
from qwc.company.references import entry_of, with_names
from qwc.company.transaction_kinds import KINDS, OWED_BY_CUSTOMERS, OWED_TO_VENDORS

_PAYMENTS = ("ReceivePayment", "BillPaymentCheck", "BillPaymentCreditCard")


def entry_answer(books: Books, row: sqlite3.Row, owners: list[str] | None = None) -> Node:
    """A list entry as its `...Ret`; data extensions of the owners named come with it."""
    kind = row["kind"]
    fields = books.full.fields(f"{kind}Ret")
    answer: Node = {
        "ListID": row["list_id"],
        "TimeCreated": row["time_created"],
        "TimeModified": row["time_modified"],
        "EditSequence": row["edit_sequence"],
        "FullName": row["full_name"],
        "IsActive": "true" if row["is_active"] else "false",
        "Sublevel": str(row["sublevel"]),
    }
    if kind not in WITHOUT_NAMES:
        answer[NAME_FIELDS.get(kind, "Name")] = row["name"]
    if row["parent_list_id"]:
        answer["ParentRef"] = with_names(books, {"ListID": row["parent_list_id"]})
    answer |= with_names(books, json.loads(row["body"]))
    add_blocks(answer, fields)
    if "Balance" in fields:
        answer["Balance"] = amount_text(number(row["balance"]))
    if "TotalBalance" in fields:
        answer["TotalBalance"] = amount_text(total_balance(books, row))
    if kind in STOCKED:
        answer |= _stock(row)
    if owners:
        answer["DataExtRet"] = data_extensions.values_of(books, row["list_id"], owners)
    return answer


def total_balance(books: Books, row: sqlite3.Row) -> Decimal:
    """The balance of an entry with everything below it."""
    total = number(row["balance"])
    for child in books.storage.rows("SELECT * FROM list_entries WHERE parent_list_id = ?", row["list_id"]):
        total += total_balance(books, child)
    return total


def _stock(row: sqlite3.Row) -> Node:
    on_hand = number(row["quantity_on_hand"])
    average = number(row["stock_value"]) / on_hand if on_hand > 0 else ZERO
    return {
        "QuantityOnHand": plain_text(on_hand),
        "AverageCost": price_text(average),
        "QuantityOnOrder": plain_text(number(row["quantity_on_order"])),
        "QuantityOnSalesOrder": plain_text(number(row["quantity_on_sales_order"])),
    }


def transaction_answer(
    books: Books, row: sqlite3.Row, *, lines: bool = True, linked: bool = True, owners: list[str] | None = None
) -> Node:
    """A transaction as its `...Ret`."""
    kind = KINDS[row["kind"]]
    fields = books.full.fields(f"{kind.name}Ret")
    answer: Node = {
        "TxnID": row["txn_id"],
        "TimeCreated": row["time_created"],
        "TimeModified": row["time_modified"],
        "EditSequence": row["edit_sequence"],
        "TxnNumber": str(row["txn_number"]),
    }
    answer |= with_names(books, json.loads(row["body"]))
    add_blocks(answer, fields)
    if kind.total:
        answer[kind.total] = amount_text(number(row["total"]))
    _open_amounts(books, row, answer)
    if lines:
        _add_lines(books, row, answer, owners)
    if linked and "LinkedTxn" in fields:
        answer["LinkedTxn"] = linked_transactions(books, row["txn_id"])
    if kind.name == "BuildAssembly":
        answer |= _build_quantities(books, row)
    if kind.name == "Transfer":
        answer |= _transfer_balances(books, answer)
    if books.is_on("multi_currency"):
        _add_home_amounts(answer, list(fields))
    if owners:
        answer["DataExtRet"] = data_extensions.values_of(books, row["txn_id"], owners)
    return answer


def _open_amounts(books: Books, row: sqlite3.Row, answer: Node) -> None:
    kind, total, left = row["kind"], number(row["total"]), number(row["open_amount"])
    if KINDS[kind].open and row["open_amount"] is not None:
        answer[KINDS[kind].open] = amount_text(left)
    if kind in OWED_BY_CUSTOMERS + OWED_TO_VENDORS:
        answer["IsPaid"] = "true" if left == 0 else "false"
        answer["AppliedAmount"] = amount_text(total - left)
    if kind == "SalesOrder":
        answer["IsFullyInvoiced"] = _is_done(row, answer)
    if kind == "PurchaseOrder":
        answer["IsFullyReceived"] = _is_done(row, answer)
    if kind == "ReceivePayment":
        answer["UnusedCredits"] = amount_text(settlement.unused_credits(books, row["entity_list_id"]))


def _is_done(row: sqlite3.Row, answer: Node) -> str:
    return "true" if not row["is_open"] and not row["is_void"] and answer.get("IsManuallyClosed") != "true" else "false"


def _add_lines(books: Books, row: sqlite3.Row, answer: Node, owners: list[str] | None) -> None:
    answer[MIXED] = []
    for line in load_lines(books, row["txn_id"]):
        shown = _line(books, row, line, owners)
        for member in line.members:
            shown.setdefault(member.element, []).append(_line(books, row, member, owners))
        answer[MIXED].append((line.element, shown))
        answer.setdefault(line.element, []).append(shown)
    if row["kind"] in _PAYMENTS:
        answer["AppliedToTxnRet"] = _applied(books, row)
    if row["kind"] == "ARRefundCreditCard":
        answer["RefundAppliedToTxnRet"] = _refunded(books, row)


def _line(books: Books, row: sqlite3.Row, line: Line, owners: list[str] | None) -> Node:
    """Custom fields always come with their line; private data only with its owner."""
    shown: Node = {"TxnLineID": line.line_id} | with_names(books, line.body)
    if row["kind"] in orders.ORDERS and line.ref("ItemRef"):
        shown |= orders.fulfilment(books, row["txn_id"], line)
    extensions = data_extensions.values_of(
        books, row["txn_id"], [data_extensions.PUBLIC, *(owners or [])], line.line_id
    )
    if extensions:
        shown["DataExtRet"] = extensions
    return shown


def _applied(books: Books, row: sqlite3.Row) -> list[Node]:
    shown = []
    for link in books.storage.rows(
        "SELECT * FROM links WHERE from_txn_id = ? AND relation = 'payment' ORDER BY link_id", row["txn_id"]
    ):
        owed = books.storage.row("SELECT * FROM transactions WHERE txn_id = ?", link["to_txn_id"])
        assert owed is not None
        one: Node = {
            "TxnID": owed["txn_id"],
            "TxnType": owed["kind"],
            "TxnDate": owed["txn_date"],
            "RefNumber": owed["ref_number"],
            "BalanceRemaining": amount_text(number(owed["open_amount"])),
            "Amount": amount_text(number(link["amount"])),
        }
        if number(link["discount"]):
            account = with_names(books, {"ListID": link["discount_account_list_id"]})
            one |= {"DiscountAmount": link["discount"], "DiscountAccountRef": account}
            if link["discount_class_list_id"]:
                one["DiscountClassRef"] = with_names(books, {"ListID": link["discount_class_list_id"]})
        shown.append(one)
    return shown


def _refunded(books: Books, row: sqlite3.Row) -> list[Node]:
    shown = []
    for link in books.storage.rows("SELECT * FROM links WHERE from_txn_id = ? AND relation = 'refund'", row["txn_id"]):
        credit = books.storage.row("SELECT * FROM transactions WHERE txn_id = ?", link["to_txn_id"])
        assert credit is not None
        shown.append(
            {
                "TxnID": credit["txn_id"],
                "TxnType": credit["kind"],
                "TxnDate": credit["txn_date"],
                "RefNumber": credit["ref_number"],
                "CreditRemaining": amount_text(number(credit["open_amount"])),
                "RefundAmount": link["amount"],
            }
        )
    return shown


def linked_transactions(books: Books, txn_id: str) -> list[Node]:
    """What a transaction is linked to, either way; money that lowers its balance is negative [mem]."""
    shown: dict[tuple[str, str], Node] = {}
    for link in books.storage.rows(
        "SELECT * FROM links WHERE (from_txn_id = :id OR to_txn_id = :id) AND relation <> 'deposit' ORDER BY link_id",
        id=txn_id,
    ):
        other_id = link["to_txn_id"] if link["from_txn_id"] == txn_id else link["from_txn_id"]
        other = books.storage.row("SELECT * FROM transactions WHERE txn_id = ?", other_id)
        if other is None:
            continue
        by_quantity = link["relation"] == "order"
        amount = number(link["amount"]) if by_quantity else -number(link["amount"])
        one = shown.setdefault(
            (other_id, link["relation"]),
            {
                "TxnID": other_id,
                "TxnType": other["kind"],
                "TxnDate": other["txn_date"],
                "RefNumber": other["ref_number"],
                "LinkType": "QUANTYPE" if by_quantity else "AMTTYPE",
                "Amount": "0",
            },
        )
        one["Amount"] = amount_text(number(one["Amount"]) + amount)
    return list(shown.values())


def _build_quantities(books: Books, row: sqlite3.Row) -> Node:
    body = json.loads(row["body"])
    assembly = body["ItemInventoryAssemblyRef"]["ListID"]
    entry = entry_of(books, assembly)
    assert entry is not None
    return _stock(entry) | {"QuantityCanBuild": plain_text(can_build(books, assembly))}


def can_build(books: Books, assembly: str) -> Decimal:
    """How many pieces of an assembly the components in stock allow."""
    possible = []
    for item, pieces in components(books, assembly, Decimal(1)):
        entry = entry_of(books, item)
        if entry is not None and entry["kind"] in STOCKED and pieces:
            possible.append(max(number(entry["quantity_on_hand"]) // pieces, ZERO))
    return min(possible, default=ZERO)


def _transfer_balances(books: Books, answer: Node) -> Node:
    balances: Node = {}
    for name, ref in (("FromAccountBalance", "TransferFromAccountRef"), ("ToAccountBalance", "TransferToAccountRef")):
        entry = entry_of(books, answer[ref]["ListID"]) if ref in answer else None
        if entry is not None:
            balances[name] = amount_text(number(entry["balance"]))
    return balances


def _add_home_amounts(answer: Node, names: list[str]) -> None:
    rate = number(answer.get("ExchangeRate") or 1)
    for name in names:
        base = name.removesuffix("InHomeCurrency")
        if base != name and base in answer:
            answer[name] = amount_text(number(answer[base]) * rate)
