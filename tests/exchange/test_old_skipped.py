"""What was skipped before Deskpost comes in whole or not at all, once, and is sent after all where it can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.domain.refusals import Refusal
from service.exchange import again, decide, old_skipped, skipped_file
from service.exchange.old_skipped import Imported
from service.exchange.skipped_file import FileRefused
from service.store import companies, events, messages
from service.store import old_skipped as kept
from service.store.unit import Store
from tests.clock import Clock
from tests.shop import Shop

HEAD = "date,kind,number,customer,amount,reason,document\n"
INVOICE: dict[str, Any] = {
    "CustomerRef": {"FullName": "Abercrombie, Kristy"},
    "TxnDate": "2025-11-03",
    "RefNumber": "9001",
    "InvoiceLineAdd": [{"ItemRef": {"FullName": "Consulting"}, "Quantity": 1, "Rate": "65.00"}],
}


def quoted(cell: object) -> str:
    text = cell if isinstance(cell, str) else json.dumps(cell)
    return '"' + text.replace('"', '""') + '"'


def row(**cells: object) -> str:
    usual: dict[str, object] = {
        "date": "2025-11-03",
        "kind": "Invoice",
        "number": "9001",
        "customer": "Abercrombie, Kristy",
        "amount": "65.00",
        "reason": "The customer was locked",
        "document": "",
    }
    return ",".join(quoted(cell) for cell in (usual | cells).values()) + "\n"


def complaints_about(text: str | bytes) -> list[str]:
    """What is wrong with a file, without a database."""
    try:
        return list(skipped_file.read(text if isinstance(text, bytes) else text.encode())[1])
    except FileRefused as refusal:
        return list(refusal.complaints)


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    return Shop(store, clock, tmp_path)


def import_into(shop: Shop, text: str) -> Imported:
    with shop.store.writing() as work:
        return old_skipped.import_file(work, companies.named(work, "shop"), text.encode(), by="olga")


def ids(shop: Shop) -> list[int]:
    with shop.store.reading() as work:
        return [one.message_id for one in reversed(kept.skipped(work, shop.company().id, 1000, closed=True))]


# The file.


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ({"amount": "12,50"}, "amount: '12,50' is not a number; write 12.50."),
        ({"amount": "1,234.50"}, "amount: '1,234.50' is not a number; write 1234.50."),
        ({"amount": "$ 65.00"}, "amount: '$ 65.00' is not a number; write 65.00."),
        ({"amount": "=1+1"}, "amount: '=1+1' is not a number; write 12.50."),
        ({"amount": "1e3"}, "amount: '1e3' is not a number; write 12.50."),
        ({"amount": "NaN"}, "amount: 'NaN' is not a number; write 12.50."),
        ({"amount": "٣"}, "amount: '٣' is not a number; write 12.50."),
        ({"date": "11/03/2025"}, "date: '11/03/2025' is not a date; write it as 2026-03-02."),
        ({"date": "2025-02-30"}, "date: '2025-02-30' is not a date; write it as 2026-03-02."),
        ({"date": "20251103"}, "date: '20251103' is not a date; write it as 2026-03-02."),
        ({"date": ""}, "date: '' is not a date; write it as 2026-03-02."),
        (
            {"kind": "Invoise"},
            "kind: 'Invoise' is nothing that can be entered in QuickBooks; did you mean Invoice?",
        ),
        (
            {"kind": "qwertzuiop"},
            (
                "kind: 'qwertzuiop' is nothing that can be entered in QuickBooks; "
                "write Invoice, SalesReceipt, CreditMemo or another."
            ),
        ),
        ({"number": "  "}, "number: is empty; it has to be given."),
        ({"reason": "\x00"}, "reason: is empty; it has to be given."),
        ({"number": "9" * 101}, "number: is 101 characters long; at most 100 are kept."),
        ({"customer": "x" * 210}, "customer: is 210 characters long; at most 209 are kept."),
        (
            {"document": "{"},
            "document: column 2: this is not JSON (Expecting property name enclosed in double quotes).",
        ),
        ({"document": "[1]"}, "document: a message is an object in braces, not a list."),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_what_to_write(cells: dict[str, object], complaint: str) -> None:
    assert complaints_about(HEAD + row() + row(**cells)) == [f"line 3: {complaint}"]


def test_every_bad_row_is_told_at_once() -> None:
    told = complaints_about(HEAD + row(amount="x") + row() + row(date="x"))

    assert [one.partition(":")[0] for one in told] == ["line 2", "line 4"]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert complaints_about(HEAD + row(reason="two\nlines\x0b\u2028") + "\n" + row(amount="x"))[0].startswith("line 5:")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: the file is empty; its first line names the columns: date, kind, number"),
        (HEAD, "line 1: there is no row below the names of the columns."),
        ("date,kind\n2025-11-03,Invoice\n", "line 1: there is no column 'number'; it must be there."),
        (HEAD.replace("reason", "why") + row(), "line 1: there is no column 'reason'; it must be there."),
        (HEAD.replace("document", "date") + row(), "line 1: the column 'date' is there twice."),
        (HEAD + "2025-11-03,Invoice,1,a,1,r,,more\n", "line 2: has 8 cells, and there are 7 columns."),
        (HEAD + '"2025-11-03,Invoice\n', "line 2: this cannot be read as CSV (unexpected end of data)."),
        (b"PK\x03\x04\xff\xfe", "line 1: this is not UTF-8 text; save the file as `CSV UTF-8`"),
        (HEAD.encode() + "Z\xfcrich".encode("latin-1"), "line 2: this is not UTF-8 text; save the file as `CSV UTF-8`"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(text: str | bytes, complaint: str) -> None:
    told = complaints_about(text)

    assert told[0].startswith(complaint)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("between", [",", ";"])
def test_comma_or_semicolon_with_or_without_a_mark_in_any_order_of_columns(mark: str, between: str) -> None:
    cells = (
        ["Reason", "AMOUNT", "date", "kind", "number", "customer"],
        ["r", "-1.5", "2025-11-03", "invoice", "7", "Zoë"],
    )
    text = mark + "\r\n".join(between.join(line) for line in cells) + "\r\n"

    rows, complaints = skipped_file.read(text.encode())

    assert complaints == []
    (one,) = rows
    assert (one.line, one.kind, one.amount, one.customer, one.content) == (2, "Invoice", "-1.5", "Zoë", None)


@pytest.mark.parametrize(("spoken", "kind"), [("sales receipt", "SalesReceipt"), ("CREDITMEMO", "CreditMemo")])
def test_a_kind_is_written_as_people_say_it_or_as_qbxml_does(spoken: str, kind: str) -> None:
    (one,), _ = skipped_file.read((HEAD + row(kind=spoken)).encode())

    assert one.kind == kind


def test_formulas_and_control_characters_are_text_and_harmless() -> None:
    (one,), _ = skipped_file.read((HEAD + row(reason="=cmd|'/c calc'!A1\x1b[2J", customer="\tA\r\nB")).encode())

    assert (one.reason, one.customer) == ("=cmd|'/c calc'!A1 [2J", "A B")


# Taking it in.


def test_rows_become_skipped_messages_with_their_reason(shop: Shop) -> None:
    assert import_into(shop, HEAD + row() + row(number="9002", document=INVOICE | {"RefNumber": "9002"})) == Imported(2)

    without, with_document = ids(shop)
    assert shop.statuses([without, with_document]) == ["skipped", "skipped"]
    assert shop.message(without).note == "The customer was locked"
    assert shop.message(without).record == "Invoice:old-9001"
    with shop.store.reading() as work:
        assert [(one.actor, one.action) for one in events.of_message(work, without)] == [("olga", "import old skipped")]
    assert "sendRequestXML" not in shop.update().operations
    assert shop.file.find("Invoice", "9002") == []


def test_one_bad_row_keeps_all_out(shop: Shop) -> None:
    bad = INVOICE | {"RefNumber": "9002", "Quantity": 3, "TxnDate": "yesterday"}
    with pytest.raises(FileRefused) as refused:
        import_into(shop, HEAD + row() + row(number="9002", document=bad) + row(number="9003", amount="x"))

    first, second = refused.value.complaints
    assert first.startswith("line 3: document: ")
    assert "Quantity" in first
    assert second.startswith("line 4: amount: 'x' is not a number")
    assert ids(shop) == []


def test_a_document_with_another_number_than_its_row_is_refused(shop: Shop) -> None:
    with pytest.raises(FileRefused, match="line 2: document: its RefNumber is 9001, and the row says 9007"):
        import_into(shop, HEAD + row(number="9007", document=INVOICE))


def test_imported_twice_it_is_there_once(shop: Shop) -> None:
    import_into(shop, HEAD + row() + row())

    assert len(ids(shop)) == 1
    assert import_into(shop, HEAD + row(reason="Told otherwise")) == Imported(0, 1)
    assert len(ids(shop)) == 1


def test_two_with_the_same_number_are_two_records(shop: Shop) -> None:
    import_into(shop, HEAD + row() + row(amount="66.00"))

    first, second = (shop.message(number).record for number in ids(shop))
    assert first != second
    assert str(second).startswith("Invoice:old-9001-")


def test_with_its_document_it_is_sent_after_all_and_never_over_the_order_systems_own(shop: Shop) -> None:
    shop.save("Customer:K-1", {"Name": "Abercrombie, Kristy"})
    shop.update()
    own = shop.save("Invoice:9001", INVOICE | {"Memo": "the order system's own"})
    shop.update()
    import_into(shop, HEAD + row(document=INVOICE))
    (number,) = ids(shop)
    with shop.store.writing() as work:
        decide.restore(work, number, by="ruth")

    assert shop.update().status == "1 synchronized."

    assert len(shop.file.find("Invoice", "9001")) == 2
    assert shop.message(number).quickbooks_id != shop.message(own).quickbooks_id


def test_what_it_refers_to_goes_first(shop: Shop) -> None:
    import_into(shop, HEAD + row(document=INVOICE | {"CustomerRef": {"record": "Customer:C-1"}}))
    (number,) = ids(shop)
    with shop.store.writing() as work:
        decide.restore(work, number, by="ruth")
    assert shop.message(number).waits_for == 1

    shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})

    assert shop.update().status == "2 synchronized."


def test_without_its_document_it_says_why_it_cannot_be_sent_and_whom_to_ask(shop: Shop) -> None:
    import_into(shop, HEAD + row())
    (number,) = ids(shop)

    with pytest.raises(again.WithoutDocument) as refused, shop.store.writing() as work:
        decide.restore(work, number, by="ruth")

    assert "Ask those who run the order system" in str(refused.value)
    assert shop.message(number).status == "skipped"


def test_its_document_may_come_later(shop: Shop) -> None:
    import_into(shop, HEAD + row())

    assert import_into(shop, HEAD + row(document=INVOICE)) == Imported(0, 0, 1)

    (number,) = ids(shop)
    with shop.store.writing() as work:
        decide.restore(work, number, by="ruth")
    shop.save("Customer:K-1", {"Name": "Abercrombie, Kristy"}, priority=1)
    assert shop.update().status == "2 synchronized."


# Closing.


def test_it_is_closed_with_a_note_and_leaves_the_list(shop: Shop) -> None:
    import_into(shop, HEAD + row())
    (number,) = ids(shop)
    with shop.store.writing() as work:
        old_skipped.close(work, number, " entered by hand in 2025 ", by="ruth")

    with shop.store.reading() as work:
        assert kept.skipped(work, shop.company().id, 10, closed=False) == []
        (one,) = kept.skipped(work, shop.company().id, 10, closed=True)
        assert one.old is not None
        assert one.old.closing_note == "entered by hand in 2025"
        assert [(event.actor, event.action) for event in events.of_message(work, number)][-1] == ("ruth", "close")
    with pytest.raises(old_skipped.ClosedAlready), shop.store.writing() as work:
        old_skipped.close(work, number, "again", by="ruth")


def test_what_is_restored_is_not_closed_any_more(shop: Shop) -> None:
    import_into(shop, HEAD + row(document=INVOICE))
    (number,) = ids(shop)
    with shop.store.writing() as work:
        old_skipped.close(work, number, "no longer wanted", by="ruth")
        decide.restore(work, number, by="ruth")
        decide.skip(work, number, by="ruth")

    with shop.store.reading() as work:
        assert [one.message_id for one in kept.skipped(work, shop.company().id, 10, closed=False)] == [number]


def test_only_old_ones_that_are_skipped_are_closed(shop: Shop) -> None:
    import_into(shop, HEAD + row(document=INVOICE))
    (old,) = ids(shop)
    new = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})

    cases: list[tuple[int, str, type[Refusal]]] = [
        (new, "done", old_skipped.NotOld),
        (old, "  ", old_skipped.NoteMissing),
    ]
    for number, note, refusal in cases:
        with pytest.raises(refusal), shop.store.writing() as work:
            old_skipped.close(work, number, note, by="ruth")
    with shop.store.writing() as work:
        decide.restore(work, old, by="ruth")
    with pytest.raises(old_skipped.NotSkipped), shop.store.writing() as work:
        old_skipped.close(work, old, "done", by="ruth")


def test_what_was_skipped_since_stands_in_the_same_list(shop: Shop) -> None:
    number = shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    with shop.store.writing() as work:
        decide.skip(work, number, "twice", by="ruth")
        assert messages.by_id(work, number).note == "twice"

    with shop.store.reading() as work:
        (one,) = kept.skipped(work, shop.company().id, 10, closed=False)
    assert (one.message_id, one.note, one.has_document, one.old) == (number, "twice", True, None)
