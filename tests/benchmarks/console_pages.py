"""Measures the pages of the console with 10,000 messages to be sent and 1,000,000 in history.

Each page is asked for in turn, in process: what is printed is the server's time, from the request to the last byte of
the answer, as a median of some rounds, with the slowest one, the processor time of this process (which others on the
machine do not lengthen), and the statements that the page takes. What a page that refreshes itself asks for every few
seconds stands in a table of its own, beside the whole page: while nothing changes, and while a run goes on.

    .venv/bin/python -m tests.benchmarks.console_pages [--database sqlite|postgresql] [--scale 1000] [--rounds 5]
        [--only refresh]
"""

from __future__ import annotations

import argparse
import logging
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import structlog
from sqlalchemy import text
from werkzeug.test import Client

from service.console import door
from service.console.installation import Installation
from service.domain.privilege import Privilege
from service.exchange import accounts, passwords
from service.store.unit import Store, Work
from tests.benchmarks.queues import PASSWORD, add_company, new_database
from tests.postgres import running_postgres
from tests.shop import CHEAP_HASHES
from tests.statements import counted

AIM = 200
"""Milliseconds that a page shall take at most; a slower one is marked, and nothing fails."""

A_VISIT = 100
"""Messages of one visit in history."""

MESSAGES = """
INSERT INTO messages (company_id, operation, record, content, status, waits_for, fingerprint, external_guid, created_at,
    settled_at, status_code, what_happened, what_to_do, quickbooks_said, quickbooks_id, quickbooks_number)
WITH RECURSIVE numbers (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
SELECT 1, 'save',
    CASE WHEN n % 5 = 0 THEN 'Customer:C-' ELSE 'Invoice:' END || n,
    CASE WHEN n % 5 = 0 THEN '{{"Name":"Customer ' || n || '","Phone":"555-0100"}}' ELSE '{{"CustomerRef":{{"record":'
    || '"Customer:C-' || (n - n % 5) || '"}},"TxnDate":"2026-03-02","RefNumber":"' || n || '","InvoiceLineAdd":['
    || '{{"ItemRef":{{"FullName":"Installation"}},"Quantity":2,"Rate":"47.50"}}]}}' END,
    '{status}', {waits_for}, 'f' || n, 'guid-' || n, {moment}, {settled}, {code},
    {happened}, {to_do}, NULL, {id}, {number}
FROM numbers
"""
REQUIREMENTS = """
INSERT INTO requirements (company_id, message_id, record, settled)
SELECT 1, id, 'Customer:C-' || (id - id % 5), {settled} FROM messages WHERE id % 5 > 0 AND {which}
"""
IDENTITIES = """
INSERT INTO identities (company_id, record, quickbooks_id, edit_sequence, quickbooks_number, message_id)
SELECT 1, record, quickbooks_id, '17', quickbooks_number, id FROM messages WHERE status = 'synchronized'
"""
SESSIONS = """
INSERT INTO sessions (ticket, company_id, connection_id, state, opened_at, last_call_at, closed_at, confirmed, total,
    handed_out, synchronized, failed, released, doubted, progress, connection_errors, outcome)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
SELECT 't' || n, 1, 1, 'closed', {moment}, {moment}, {moment}, {true}, 100, 100, 100, 0, 0, 0, 100, 0,
    '100 synchronized.' FROM numbers
"""
VISITED = """
INSERT INTO events (at, actor, action, company_id, session_id)
SELECT opened_at, 'shop-qb', 'authenticate', 1, id FROM sessions ORDER BY id
"""
EVENTS = """
INSERT INTO events (at, actor, action, company_id, session_id, message_id, from_status, to_status)
SELECT created_at, '{actor}', '{action}', 1, {session}, id, {before}, {after} FROM messages WHERE {which} ORDER BY id
"""
DONE, NOT_DONE = "status = 'synchronized'", "status <> 'synchronized'"

RUN = """
INSERT INTO sessions (ticket, company_id, connection_id, state, opened_at, last_call_at, confirmed, total, handed_out,
    synchronized, failed, released, doubted, progress, connection_errors)
VALUES ('now', 1, 1, 'open', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, TRUE, 7000, 100, 0, 0, 0, 0, 1, 0)
"""
HANDED_OUT = """
INSERT INTO message_sets (company_id, session_id, purpose, recovery_id, size, qbxml_version, request)
SELECT 1, MAX(id), 'write', 'AAAAAAAAAAAAAAAAAAAA', 100, '16.0', CAST('' AS {bytes}) FROM sessions
"""
IN_FLIGHT = """
UPDATE messages SET status = 'in_flight', set_id = (SELECT MAX(id) FROM message_sets)
WHERE id IN (SELECT id FROM messages WHERE status = 'pending' AND waits_for = 0 ORDER BY id LIMIT 100)
"""

SYNCHRONIZE = "/company/shop/synchronize"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and the status that it is answered with."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


