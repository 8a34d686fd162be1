"""`decide`: each decision under the name of who typed it, with what happens next, or refused in one sentence."""

from __future__ import annotations

import getpass

import pytest

from service.domain.status import Status
from service.store import companies, events, messages
from service.store.unit import Store
from tests.clock import Clock
from tests.commands.terminal import Terminal
from tests.exchange.conversation import Conversation
from tests.exchange.statuses import in_every_status


@pytest.fixture
def numbers(terminal: Terminal, store: Store, clock: Clock) -> dict[Status, int]:
    """Return a message in each status, of the company that the terminal's database holds."""
    return in_every_status(Conversation(store, clock))


def status(store: Store, number: int) -> str:
    with store.reading() as work:
        return messages.by_id(work, number, lock=False).status


@pytest.mark.parametrize(
    ("words", "before", "after", "said"),
    [
        (["link"], Status.FAILED, "pending", "1 linked: message {}."),
        (["create-again"], Status.FAILED, "pending", "1 to be created again: message {}."),
        (["by-hand"], Status.IN_DOUBT, "manual_entry", "1 to be entered by hand: message {}."),
        (["entered", "--number", "20379"], Status.MANUAL_ENTRY, "manually_entered", "1 entered by hand: message {}."),
        (["reopen"], Status.MANUALLY_ENTERED, "manual_entry", "1 to be entered by hand again: message {}."),
        (["skip", "--note", "twice"], Status.PENDING, "skipped", "1 skipped: message {}."),
        (["restore"], Status.SKIPPED, "pending", "1 to be sent after all: message {}."),
        (["there", "--number", "20379"], Status.IN_DOUBT, "synchronized", "1 synchronized: message {}."),
        (["not-there"], Status.IN_DOUBT, "pending", "1 to be sent again: message {}."),
    ],
)
def test_a_decision_is_made_in_the_name_of_who_types_it(
    terminal: Terminal,
    store: Store,
    numbers: dict[Status, int],
    words: list[str],
    before: Status,
    after: str,
    said: str,
) -> None:
    number = numbers[before]

    told = terminal.ok("decide", words[0], str(number), *words[1:]).splitlines()

    assert told[0] == said.format(number)
    assert len(told) == 2
    assert status(store, number) == after
    with store.reading() as work:
        last = events.last_move(work, number)
    assert last is not None
    assert last.actor == f"command line ({getpass.getuser()})"


@pytest.mark.parametrize(
    "words", [["link"], ["create-again"], ["by-hand"], ["reopen"], ["skip"], ["restore"], ["not-there"]]
)
def test_what_is_being_sent_is_left_alone(terminal: Terminal, numbers: dict[Status, int], words: list[str]) -> None:
    sentence = terminal.refused("decide", words[0], str(numbers[Status.IN_FLIGHT]))

    assert "Customer:in_flight" in sentence


@pytest.mark.parametrize(
    ("words", "standing", "instead"),
    [
        (["decide", "by-hand"], Status.SYNCHRONIZED, "Nothing can be done with it by hand."),
        (["decide", "not-there"], Status.SKIPPED, "What can be done with it: deskpost decide restore {0}."),
        (
            ["decide", "restore"],
            Status.FAILED,
            ": deskpost retry {0}; deskpost decide by-hand {0}; deskpost decide skip {0}; deskpost decide link {0}.",
        ),
        (
            ["retry"],
            Status.MANUAL_ENTRY,
            ": deskpost decide skip {0}; deskpost decide entered {0} --number N; deskpost decide restore {0}.",
        ),
    ],
)
def test_a_refusal_names_the_command_that_was_typed_and_those_that_apply(
    terminal: Terminal, numbers: dict[Status, int], words: list[str], standing: Status, instead: str
) -> None:
    result = terminal.type(*words, str(numbers[standing]))

    told = result.stderr.strip().removeprefix("Error: ")
    assert result.exit_code == 1
    assert f"): `deskpost {' '.join(words)}` does not apply. " in told
    assert told.endswith(instead.format(numbers[standing]))


