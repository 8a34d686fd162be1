"""A server as it is shipped, through real sockets, against clients that mean it no good: it answers, and it goes on."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.deploy.network import PASSWORD, Answer, Network, serving

THREADS = 8
"""Of the one worker that is shipped."""

SECURE_HEADERS = {"x-content-type-options": "nosniff", "cache-control": "no-store"}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


def ticket_of(answer: Answer) -> tuple[str, str]:
    """The two strings that authenticate answers."""
    first, second = answer.body.decode().split("<string>")[1:]
    return first.partition("<")[0], second.partition("<")[0]


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(b"", id="nothing at all"),
        pytest.param(b"POST /qbwc HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", id="half a header"),
        pytest.param(b"POST /qbwc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n<soap", id="half a body"),
        pytest.param(
            b"POST /qbwc HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<s", id="a chunk"
        ),
    ],
)
def test_requests_that_are_begun_and_never_ended_give_their_threads_back(network: Network, begun: bytes) -> None:
    stalling = [network.connect() for _ in range(THREADS)]
    for one in stalling:
        one.sendall(begun)
    time.sleep(0.2)

    assert network.get("/healthz").status == 200

    for one in stalling:
        one.close()
    assert "Traceback" not in network.log
    assert "BlockingIOError" not in network.log


def test_whoever_guesses_passwords_locks_out_nobody_but_himself(network: Network) -> None:
    def guess(number: int) -> tuple[str, str]:
        answer = network.call("authenticate", source="127.0.0.66", strUserName="shop-qb", strPassword=f"guess-{number}")
        return ticket_of(answer)

    with ThreadPoolExecutor(8) as pool:
        guesses = list(pool.map(guess, range(40)))
    also_right_there = network.call("authenticate", source="127.0.0.66", strUserName="shop-qb", strPassword=PASSWORD)
    right = network.call("authenticate", source="127.0.0.2", strUserName="shop-qb", strPassword=PASSWORD)

    assert {instruction for _, instruction in guesses} <= {"nvu", "busy"}
    assert ticket_of(also_right_there)[1] == "nvu"
    assert ticket_of(right)[1] == "none"
    assert "guess-" not in network.log
    assert PASSWORD not in network.log


def test_an_address_that_is_claimed_in_a_header_is_not_believed(network: Network) -> None:
    """Else whoever guesses would claim another address each time."""
    for number in range(6):
        claimed = f"X-Forwarded-For: 10.0.0.{number}"
        network.call("authenticate", claimed, source="127.0.0.77", strUserName="shop-qb", strPassword="guess")

    claimed = "X-Forwarded-For: 10.1.1.1"
    again = network.call("authenticate", claimed, source="127.0.0.77", strUserName="shop-qb", strPassword=PASSWORD)
    assert ticket_of(again)[1] == "nvu"


@pytest.mark.parametrize(
    "header",
    [
        "Host: evil.example",
        "X-Forwarded-Host: evil.example",
        "Forwarded: host=evil.example",
        "X-Forwarded-Prefix: /evil",
    ],
)
@pytest.mark.parametrize("path", ["/qbwc?wsdl", "/console/sign-in", "/", "/support"])
def test_no_header_puts_an_address_into_what_is_answered(network: Network, header: str, path: str) -> None:
    answer = network.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n".encode())
    if header.startswith("Host"):
        answer = network.send(f"GET {path} HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n".encode())

    assert answer is None or b"evil" not in answer.body + str(answer.headers).encode()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(
            b"POST /qbwc HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", id="two lengths"
        ),
        pytest.param(
            b"POST /qbwc HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            id="length and chunks",
        ),
        pytest.param(b"POST /qbwc HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", id="a negative length"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", id="a huge header"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 1000 + b"\r\n", id="a thousand headers"),
        pytest.param(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", id="a huge address"),
        pytest.param(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", id="a blank before a colon"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS where none is"),
        pytest.param(b"\x00" * 5000, id="zeros"),
    ],
)
def test_requests_that_are_none_are_refused_and_change_nothing(network: Network, head: bytes) -> None:
    answer = network.send(head)

    assert answer is None or 400 <= answer.status < 600
    assert network.get("/healthz").status == 200


def test_a_packed_body_is_not_unpacked(network: Network) -> None:
    """Two kilobytes would become two megabytes, and more where more is sent."""
    body = gzip.compress(b"<a>" + b" " * 2_000_000)
    head = f"POST /qbwc HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"

    answer = network.send(head.encode() + body)

    assert answer is not None
    assert b"Fault" in answer.body


def test_large_and_deep_xml_is_refused_quickly_while_others_are_served(network: Network) -> None:
    deep = b"<a>" * 3_000_000
    head = f"POST /qbwc HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: {len(deep)}\r\n\r\n".encode()

    with ThreadPoolExecutor(4) as pool:
        refused = [pool.submit(network.send, head + deep) for _ in range(4)]
        assert network.get("/healthz").status == 200
        answers = [one.result() for one in refused]

    assert all(answer is not None and b"Fault" in answer.body for answer in answers)


@pytest.mark.parametrize(
    "path",
    [
        "/console/static/../../../etc/passwd",
        "/console/static/..%2f..%2f..%2fetc%2fpasswd",
        "/console/static/%2e%2e/%2e%2e/door.py",
        "/console/static//etc/passwd",
        "/console/static/..\\..\\door.py",
        "/console/static/%00",
        "/console/company/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/support/../../etc/passwd",
    ],
)
def test_no_path_leads_out_of_what_is_served(network: Network, path: str) -> None:
    answer = network.get(path)

    assert answer.status in (302, 303, 308, 400, 404)
    assert b"root:" not in answer.body
    assert b"import" not in answer.body


@pytest.mark.parametrize("path", ["/", "/support", "/healthz", "/qbwc", "/qbwc?wsdl", "/console/sign-in", "/nothing"])
def test_every_answer_forbids_sniffing_storing_and_says_nothing_of_the_inside(network: Network, path: str) -> None:
    answer = network.get(path)

    for name, value in SECURE_HEADERS.items():
        assert value in answer.headers[name], (path, name)
    assert "python" not in str(answer.headers).lower()
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "NONSENSE"])
@pytest.mark.parametrize("path", ["/qbwc", "/console/sign-in", "/support"])
def test_other_methods_do_nothing(network: Network, method: str, path: str) -> None:
    answer = network.send(f"{method} {path} HTTP/1.1\r\nHost: a\r\nX-Secret: told-back\r\n\r\n".encode())

    assert answer is None or answer.status in (400, 404, 405, 501)
    assert answer is None or b"told-back" not in answer.body