def main() -> None:
    """Print what each page takes."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parser = argparse.ArgumentParser(description="Measure the pages of the console on a large queue.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--scale", type=int, default=1000, help="thousands of messages in history")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("pages", "refresh"), help="the pages, or what a page asks for by itself")
    chosen = parser.parse_args()
    with _empty_database(chosen.database) as url, patch.object(passwords, "_context", CHEAP_HASHES):
        store = Store(url, threads=1)
        add_company(store)
        begun = time.perf_counter()
        _fill(store, 1000 * chosen.scale)
        print(f"{chosen.database}: filled in {time.perf_counter() - begun:.0f} s", flush=True)
        client = _signed_in(store)
        if chosen.only != "refresh":
            pages = {name: Asked(address) for name, address in _pages(1000 * chosen.scale).items()}
            _measure(client, "page", pages, chosen.rounds)
        if chosen.only != "pages":
            _measure(client, "nothing goes on", _refreshes(client), chosen.rounds)
            _begin_a_run(store)
            _measure(client, "a run goes on", _refreshes(client), chosen.rounds)
        store.close()


@contextmanager
def _empty_database(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with running_postgres() as server:
            yield new_database(server.create_database())
        return
    with tempfile.TemporaryDirectory() as folder:
        yield new_database(Path(folder) / "deskpost.sqlite")


def _fill(store: Store, done: int) -> None:
    """As the service would have left it after so many messages, with 10,000 to be sent and all sorts besides."""
    with store.writing() as work:
        refused = {
            "code": "3140",
            "happened": "'No item named ' || (n % 40)",
            "to_do": "'Create it, then press Retry.'",
        }
        first = _messages(work, 1, done, "synchronized", "settled", happened="'Done.'")
        first = _messages(work, first, 7000, "pending")
        first = _messages(work, first, 3000, "pending", waits_for="1")
        first = _messages(work, first, 400, "failed", "settled", **refused)
        first = _messages(work, first, 300, "manual_entry", **refused)
        first = _messages(work, first, 300, "manually_entered", "settled")
        _messages(work, first, 2000, "skipped", "settled")
        _execute(work, REQUIREMENTS, settled="TRUE", which=DONE)
        _execute(work, REQUIREMENTS, settled="FALSE", which="waits_for = 1")
        _execute(work, IDENTITIES)
        _execute(work, SESSIONS, {"last": done // A_VISIT}, moment=_moment("n * 100"), true="TRUE")
        _execute(work, VISITED)
        for actor, action, before, after in (
            ("order system", "enqueue", "NULL", "NULL"),
            ("service", "synchronize", "'in_flight'", "'synchronized'"),
        ):
            session = f"1 + (id - 1) / {A_VISIT}" if action == "synchronize" else "NULL"
            _execute(work, EVENTS, actor=actor, action=action, session=session, before=before, after=after, which=DONE)
        _execute(
            work,
            EVENTS,
            actor="ines",
            action="skip",
            session="NULL",
            before="'pending'",
            after="'skipped'",
            which="status = 'skipped'",
        )
        _execute(
            work,
            EVENTS,
            actor="ines",
            action="mark entered",
            session="NULL",
            before="'manual_entry'",
            after="'manually_entered'",
            which="status = 'manually_entered'",
        )
        work.connection.execute(text("UPDATE companies SET last_visit_at = CURRENT_TIMESTAMP, pc = 'FRONT-DESK'"))
        accounts.add_user(work, "ines", passwords.hashed(PASSWORD), tuple(Privilege), by="benchmark")
    with store.writing() as work:
        if work.connection.dialect.name == "postgresql":
            # A server in use does so by itself, sooner or later; this one has no autovacuum.
            work.connection.execute(text("ANALYZE"))


def _messages(
    work: Work, first: int, number: int, status: str, state: str = "open", waits_for: str = "0", **more: str
) -> int:
    """Add messages, numbered on; returns the number of the next one."""
    is_done = status == "synchronized"
    values = {"code": "NULL", "happened": "NULL", "to_do": "NULL", **more}
    at = _moment("n")
    _execute(
        work,
        MESSAGES,
        {"first": first, "last": first + number - 1},
        status=status,
        waits_for=waits_for,
        moment=at,
        settled=at if state == "settled" else "NULL",
        id="'80-' || n" if is_done else "NULL",
        number="CAST(n AS TEXT)" if is_done or status == "manually_entered" else "NULL",
        **values,
    )
    return first + number


def _moment(number: str) -> str:
    """In SQL of both databases, a time that grows with a number, a second each, up to about now."""
    return f"datetime('now', '-1100000 seconds', ({number}) || ' seconds')"


def _execute(work: Work, statement: str, given: Mapping[str, int] | None = None, **words: str) -> None:
    written = statement.format(**words)
    if work.connection.dialect.name == "postgresql":
        written = MOMENT.sub(r"(CURRENT_TIMESTAMP - INTERVAL '1100000 seconds' + (\1) * INTERVAL '1 second')", written)
    for name, number in (given or {}).items():
        written = written.replace(f":{name}", str(number))
    work.connection.exec_driver_sql(
        written.replace("%", "%%") if "psycopg" in work.connection.dialect.driver else written
    )


MOMENT = re.compile(r"datetime\('now', '-1100000 seconds', \((.+?)\) \|\| ' seconds'\)")


def _pages(done: int) -> Mapping[str, str]:
    """The pages, with the addresses that cost most: far back, with words, with many of a kind."""
    company = "/company/shop"
    middle = done // 2
    return {
        "synchronize": SYNCHRONIZE,
        "synchronize, one kind": f"{company}/synchronize?kind=invoice",
        "synchronize, far on": f"{company}/synchronize?after=2.5.{done + 6000}&row=6001",
        "synchronize, waiting": f"{company}/synchronize?kind=waiting",
        "message, done": f"{company}/message/{middle + 1}",
        "message, a customer's": f"{company}/message/{middle - middle % 5}",
        "message, failed": f"{company}/message/{done + 10_100}",
        "manual entry": f"{company}/manual-entry",
        "manual entry, to print": f"{company}/manual-entry?rows=all",
        "old skipped": f"{company}/old-skipped",
        "history": f"{company}/history",
        "history, far back": f"{company}/history?before={middle}&row=500000",
        "history, a number": f"{company}/history?q={middle}",
        "history, a name": f"{company}/history?q=Customer+{middle}",
        "history, a common word": f"{company}/history?q=name",
        "history, no such name": f"{company}/history?q=Nobody",
        "history, failed": f"{company}/history?status=failed",
        "history, one kind": f"{company}/history?kind=customer&status=synchronized",
        "history, one run": f"{company}/history?run={done // A_VISIT // 2}",
        "activity": f"{company}/activity",
        "activity, runs": f"{company}/activity?about=runs",
        "activity, a person": f"{company}/activity?who=ines",
        "activity, no such word": f"{company}/activity?q=Nobody",
        "company file": f"{company}/company-file",
        "connect": f"{company}/connect",
        "webhooks": f"{company}/webhooks",
        "users": "/users",
    }


def _begin_a_run(store: Store) -> None:
    """The PC comes, and has the first hundred."""
    with store.writing() as work:
        _execute(work, RUN)
        _execute(work, HANDED_OUT, bytes="bytea" if work.connection.dialect.name == "postgresql" else "BLOB")
        _execute(work, IN_FLIGHT)


def _refreshes(client: Client) -> Mapping[str, Asked]:
    """The whole page, and what it asks for by itself, with the mark of what it shows and without one."""
    asked = {"the whole page": Asked(SYNCHRONIZE)}
    for name, address in (("all parts", SYNCHRONIZE), ("the panel", f"{SYNCHRONIZE}/progress")):
        live = {"X-Live": "1"}
        mark = re.findall(r'data-mark="([^"]+)"', client.get(address, headers=live).text)[0]
        asked[f"{name}, changed"] = Asked(address, live)
        asked[f"{name}, as they were"] = Asked(address, {**live, "If-None-Match": f'W/"{mark}"'}, 304)
    return asked


def _signed_in(store: Store) -> Client:
    address = "http://localhost:8330"
    installation = Installation(address, f"{address}/qbwc", f"{address}/support", "Deskpost", "1.0")
    client = door.build(store, installation).test_client()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[0]
    client.post("/sign-in", data={"csrf_token": token, "name": "ines", "password": PASSWORD})
    return client


def _measure(client: Client, title: str, pages: Mapping[str, Asked], rounds: int) -> None:
    print(f"{title:<28}{'median ms':>10}{'slowest':>9}{'of which here':>15}{'statements':>12}")
    for name, asked in pages.items():
        taken, here, statements = zip(*(_once(client, asked) for _ in range(rounds + 1)), strict=True)
        median = statistics.median(taken[1:])
        mark = f"   more than {AIM}" if median > AIM else ""
        print(
            f"{name:<28}{median:>10.1f}{max(taken[1:]):>9.1f}{statistics.median(here[1:]):>15.1f}{statements[-1]:>12}{mark}",
            flush=True,
        )


def _once(client: Client, asked: Asked) -> tuple[float, float, int]:
    """Milliseconds of one page, those of them that this process worked, and its statements."""
    with counted() as statements:
        begun, worked = time.perf_counter(), time.process_time()
        answer = client.get(asked.address, headers=dict(asked.headers))
        size = len(answer.get_data())
        taken, here = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked)
    if answer.status_code != asked.status or (size == 0) != (asked.status == 304):
        raise SystemExit(f"{asked.address} answered {answer.status_code} with {size} bytes.")
    return taken, here, len(statements)


if __name__ == "__main__":
    main()
