"""Owns the lines of a transaction: new ones, and what a Mod keeps, changes, adds and drops. It posts nothing."""

from __future__ import annotations

import json
from typing import Any

from qwc.company import orders
from qwc.company.books import Books, reference
from qwc.company.documents import Document, Line, is_group
from qwc.company.items import item_of
from qwc.company.line_amounts import complete_line
from qwc.company.money import amount_text, number, plain_text
from qwc.company.reader import MIXED, Node
from qwc.company.references import check_issued, entry_of, resolve, resolve_all
from qwc.company.refusals import Refusal
from qwc.company.schema import Element
from qwc.company.shape import answer_name, merge, to_answer_shape, without_blanks
from qwc.company.special_documents import complete_adjustment_line, complete_deposit_line

NEW_LINE = "-1"
# Cannot be emptied on a line (qbxml.md 8).
_NEVER_EMPTY = frozenset(
    {"ItemRef", "Quantity", "Rate", "RatePercent", "Cost", "Amount", "SalesTaxCodeRef", "AccountRef", "ItemGroupRef"}
)
# Documents whose lines take prices and texts from their items.
_CALCULATED_RULES = ("sales", "purchases")


def sent_lines(node: Node) -> list[tuple[str, Node]]:
    """The lines that a request holds, in the order sent, with the element's own name."""
    lines: list[tuple[str, Node]] = []
    for name, value in node.items():
        if name == MIXED:
            lines.extend(value)
        elif name.endswith(("LineAdd", "LineMod")) and isinstance(value, list):
            lines.extend((name, single) for single in value)
    return lines


def add_lines(books: Books, document: Document, node: Node) -> None:
    """Give a new document its lines."""
    for name, sent in sent_lines(node):
        document.lines.append(_new_line(books, document, name, sent, document.detail_lines()))


def change_lines(books: Books, document: Document, node: Node) -> None:
    """Apply the lines of a Mod: kept by TxnLineID, dropped when absent, added with -1 (qbxml.md 8).

    Expense lines and item lines are two separate matters; each is left alone where none of it was sent.
    Refusal 3290 where kept lines are out of order, 3120 for a line that is not there.
    """
    sent = sent_lines(node)
    before, document.lines = document.lines, []
    for section, clear in (("Expense", "ClearExpenseLines"), ("Item", "ClearItemLines")):
        current = [line for line in before if _section(line.element) == section]
        changes = [(name, change) for name, change in sent if _section(name) == section]
        if node.get(clear) == "true":
            current = []
        if changes:
            document.lines.extend(_merged(books, document, current, changes))
        else:
            document.lines.extend(current)
    _calculate_again(books, document)


def _section(name: str) -> str:
    return "Expense" if name.startswith("Expense") else "Item"


def _merged(books: Books, document: Document, current: list[Line], changes: list[tuple[str, Node]]) -> list[Line]:
    places = {line.line_id: place for place, line in enumerate(current)}
    lines: list[Line] = []
    last = -1
    for name, change in changes:
        line_id = change.get("TxnLineID", NEW_LINE)
        above = [*document.detail_lines(), *lines]
        if line_id == NEW_LINE:
            lines.append(_new_line(books, document, name, change, above))
            continue
        place = places.get(check_issued(line_id, "TxnLineID"))
        if place is None:
            raise Refusal(3120, value=line_id, reason="the transaction has no such line")
        if is_group(current[place]) != ("Group" in name):
            raise Refusal(3000, value=line_id, field="TxnLineID", reason="a group and a line are told apart")
        if place <= last:
            raise Refusal(3290, value=line_id)
        last = place
        lines.append(_changed_line(books, document, current[place], name, change, above))
    return lines


def _new_line(books: Books, document: Document, name: str, sent: Node, above: list[Line]) -> Line:
    element = _element_of(books, document, name, sent)
    if "Group" in name:
        return _new_group(books, document, element, sent, above)
    line = Line(element.name, books.new_txn_id(), {})
    if "LinkToTxn" in sent:
        orders.take_over_line(books, document, line, sent)
    line.body |= without_blanks(to_answer_shape(books.full, element.aggregate, sent))
    line.body.pop("TxnLineID", None)
    line.body.pop("DataExtRet", None)
    line.extensions = sent.get("DataExt", [])
    _complete(books, document, line, sent, above)
    return line


def _changed_line(books: Books, document: Document, line: Line, name: str, change: Node, above: list[Line]) -> Line:
    if set(change) == {"TxnLineID"}:
        return line
    element = _element_of(books, document, name, change, line)
    if is_group(line):
        return _changed_group(books, document, line, change, above)
    shaped = to_answer_shape(books.full, element.aggregate, change)
    shaped.pop("TxnLineID", None)
    line.body = merge(books.full, element.aggregate, line.body, shaped, _clearable)
    line.element = element.name
    _complete(books, document, line, change, above)
    return line


def _clearable(element: Element) -> bool:
    return element.name not in _NEVER_EMPTY and element.type != "BOOL"


def _element_of(books: Books, document: Document, name: str, sent: Node, line: Line | None = None) -> Element:
    """The element of the answer that a sent line becomes; a journal line says which side it is on."""
    fields = books.full.fields(f"{document.kind.name}Ret")
    if name == "JournalLineMod":
        if "JournalLineType" in sent:
            return fields[f"Journal{sent['JournalLineType']}Line"]
        if line is None:
            raise Refusal(3150, field="JournalLineType", reason="a new line must be a debit or a credit")
        return fields[line.element]
    target = answer_name(name, fields)
    assert target is not None, name
    return fields[target]


