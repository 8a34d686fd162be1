"""`webhook` and `deliver`: whom Deskpost tells what came of messages, and the process that tells it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.commands.terminal import Terminal, customer
from tests.receiver import Receiver, receiver

NOBODY = "Nobody is told. To add an address: deskpost webhook add URL\n"


@pytest.fixture
def orders() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def test_an_address_is_added_with_a_secret_that_is_shown_once_listed_and_removed(shop: Terminal) -> None:
    added = shop.ok("webhook", "add", "https://orders.example.com/deskpost", "--on", "message.failed")
    (secret,) = re.findall(r"whsec_\S{44}", added)
    listed = shop.ok("webhook", "list")

    assert "https://orders.example.com/deskpost" in listed
    assert "message.failed" in listed
    assert secret not in listed
    assert shop.ok("webhook", "remove", "1").startswith("Webhook 1 is removed")
    assert shop.ok("webhook", "list") == NOBODY
    assert shop.refused("webhook", "remove", "1").startswith("There is no webhook 1 in use.")


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(shop: Terminal) -> None:
    refusal = shop.refused("webhook", "add", "https://orders.example.com/", "--on", "message.posted")

    assert refusal.startswith("There is no announcement 'message.posted'. Choose among message.synchronized, ")


def test_what_was_told_is_listed_and_can_be_told_again(shop: Terminal, orders: Receiver) -> None:
    shop.ok("webhook", "add", orders.url)
    assert shop.ok("webhook", "deliveries") == "Nothing was announced yet.\n"
    shop.ok("enqueue", shop.write("day.jsonl", customer("1", "Ada")))
    shop.ok("decide", "by-hand", "1")
    shop.ok("decide", "entered", "1", "--number", "17")
    orders.answers = [503]

    assert shop.ok("deliver", "--once") == "Delivery 1 did not arrive: it answered 503.\n1 attempt made.\n"
    waiting = shop.ok("webhook", "deliveries", "--not-delivered")
    assert "message.manually_entered" in waiting
    assert "it answered 503" in waiting

    assert shop.ok("webhook", "resend", "1") == "1 to be told again by `deskpost deliver`.\n"
    assert shop.ok("deliver", "--once") == "1 attempt made.\n"
    assert shop.ok("webhook", "deliveries", "--not-delivered") == "Everything arrived.\n"
    assert len(orders.received) == 2
    assert shop.refused("webhook", "resend", "2").startswith("There is no delivery 2.")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_process_tells_what_comes_and_ends_at_once_when_it_is_told_to(
    shop: Terminal, orders: Receiver, migrated_url: str
) -> None:
    shop.ok("webhook", "add", orders.url)
    command = [sys.executable, "-m", "service", "deliver", "--every", "0.1"]
    process = subprocess.Popen(command, env={"DESKPOST_DATABASE_URL": migrated_url, "PATH": ""}, stderr=subprocess.PIPE)
    try:
        shop.ok("enqueue", shop.write("day.jsonl", customer("1", "Ada")))
        shop.ok("decide", "by-hand", "1")
        shop.ok("decide", "entered", "1", "--number", "17")
        limit = time.monotonic() + 30
        while not orders.received and time.monotonic() < limit:
            time.sleep(0.05)
        assert len(orders.received) == 1
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Ada" not in said
    assert b"webhook told" in said
