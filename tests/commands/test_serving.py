"""`deskpost serve` in one process and `python -m qwc update` in another carry an order into QuickBooks, over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from qwc.company import CompanyFile
from tests.commands.served import PATIENCE, free_port, serving
from tests.commands.terminal import Terminal, customer, invoice


def update(terminal: Terminal, password: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qwc", "update", "shop-qb.qwc", "--company", "books.sqlite"],
        cwd=terminal.folder,
        env={**os.environ, "QWC_PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_order_goes_from_one_process_through_another_into_quickbooks(shop: Terminal) -> None:
    port = free_port()
    told = shop.ok("connection", "add", PUBLIC_URL=f"http://localhost:{port}")
    password = next(line.split()[1] for line in told.splitlines() if line.startswith("Password:"))
    shop.ok("enqueue", shop.write("day.jsonl", invoice("1", "C-1"), customer("C-1", "Ada Marsh")))

    with serving(shop, port) as service:
        first, second = update(shop, password), update(shop, password)
        wrong = update(shop, "not the password")
        checked = shop.ok("doctor", PUBLIC_URL=f"http://localhost:{port}")
        service.send_signal(signal.SIGTERM)
        ended = service.wait(PATIENCE)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[-1] == "2 synchronized."
    assert (second.returncode, second.stdout.splitlines()[-1]) == (0, "No data exchange required")
    assert (wrong.returncode, wrong.stderr[:8]) == (1, "QBWC1040")
    assert "MEND" not in checked
    assert ended == 0
    (posted,) = CompanyFile(shop.folder / "books.sqlite").records("Invoice")
    assert (posted["CustomerRef"]["FullName"], posted["Subtotal"]) == ("Ada Marsh", "65.00")
    shown = shop.ok("message", "1", "--texts")
    assert f"in QuickBooks:   {posted['RefNumber']} {posted['TxnID']}" in shown
    assert "<InvoiceAddRq requestID=" in shown
    assert "<InvoiceRet>" in shown
    log = (shop.folder / "service.log").read_text()
    assert "Ada" not in log
    assert password not in log


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_place_that_is_taken_is_refused_at_once(shop: Terminal) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        place = f"127.0.0.1:{other.getsockname()[1]}"

        sentence = shop.refused("serve", LISTEN=place)

    assert sentence == (
        f"Deskpost cannot listen on {place} (address already in use): end what listens there, or set DESKPOST_LISTEN."
    )


def test_a_place_of_another_machine_is_refused(shop: Terminal) -> None:
    assert shop.refused("serve", LISTEN="192.0.2.1:8330").startswith("Deskpost cannot listen on 192.0.2.1:8330 (")
