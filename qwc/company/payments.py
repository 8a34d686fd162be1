"""Owns payments: of customers, of bills, and refunds; what they are applied to, and by how much. It posts nothing."""

from __future__ import annotations

from decimal import Decimal

from qwc.company.books import Books
from qwc.company.documents import Document
from qwc.company.money import ZERO, amount_text, cents, number
from qwc.company.reader import Node
from qwc.company.references import resolve
from qwc.company.refusals import Refusal
from qwc.company.settlement import apply_credit, credit_document, open_amount, owed_document, refresh
from qwc.company.transaction_kinds import OWED_BY_CUSTOMERS, OWED_TO_VENDORS


def only_sets_credits(node: Node) -> bool:
    """Whether a payment moves no money and only sets credits: then it creates no transaction (qbxml.md 7)."""
    applied = node.get("AppliedToTxnAdd", [])
    no_money = not number(node.get("TotalAmount")) and not any(number(one.get("PaymentAmount")) for one in applied)
    return no_money and any(one.get("SetCredit") for one in applied)


def check_total(books: Books, document: Document, node: Node) -> None:
    """Set the total of a payment; Refusal 3150 where it is missing, 3210 where more is applied than paid."""
    applied = sum((number(one.get("PaymentAmount")) for one in _applied(node)), ZERO)
    if document.kind.rules == "bill payment":
        applied += _applied_before(books, document, node)
        document.total = cents(number(node["Amount"]) if node.get("Amount") else applied)
    elif document.kind.rules == "refund":
        document.total = cents(sum((number(one["RefundAmount"]) for one in node["RefundAppliedToTxnAdd"]), ZERO))
    elif node.get("TotalAmount"):
        document.total = cents(number(node["TotalAmount"]))
    elif document.row is None:
        raise Refusal(3150, field="TotalAmount")
    if applied > document.total:
        reason = "more is applied than was paid"
        raise Refusal(3210, field="PaymentAmount", value=amount_text(applied), reason=reason)


def _applied_before(books: Books, document: Document, node: Node) -> Decimal:
    """What a changed payment keeps paying of the documents that the change does not name."""
    named = {one["TxnID"] for one in _applied(node)}
    rows = books.storage.rows("SELECT * FROM links WHERE from_txn_id = ? AND relation = 'payment'", document.txn_id)
    return sum((number(row["amount"]) for row in rows if row["to_txn_id"] not in named), ZERO)


def _applied(node: Node) -> list[Node]:
    applied: list[Node] = node.get("AppliedToTxnAdd") or node.get("AppliedToTxnMod") or []
    return applied


def apply_payment(books: Books, document: Document, node: Node) -> set[str]:
    """Note what a payment is applied to; the documents that this touches.

    Refusal 3210 where more is paid than is due, 3120 where there is nothing such.
    """
    if document.kind.rules == "refund":
        return _apply_refund(books, document, node)
    if node.get("IsAutoApply") == "true":
        return _apply_by_itself(books, document)
    touched: set[str] = set()
    for applied in _applied(node):
        touched.add(_apply_one(books, document, applied))
    return touched


def apply_check(books: Books, document: Document, node: Node) -> set[str]:
    """Note which bills a check pays (ApplyCheckToTxn); its lines post to accounts payable themselves."""
    wanted = node.get("ApplyCheckToTxnAdd") or node.get("ApplyCheckToTxnMod") or []
    amounts = [one.get("Amount") or amount_text(document.total) for one in wanted]
    if sum((number(amount) for amount in amounts), ZERO) > document.total:
        reason = "more is applied than the check comes to"
        raise Refusal(3210, field="Amount", value=amount_text(document.total), reason=reason)
    return {
        _apply_one(books, document, {"TxnID": one["TxnID"], "PaymentAmount": amount})
        for one, amount in zip(wanted, amounts, strict=True)
    }


def _apply_one(books: Books, document: Document, applied: Node) -> str:
    kinds = OWED_BY_CUSTOMERS if document.kind.rules == "payment" else OWED_TO_VENDORS
    entity = document.ref(document.kind.entity)
    owed = owed_document(books, applied["TxnID"], entity, kinds)
    if document.row is not None:
        books.storage.run(
            "DELETE FROM links WHERE from_txn_id = ? AND to_txn_id = ? AND relation = 'payment'",
            document.txn_id,
            owed["txn_id"],
        )
    amount, discount = cents(number(applied.get("PaymentAmount"))), cents(number(applied.get("DiscountAmount")))
    left = open_amount(books, owed["kind"], owed["txn_id"], number(owed["total"])) or ZERO
    if amount < 0 or amount + discount > left:
        reason = f"only {amount_text(left)} is due on the transaction"
        raise Refusal(3210, field="PaymentAmount", value=amount_text(amount), reason=reason)
    if amount or discount:
        _link(books, document, owed["txn_id"], amount, **_discount(books, document, applied, discount))
    left -= amount + discount
    for wanted in applied.get("SetCredit", []):
        credit = credit_document(books, wanted["CreditTxnID"], entity, owed["kind"])
        used = cents(number(wanted["AppliedAmount"]))
        apply_credit(books, credit, owed["txn_id"], used, left, document.txn_id)
        left -= used
    return str(owed["txn_id"])


