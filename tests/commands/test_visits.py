"""`sessions` and `session`: the latest visits, and what happened in one."""

from __future__ import annotations

from service.store.unit import Store
from tests.clock import Clock
from tests.commands.terminal import Terminal
from tests.exchange.conversation import Conversation, answer, customer_added


def visit(store: Store, clock: Clock) -> None:
    shop = Conversation(store, clock)
    (number,) = shop.customers(1)
    shop.begin()
    clock.go_on(seconds=3)
    shop.receive(answer(customer_added(number)))
    clock.go_on(seconds=62)
    shop.close()


def test_the_visits_are_listed_newest_first(terminal: Terminal, store: Store, clock: Clock) -> None:
    visit(store, clock)

    lines = terminal.ok("sessions").splitlines()

    assert " ".join(lines[2].split()) == "1 2026-03-02 09:00:00 UTC 0:01:05 1 0 0 0 1 synchronized."


def test_a_visit_is_told_with_the_time_in_quickbooks_and_the_time_here(
    terminal: Terminal, store: Store, clock: Clock
) -> None:
    visit(store, clock)

    told = terminal.ok("session", "1").splitlines()

    assert told[0] == "session:         1"
    assert "2026-03-02 09:00:03 UTC  Set 1 was answered after 3.0 s." in told
    assert told[-2:] == [
        "With QuickBooks, and on the way: 3.0 s",
        "In Deskpost and the Web Connector, between the sets: 0.0 s",
    ]


def test_a_visit_without_an_answer_says_nothing_of_how_long_quickbooks_took(
    terminal: Terminal, store: Store, clock: Clock
) -> None:
    shop = Conversation(store, clock)
    shop.customers(1)
    shop.begin()
    shop.close()

    assert terminal.ok("session", "1").splitlines()[-1].endswith("The visit was closed by the Web Connector.")


def test_no_visit_yet_says_so(shop: Terminal) -> None:
    assert shop.ok("sessions") == "The Web Connector has not come yet, or had nothing to do.\n"


def test_a_visit_that_never_was_is_refused(shop: Terminal) -> None:
    assert shop.refused("session", "7") == "There is no session 7. `deskpost sessions` lists the latest."


def test_only_so_many_as_are_wanted_are_listed(terminal: Terminal, store: Store, clock: Clock) -> None:
    visit(store, clock)

    assert len(terminal.ok("sessions", "--last", "1").splitlines()) == 3
    assert terminal.type("sessions", "--last", "0").exit_code == 2
