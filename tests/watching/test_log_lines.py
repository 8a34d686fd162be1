"""The log of whole visits: every line is JSON and names sessions and messages by number; nobody's words are in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from service.store.unit import Store
from service.watching import log_lines
from tests.commands.served import free_port, serving
from tests.commands.terminal import Terminal, customer, invoice

WORDS = ("Calloway", "Harbor Lane", "774411", "C-1042", "Installation", "Birchwood", "books.sqlite", "HostQueryRs")
"""What is posted, what strHCPResponse says of the company and its file, and what QuickBooks answers."""


@pytest.fixture
def terminal(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal in the folder of the test."""
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path, migrated_url)


def update(terminal: Terminal, password: str, *words: str) -> str:
    """One visit of the Web Connector; what it says of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "qwc", "update", "shop-qb.qwc", "--company", "books.sqlite", *words],
        cwd=terminal.folder,
        env={**os.environ, "QWC_PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def post(port: int, path: str, body: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body.encode(), {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"x"'})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_of_what_visits_carry_comes_into_the_log(terminal: Terminal, store: Store) -> None:
    port = free_port()
    terminal.ok("company", "add", "shop")
    told = terminal.ok("connection", "add", "--company", "shop", PUBLIC_URL=f"http://localhost:{port}")
    password = next(line.split()[1] for line in told.splitlines() if line.startswith("Password:"))
    books = ("qwc", "company", "create", "books.sqlite", "--name", "Birchwood Supply Co.")
    subprocess.run([sys.executable, "-m", *books], cwd=terminal.folder, check=True, capture_output=True)
    refused = customer("C-1042", "Calloway, Ruth", idempotency_key="secret-key-of-the-shop")
    refused["content"] |= {"AccountNumber": "774411", "TermsRef": {"FullName": "Harbor Lane terms"}}
    day = terminal.write("day.jsonl", invoice("1", "C-1"), customer("C-1", "Calloway & Sons"), refused)
    terminal.ok("enqueue", day)
    with serving(terminal, port, LOG_LEVEL="debug", WORKERS="2", METRICS_TOKEN="the-token-of-the-watchers"):
        update(terminal, "not-the-password")
        update(terminal, password, "--mishap", "receiveResponseXML:1:timeout")
        update(terminal, password)
        post(port, "/qbwc", f"<authenticate><strPassword>{password}</strPassword>")
        post(port, f"/qbwc/nowhere?password={password}", "x")
        post(port, "/console/sign-in", f"user=ada&password={password}")
    first, *lines = (terminal.folder / "service.log").read_text().splitlines()
    logged = "\n".join(lines)
    told_of = [json.loads(line) for line in lines]

    with store.reading() as work:
        tickets = list(work.connection.exec_driver_sql("SELECT ticket FROM sessions").scalars())
    secrets = (password, "not-the-password", "the-token-of-the-watchers", "secret-key-of-the-shop", *tickets)
    assert first.startswith("Deskpost listens on ")
    assert len(tickets) == 2
    assert [word for word in (*WORDS, *secrets) if word in logged] == []
    assert {"session_id": 1, "set_id": 1, "message_ids": [2, 3]}.items() <= one(told_of, "dispatch").items()
    assert one(told_of, "recover")["session_id"] == 2
    assert {line["answer"] for line in told_of if line["event"] == "authenticate answered"} == {"nvu", "work"}
    assert {line.get("to_status") for line in told_of} >= {"in_flight", "synchronized", "failed"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["timestamp"]) for line in told_of)


def one(told_of: list[dict[str, Any]], event: str) -> dict[str, Any]:
    """The first line of its kind."""
    return next(line for line in told_of if line["event"] == event)


def logged_by(code: str, level: str = "info") -> list[dict[str, Any]]:
    """What a process of its own logs while it runs some lines."""
    begin = f"import logging\nfrom service.watching import log_lines\nlog_lines.configure_logs('{level}')\n"
    done = subprocess.run([sys.executable, "-c", begin + code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_what_a_library_logs_is_a_line_too_and_the_text_of_its_failure_is_not() -> None:
    code = """
try:
    raise KeyError("Calloway, Ruth")
except KeyError:
    logging.getLogger("some.library").exception("It went wrong")
logging.getLogger("some.library").info("Not of interest")
"""

    (line,) = logged_by(code)

    assert (line["event"], line["level"], line["failure"]) == ("It went wrong", "error", "KeyError")
    assert 'File "<string>"' in line["place"]
    assert "Calloway" not in json.dumps(line)


SETTLED = """
moved = {"action": "synchronize", "company_id": 1, "session_id": 7, "set_id": 9, "from_status": "in_flight",
         "to_status": "synchronized", "status_code": 0, "note": "Calloway", "actor": "ada"}
refused = {**moved, "message_id": 3, "to_status": "failed"}
log_lines.write([{**moved, "message_id": 1}, {**moved, "message_id": 2}, refused])
"""


def test_messages_that_went_the_same_way_share_a_line() -> None:
    first, second = logged_by(SETTLED)

    assert (first["messages"], first["message_ids"], first["session_id"], first["set_id"]) == (2, [1, 2], 7, 9)
    assert (second["message_ids"], second["to_status"]) == ([3], "failed")
    assert "note" not in first
    assert "actor" not in first


def test_what_goes_well_is_not_logged_above_info() -> None:
    assert logged_by(SETTLED, "warning") == []


def test_a_long_list_of_messages_is_cut_and_counted() -> None:
    happened = [{"action": "skip", "message_id": number} for number in range(250)]

    told = log_lines._told(happened)

    assert told["messages"] == 250
    assert told["message_ids"] == list(range(100))
