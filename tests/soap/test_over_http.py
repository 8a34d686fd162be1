"""The door over real sockets under gunicorn: zeep as an independent client, and a client's more awkward manners."""

import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, BinaryIO

import pytest
import requests
import zeep

from tests.soap.loopback import digest, running_server
from tests.soap.web_connector import GET_LAST_ERROR, envelope

Address = tuple[str, int]
CLOSE = envelope('<closeConnection xmlns="http://developer.intuit.com/"><ticket>Tschüß</ticket></closeConnection>')
CLOSED = "<closeConnectionResult>Tschüß</closeConnectionResult>".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Address]:
    with running_server() as address:
        yield address


@pytest.fixture(scope="module")
def zeep_client(server: Address) -> Iterator[zeep.Client]:
    with requests.Session() as session:
        session.trust_env = False
        transport = zeep.Transport(session=session)  # type: ignore[no-untyped-call]  # zeep is half typed.
        yield zeep.Client(  # type: ignore[no-untyped-call]
            f"http://{server[0]}:{server[1]}/qbwc?wsdl", transport=transport
        )


def test_an_importer_gets_plain_signatures(zeep_client: zeep.Client) -> None:
    (port,) = zeep_client.wsdl.services["QBWebConnectorSvc"].ports.values()
    binding = port.binding
    signatures = {name: str(operation) for name, operation in binding._operations.items()}

    assert signatures == {
        "serverVersion": "serverVersion() -> serverVersionResult: xsd:string",
        "clientVersion": "clientVersion(strVersion: xsd:string) -> clientVersionResult: xsd:string",
        "authenticate": (
            "authenticate(strUserName: xsd:string, strPassword: xsd:string) -> authenticateResult: ns0:ArrayOfString"
        ),
        "sendRequestXML": (
            "sendRequestXML(ticket: xsd:string, strHCPResponse: xsd:string, strCompanyFileName: xsd:string,"
            " qbXMLCountry: xsd:string, qbXMLMajorVers: xsd:int, qbXMLMinorVers: xsd:int)"
            " -> sendRequestXMLResult: xsd:string"
        ),
        "receiveResponseXML": (
            "receiveResponseXML(ticket: xsd:string, response: xsd:string, hresult: xsd:string,"
            " message: xsd:string) -> receiveResponseXMLResult: xsd:int"
        ),
        "connectionError": (
            "connectionError(ticket: xsd:string, hresult: xsd:string, message: xsd:string)"
            " -> connectionErrorResult: xsd:string"
        ),
        "getLastError": "getLastError(ticket: xsd:string) -> getLastErrorResult: xsd:string",
        "closeConnection": "closeConnection(ticket: xsd:string) -> closeConnectionResult: xsd:string",
        "getInteractiveURL": (
            "getInteractiveURL(wcTicket: xsd:string, sessionID: xsd:string) -> getInteractiveURLResult: xsd:string"
        ),
        "interactiveDone": "interactiveDone(wcTicket: xsd:string) -> interactiveDoneResult: xsd:string",
        "isInteractiveDone": "isInteractiveDone(wcTicket: xsd:string) -> isInteractiveDoneResult: xsd:string",
        "interactiveRejected": (
            "interactiveRejected(wcTicket: xsd:string, reason: xsd:string) -> interactiveRejectedResult: xsd:string"
        ),
    }


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("serverVersion", [], "echo"),
        ("clientVersion", ["34.0.10014.101"], "W:34.0.10014.101"),
        ("authenticate", ["shop", "pässword <&>"], ["shop|pässword <&>|127.0.0.1", None]),
        ("sendRequestXML", ["T", "<a/>", "C:\\b.qbw", "US", 13, 0], "T|<a/>|C:\\b.qbw|US|13|0"),
        ("receiveResponseXML", ["ticket", "<a/>", "", "m"], 7),
        ("connectionError", ["T", "0x80040408", "no"], "T|0x80040408|no"),
        ("closeConnection", ["T"], "T"),
        ("getInteractiveURL", ["T", "9"], "T|9"),
        ("interactiveDone", ["T"], "T"),
        ("isInteractiveDone", ["T"], "T"),
        ("interactiveRejected", ["T", "no"], "T|no"),
    ],
)
def test_zeep_calls_every_operation(
    operation: str, arguments: list[Any], expected: object, zeep_client: zeep.Client
) -> None:
    assert zeep_client.service[operation](*arguments) == expected


def test_zeep_reads_the_last_error(zeep_client: zeep.Client) -> None:
    response = "one\ntwo é"
    zeep_client.service.receiveResponseXML("T", response, "", "")

    assert zeep_client.service.getLastError("T") == f"9 {digest(response)}"


@contextmanager
def _connection(server: Address) -> Iterator[tuple[socket.socket, BinaryIO]]:
    with socket.create_connection(server, timeout=20) as connected, connected.makefile("rb") as answers:
        yield connected, answers


