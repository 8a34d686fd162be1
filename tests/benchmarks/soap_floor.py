"""Measures what the SOAP door costs, side by side with the floor: a bare WSGI function for the same bytes.

The floor parses a request with lxml, does the two durable commits that no exactly-once service can do without, and
answers from a template.  Everything is measured in turns within one run, since two runs on one machine differ more
than the figures do; so judge by the ratios.  Nothing here passes or fails.

    .venv/bin/python tests/benchmarks/soap_floor.py [--calls 4000] [--rounds 5] [--messages 1]

Other benchmarks import :class:`Queue`, :func:`floor`, :class:`Conversation`, :func:`in_process` and
:func:`under_gunicorn` from here, to measure more than the door against the same floor.
"""

import argparse
import http.client
import io
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NamedTuple, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from xml.sax.saxutils import escape

from lxml import etree

from service.soap import Calls, application

REQUEST = (
    '<CustomerAddRq requestID="{0}"><CustomerAdd><Name>Customer {0}</Name><CompanyName>Company {0}</CompanyName>'
    "<BillAddress><Addr1>1 Main Street</Addr1><City>Springfield</City><State>IL</State></BillAddress>"
    "<Phone>555-0100</Phone><Email>customer{0}@example.com</Email></CustomerAdd></CustomerAddRq>"
)
RESPONSE = (
    '<CustomerAddRs requestID="{0}" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><CustomerRet>'
    "<ListID>80000001-1{0}</ListID><EditSequence>1{0}</EditSequence><Name>Customer {0}</Name>"
    "<FullName>Customer {0}</FullName><IsActive>true</IsActive></CustomerRet></CustomerAddRs>"
)
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    "<soap:Body>{}</soap:Body></soap:Envelope>"
)
SEND = (
    '<sendRequestXML xmlns="http://developer.intuit.com/"><ticket>{}</ticket><strHCPResponse />'
    "<strCompanyFileName>C:\\Books\\shop.qbw</strCompanyFileName><qbXMLCountry>US</qbXMLCountry>"
    "<qbXMLMajorVers>13</qbXMLMajorVers><qbXMLMinorVers>0</qbXMLMinorVers></sendRequestXML>"
)
RECEIVE = (
    '<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>{}</ticket><response>{}</response>'
    "<hresult /><message /></receiveResponseXML>"
)
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "Connection": "Keep-Alive"}


def message_set(messages: int) -> str:
    """Return a qbXML document with that many requests, as the floor hands it out."""
    requests = "".join(REQUEST.format(number) for number in range(messages))
    return (
        '<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML>'
        f'<QBXMLMsgsRq onError="continueOnError">{requests}</QBXMLMsgsRq></QBXML>'
    )


@dataclass(frozen=True)
class Conversation:
    """The two requests of one message set, as the Web Connector's client sends them."""

    send: bytes
    receive: bytes
    messages: int = 1

    @classmethod
    def of(cls, ticket: str, messages: int) -> "Conversation":
        """Return the conversation about a set of that many messages, each answered by QuickBooks with success."""
        answers = "".join(RESPONSE.format(number) for number in range(messages))
        response = f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n{answers}</QBXMLMsgsRs>\n</QBXML>\n'
        return cls(
            ENVELOPE.format(SEND.format(ticket)).encode(),
            ENVELOPE.format(RECEIVE.format(ticket, escape(response))).encode(),
            messages,
        )