def _discount(books: Books, document: Document, applied: Node, discount: Decimal) -> dict[str, str]:
    """The columns of a link that tell of a discount: how much, its account, and its class if it has one."""
    if not discount:
        return {}
    if not applied.get("DiscountAccountRef"):
        raise Refusal(3270, field="DiscountAccountRef")
    columns = {"DiscountAccountRef": "discount_account_list_id", "DiscountClassRef": "discount_class_list_id"}
    found = {
        column: str(resolve(books, name, applied[name], document.kind.name)["list_id"])
        for name, column in columns.items()
        if applied.get(name)
    }
    return {"discount": amount_text(discount), **found}


def _link(books: Books, document: Document, owed_id: str, amount: Decimal, **discount: str) -> None:
    books.storage.insert(
        "links",
        relation="payment",
        from_txn_id=document.txn_id,
        to_txn_id=owed_id,
        amount=amount_text(amount),
        made_by_txn_id=document.txn_id,
        **discount,
    )


def _apply_by_itself(books: Books, document: Document) -> set[str]:
    """An exact match first, then the oldest (qbxml.md 7)."""
    rows = books.storage.rows(
        "SELECT txn_id, open_amount FROM transactions WHERE entity_list_id = ? AND kind IN ('Invoice', 'Charge')"
        " AND is_open = 1 ORDER BY txn_date, position",
        document.ref(document.kind.entity),
    )
    exact = [row for row in rows if number(row["open_amount"]) == document.total]
    money, touched = document.total, set()
    for row in exact[:1] or rows:
        part = min(money, number(row["open_amount"]))
        if part > 0:
            _link(books, document, row["txn_id"], part)
            touched.add(row["txn_id"])
            money -= part
    return touched


def _apply_refund(books: Books, document: Document, node: Node) -> set[str]:
    touched: set[str] = set()
    for applied in node["RefundAppliedToTxnAdd"]:
        entity = document.ref("CustomerRef")
        credit = credit_document(books, applied["TxnID"], entity, "Invoice")
        amount = cents(number(applied["RefundAmount"]))
        if amount <= 0 or amount > number(credit["open_amount"]):
            reason = "it is more than the credit has left"
            raise Refusal(3210, field="RefundAmount", value=amount_text(amount), reason=reason)
        books.storage.insert(
            "links",
            relation="refund",
            from_txn_id=document.txn_id,
            to_txn_id=credit["txn_id"],
            amount=amount_text(amount),
            made_by_txn_id=document.txn_id,
        )
        touched.add(credit["txn_id"])
    return touched


def set_credits_only(books: Books, node: Node) -> None:
    """Carry out a payment request that only sets credits."""
    customer = resolve(books, "CustomerRef", node["CustomerRef"], "ReceivePayment")["list_id"]
    for applied in node["AppliedToTxnAdd"]:
        owed = owed_document(books, applied["TxnID"], customer, OWED_BY_CUSTOMERS)
        _use_credits(books, applied, owed["txn_id"], customer, owed["kind"], None)


def set_credits_of(books: Books, document: Document, node: Node) -> None:
    """Use the credits that an invoice names itself (SetCredit)."""
    if node.get("SetCredit"):
        entity = document.ref(document.kind.entity)
        _use_credits(books, node, document.txn_id, entity, document.kind.name, document.txn_id)


def _use_credits(books: Books, node: Node, owed_id: str, entity: str | None, kind: str, made_by: str | None) -> None:
    for wanted in node.get("SetCredit", []):
        credit = credit_document(books, wanted["CreditTxnID"], entity, kind)
        row = books.storage.row("SELECT total FROM transactions WHERE txn_id = ?", owed_id)
        assert row is not None
        left = open_amount(books, kind, owed_id, number(row["total"])) or ZERO
        apply_credit(books, credit, owed_id, cents(number(wanted["AppliedAmount"])), left, made_by)
        refresh(books, owed_id)


def discounts_of(books: Books, txn_id: str) -> list[tuple[str, Decimal]]:
    """The discounts that a payment took, by the account they go to."""
    rows = books.storage.rows("SELECT * FROM links WHERE from_txn_id = ? AND relation = 'payment'", txn_id)
    return [(row["discount_account_list_id"], number(row["discount"])) for row in rows if number(row["discount"])]