def _head(*, version: str = "1.1", length: int | None = len(CLOSE), **more: str) -> bytes:
    """Return a request's head with the headers of the .NET client, in its order."""
    lines = [
        f"POST /qbwc HTTP/{version}",
        "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)",
        "Content-Type: text/xml; charset=utf-8",
        'SOAPAction: "http://developer.intuit.com/closeConnection"',
        "Host: books.example.com",
        *([] if length is None else [f"Content-Length: {length}"]),
        *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _chunked(body: bytes) -> bytes:
    chunks = [body[start : start + 100] for start in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


def _read_answer(answers: BinaryIO) -> tuple[int, bytes]:
    status = answers.readline()
    headers = http.client.parse_headers(answers)
    return int(status.split()[1]), answers.read(int(headers.get("Content-Length", "0")))


def _assert_closed(answers: BinaryIO) -> None:
    status, body = _read_answer(answers)
    assert status == 200
    assert CLOSED in body


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(server: Address) -> None:
    with _connection(server) as (connected, answers):
        connected.sendall(_head(Expect="100-continue", Connection="Keep-Alive"))
        assert _read_answer(answers) == (100, b"")
        connected.sendall(CLOSE)
        _assert_closed(answers)


@pytest.mark.parametrize(
    "sent",
    [
        _head() + CLOSE,
        _head(version="1.0") + CLOSE,
        _head(length=None, Transfer_Encoding="chunked") + _chunked(CLOSE),
        _head(length=len(CLOSE) + 3) + b"\xef\xbb\xbf" + CLOSE,
        _head().replace(b'"http://developer.intuit.com/closeConnection"', b"closeConnection") + CLOSE,
        _head().replace(b"POST /qbwc", b"POST /qbwc?wsdl") + CLOSE,
        _head().replace(b"Content-Type: text/xml; charset=utf-8\r\n", b"") + CLOSE,
    ],
    ids=["plain", "HTTP/1.0", "chunked", "byte order mark", "bare SOAPAction", "?wsdl", "no Content-Type"],
)
def test_a_call_is_answered_however_it_is_sent(sent: bytes, server: Address) -> None:
    with _connection(server) as (connected, answers):
        connected.sendall(sent)
        _assert_closed(answers)


@pytest.mark.parametrize("chunked", [True, False])
def test_a_client_that_asks_for_100_continue_and_does_not_wait_is_answered(chunked: bool, server: Address) -> None:
    with _connection(server) as (connected, answers):
        if chunked:
            connected.sendall(_head(length=None, Transfer_Encoding="chunked", Expect="100-continue"))
            connected.sendall(_chunked(CLOSE))
        else:
            connected.sendall(_head(Expect="100-continue") + CLOSE)
        assert _read_answer(answers) == (100, b"")
        _assert_closed(answers)


def test_one_connection_lasts_for_a_whole_session(server: Address) -> None:
    """A new connection costs three more round trips, of TCP and TLS, for every call."""
    with _connection(server) as (connected, answers):
        for _ in range(5):
            connected.sendall(_head() + CLOSE)
            _assert_closed(answers)


def test_a_connection_survives_a_refused_request(server: Address) -> None:
    with _connection(server) as (connected, answers):
        connected.sendall(_head(length=4) + b"<no>")
        assert _read_answer(answers)[0] == 500
        connected.sendall(_head() + CLOSE)
        _assert_closed(answers)


def test_pipelined_calls_are_answered_in_their_order(server: Address) -> None:
    first, second = CLOSE, CLOSE.replace("Tschüß".encode(), b"second")
    with _connection(server) as (connected, answers):
        connected.sendall(_head() + first + _head(length=len(second)) + second)
        _assert_closed(answers)
        assert b">second<" in _read_answer(answers)[1]


def test_a_body_that_dribbles_in_is_waited_for(server: Address) -> None:
    with _connection(server) as (connected, answers):
        connected.sendall(_head())
        for start in range(0, len(CLOSE), 100):
            connected.sendall(CLOSE[start : start + 100])
            time.sleep(0.1)
        _assert_closed(answers)


def test_an_empty_post_and_one_that_is_too_long_get_a_fault(server: Address) -> None:
    for length, sentence in [(0, b"has no body"), (100_000_001, b"longer than 100000000 bytes")]:
        with _connection(server) as (connected, answers):
            connected.sendall(_head(length=length))
            status, body = _read_answer(answers)
        assert status == 500
        assert b"<faultcode>soap:Client</faultcode>" in body
        assert sentence in body


RECORD = '<Name>Bob\u2019s "Café" &amp; Bar</Name>\n'
"""A line with an apostrophe as word processors write it, for which Python takes two bytes a character."""


def _post_answer(server: Address, records: int) -> bytes:
    before, after = (
        b'<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>T</ticket><response>',
        b"</response><hresult /><message /></receiveResponseXML>",
    )
    start, end = envelope("|").split(b"|")
    escaped = RECORD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
    pieces = [start + before, *[escaped * 1000] * (records // 1000), after + end]
    return _post(server, pieces)


def _post(server: Address, pieces: list[bytes]) -> bytes:
    connection = http.client.HTTPConnection(*server, timeout=60)
    headers = {"Content-Type": "text/xml; charset=utf-8", "Content-Length": str(sum(map(len, pieces)))}
    try:
        connection.request("POST", "/qbwc", body=iter(pieces), headers=headers)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_three_answers_of_50_mb_at_once_arrive_whole_in_less_than_300_mb() -> None:
    records = 950_000
    with running_server() as server, ThreadPoolExecutor(3) as clients:
        replies = list(clients.map(lambda _: _post_answer(server, records), range(3)))
        last = _post(server, [envelope(GET_LAST_ERROR)])
        memory = _post(server, [envelope(GET_LAST_ERROR.replace(">T<", ">memory<"))])

    assert all(b"<receiveResponseXMLResult>1</receiveResponseXMLResult>" in reply for reply in replies)
    text = RECORD * records
    assert f">{len(text)} {digest(text)}<".encode() in last
    peak_kib = int(memory.partition(b"<getLastErrorResult>")[2].partition(b"<")[0])
    assert peak_kib < 300_000_000 / 1024