class Queue:
    """The least that must be durable: which set was handed out, and what was answered. One commit each, WAL, FULL.

    With an empty path nothing is stored, and only the SOAP side is measured.
    """

    def __init__(self, path: str, messages: int) -> None:
        self._set = message_set(messages)
        self._database = self._opened(path) if path else None
        self._one_writer = Lock()

    @staticmethod
    def _opened(path: str) -> sqlite3.Connection:
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE IF NOT EXISTS sets (id INTEGER PRIMARY KEY, status INTEGER, request TEXT, response TEXT)",
            "CREATE INDEX IF NOT EXISTS open_sets ON sets (id) WHERE status = 1",
        ):
            database.execute(statement)
        return database

    def hand_out(self) -> str:
        """Commit the set as handed out, and return it."""
        self._write("INSERT INTO sets (status, request) VALUES (1, ?)", self._set)
        return self._set

    def settle(self, response: str) -> int:
        """Commit the answer, and return the percentage."""
        self._write(
            "UPDATE sets SET status = 2, response = ? WHERE id = (SELECT min(id) FROM sets WHERE status = 1)",
            response,
        )
        return 50

    def _write(self, statement: str, value: str) -> None:
        if self._database is not None:
            with self._one_writer:
                self._database.execute(statement, (value,))


def floor(queue: Queue) -> WSGIApplication:
    """Return the floor: parse, commit, answer; no checks, no other operations."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        operation = etree.fromstring(content)[0][0]
        name = str(operation.tag).rpartition("}")[2]
        given = {str(child.tag).rpartition("}")[2]: child.text or "" for child in operation}
        result = queue.hand_out() if name == "sendRequestXML" else str(queue.settle(given["response"]))
        body = (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            f'<{name}Response xmlns="http://developer.intuit.com/"><{name}Result>{escape(result)}</{name}Result>'
            f"</{name}Response></soap:Body></soap:Envelope>"
        ).encode()
        headers = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    return answer


class TrivialCalls:
    """What is behind the door here: the same commits as the floor's, and of the operations only the two measured."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def send_request_xml(self, *_: str | int) -> str:
        """Hand out the set."""
        return self._queue.hand_out()

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        """Settle it."""
        return self._queue.settle(response)


def door(queue: Queue) -> WSGIApplication:
    """Return the SOAP door with :class:`TrivialCalls` behind it."""
    return application(cast(Calls, TrivialCalls(queue)), public_url="http://localhost/qbwc")


class Cost(NamedTuple):
    """What one message cost: the server's processor time and the time that passed, in milliseconds."""

    cpu: float
    wall: float


Measurement = Callable[[], Cost]
"""Makes one round and returns its cost per message."""


@contextmanager
def in_process(measured: WSGIApplication, conversation: Conversation, calls: int) -> Iterator[Measurement]:
    """Lend a measurement of ``measured``, called as a function; its cost is all its own."""

    def call(body: bytes) -> None:
        environ = {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": HEADERS["Content-Type"],
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
        }
        b"".join(measured(environ, lambda *_: lambda _: None))

    def measure() -> Cost:
        return _cost(call, conversation, calls, time.process_time)

    yield measure


@contextmanager
def under_gunicorn(
    target: str, environment: Mapping[str, str], conversation: Conversation, calls: int
) -> Iterator[Measurement]:
    """Lend a measurement of a gunicorn of one gthread worker that runs ``target``, over one kept connection.

    ``target`` is gunicorn's ``module:function()``; a module beside this file is found by its name.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # A connection that is made before gunicorn sets this itself would wait 40 ms for every answer.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        command = [
            *(sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
            *("--worker-class", "gthread", "--threads", "8", "--keep-alive", "75", "--log-level", "error"),
            *("--pythonpath", str(Path(__file__).parent), target),
        ]
        server = subprocess.Popen(command, pass_fds=[listener.fileno()], env={**os.environ, **environment})
        connection = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=60)

        def call(body: bytes) -> None:
            connection.request("POST", "/", body, HEADERS)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{target} answered {answer.status}")

        try:
            call(conversation.send)
            yield lambda: _cost(call, conversation, calls, lambda: _worker_seconds(server.pid))
        finally:
            connection.close()
            server.terminate()
            server.wait(20)


def _cost(call: Callable[[bytes], None], conversation: Conversation, calls: int, seconds: Callable[[], float]) -> Cost:
    sets = calls // 2
    started, wall_started = seconds(), time.perf_counter()
    for _ in range(sets):
        call(conversation.send)
        call(conversation.receive)
    milliseconds_per_message = 1000 / (sets * conversation.messages)
    return Cost(
        (seconds() - started) * milliseconds_per_message,
        (time.perf_counter() - wall_started) * milliseconds_per_message,
    )


def _worker_seconds(process: int) -> float:
    """Return the processor time that the processes below ``process`` have used (see proc(5))."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")
        except OSError:
            continue  # It has ended since.
        parent, user, system = (int(fields.split()[index]) for index in (1, 11, 12))
        used += user + system if parent == process else 0
    return used / os.sysconf("SC_CLK_TCK")


