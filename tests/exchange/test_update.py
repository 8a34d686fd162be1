"""How the content of an Add becomes a Mod: names, lines kept, dropped and added, and QuickBooks' own order."""

from __future__ import annotations

from typing import Any

import pytest

from service.exchange.update import (
    KnownLine,
    SentLine,
    as_mod,
    can_be_changed,
    lines_of,
    lines_sent,
    needs_reading,
)
from service.qbxml.check import check


def line(item: str, quantity: int, key: str | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"ItemRef": {"FullName": item}, "Quantity": quantity}
    return content | ({"line": key} if key else {})


def there(*lines: tuple[str, str]) -> dict[str, Any]:
    """An invoice as QuickBooks has it: TxnLineIDs and items."""
    return {
        "TxnID": "1-1",
        "EditSequence": "9",
        "InvoiceLineRet": [
            {"TxnLineID": line_id, "ItemRef": {"ListID": f"L-{item}", "FullName": item}} for line_id, item in lines
        ],
    }


def sent(content: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["TxnLineID"], one.get("ItemRef", {}).get("FullName")) for one in content.get("InvoiceLineMod", [])]


KNOWN = [KnownLine("a", "L1"), KnownLine("b", "L2"), KnownLine("c", "L3")]
PRESENT = there(("L1", "Lamp"), ("L2", "Bulb"), ("L3", "Cord"))


def test_a_header_alone_leaves_the_lines_out() -> None:
    told = as_mod("Invoice", {"Memo": "Back door"}, None, KNOWN)

    assert told.content == {"Memo": "Back door"}
    assert not needs_reading("Invoice", {"Memo": "Back door"})
    assert needs_reading("Invoice", {"InvoiceLineAdd": []})


def test_lines_are_known_by_the_order_systems_own_keys() -> None:
    told = as_mod("Invoice", {"InvoiceLineAdd": [line("Lamp, red", 2, "a"), line("Bulb", 1, "b")]}, PRESENT, KNOWN)

    assert sent(dict(told.content)) == [("L1", "Lamp, red"), ("L2", "Bulb")]
    assert told.notes == ["1 line is dropped"]


def test_kept_lines_stand_in_quickbooks_order_and_new_ones_behind_their_forerunners() -> None:
    wanted = [line("Cord", 1, "c"), line("Plug", 1, "d"), line("Lamp", 1, "a"), line("Shade", 1, "e")]

    told = as_mod("Invoice", {"InvoiceLineAdd": wanted}, PRESENT, KNOWN)

    assert sent(dict(told.content)) == [("L1", "Lamp"), ("-1", "Shade"), ("L3", "Cord"), ("-1", "Plug")]
    assert [one.key for one in told.lines] == ["a", "e", "c", "d"]


def test_a_line_that_stands_first_and_is_new_goes_first() -> None:
    told = as_mod("Invoice", {"InvoiceLineAdd": [line("Plug", 1, "d"), line("Lamp", 1, "a")]}, PRESENT, KNOWN)

    assert sent(dict(told.content)) == [("-1", "Plug"), ("L1", "Lamp")]


def test_a_new_line_that_sells_the_same_does_not_take_the_place_of_a_dropped_one() -> None:
    """What people wrote on the dropped line in QuickBooks, and what is linked to it, is not the new line's."""
    wanted = [line("Bulb", 1, "b"), line("Lamp", 5, "new")]

    told = as_mod("Invoice", {"InvoiceLineAdd": wanted}, there(("L1", "Lamp"), ("L2", "Bulb")), KNOWN[:2])

    assert sent(dict(told.content)) == [("L2", "Bulb"), ("-1", "Lamp")]
    assert told.notes == ["1 line is dropped"]


def test_without_keys_the_same_item_in_the_same_order_is_the_same_line() -> None:
    present = there(("L1", "Lamp"), ("L2", "Lamp"), ("L3", "Bulb"))
    known = [KnownLine(None, "L1"), KnownLine(None, "L2"), KnownLine(None, "L3")]

    told = as_mod("Invoice", {"InvoiceLineAdd": [line("lamp", 7), line("Bulb", 1)]}, present, known)

    assert sent(dict(told.content)) == [("L1", "lamp"), ("L3", "Bulb")]


def test_a_reference_by_list_id_finds_its_line() -> None:
    wanted = {"ItemRef": {"ListID": "L-Bulb"}, "Quantity": 3}

    told = as_mod("Invoice", {"InvoiceLineAdd": [wanted]}, PRESENT, [])

    assert [one["TxnLineID"] for one in told.content["InvoiceLineMod"]] == ["L2"]


def test_a_line_that_was_never_ours_stays_where_it_is() -> None:
    present = there(("L1", "Lamp"), ("X9", "Delivery"), ("L2", "Bulb"))
    known = [KnownLine("a", "L1"), KnownLine("b", "L2")]

    told = as_mod("Invoice", {"InvoiceLineAdd": [line("Lamp", 1, "a")]}, present, known)

    assert sent(dict(told.content)) == [("L1", "Lamp"), ("X9", None)]
    assert told.lines == [SentLine("a", ours=True), SentLine(None, ours=False)]


