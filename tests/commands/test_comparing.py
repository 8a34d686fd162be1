"""`drift` asks for a comparison, and then lists what somebody changed in QuickBooks and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.store import readings
from service.store.unit import Store
from tests.accountant import Accountant
from tests.clock import Clock
from tests.commands.terminal import Terminal
from tests.shop import Shop


@pytest.fixture
def office(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop with two customers that are synchronized."""
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    shop.save("Customer:C-2", {"Name": "Miller, Ann"})
    shop.update()
    return shop


def test_a_comparison_from_the_question_to_what_was_seen(terminal: Terminal, office: Shop) -> None:
    Accountant(office).deletes("Customer", "Miller, Ann")
    assert terminal.ok("drift").startswith("QuickBooks is compared at the next visit of the Web Connector.")
    office.update()

    # The visits are a quarter of an hour apart, and the person in the PC's office works a minute after the first.
    assert terminal.ok("drift") == (
        "Compared on 2026-03-02 09:31:00 UTC, with what changed in QuickBooks since 2026-03-01 09:15:00 UTC.\n"
        "\n"
        "Customer:C-2 (Miller, Ann): deleted, 2026-03-02T04:16:00-05:00\n"
        "  It was deleted, or merged into another customer.\n"
        "  If it is still needed, have the order system save it again: the message fails as gone, and can be sent as a "
        "new one. If not, have the order system leave it alone.\n"
        "\n"
        "1 record differs. `deskpost drift --seen` takes them as seen, `deskpost drift --again` compares once more.\n"
    )
    assert terminal.ok("drift", "--seen") == "1 taken as seen.\n"
    assert terminal.ok("drift").endswith("Everything is as it was synchronized.\n")


def test_it_is_compared_again_when_somebody_says_so(terminal: Terminal, office: Shop) -> None:
    terminal.ok("drift")
    office.update()
    Accountant(office).changes("Customer", "Miller, Ann", "<Phone>207 555 0100</Phone>")
    assert "Everything is as it was" in terminal.ok("drift")

    terminal.ok("drift", "--again")
    office.update()

    assert "Customer:C-2 (Miller, Ann): changed" in terminal.ok("drift")


def test_a_day_can_be_named_from_which_on_it_is_compared(terminal: Terminal, office: Shop) -> None:
    terminal.ok("drift", "--since", "2025-11-01")
    office.update()

    told = terminal.ok("drift")
    assert "since 2025-11-01 00:00:00 UTC" in told
    assert "QuickBooks remembers for 90 days what was deleted" in told


@pytest.mark.parametrize(
    ("day", "complaint"),
    [
        ("2026-13-01", "'2026-13-01' is no day: write it as 2026-03-01.\n"),
        ("1026-01-01", "what changed since 1026-01-01: name a day from 1970-01-02 up to today.\n"),
        ("9999-12-31", "what changed since 9999-12-31: name a day from 1970-01-02 up to today.\n"),
    ],
)
def test_a_day_that_quickbooks_does_not_know_is_refused_before_a_visit_fails_over_it(
    terminal: Terminal, office: Shop, day: str, complaint: str
) -> None:
    assert complaint.rstrip() in terminal.refused("drift", "--since", day)

    office.update()
    assert terminal.ok("drift").startswith("QuickBooks is compared at the next visit")


def test_a_comparison_that_failed_says_why(terminal: Terminal, office: Shop) -> None:
    terminal.ok("drift")
    with office.store.writing() as work:
        waiting = readings.latest(work, office.company().id, "drift")
        assert waiting is not None
        values = {"what_happened": "It is locked.", "finished_at": work.now, "closed_at": work.now}
        readings.change(work, waiting.id, state="failed", **values)

    assert terminal.ok("drift").startswith("QuickBooks was not compared. It is locked.\n")
    assert terminal.ok("drift", "--again").startswith("QuickBooks is compared at the next visit")


def test_nothing_to_compare_is_one_sentence(shop: Terminal) -> None:
    assert "so there is nothing to compare" in shop.refused("drift")
