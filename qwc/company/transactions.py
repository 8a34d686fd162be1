"""Owns adding and changing transactions of every kind, step by step. What the steps know stands elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from qwc.company import closing, data_extensions, effects, orders, payments, settlement
from qwc.company.addresses import check_addresses
from qwc.company.books import Books
from qwc.company.documents import Document, load, store, transaction_row
from qwc.company.header import check_header, complete_header
from qwc.company.lines import add_lines, change_lines
from qwc.company.money import ZERO, cents, number
from qwc.company.postings import effects_of
from qwc.company.reader import Node
from qwc.company.references import resolve_all
from qwc.company.refusals import Refusal
from qwc.company.sales_totals import add_up
from qwc.company.schema import Element
from qwc.company.shape import merge, refuse_blank_requirements, to_answer_shape, without_blanks
from qwc.company.special_documents import check_parties, complete_build, complete_charge, link_deposited
from qwc.company.transaction_kinds import FEATURES, KINDS

# Cannot be emptied on the header of a transaction (qbxml.md 8).
_NEVER_EMPTY = frozenset(
    {
        "CustomerRef",
        "VendorRef",
        "PayeeEntityRef",
        "EntityRef",
        "ARAccountRef",
        "APAccountRef",
        "AccountRef",
        "BankAccountRef",
        "DepositToAccountRef",
        "TemplateRef",
        "ItemSalesTaxRef",
        "TotalAmount",
        "Amount",
    }
)
_PAYING = ("payment", "bill payment", "refund")


def add_transaction(books: Books, kind_name: str, node: Node) -> str | None:
    """Add one transaction from an `...Add`; its new TxnID, or None where it only sets credits."""
    check_feature(books, kind_name, node)
    if kind_name == "ReceivePayment" and payments.only_sets_credits(node):
        payments.set_credits_only(books, node)
        return None
    refuse_blank_requirements(books, kind_name, node)
    document = Document(KINDS[kind_name], books.new_txn_id(), {})
    document.body = without_blanks(to_answer_shape(books.full, f"{kind_name}Ret", node))
    _keep_hidden(document, node)
    resolve_all(books, document.body, kind_name)
    complete_header(books, document, node)
    closing.check(books, document.body.get("TxnDate"), kind_name)
    check_header(books, document)
    check_addresses(document.body)
    add_lines(books, document, node)
    orders.take_over_orders(books, document, node)
    _refuse_empty(document)
    check_parties(books, document)
    _save(books, document, node)
    payments.set_credits_of(books, document, node)
    return document.txn_id


def change_transaction(books: Books, kind_name: str, node: Node) -> str:
    """Change one transaction from a `...Mod`; its TxnID. Refusal 3120, 3200, 3171, 3190 and the like change nothing."""
    check_feature(books, kind_name, node)
    row = transaction_row(books, node["TxnID"], kind_name)
    if node["EditSequence"] != row["edit_sequence"]:
        raise Refusal(3200, value=node["EditSequence"])
    document = load(books, row)
    closing.check(books, row["txn_date"], kind_name)
    change = to_answer_shape(books.full, f"{kind_name}Ret", node)
    for name in ("TxnID", "EditSequence"):
        change.pop(name, None)
    document.body = merge(books.full, f"{kind_name}Ret", document.body, change, _clearable)
    _keep_hidden(document, node)
    resolve_all(books, document.body, kind_name)
    closing.check(books, document.body.get("TxnDate"), kind_name)
    check_header(books, document)
    check_addresses(document.body)
    change_lines(books, document, node)
    _refuse_empty(document)
    check_parties(books, document)
    _save(books, document, node)
    payments.set_credits_of(books, document, node)
    return document.txn_id


def check_feature(books: Books, kind_name: str, node: Node) -> None:
    """Refusal 3250 where the edition or a preference does not offer this kind of transaction."""
    feature = FEATURES.get(kind_name)
    if feature is not None and not books.is_on(feature):
        reason = f"{kind_name} is not available in this edition or switched off in this company file"
        raise Refusal(3250, reason=reason)
    if not books.is_on("multi_currency") and (node.get("CurrencyRef") or node.get("ExchangeRate")):
        raise Refusal(3250, reason="multiple currencies are switched off in this company file")


def _clearable(element: Element) -> bool:
    return element.name not in _NEVER_EMPTY and element.type not in ("BOOL", "DATE")


def _keep_hidden(document: Document, node: Node) -> None:
    """What is kept though no answer shows it: the account that a charge posts to."""
    if node.get("OverrideItemAccountRef"):
        document.body["OverrideItemAccountRef"] = node["OverrideItemAccountRef"]


def _refuse_empty(document: Document) -> None:
    if document.kind.rules in ("sales", "purchases", "inventory adjustment", "journal") and not document.lines:
        raise Refusal(3180, kind=document.kind.name, reason="the transaction is empty")


def _save(books: Books, document: Document, node: Node) -> None:
    """Totals, links, the tables, balances and stock, and everything this touches; in this order."""
    if document.row is not None:
        effects.take_back(books, document.txn_id)
    total = _TOTALS.get(document.kind.rules)
    if total is not None:
        total(books, document, node)
    touched = orders.keep_links(books, document)
    owed = payments.apply_payment(books, document, node) if document.kind.rules in _PAYING else set()
    if document.kind.name == "Check":
        owed |= payments.apply_check(books, document, node)
    left = settlement.open_amount(books, document.kind.name, document.txn_id, document.total)
    if left is not None and left < 0:
        reason = "the total would fall below what has been paid or used already"
        raise Refusal(3210, field=document.kind.total or "Amount", value=str(document.total), reason=reason)
    store(books, document, open_amount=left, is_open=bool(left) and not document.is_void)
    _store_extensions(books, document)
    _refresh_order_state(books, document)
    link_deposited(books, document)
    effects.apply(books, document.txn_id, effects_of(books, document))
    for order_id in touched:
        refresh_order(books, order_id)
    for owed_id in owed:
        settlement.refresh(books, owed_id)


def _store_extensions(books: Books, document: Document) -> None:
    for line in document.lines:
        for sent in line.extensions:
            data_extensions.put_line_value(books, document.kind.name, document.txn_id, line.line_id, sent)


def _refresh_order_state(books: Books, document: Document) -> None:
    if document.kind.name in orders.ORDERS:
        is_open = not document.is_void and orders.is_order_open(books, document.txn_id, document.body)
        books.storage.update("transactions", "txn_id", document.txn_id, is_open=int(is_open))


def refresh_order(books: Books, order_id: str) -> None:
    """Bring an order up to date after its links changed: open or not, and what stock it still holds."""
    orders.refresh_state(books, order_id)
    row = books.storage.row("SELECT * FROM transactions WHERE txn_id = ?", order_id)
    if row is not None:
        effects.take_back(books, order_id)
        effects.apply(books, order_id, effects_of(books, load(books, row)))


def _total_of_sales(books: Books, document: Document, _node: Node) -> None:
    add_up(books, document)


def _total_of_lines(_books: Books, document: Document, _node: Node) -> None:
    document.total = cents(sum((line.amount for line in document.detail_lines()), ZERO))


def _total_of_payment(books: Books, document: Document, node: Node) -> None:
    payments.check_total(books, document, node)


def _total_of_deposit(books: Books, document: Document, node: Node) -> None:
    _total_of_lines(books, document, node)
    cash_back = document.body.get("CashBackInfoRet")
    if cash_back is not None and "AccountRef" not in cash_back:
        raise Refusal(3150, field="AccountRef", reason="cash back must name the account it goes to")
    document.total -= number(document.body.get("CashBackInfoRet", {}).get("Amount"))


def _total_of_transfer(_books: Books, document: Document, _node: Node) -> None:
    document.total = cents(number(document.body.get("Amount")))


def _balanced(_books: Books, document: Document, _node: Node) -> None:
    """Refusal 3180 where debits and credits differ."""
    sides = {
        side: sum((line.amount for line in document.lines if line.element == side), ZERO)
        for side in ("JournalDebitLine", "JournalCreditLine")
    }
    if sides["JournalDebitLine"] != sides["JournalCreditLine"]:
        raise Refusal(3180, kind="JournalEntry", reason="the debits do not equal the credits")
    document.total = cents(sides["JournalDebitLine"])


_TOTALS: dict[str, Callable[[Books, Document, Node], None]] = {
    "sales": _total_of_sales,
    "purchases": _total_of_lines,
    "sales tax payment": _total_of_lines,
    "payment": _total_of_payment,
    "bill payment": _total_of_payment,
    "refund": _total_of_payment,
    "deposit": _total_of_deposit,
    "transfer": _total_of_transfer,
    "journal": _balanced,
    "charge": complete_charge,
    "build": complete_build,
}
