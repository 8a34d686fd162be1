"""gunicorn as Deskpost runs it: a stop lets calls finish, a worker that grows is replaced, and figures add up."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.commands import server
from service.settings import Settings
from tests.commands.served import PATIENCE, free_port, serving, wait_until_up
from tests.commands.terminal import Terminal
from tests.soap.web_connector import envelope

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

VERSION_ASKED = envelope('<serverVersion xmlns="http://developer.intuit.com/" />')
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"http://developer.intuit.com/serverVersion"'}

GROWN = """
from service.commands import server
server.resident_mb = lambda: 10_000
from service.commands.serving import serve
serve()
"""
"""A server whose workers are always too large."""


def call(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("POST", "/qbwc", VERSION_ASKED, HEADERS)
        return connection.getresponse().status


def counted(port: int) -> float:
    """How many calls of serverVersion the figures show."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/metrics")
        page = connection.getresponse().read().decode()
    wanted = ("deskpost_call_seconds_count", {"operation": "serverVersion"})
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return sum(sample.value for sample in samples if (sample.name, sample.labels) == wanted)


def workers_of(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_a_stop_lets_a_call_finish_that_has_only_begun(terminal: Terminal) -> None:
    port = free_port()
    with (
        serving(terminal, port) as service,
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection,
    ):
        connection.request("POST", "/qbwc", VERSION_ASKED, HEADERS)
        connection.getresponse().read()
        connection.putrequest("POST", "/qbwc")
        for name, value in {**HEADERS, "Content-Length": str(len(VERSION_ASKED))}.items():
            connection.putheader(name, value)
        connection.endheaders(VERSION_ASKED[:100])
        service.send_signal(signal.SIGTERM)
        wait_until_logged(terminal.folder / "service.log", "Handling signal: term")
        connection.send(VERSION_ASKED[100:])
        answered = connection.getresponse()
        body = answered.read()
        ended = service.wait(PATIENCE)

    assert (answered.status, ended) == (200, 0)
    assert b"serverVersionResult>Deskpost " in body


def wait_until_logged(log: Path, words: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while words not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


def test_systemd_is_told_when_the_service_listens(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit is of Type=notify: without these words its start would be given up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        place = tmp_path / "notify"
        systemd.bind(str(place))
        systemd.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(place))
        with serving(terminal, free_port()):
            told = systemd.recv(1_000).decode()

    assert "READY=1" in told.splitlines()


def test_the_figures_of_all_workers_add_up_and_outlive_one(terminal: Terminal, tmp_path: Path) -> None:
    port = free_port()
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"left behind by a start before this one")
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*environment.popitem())
        with serving(terminal, port, WORKERS="2") as service:
            assert [call(port) for _ in range(40)] == [200] * 40
            before = {counted(port) for _ in range(10)}
            workers = workers_of(service.pid)
            os.kill(workers[0], signal.SIGKILL)
            wait_for_another(service.pid, workers)
            assert [call(port) for _ in range(10)] == [200] * 10
            after = {counted(port) for _ in range(10)}
            kept = {file.name for file in folder.glob("*.db")}

    assert (before, after) == ({40}, {50})
    assert len(workers) == 2
    assert f"histogram_{workers[0]}.db" not in kept
    assert "counter_1.db" not in kept


def wait_for_another(process: int, before: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while set(workers_of(process)) <= set(before) or len(workers_of(process)) < len(before):
        assert time.monotonic() < deadline, "No worker came in place of the dead one."
        time.sleep(0.05)


@pytest.fixture
def grown(terminal: Terminal) -> Iterator[tuple[int, Path]]:
    """Return the port and the log of a server whose workers are always too large."""
    port = free_port()
    settings = {**os.environ, **terminal.settings, "DESKPOST_LISTEN": f"127.0.0.1:{port}"}
    log = terminal.folder / "service.log"
    with log.open("wb") as written:
        process = subprocess.Popen([sys.executable, "-c", GROWN], env=settings, stdout=written, stderr=written)
        try:
            wait_until_up(port)
            yield port, log
        finally:
            process.terminate()
            process.wait(PATIENCE)


def test_a_worker_that_has_grown_is_replaced_and_nobody_is_turned_away(grown: tuple[int, Path]) -> None:
    port, log = grown

    answers = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        for _ in range(3 * server.MEMORY_LOOKED_AT_EVERY):
            connection.request("POST", "/qbwc", VERSION_ASKED, HEADERS)
            answered = connection.getresponse()
            answered.read()
            answers.append(answered.status)

    told = [json.loads(line)["event"] for line in log.read_text().splitlines()[1:]]
    assert answers == [200] * len(answers)
    assert any("holds 10000 MB and makes room for another" in event for event in told)
    assert len([event for event in told if event.startswith("Booting worker")]) >= 2


@pytest.mark.parametrize(
    ("calls", "megabytes", "stays"),
    [
        (server.MEMORY_LOOKED_AT_EVERY, 600, True),
        (server.MEMORY_LOOKED_AT_EVERY, 601, False),
        (server.MEMORY_LOOKED_AT_EVERY + 1, 601, True),
    ],
)
def test_a_worker_may_hold_what_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, database_kind: str, calls: int, megabytes: int, stays: bool
) -> None:
    monkeypatch.setattr(server, "resident_mb", lambda: megabytes)
    monkeypatch.setattr(sys, "argv", ["deskpost"])
    worker: Any = SimpleNamespace(nr=calls, alive=True, pid=1, log=SimpleNamespace(warning=lambda *told: None))

    server.Server(Settings())._look_at_memory(worker, None, None, None)

    assert worker.alive is stays


def test_the_memory_of_a_process_is_known(database_kind: str) -> None:
    assert 20 < server.resident_mb() < 4_000
