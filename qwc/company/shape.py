"""Owns the step from what was sent to what is kept: an Add or a Mod in the shape of the answer. It stores nothing.

Left out means unchanged, empty means cleared (qbxml.md 8). Names differ a little between request and answer
(`InvoiceLineAdd`, `InvoiceLineRet`; `SalesOrPurchaseMod`, `SalesOrPurchase`); `answer_name` knows how.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qwc.company.books import Books
from qwc.company.reader import DEF_MACRO, MIXED, Node
from qwc.company.refusals import Refusal
from qwc.company.schema import Choice, Edition, Element, flatten

Clearable = Callable[[Element], bool]
_OTHER_WORDS = {"QuantityToTransfer": "QuantityTransferred"}
_PARTS_WITH_IDS = {"ContactsRet": "ListID", "AdditionalNotesRet": "NoteID"}
_WITH_RULES_OF_THEIR_OWN = ("LineRet", "LineGroupRet", "JournalDebitLine", "JournalCreditLine", "ToTxnRet")


def answer_name(name: str, fields: dict[str, Element]) -> str | None:
    """What an element of a request is called in the answer, or None where it does not come back."""
    if name in fields:
        return name
    stem = name.removesuffix("Add").removesuffix("Mod")
    candidates = (f"{stem}Ret", stem, _OTHER_WORDS.get(name, name))
    return next((candidate for candidate in candidates if candidate in fields), None)


def to_answer_shape(schema: Edition, aggregate: str, node: Node) -> Node:
    """The direct content of an Add or a Mod under the names of the answer, emptied fields as empty text.

    What the answer does not know is left out, and so are the lines of a transaction, which have rules of their own.
    """
    fields = schema.fields(aggregate)
    shaped: Node = {}
    for name, value in node.items():
        target = None if name in (DEF_MACRO, MIXED) else answer_name(name, fields)
        if target is not None and not target.endswith(_WITH_RULES_OF_THEIR_OWN):
            shaped[target] = _convert(schema, fields[target], value)
    return shaped


def _convert(schema: Edition, element: Element, value: Any) -> Any:
    if isinstance(value, list):
        converted = [_convert_one(schema, element, single) for single in value]
        return converted if element.most != 1 else converted[0]
    return _convert_one(schema, element, value)


def _convert_one(schema: Edition, element: Element, value: Any) -> Any:
    if isinstance(value, dict) and element.aggregate and not element.name.endswith("Ref"):
        return to_answer_shape(schema, element.aggregate, value)
    return value


def without_blanks(node: Node) -> Node:
    """An Add's content without its empty elements: there they mean the same as leaving out."""
    kept: Node = {}
    for name, value in node.items():
        if isinstance(value, dict):
            inner = without_blanks(value)
            if inner:
                kept[name] = inner
        elif isinstance(value, list):
            items = [without_blanks(item) if isinstance(item, dict) else item for item in value]
            kept[name] = [item for item in items if item not in ({}, "")]
        elif value != "":
            kept[name] = value
    return kept


def refuse_blank_requirements(books: Books, kind: str, node: Node) -> None:
    """Refusal 3150 where an Add holds an element that it must have, but empty."""
    for name, element in books.full.fields(f"{kind}Add").items():
        if element.least and name in node and is_blank(node[name]):
            raise Refusal(3150, field=name)


def merge(schema: Edition, aggregate: str, stored: Node, change: Node, clearable: Clearable) -> Node:
    """What is kept after a Mod; Refusal 3190 where a field is emptied that must keep a value."""
    fields = schema.fields(aggregate)
    merged = dict(stored)
    for name, value in change.items():
        element = fields[name]
        if is_blank(value):
            if not clearable(element):
                raise Refusal(3190, field=name)
            merged.pop(name, None)
        elif isinstance(value, dict) and not name.endswith("Ref"):
            before = merged.get(name, {})
            merged[name] = merge(schema, element.aggregate, before, value, clearable)
        elif name in _PARTS_WITH_IDS:
            merged[name] = _merge_parts(merged.get(name, []), value, _PARTS_WITH_IDS[name])
        else:
            merged[name] = value
        for other in _excluded_by(schema, aggregate, name):
            merged.pop(other, None)
    return merged


def _merge_parts(stored: list[Node], changes: list[Node], id_name: str) -> list[Node]:
    """Parts with ids of their own: one with a known id is changed, one without is new, all others stay."""
    by_id = {change[id_name]: change for change in changes if change.get(id_name)}
    kept = [part | by_id.get(part.get(id_name, ""), {}) for part in stored]
    return kept + [change for change in changes if not change.get(id_name)]


def is_blank(value: Any) -> bool:
    """Whether an element was sent empty: no text, or a reference without id and name."""
    if isinstance(value, dict):
        return not any(value.get(name) for name in value)
    return value in ("", [])


def _excluded_by(schema: Edition, aggregate: str, name: str) -> list[str]:
    """The fields that cannot stand beside this one, because they are another branch of the same choice."""
    for particle in schema.content(aggregate):
        if isinstance(particle, Choice) and particle.most == 1:
            branches = [flatten(branch) for branch in particle.branches]
            if any(name in branch for branch in branches):
                return [other for branch in branches if name not in branch for other in branch]
    return []