def _complete(books: Books, document: Document, line: Line, sent: Node, above: list[Line]) -> None:
    for name in ("OverrideItemAccountRef", "PriceLevelRef"):
        if sent.get(name):
            sent[name] = reference(resolve(books, name, sent[name], document.kind.name)["list_id"])
    if sent.get("OverrideItemAccountRef"):
        line.body["OverrideItemAccountRef"] = sent["OverrideItemAccountRef"]
    resolve_all(books, line.body, document.kind.name)
    header_class = document.ref("ClassRef")
    if header_class and "ClassRef" in books.full.fields(line.element) and "TxnLineID" not in sent:
        line.body.setdefault("ClassRef", reference(header_class))
    if document.kind.rules in _CALCULATED_RULES and not line.element.startswith("Expense"):
        _take_from_item(books, document, line, sent)
        complete_line(books, line, sent, above, _price_level(books, document))
    elif document.kind.rules == "deposit":
        complete_deposit_line(books, line, sent)
    elif document.kind.rules == "inventory adjustment":
        complete_adjustment_line(books, line, sent)
    elif line.body.get("Amount"):
        line.body["Amount"] = amount_text(line.amount)


def _take_from_item(books: Books, document: Document, line: Line, sent: Node) -> None:
    item_id = line.ref("ItemRef")
    if not item_id or ("TxnLineID" in sent and sent["TxnLineID"] != NEW_LINE and "ItemRef" not in sent):
        return
    item = item_of(books, item_id)
    text = item.sales_description if document.kind.rules == "sales" else item.purchase_description
    if text and "Desc" not in sent:
        line.body["Desc"] = text
    if document.kind.rules == "sales" and books.is_on("sales_tax") and "SalesTaxCodeRef" not in line.body:
        code = item.tax_code or books.settings.get("non_taxable_code")
        if code and item.kind not in ("ItemSubtotal", "ItemPayment"):
            line.body["SalesTaxCodeRef"] = reference(code)


def _price_level(books: Books, document: Document) -> str | None:
    customer = document.ref("CustomerRef") if document.kind.rules == "sales" else None
    row = entry_of(books, customer) if customer else None
    ref = json.loads(row["body"]).get("PriceLevelRef") if row else None
    return ref["ListID"] if ref else None


def _new_group(books: Books, document: Document, element: Element, sent: Node, above: list[Line]) -> Line:
    body = without_blanks(to_answer_shape(books.full, element.aggregate, sent))
    body.pop("TxnLineID", None)
    body.pop("DataExtRet", None)
    body.pop("DataExt", None)
    group = Line(element.name, books.new_txn_id(), body, extensions=sent.get("DataExt", []))
    resolve_all(books, group.body, document.kind.name)
    if group.ref("ItemGroupRef") is None:
        raise Refusal(3150, field="ItemGroupRef", reason="a new group line must name its group")
    _fill_group(books, document, group, above)
    return group


def _fill_group(books: Books, document: Document, group: Line, above: list[Line]) -> None:
    """Expand a group into its members, each as often as the group is taken."""
    item = item_of(books, group.body["ItemGroupRef"]["ListID"])
    times = number(group.body.get("Quantity") or 1)
    group.body["Quantity"] = plain_text(times)
    group.body.setdefault("Desc", item.body.get("ItemDesc", ""))
    if group.element != "ItemGroupLineRet":
        group.body["IsPrintItemsInGroup"] = item.body.get("IsPrintItemsInGroup", "false")
    member_element = group.element.replace("GroupRet", "Ret").replace("ItemGroupLineRet", "ItemLineRet")
    group.members = []
    for entry in item.body.get("ItemGroupLine", []):
        sent: Node = {"ItemRef": entry["ItemRef"], "Quantity": plain_text(number(entry.get("Quantity") or 1) * times)}
        member = Line(member_element, books.new_txn_id(), dict(sent))
        _complete(books, document, member, sent, [*above, *group.members])
        group.members.append(member)
    total_group(group)


def _changed_group(books: Books, document: Document, group: Line, change: Node, above: list[Line]) -> Line:
    members: list[tuple[str, Node]] = sent_lines({k: v for k, v in change.items() if k != MIXED})
    if change.get("Quantity") and not members:
        group.body["Quantity"] = change["Quantity"]
        _fill_group(books, document, group, above)
    if members:
        group.members = _merged(books, document, group.members, members)
        if change.get("Quantity"):
            group.body["Quantity"] = plain_text(number(change["Quantity"]))
    total_group(group)
    return group


def total_group(group: Line) -> None:
    """A group's TotalAmount is the sum of its members."""
    group.body["TotalAmount"] = amount_text(sum((member.amount for member in group.members), number(0)))


def _calculate_again(books: Books, document: Document) -> None:
    """Subtotals and percentages follow the lines above them."""
    if document.kind.rules not in _CALCULATED_RULES:
        return
    above: list[Line] = []
    for line in document.detail_lines():
        item_id = line.ref("ItemRef")
        subtotal = item_id is not None and item_of(books, item_id).kind == "ItemSubtotal"
        if subtotal or line.body.get("RatePercent"):
            sent: dict[str, Any] = {} if subtotal else {"RatePercent": line.body["RatePercent"]}
            complete_line(books, line, sent, above, None)
        above.append(line)
