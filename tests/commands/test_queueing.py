"""`enqueue` takes a whole file or nothing and names each line that cannot be taken; `retry` sends again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import make_url

from service.commands import queueing
from service.domain.status import Status
from service.exchange import checking, document, moves
from service.store import companies, messages
from service.store.companies import Company
from service.store.unit import Store
from tests.commands.terminal import Terminal, customer, invoice
from tests.crossing import crossed


def standing(store: Store) -> dict[str, int]:
    """How many messages stand in each status that holds any."""
    with store.reading() as work:
        counted = messages.counts(work, companies.named(work, "shop").id)
    return {status.value: number for status, number in counted.items() if number}


def fail(store: Store, message_id: int) -> None:
    with store.writing() as work:
        message = messages.by_id(work, message_id)
        moves.make_one(work, "fail", message, what_happened="No.", what_to_do="Try.", settled_at=work.now)


def test_a_file_goes_into_the_queue(shop: Terminal, store: Store) -> None:
    file = shop.write("day.jsonl", customer("C-1", "Ada"), "", invoice("1", "C-1"))

    assert shop.ok("enqueue", file) == "2 enqueued.\n"
    assert standing(store) == {"pending": 2}


def test_a_file_that_was_enqueued_already_adds_nothing(shop: Terminal, store: Store) -> None:
    file = shop.write(
        "day.jsonl",
        customer("C-1", "Ada", idempotency_key="a"),
        customer("C-2", "Bea", idempotency_key="b"),
    )
    shop.ok("enqueue", file)

    assert shop.ok("enqueue", file) == "0 enqueued, 2 were here already.\n"
    assert standing(store) == {"pending": 2}


def test_one_bad_line_keeps_the_whole_file_out(shop: Terminal, store: Store) -> None:
    good = [customer(f"C-{number}", f"Customer {number}") for number in range(1, 17)]
    bad = invoice("1", "C-1")
    bad["content"]["InvoiceLineAdd"].append({"Quantity": "2,5"})
    file = shop.write("day.jsonl", *good, bad, customer("C-17", "Zoe"))

    result = shop.type("enqueue", file)

    assert result.exit_code == 1
    assert result.stdout == ""
    complaint, summary = result.stderr.splitlines()
    assert complaint.startswith("line 17: InvoiceAdd/InvoiceLineAdd[2]/Quantity: '2,5' is not a number")
    assert summary == (
        "Error: Nothing was enqueued, because 1 of 18 lines cannot be: mend it, "
        "or enqueue the others with --skip-invalid."
    )
    assert standing(store) == {}


def test_a_file_of_one_bad_line_is_told_of_as_one(shop: Terminal) -> None:
    refused = shop.type("enqueue", shop.write("day.jsonl", "{"))

    assert refused.stderr.splitlines()[-1] == "Error: Nothing was enqueued, because the only line cannot be: mend it."


def test_the_good_lines_go_in_when_that_is_asked_for(shop: Terminal, store: Store) -> None:
    file = shop.write("day.jsonl", customer("C-1", "Ada"), "{", customer("C-2", "Bea"))

    result = shop.type("enqueue", file, "--skip-invalid")

    assert result.exit_code == 1
    assert result.stdout == "2 enqueued, 1 refused.\n"
    assert result.stderr.startswith("line 2: column ")
    assert standing(store) == {"pending": 2}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"operation": "save"', "this is not JSON"),
        ("[1]", "a message is an object in braces, not a list"),
        (customer("C-1", "Ada") | {"operation": "sell"}, "There is no operation 'sell'. There are: save, add, mod,"),
        (customer("C-1", "Ada") | {"record": "Ada"}, "'Ada' does not name a record."),
        (customer("C-1", "Ada") | {"contents": {}}, "contents: a message has no such field. Did you mean `content`?"),
        (customer("C-1", "Ada", priority=12), "priority: must be a whole number from 1 to 9, not 12."),
        (customer("C-1", "Ada", not_before="tomorrow"), "not_before: 'tomorrow' is no time"),
        (customer("C-1", "Ada", company="shoe"), "There is no company 'shoe'. Known companies: shop."),
        ({"operation": "save", "record": "Customer:1", "content": {"CompanyName": "A"}}, "CustomerAdd/Name"),
        (customer("C-1", "A" * 42), "CustomerAdd/Name"),
        (customer("C-1", "Ada\x07"), "U+0007"),
        ({"operation": "save", "record": "Cutsomer:1", "content": {"Name": "A"}}, "did you mean 'Customer'?"),
        ({"operation": "save", "record": "Customer:1"}, "content: the operation 'save' needs content."),
        ({"operation": "raw", "request": "<CustomerAddRq>"}, "CustomerAddRq"),
        (b'{"operation": "save", "record": "Customer:1", "content": {"Name": "Ren\xe9e"}}', "not UTF-8 text"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_bad_line_is_named_with_what_is_wrong(
    shop: Terminal, line: Mapping[str, Any] | str | bytes, complaint: str
) -> None:
    result = shop.type("enqueue", shop.write("day.jsonl", customer("C-9", "Ida"), line))

    assert result.exit_code == 1
    first, *_ = result.stderr.splitlines()
    assert first.startswith("line 2: ")
    assert complaint in first
    assert "\x07" not in result.output


def test_all_complaints_about_a_line_are_told_at_once(shop: Terminal) -> None:
    message = invoice("1", "C-1", quantity="two")
    message["content"]["Colour"] = "red"

    result = shop.type("enqueue", shop.write("day.jsonl", message))

    quantity, colour, _ = sorted(result.stderr.splitlines(), key=lambda line: ("Error" in line, "Colour" in line))
    assert quantity.startswith("line 1: InvoiceAdd/InvoiceLineAdd[1]/Quantity: 'two' is not a number")
    assert colour.startswith("line 1: InvoiceAdd/Colour: ")


def test_standard_input_is_read_for_a_dash(shop: Terminal, store: Store) -> None:
    file = shop.write("day.jsonl", customer("C-1", "Ada"))

    assert shop.ok("enqueue", "-", typed=(shop.folder / file).read_bytes()) == "1 enqueued.\n"
    assert standing(store) == {"pending": 1}


def test_the_mark_that_some_editors_write_first_does_no_harm(shop: Terminal) -> None:
    file = shop.write(
        "day.jsonl", b'\xef\xbb\xbf{"operation": "save", "record": "Customer:1", "content": {"Name": "A"}}'
    )

    assert shop.ok("enqueue", file) == "1 enqueued.\n"


def test_an_empty_file_is_no_mistake(shop: Terminal) -> None:
    assert shop.ok("enqueue", shop.write("day.jsonl", "")) == "0 enqueued.\n"


def test_a_file_that_cannot_be_read_is_refused(shop: Terminal) -> None:
    assert shop.refused("enqueue", "nowhere.jsonl") == "nowhere.jsonl cannot be read: no such file or directory."
    assert shop.refused("enqueue", ".") == ". cannot be read: is a directory."


def test_without_a_company_it_is_said_once_how_to_add_one(terminal: Terminal) -> None:
    file = terminal.write("day.jsonl", customer("C-1", "Ada"), customer("C-2", "Bea"))

    assert "add one with `deskpost company add NAME`" in terminal.refused("enqueue", file)


def test_with_several_companies_one_has_to_be_named(shop: Terminal, store: Store) -> None:
    shop.ok("company", "add", "branch")
    file = shop.write("day.jsonl", customer("C-1", "Ada"))

    assert "There are several companies (branch, shop)" in shop.refused("enqueue", file)
    assert shop.refused("enqueue", file, "--company", "shoe").startswith("There is no company 'shoe'.")
    assert shop.ok("enqueue", file, "--company", "shop") == "1 enqueued.\n"
    assert shop.ok("enqueue", shop.write("two.jsonl", customer("C-2", "Bea", company="shop"))) == "1 enqueued.\n"
    assert standing(store) == {"pending": 2}


def test_failed_messages_are_sent_again_by_number_or_all(shop: Terminal, store: Store) -> None:
    shop.ok("enqueue", shop.write("day.jsonl", *(customer(f"C-{number}", f"N {number}") for number in (1, 2, 3))))
    for message_id in (1, 2, 3):
        fail(store, message_id)

    assert shop.ok("retry", "2") == "1 to be sent again.\n"
    assert standing(store) == {"pending": 1, "failed": 2}
    assert shop.ok("retry", "--all") == "2 to be sent again.\n"
    assert standing(store) == {"pending": 3}


def test_what_cannot_be_sent_again_is_refused_and_the_others_go(shop: Terminal, store: Store) -> None:
    shop.ok("enqueue", shop.write("day.jsonl", customer("C-1", "Ada"), customer("C-2", "Bea")))
    fail(store, 1)

    result = shop.type("retry", "1", "2", "77")

    assert result.exit_code == 1
    assert result.stdout == "1 to be sent again.\n"
    pending, unknown = result.stderr.splitlines()
    assert pending.startswith("Message 2 (Customer:C-2) is pending: `deskpost retry` does not apply.")
    assert unknown == "There is no message 77. `deskpost queue` shows what is there."
    with store.reading() as work:
        assert messages.by_id(work, 1, lock=False).status == Status.PENDING


def test_a_retry_of_nothing_is_refused(shop: Terminal) -> None:
    assert shop.refused("retry") == "Name the messages to retry by their numbers, or say --all."


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "first"])
def test_a_number_that_no_message_can_have_is_refused(shop: Terminal, number: str) -> None:
    result = shop.type("retry", number)

    assert result.exit_code == 2
    assert "Invalid value for '[MESSAGE_IDS]...'" in result.stderr


def test_references_and_content_and_shape_are_told_with_their_full_paths(shop: Terminal) -> None:
    message = invoice("1", "C-1", quantity="two")
    message["content"]["CustomerRef"] = {"record": "Vendor:7"}
    shapeless = {"operation": "save", "record": "C-1", "content": {"Name": "Ada"}, "priority": 0}

    result = shop.type("enqueue", shop.write("day.jsonl", message, shapeless))

    places = [line.split(": ")[:2] for line in result.stderr.splitlines()[:-1]]
    assert places == [
        ["line 1", "InvoiceAdd/CustomerRef"],
        ["line 1", "InvoiceAdd/InvoiceLineAdd[1]/Quantity"],
        ["line 2", "record"],
        ["line 2", "priority"],
    ]


def test_a_long_file_is_taken_in_parts_and_still_all_of_it_or_nothing(
    shop: Terminal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "AT_ONCE", 2)
    good = [customer(f"C-{number}", f"Customer {number}") for number in range(5)]

    refused = shop.type("enqueue", shop.write("day.jsonl", *good, customer("C-9", "A" * 42)))
    kept = standing(store)
    taken = shop.ok("enqueue", shop.write("day.jsonl", *good))

    assert refused.stderr.startswith("line 6: CustomerAdd/Name")
    assert kept == {}
    assert taken == "5 enqueued.\n"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_while_a_file_is_checked_others_write(
    shop: Terminal, store: Store, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "AT_ONCE", 2)
    looked_at: list[str | None] = []

    def look_at(given: document.Document, company: Company) -> checking.LookedAt:
        with closing(sqlite3.connect(str(make_url(migrated_url).database), timeout=0)) as another:
            another.execute("BEGIN IMMEDIATE")
        looked_at.append(given.idempotency_key)
        return checking.look_at(given, company)

    monkeypatch.setattr(queueing, "look_at", look_at)
    file = shop.write("day.jsonl", *(customer(f"C-{one}", "Ada", idempotency_key=f"{one}") for one in range(5)))

    assert shop.ok("enqueue", file) == "5 enqueued.\n"
    assert looked_at == ["0", "1", "2", "3", "4"]
    assert standing(store) == {"pending": 5}


def test_a_file_is_checked_for_the_country_that_the_company_has_when_it_is_written(
    shop: Terminal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only the Canadian edition knows was fine a moment ago; then the file turned out to be of the US."""
    canadian = {"operation": "save", "record": "Customer:1", "content": {"Name": "Ada", "TaxRegistrationNumber": "1"}}
    with store.writing() as work:
        companies.change(work, companies.named(work, "shop").id, country="CA")

    def look_at(given: document.Document, company: Company) -> checking.LookedAt:
        looked = checking.look_at(given, company)
        assert looked.refusal is None
        with store.writing() as work:
            companies.change(work, company.id, country="US")
        return looked

    monkeypatch.setattr(queueing, "look_at", look_at)
    result = shop.type("enqueue", shop.write("day.jsonl", canadian))

    assert result.stderr.startswith("line 1: CustomerAdd/TaxRegistrationNumber: ")
    assert standing(store) == {}


