"""`deskpost watch` shows the queue as it is, and stops when it is told to."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from service.commands.watching import screen
from service.store import companies
from tests.commands.served import PATIENCE, PROGRAM
from tests.commands.terminal import Terminal, customer
from tests.shop import Shop


def shown(shop: Shop) -> str:
    with shop.store.reading() as work:
        return "\n".join(screen(work, companies.named(work, shop.name).id))


@pytest.fixture
def watched(store: object, clock: object, tmp_path: Path) -> Shop:
    """Return a shop whose clock stands."""
    return Shop(store, clock, tmp_path)  # type: ignore[arg-type]  # The fixtures of tests.databases.


def test_what_waits_is_shown_with_its_age(watched: Shop) -> None:
    watched.save("Customer:C-1", {"Name": "Ada Marsh"})
    watched.clock.go_on(minutes=40)

    told = shown(watched)

    assert "shop: no visit yet" in told
    assert "The Web Connector has not come yet." in told
    assert "  pending             1   the oldest came 40 min ago" in told


def test_a_visit_in_progress_shows_how_far_it_is(watched: Shop) -> None:
    from qwc.mishaps import Kind, Mishap

    watched.change_company(set_size=1, set_limit=1)
    for number in (1, 2):
        watched.save(f"Customer:C-{number}", {"Name": f"Customer {number}"})
    watched.update(Mishap("receiveResponseXML", 2, Kind.TIMEOUT))
    watched.clock.go_on(seconds=5)

    told = shown(watched)

    assert "[###############...............] 50 %  1 synchronized, 0 failed, last heard of " in told
    assert "  in_flight           1" in told
    assert "Customer:C-1  in_flight to synchronized" in told


def test_what_needs_somebody_is_shown_with_what_happened(watched: Shop) -> None:
    watched.save("Customer:C-1", {"Name": "Ada Marsh", "TermsRef": {"FullName": "Net 45"}})
    watched.update()

    told = shown(watched)

    assert "The Web Connector came last 0 s ago: 0 synchronized, 1 needs attention" in told
    assert "Needs attention:\n  1  Customer:C-1: The payment term" in told
    assert "  failed              1" in told


def test_nothing_that_was_typed_in_steers_the_terminal(watched: Shop) -> None:
    watched.change_company(mismatch="The file \x1b[2J is open.")

    assert "Stopped: The file  [2J is open." in shown(watched)


def test_once_prints_and_ends_and_so_it_does_where_there_is_no_terminal(shop: Terminal) -> None:
    shop.ok("enqueue", shop.write("day.jsonl", customer("C-1", "Ada Marsh")))

    once, piped = shop.ok("watch", "--once"), shop.ok("watch", "--company", "shop")

    assert "  pending             1" in once
    assert "  pending             1" in piped
    assert "\x1b" not in once + piped


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_on_a_terminal_it_is_drawn_anew_until_ctrl_c(shop: Terminal) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "watch", "--every", "0.2"],
        env={**os.environ, **shop.settings, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        drawn = read_until(ours, "Nothing waits")
        shop.ok("enqueue", shop.write("day.jsonl", customer("C-1", "Ada Marsh")))
        drawn += read_until(ours, "pending             1")
        process.send_signal(signal.SIGINT)
        ended = process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(ours)

    assert ended == 0
    assert "\x1b[H" in drawn
    assert "Traceback" not in drawn
    assert "Aborted" not in drawn


def read_until(terminal: int, wanted: str) -> str:
    """What a program shows until something wanted is among it."""
    told, deadline = "", time.monotonic() + PATIENCE
    while wanted not in told:
        assert time.monotonic() < deadline, told
        if select.select([terminal], [], [], 0.2)[0]:
            told += os.read(terminal, 65_536).decode()
    return told
