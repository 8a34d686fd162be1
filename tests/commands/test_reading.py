"""`queue` and `message`: where everything stands and what to do, in words, whatever the data holds."""

from __future__ import annotations

from sqlalchemy import update

from service.commands.commands_of_moves import COMMANDS_OF_MOVES
from service.domain.status import MOVES
from service.exchange import moves
from service.store import companies, messages, tables
from service.store.unit import Store
from tests.commands.terminal import Terminal, customer, invoice


def enqueue(shop: Terminal) -> None:
    """Put a customer and two invoices for another customer, who is not there, into the queue."""
    shop.ok("enqueue", shop.write("day.jsonl", customer("C-1", "Ada"), invoice("1", "C-2"), invoice("2", "C-2")))


def fail(store: Store, message_id: int, what_happened: str, what_to_do: str) -> None:
    with store.writing() as work:
        message = messages.by_id(work, message_id)
        moves.make_one(work, "fail", message, what_happened=what_happened, what_to_do=what_to_do, settled_at=work.now)


def test_an_empty_queue_says_so(shop: Terminal) -> None:
    assert shop.ok("queue") == "shop: no visit of the Web Connector yet\nNothing was enqueued yet.\n\n"


def test_the_queue_is_counted_by_status(shop: Terminal) -> None:
    enqueue(shop)

    assert "pending         3  to be sent; perhaps waiting for a requirement or a time" in shop.ok("queue")


def test_what_needs_attention_comes_with_its_remedy(shop: Terminal, store: Store) -> None:
    enqueue(shop)
    fail(store, 1, "The name is in use.", "Change the name, " + "then try again, " * 10)

    shown = shop.ok("queue").split("Needs attention:\n")[1].splitlines()

    assert shown[:2] == ["  1  Customer:C-1", "      The name is in use."]
    assert shown[2].startswith("      Change the name, then try again,")
    assert all(len(line) <= 100 for line in shown)


def test_what_is_waited_for_is_named_with_how_many_wait(shop: Terminal) -> None:
    enqueue(shop)

    assert shop.ok("queue").split("Waiting:\n")[1] == "  2 invoices wait for customer C-2 (not here yet)\n\n"


def test_the_wrong_company_file_is_told(shop: Terminal, store: Store) -> None:
    with store.writing() as work:
        companies.change(work, companies.named(work, "shop").id, mismatch="Another file is open.")

    assert "\n  Another file is open.\n" in shop.ok("queue")
    assert "stopped because: Another file is open." in shop.ok("company", "show")


def test_a_message_tells_its_whole_life(shop: Terminal, store: Store) -> None:
    enqueue(shop)
    fail(store, 1, "The name is in use.", "Change the name.")
    shop.ok("retry", "1")

    shown = shop.ok("message", "1")

    assert "asks for:        save Customer:C-1\nstatus:          pending: to be sent;" in shown
    assert 'content:         {"Name":"Ada"}' in shown
    moved = [line.split("  ")[-1].strip() for line in shown.splitlines() if " to " in line and "UTC" in line]
    assert moved == ["pending to failed", "failed to pending"]


def test_a_message_says_with_which_commands_it_can_be_decided(shop: Terminal, store: Store) -> None:
    enqueue(shop)
    fail(store, 1, "The name is in use.", "Change the name.")

    possible = shop.ok("message", "1").split("What can be done with it:\n")[1].split("\n\n")[0].splitlines()

    assert [line.split("  ")[1] for line in possible] == [
        "deskpost retry 1",
        "deskpost decide by-hand 1",
        "deskpost decide skip 1",
    ]


def test_an_old_one_without_its_document_can_only_be_closed(shop: Terminal) -> None:
    lines = ["date,kind,number,customer,amount,reason", '2025-12-03,Invoice,7719,"Carver, Tom",80.00,Deleted']
    shop.ok("import-skipped", shop.write("old.csv", *lines))

    shown = shop.ok("message", "1")

    assert "deskpost decide" not in shown
    assert "  deskpost skipped close 1 --note TEXT        was dealt with by other means\n" in shown
    assert "it came without its document" in shop.refused("decide", "restore", "1")
    shop.ok("skipped", "close", "1", "--note", "entered by hand")
    assert "What can be done with it" not in shop.ok("message", "1")


def test_every_move_that_a_person_may_make_has_its_command() -> None:
    assert {move.name for move in MOVES.values() if move.by_person} == set(COMMANDS_OF_MOVES)


def test_a_message_says_what_it_waits_for(shop: Terminal) -> None:
    enqueue(shop)

    assert "waits for:       customer C-2 (not here yet)\n" in shop.ok("message", "2")


def test_a_message_that_was_never_sent_has_no_texts(shop: Terminal) -> None:
    enqueue(shop)

    assert "The set as it was sent" not in shop.ok("message", "1", "--texts")


def test_a_message_that_is_not_there_is_refused(shop: Terminal) -> None:
    assert shop.refused("message", "4") == "There is no message 4. `deskpost queue` shows what is there."


def test_a_company_that_is_not_there_is_refused(terminal: Terminal) -> None:
    assert "There is no company yet" in terminal.refused("queue")
    assert terminal.refused("queue", "--company", "shoe").startswith("There is no company 'shoe'.")


def test_nothing_in_the_data_steers_the_terminal(shop: Terminal, store: Store) -> None:
    evil = "\x1b[2J\x9b31m\r\nfaked line"
    enqueue(shop)
    fail(store, 1, evil, evil)
    with store.writing() as work:
        work.connection.execute(
            update(tables.companies).values(pinned_company_name=evil, company_file_path=evil, pc=evil, mismatch=evil)
        )
        work.connection.execute(update(tables.messages).values(quickbooks_said=evil, quickbooks_number=evil))

    for command in (("queue",), ("message", "1"), ("company", "list"), ("company", "show")):
        shown = shop.ok(*command)
        assert not set(shown) & set("\x1b\x9b\r")
        assert not [line for line in shown.splitlines() if line.startswith("faked")]