def test_what_was_checked_before_is_written_as_it_was_given(shop: Terminal, store: Store) -> None:
    given = customer("C-1", "Ada", idempotency_key="a")
    given["content"] |= {"CreditLimit": Decimal("1250.10"), "Notes": "Très bien", "IsActive": True}
    text = json.dumps(given, default=str, ensure_ascii=False).replace('"1250.10"', "1250.10")

    shop.ok("enqueue", shop.write("day.jsonl", text))

    with store.reading() as work:
        kept = messages.by_id(work, 1, lock=False).content
    assert kept == '{"Name":"Ada","CreditLimit":"1250.10","Notes":"Très bien","IsActive":true}'
    assert shop.ok("enqueue", shop.write("again.jsonl", text)) == "0 enqueued, 1 was here already.\n"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_file_that_a_deadlock_ended_is_enqueued_anew_and_once(
    shop: Terminal, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    delete = {"operation": "delete", "record": "Customer:C-1"}
    shop.ok("enqueue", shop.write("before.jsonl", customer("C-1", "Ada"), delete))
    file = shop.write("day.jsonl", customer("C-1", "Ada B."), customer("C-2", "Bea"))

    with crossed(store, caplog, holds=2, wants=1):
        said = shop.ok("enqueue", file)

    assert said == "2 enqueued.\n"
    assert standing(store) == {"pending": 3, "superseded": 1}