def test_some_are_done_and_the_others_refused(terminal: Terminal, store: Store, numbers: dict[Status, int]) -> None:
    result = terminal.type("decide", "skip", str(numbers[Status.FAILED]), str(numbers[Status.SYNCHRONIZED]))

    assert result.exit_code == 1
    assert result.stdout.startswith(f"1 skipped: message {numbers[Status.FAILED]}.\n")
    assert "is synchronized" in result.stderr
    assert status(store, numbers[Status.FAILED]) == "skipped"


def test_a_note_is_kept_with_the_message(terminal: Terminal, numbers: dict[Status, int]) -> None:
    terminal.ok("decide", "skip", str(numbers[Status.PENDING]), "--note", "Twice in the order system")

    assert "Twice in the order system" in terminal.ok("message", str(numbers[Status.PENDING]))


def test_a_number_belongs_to_one_message(terminal: Terminal, numbers: dict[Status, int]) -> None:
    assert "one message" in terminal.refused("decide", "there", "1", "2", "--number", "20379")


def test_a_message_that_is_not_there_is_refused(terminal: Terminal, numbers: dict[Status, int]) -> None:
    assert terminal.refused("decide", "skip", "999") == "There is no message 999. `deskpost queue` shows what is there."


def test_a_company_that_sends_only_after_start_is_named(
    terminal: Terminal, store: Store, numbers: dict[Status, int]
) -> None:
    with store.writing() as work:
        companies.change(work, 1, send_only_after_start=True)

    told = terminal.ok("decide", "restore", str(numbers[Status.SKIPPED]))

    assert told.endswith("shop sends only after Start: deskpost start --company shop\n")


def test_another_number_is_given_to_what_was_not_found(
    terminal: Terminal, store: Store, numbers: dict[Status, int]
) -> None:
    number = numbers[Status.MANUALLY_ENTERED]
    with store.writing() as work:
        messages.change(work, number, to_read=None)

    terminal.ok("decide", "number", str(number), "20379")

    with store.reading() as work:
        given = messages.by_id(work, number, lock=False)
    assert (given.quickbooks_number, given.to_read) == ("20379", "number")


def test_what_waits_after_a_decision_says_for_what(
    terminal: Terminal, store: Store, numbers: dict[Status, int]
) -> None:
    """A version that was skipped is to be sent after all, while the one before it is in doubt."""
    content = {"operation": "save", "record": "Customer:in_doubt", "content": {"Name": "Newer"}}
    terminal.ok("enqueue", terminal.write("newer.jsonl", content))
    newer = max(numbers.values()) + 1
    terminal.ok("decide", "skip", str(newer))
    behind = f"message {numbers[Status.IN_DOUBT]} of the same record (in doubt: check in QuickBooks)"

    told = terminal.ok("decide", "restore", str(newer)).splitlines()

    assert told[-1] == f"Message {newer} waits for {behind}."
    assert f"waits for:       {behind}\n" in terminal.ok("message", str(newer))
    assert f"  1 other version of customer in_doubt waits for {behind}\n" in terminal.ok("queue")


def test_a_doubt_for_which_nothing_was_found_is_told_so(terminal: Terminal, numbers: dict[Status, int]) -> None:
    shown = terminal.ok("message", str(numbers[Status.IN_DOUBT]))

    assert "QuickBooks has no way to ask for this customer, so Deskpost did not look for it." in shown
    assert "what was found in QuickBooks" not in shown
    assert "Name          Customer in_doubt\n" in shown


def test_a_doubt_is_shown_with_what_was_sent_beside_what_was_found(
    terminal: Terminal, store: Store, numbers: dict[Status, int]
) -> None:
    with store.writing() as work:
        found = '{"Name": "Customer in_doubt", "ListID": "80000004-1", "TimeCreated": "2026-03-02T09:00:00"}'
        messages.change(work, numbers[Status.IN_DOUBT], quickbooks_said=found)

    shown = terminal.ok("message", str(numbers[Status.IN_DOUBT])).splitlines()

    head = next(place for place, line in enumerate(shown) if "what was sent" in line)
    assert shown[head].split("  ")[-1].strip() == "what was found in QuickBooks"
    assert shown[head + 2].split() == ["Name", "Customer", "in_doubt", "Customer", "in_doubt"]
    assert any(line.startswith("ListID") and line.endswith("80000004-1") for line in shown)