def test_where_it_is_not_known_which_lines_are_ours_the_order_system_says_all_there_is() -> None:
    told = as_mod("Invoice", {"InvoiceLineAdd": [line("Lamp", 1)]}, PRESENT, [])

    assert sent(dict(told.content)) == [("L1", "Lamp")]


def test_group_lines_and_plain_lines_keep_quickbooks_own_order() -> None:
    present = {
        "InvoiceLineRet": [{"TxnLineID": "L1", "ItemRef": {"FullName": "Lamp"}}],
        "InvoiceLineGroupRet": [{"TxnLineID": "G1", "ItemGroupRef": {"FullName": "Set"}}],
        "@order": ["InvoiceLineGroupRet", "InvoiceLineRet"],
    }
    content = {
        "InvoiceLineAdd": [line("Lamp", 2)],
        "InvoiceLineGroupAdd": [{"ItemGroupRef": {"FullName": "Set"}, "Quantity": 1}],
    }

    told = as_mod("Invoice", content, present, [])

    assert [next(iter(one)) for one in told.content["@each"]] == ["InvoiceLineGroupMod", "InvoiceLineMod"]


def test_expense_lines_and_item_lines_of_a_bill_stay_apart() -> None:
    present = {
        "ExpenseLineRet": [{"TxnLineID": "E1", "AccountRef": {"FullName": "Rent"}}],
        "ItemLineRet": [{"TxnLineID": "I1", "ItemRef": {"FullName": "Lamp"}}],
    }
    content = {
        "ItemLineAdd": [line("Lamp", 2)],
        "ExpenseLineAdd": [{"AccountRef": {"FullName": "Rent"}, "Amount": "100.00"}],
    }

    told = as_mod("Bill", content, present, [])

    assert [one["TxnLineID"] for one in told.content["ExpenseLineMod"]] == ["E1"]
    assert [one["TxnLineID"] for one in told.content["ItemLineMod"]] == ["I1"]
    assert "@each" not in told.content


def test_the_two_sides_of_a_journal_entry_become_its_lines() -> None:
    present = {
        "JournalDebitLine": [{"TxnLineID": "D1", "AccountRef": {"FullName": "Rent"}}],
        "JournalCreditLine": [{"TxnLineID": "C1", "AccountRef": {"FullName": "Bank"}}],
    }
    content = {
        "JournalDebitLine": [{"AccountRef": {"FullName": "Rent"}, "Amount": "5.00"}],
        "JournalCreditLine": [{"AccountRef": {"FullName": "Bank"}, "Amount": "5.00"}],
    }

    told = as_mod("JournalEntry", content, present, [])

    assert [(one["TxnLineID"], one["JournalLineType"]) for one in told.content["JournalLineMod"]] == [
        ("D1", "Debit"),
        ("C1", "Credit"),
    ]


def test_parts_of_a_list_entry_get_the_names_that_its_mod_has() -> None:
    content = {"Name": "Lamp", "SalesOrPurchase": {"Price": "15.50"}, "ExternalGUID": "{X}"}

    told = as_mod("ItemNonInventory", content, None, [])

    assert told.content == {"Name": "Lamp", "SalesOrPurchaseMod": {"Price": "15.50"}}
    assert told.notes == []


def test_what_only_an_add_can_set_is_left_as_it_is_and_noted() -> None:
    told = as_mod("Customer", {"Name": "Ruth", "OpenBalance": "10.00"}, None, [])

    assert told.content == {"Name": "Ruth"}
    assert told.notes == ["OpenBalance can only be set when it is created, so it was left as it is"]


@pytest.mark.parametrize("kind", ["Invoice", "SalesReceipt", "SalesOrder", "Estimate", "CreditMemo", "PurchaseOrder"])
def test_what_comes_out_is_what_quickbooks_reads(kind: str) -> None:
    ret = {f"{kind}LineRet": [{"TxnLineID": "1A-1", "ItemRef": {"FullName": "Lamp"}}]}
    content = {f"{kind}LineAdd": [line("Lamp", 2, "a"), line("Bulb", 1, "b")], "Memo": "x"}

    told = as_mod(kind, content, ret, [])
    complaints = check(f"{kind}ModRq", {f"{kind}Mod": {"TxnID": "1-1", "EditSequence": "9", **told.content}})

    assert [str(complaint) for complaint in complaints] == []


def test_lines_are_read_back_in_the_order_in_which_they_were_sent() -> None:
    content = {"InvoiceLineAdd": [line("Lamp", 1, "a"), line("Bulb", 1)]}

    assert lines_sent("Invoice", content) == [SentLine("a", ours=True), SentLine(None, ours=True)]
    assert lines_of("Invoice", PRESENT) == ["L1", "L2", "L3"]


def test_what_has_no_mod_cannot_be_changed() -> None:
    assert can_be_changed("Customer")
    assert not can_be_changed("PaymentMethod")
