"""Owns which accounts and which stock each family of rules moves. It computes effects and never writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

from qwc.company import orders, payments
from qwc.company.accounts import needed_account
from qwc.company.books import Books
from qwc.company.documents import Document, Line
from qwc.company.effects import Effects, Movement
from qwc.company.items import Item, average_cost, item_of
from qwc.company.money import ZERO, cents, number
from qwc.company.references import entry_of
from qwc.company.refusals import Refusal
from qwc.company.sales_totals import sales_tax


def effects_of(books: Books, document: Document) -> Effects:
    """All that a document does to accounts and stock; nothing where it is void or still pending."""
    effects = Effects()
    pending = document.body.get("IsPending") == "true"
    if not document.is_void and not pending:
        rule = _RULES.get(document.kind.rules)
        if rule is not None:
            rule(books, document, effects)
    return effects


def _sales(books: Books, document: Document, effects: Effects) -> None:
    kind = document.kind
    for line in document.detail_lines():
        item_id = line.ref("ItemRef")
        item = item_of(books, item_id) if item_id else None
        if item is None or item.kind == "ItemSubtotal":
            continue
        if kind.posting:
            effects.post(_income_account(books, document, line, item), -kind.sign * line.amount)
        _sales_stock(books, document, line, item, effects)
    if kind.posting:
        if sales_tax(document):
            effects.post(needed_account(books, "SalesTaxPayable"), -kind.sign * sales_tax(document))
        account = document.ref(kind.account)
        assert account is not None
        effects.post(account, kind.sign * document.total, document.ref(kind.entity))


def _income_account(books: Books, document: Document, line: Line, item: Item) -> str:
    account = line.ref("OverrideItemAccountRef") or item.income_account
    if account is None and item.kind == "ItemPayment":
        account = needed_account(books, "UndepositedFunds")
    if account is None:
        if line.amount:
            raise Refusal(3270, field="IncomeAccountRef", reason=f"the {document.kind.name} cannot be posted")
        return ""
    return account


def _sales_stock(books: Books, document: Document, line: Line, item: Item, effects: Effects) -> None:
    if document.kind.name == "SalesOrder":
        left = line.quantity - orders.done(books, document.txn_id, line.line_id)[0]
        if item.is_stocked and left > 0 and document.body.get("IsManuallyClosed") != "true":
            effects.movements.append(Movement(item.list_id, on_sales_order=left))
        return
    if not document.kind.posting or not item.is_stocked or not line.quantity:
        return
    pieces = document.kind.sign * line.quantity
    cost = cents(average_cost(books, item.list_id) * pieces)
    effects.movements.append(Movement(item.list_id, on_hand=-pieces, value=-cost))
    _move_value(effects, item, -cost, item.cost_account)


def _move_value(effects: Effects, item: Item, value: Decimal, against: str | None) -> None:
    if item.asset_account and against:
        effects.post(item.asset_account, value)
        effects.post(against, -value)


def _purchases(books: Books, document: Document, effects: Effects) -> None:
    kind = document.kind
    for line in document.detail_lines():
        item_id = line.ref("ItemRef")
        if line.element.startswith("Expense"):
            account = line.ref("AccountRef")
            if account is None:
                raise Refusal(3270, field="AccountRef", reason=f"a line of the {kind.name} cannot be posted")
            effects.post(
                account, kind.sign * line.amount, line.ref("CustomerRef") or _owed_partner(books, document, account)
            )
        elif item_id is not None:
            _purchase_item(books, document, line, item_of(books, item_id), effects)
    if kind.posting:
        account = document.ref(kind.account)
        assert account is not None
        effects.post(account, -kind.sign * document.total, document.ref(kind.entity))


def _owed_partner(books: Books, document: Document, account: str) -> str | None:
    """The payee, where an expense line goes to an account of what is owed."""
    row = entry_of(books, account)
    owed = row is not None and row["account_type"] in ("AccountsPayable", "AccountsReceivable")
    return document.ref(document.kind.entity) if owed else None


def _purchase_item(books: Books, document: Document, line: Line, item: Item, effects: Effects) -> None:
    if document.kind.name == "PurchaseOrder":
        left = line.quantity - orders.done(books, document.txn_id, line.line_id)[0]
        if item.is_stocked and left > 0 and document.body.get("IsManuallyClosed") != "true":
            effects.movements.append(Movement(item.list_id, on_order=left))
        return
    amount = document.kind.sign * line.amount
    if item.is_stocked:
        pieces = document.kind.sign * line.quantity
        effects.movements.append(Movement(item.list_id, on_hand=pieces, value=amount))
    account = line.ref("OverrideItemAccountRef") or (item.asset_account if item.is_stocked else item.expense_account)
    if account is None and amount:
        raise Refusal(3270, field="ExpenseAccountRef", reason=f"the {document.kind.name} cannot be posted")
    if account is not None:
        effects.post(account, amount)


def _payment(books: Books, document: Document, effects: Effects) -> None:
    customer = document.ref("CustomerRef")
    receivable, deposit = document.ref("ARAccountRef"), document.ref("DepositToAccountRef")
    assert receivable is not None and deposit is not None
    effects.post(deposit, document.total)
    effects.post(receivable, -document.total, customer)
    for account, discount in payments.discounts_of(books, document.txn_id):
        effects.post(account, discount)
        effects.post(receivable, -discount, customer)


def _refund(books: Books, document: Document, effects: Effects) -> None:
    receivable = document.ref("ARAccountRef")
    assert receivable is not None
    effects.post(receivable, document.total, document.ref("CustomerRef"))
    effects.post(document.ref("RefundFromAccountRef") or needed_account(books, "Bank"), -document.total)


def _bill_payment(books: Books, document: Document, effects: Effects) -> None:
    vendor, payable = document.ref("PayeeEntityRef"), document.ref("APAccountRef")
    paid_from = document.ref("BankAccountRef") or document.ref("CreditCardAccountRef")
    assert payable is not None and paid_from is not None
    effects.post(payable, document.total, vendor)
    effects.post(paid_from, -document.total)
    for account, discount in payments.discounts_of(books, document.txn_id):
        effects.post(payable, discount, vendor)
        effects.post(account, -discount)


def _charge(books: Books, document: Document, effects: Effects) -> None:
    item_id, receivable = document.ref("ItemRef"), document.ref("ARAccountRef")
    assert receivable is not None
    income = document.ref("OverrideItemAccountRef") or (item_of(books, item_id).income_account if item_id else None)
    if income is None and document.total:
        raise Refusal(3270, field="IncomeAccountRef", reason="the Charge cannot be posted")
    effects.post(income or "", -document.total)
    effects.post(receivable, document.total, document.ref("CustomerRef"))


def _journal(_books: Books, document: Document, effects: Effects) -> None:
    for line in document.lines:
        account = line.ref("AccountRef")
        sign = 1 if line.element == "JournalDebitLine" else -1
        if account is not None:
            effects.post(account, sign * line.amount, line.ref("EntityRef"))


def _deposit(_books: Books, document: Document, effects: Effects) -> None:
    into = document.ref("DepositToAccountRef")
    assert into is not None
    effects.post(into, document.total)
    for line in document.lines:
        account = line.ref("AccountRef")
        if account is not None:
            effects.post(account, -line.amount, line.ref("EntityRef"))
    cash_back = document.body.get("CashBackInfoRet")
    if cash_back:
        effects.post(cash_back["AccountRef"]["ListID"], number(cash_back.get("Amount")))


def _transfer(_books: Books, document: Document, effects: Effects) -> None:
    source, target = document.ref("TransferFromAccountRef"), document.ref("TransferToAccountRef")
    if source and target:
        effects.post(source, -document.total)
        effects.post(target, document.total)


def _sales_tax_payment(books: Books, document: Document, effects: Effects) -> None:
    bank = document.ref("BankAccountRef")
    assert bank is not None
    effects.post(bank, -document.total)
    effects.post(needed_account(books, "SalesTaxPayable"), document.total)


def _inventory_adjustment(books: Books, document: Document, effects: Effects) -> None:
    against = document.ref("AccountRef")
    for line in document.lines:
        item = item_of(books, line.body["ItemRef"]["ListID"])
        value = number(line.body.get("ValueDifference"))
        effects.movements.append(Movement(item.list_id, number(line.body.get("QuantityDifference")), value))
        _move_value(effects, item, value, against)


def _build(books: Books, document: Document, effects: Effects) -> None:
    assembly = item_of(books, document.body["ItemInventoryAssemblyRef"]["ListID"])
    built, total = number(document.body["QuantityToBuild"]), ZERO
    for list_id, pieces in components(books, assembly.list_id, built):
        part = item_of(books, list_id)
        if part.is_stocked:
            cost = cents(average_cost(books, list_id) * pieces)
            effects.movements.append(Movement(list_id, -pieces, -cost))
            effects.post(part.asset_account or "", -cost)
            total += cost
    effects.movements.append(Movement(assembly.list_id, built, total))
    effects.post(assembly.asset_account or "", total)


def components(books: Books, assembly: str, built: Decimal) -> list[tuple[str, Decimal]]:
    """What an assembly needs: items and pieces."""
    row = entry_of(books, assembly)
    assert row is not None
    parts = json.loads(row["body"]).get("ItemInventoryAssemblyLine", [])
    return [(part["ItemInventoryRef"]["ListID"], number(part.get("Quantity") or 1) * built) for part in parts]


_RULES: dict[str, Callable[[Books, Document, Effects], None]] = {
    "sales": _sales,
    "purchases": _purchases,
    "payment": _payment,
    "refund": _refund,
    "bill payment": _bill_payment,
    "charge": _charge,
    "journal": _journal,
    "deposit": _deposit,
    "transfer": _transfer,
    "sales tax payment": _sales_tax_payment,
    "inventory adjustment": _inventory_adjustment,
    "build": _build,
}
