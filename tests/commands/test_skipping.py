"""`import-skipped` and `skipped`: a file of old ones in, a list of what is skipped out, and closing with a note."""

from __future__ import annotations

import json

from tests.commands.terminal import Terminal, customer

HEAD = "date;kind;number;customer;amount;reason;document\n"
DOCUMENT = json.dumps({"CustomerRef": {"FullName": "Lou"}, "RefNumber": "9002"}).replace('"', '""')
GOOD = (
    HEAD
    + "2025-11-03;Invoice;9001;Abercrombie, Kristy;65.00;The customer was locked;\n"
    + f'2025-11-04;Invoice;9002;Lou;12.50;=HYPERLINK("x");"{DOCUMENT}"\n'
)


def write(shop: Terminal, text: str) -> str:
    (shop.folder / "old.csv").write_text(text, encoding="utf-8")
    return "old.csv"


def test_a_file_is_imported_once(shop: Terminal) -> None:
    name = write(shop, GOOD)

    assert shop.ok("import-skipped", name) == "2 imported. Next: deskpost skipped list\n"
    assert shop.ok("import-skipped", name).startswith("0 imported, 2 were here already.")


def test_it_is_read_from_standard_input_as_well(shop: Terminal) -> None:
    assert shop.ok("import-skipped", "-", "--company", "shop", typed=GOOD).startswith("2 imported.")


def test_every_bad_row_is_told_and_nothing_is_imported(shop: Terminal) -> None:
    bad = "2025-11-05;Invoice;9003;Lou;12,50;r;\n2025-11-06;Invoise;9004;Lou;1;r;\n"
    result = shop.type("import-skipped", write(shop, GOOD + bad))

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "line 4: amount: '12,50' is not a number; write 12.50.",
        "line 5: kind: 'Invoise' is nothing that can be entered in QuickBooks; did you mean Invoice?",
        "Error: Nothing was imported, because of 2 complaints: mend the file, and import it again.",
    ]
    assert shop.ok("skipped", "list") == "Nothing is skipped.\n"


def test_a_file_that_is_not_there_is_refused(shop: Terminal) -> None:
    assert shop.refused("import-skipped", "no.csv") == "no.csv cannot be read: no such file or directory."


def test_what_is_skipped_is_listed_with_what_can_be_done(shop: Terminal) -> None:
    shop.ok("import-skipped", write(shop, GOOD))
    shop.ok("enqueue", shop.write("day.jsonl", customer("1", "Ada")))
    shop.ok("decide", "skip", "3", "--note", "twice")

    lines = shop.ok("skipped", "list").splitlines()

    assert lines[2].split()[0] == "3"
    assert "Customer:1" in lines[2]
    assert lines[2].endswith("can be sent")
    assert "Invoice 9002" in lines[3]
    assert lines[3].endswith("can be sent")
    assert "Invoice 9001  Abercrombie, Kristy  65.00" in lines[4]
    assert lines[4].endswith("has no document: ask those who run the order system")


def test_one_with_a_document_can_be_sent_and_one_without_cannot(shop: Terminal) -> None:
    shop.ok("import-skipped", write(shop, GOOD))

    assert "came without its document" in shop.refused("decide", "restore", "1")
    assert shop.ok("decide", "restore", "2").startswith("1 to be sent after all")


def test_it_is_closed_with_a_note(shop: Terminal) -> None:
    shop.ok("import-skipped", write(shop, GOOD))

    assert shop.ok("skipped", "close", "1", "--note", "entered by hand") == "1 closed: message 1.\n"

    assert "9001" not in shop.ok("skipped", "list")
    assert "closed: entered by hand" in shop.ok("skipped", "list", "--closed")
    assert shop.ok("skipped", "open-again", "1") == "1 back on the list: message 1.\n"
    assert "is not closed" in shop.refused("skipped", "open-again", "1")
    assert "closed:" not in shop.ok("skipped", "list", "--closed")
    shop.ok("skipped", "close", "1", "--note", "entered by hand")
    assert "was closed already" in shop.refused("skipped", "close", "1", "--note", "again")
    assert "Say with a note" in shop.refused("skipped", "close", "2", "--note", " ")


def test_some_are_closed_and_others_refused(shop: Terminal) -> None:
    shop.ok("import-skipped", write(shop, GOOD))
    shop.ok("enqueue", shop.write("day.jsonl", customer("1", "Ada")))

    result = shop.type("skipped", "close", "1", "3", "--note", "done")

    assert (result.exit_code, result.stdout) == (1, "1 closed: message 1.\n")
    assert "was not imported from before" in result.stderr