KIND = "SOAP_FLOOR_KIND"
DATABASE = "SOAP_FLOOR_DATABASE"
MESSAGES = "SOAP_FLOOR_MESSAGES"
APPLICATIONS = {"floor": floor, "door": door}


def gunicorn_application() -> WSGIApplication:
    """Return what gunicorn is to run here, as its environment says."""
    queue = Queue(os.environ[DATABASE], int(os.environ[MESSAGES]))
    return APPLICATIONS[os.environ[KIND]](queue)


def compare(title: str, lent: Mapping[str, AbstractContextManager[Measurement]], rounds: int) -> dict[str, Cost]:
    """Measure in turns, print the medians, and return them; a first round is thrown away.

    The ratios that are printed are to the first of what is ``lent``.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in lent}
    with ExitStack() as stack:
        measurements = {name: stack.enter_context(each) for name, each in lent.items()}
        for _ in range(rounds + 1):
            for name, measure in measurements.items():
                costs[name].append(measure())
    medians = {name: Cost(*map(statistics.median, zip(*made[1:], strict=True))) for name, made in costs.items()}
    _print(title, medians)
    return medians


def _print(title: str, costs: Mapping[str, Cost]) -> None:
    first = next(iter(costs.values()))
    print(f"\n{title}")
    print(f"  {'':<8}{'CPU ms/message':>16}{'ratio':>8}{'ms/message':>14}{'ratio':>8}{'messages/s':>14}")
    for name, cost in costs.items():
        of_cpu, of_wall = cost.cpu / first.cpu, cost.wall / first.wall
        print(f"  {name:<8}{cost.cpu:>16.3f}{of_cpu:>8.2f}{cost.wall:>14.3f}{of_wall:>8.2f}{1000 / cost.wall:>14,.0f}")


def _measure_everything(calls: int, rounds: int, messages: int) -> None:
    conversation = Conversation.of("57F3B9B6-2F6D-4B77-8F3E-0D6C6C0B1A57", messages)
    print(f"{messages} a set, {calls} calls a round, medians of {rounds} rounds, in turns")
    for stored in (False, True):
        what = "two commits a set, SQLite WAL FULL" if stored else "nothing stored"
        with tempfile.TemporaryDirectory() as folder:
            databases = {
                (place, name): str(Path(folder) / f"{place} {name}.sqlite3") if stored else ""
                for place in ("in process", "gunicorn")
                for name in APPLICATIONS
            }
            functions = {
                name: in_process(make(Queue(databases["in process", name], messages)), conversation, calls)
                for name, make in APPLICATIONS.items()
            }
            compare(f"In process, {what}", functions, rounds)
            servers = {
                name: under_gunicorn(
                    "soap_floor:gunicorn_application()",
                    {KIND: name, MESSAGES: str(messages), DATABASE: databases["gunicorn", name]},
                    conversation,
                    calls,
                )
                for name in APPLICATIONS
            }
            compare(f"Under gunicorn (1 worker, 8 threads), {what}", servers, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the SOAP door against the floor.")
    parser.add_argument("--calls", type=int, default=4000, help="calls a round, two for each message set")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=1, help="messages a set")
    chosen = parser.parse_args()
    _measure_everything(chosen.calls, chosen.rounds, chosen.messages)
