"""Over real sockets: the manners of .NET on the wire, and what breaks on the way."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qwc.connector import HttpTransport, Outcome, TransportFailure, WebConnector, WsgiTransport
from tests.qwc.bare_server import answering, read_head, reply, served, server
from tests.qwc.fake_quickbooks import DOCUMENT, registered
from tests.qwc.web_service import WebService, fault

CERTIFICATE = Path(__file__).with_name("localhost.pem")
PROJECT = Path(__file__).parents[3]


def test_the_head_of_a_request_is_that_of_dotnet_in_its_order() -> None:
    with server(answering(reply())) as (port, heard):
        transport = HttpTransport()
        for _ in range(2):
            transport.post(
                f"http://localhost:{port}/qbwc?wsdl",
                {"User-Agent": "Mozilla/4.0", "Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"urn:a"'},
                b"<a/>",
            )
        transport.close()

    common = (
        "POST /qbwc?wsdl HTTP/1.1\r\nUser-Agent: Mozilla/4.0\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f'SOAPAction: "urn:a"\r\nHost: localhost:{port}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n'
    ).encode()
    assert heard.connections == [[common + b"Connection: Keep-Alive\r\n", common]]
    assert heard.bodies == [b"<a/>", b"<a/>"]
    assert transport.connections == 1


def test_a_server_that_does_not_know_100_continue_gets_the_body_after_a_moment() -> None:
    with server(answering(reply()), says_continue=False) as (port, heard):
        transport = HttpTransport()
        started = time.monotonic()
        assert transport.post(f"http://localhost:{port}/", {}, b"<a/>").body == b"fine"
        assert 0.3 < time.monotonic() - started < 5
        transport.close()

    assert heard.bodies == [b"<a/>"]


def test_a_connection_that_the_server_closed_in_between_is_opened_anew_and_nothing_is_sent_twice() -> None:
    with server(answering(reply(), keeps_open=False)) as (port, heard):
        transport = HttpTransport()
        for body in (b"<a/>", b"<b/>"):
            transport.post(f"http://localhost:{port}/", {}, body)
            time.sleep(0.05)
        transport.close()

    assert transport.connections == 2
    assert heard.bodies == [b"<a/>", b"<b/>"]


def test_connection_close_is_honored() -> None:
    with server(answering(reply(extra=b"Connection: close\r\n"), keeps_open=False)) as (port, heard):
        transport = HttpTransport()
        assert [transport.post(f"http://localhost:{port}/", {}, b"<a/>").status for _ in range(2)] == [200, 200]
        transport.close()

    assert [len(requests) for requests in heard.connections] == [1, 1]


def test_a_refusal_before_the_body_is_heard_and_the_body_stays_here() -> None:
    def refuse(client: socket.socket, head: bytes, body: bytes) -> bool:
        return True

    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        with client, client.makefile("rb") as incoming:
            read_head(incoming)
            client.sendall(reply(b"too large", status=b"413 Request Entity Too Large"))
            heard.append(incoming.read())

    thread = threading.Thread(target=serve)
    thread.start()
    answer = HttpTransport().post(f"http://localhost:{listener.getsockname()[1]}/", {}, b"x" * 1_000_000)
    thread.join(timeout=10)
    listener.close()

    assert (answer.status, answer.body) == (413, b"too large")
    assert heard == [b""]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The connection was closed unexpectedly"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "The connection was closed unexpectedly"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nshort", "The connection was closed unexpectedly"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "The request was aborted"),
    ],
    ids=["closed", "cut off", "cut off in a chunk", "no HTTP"],
)
def test_a_broken_connection_is_a_failure_and_not_an_answer(content: bytes, words: str) -> None:
    with server(answering(content, keeps_open=False)) as (port, _), pytest.raises(TransportFailure, match=words):
        HttpTransport().post(f"http://localhost:{port}/", {}, b"<a/>")


def test_silence_is_a_timeout() -> None:
    def answer(client: socket.socket, head: bytes, body: bytes) -> bool:
        return client.recv(1) == b"never"

    with server(answer) as (port, _), pytest.raises(TransportFailure, match="timed out"):
        HttpTransport(timeout=0.2).post(f"http://localhost:{port}/", {}, b"<a/>")


def test_an_answer_that_drips_is_a_timeout_of_the_whole_call() -> None:
    def answer(client: socket.socket, head: bytes, body: bytes) -> bool:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(100):
            client.sendall(b"x")
            time.sleep(0.05)
        return True

    with server(answer) as (port, _), pytest.raises(TransportFailure, match="timed out"):
        HttpTransport(timeout=0.3).post(f"http://localhost:{port}/", {}, b"<a/>")


def test_nobody_at_the_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(TransportFailure, match=f"localhost:{port} refused the connection"):
        HttpTransport().get(f"http://localhost:{port}/")


def test_a_name_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve_nothing(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve_nothing)

    with pytest.raises(TransportFailure, match=r"could not be resolved: 'no-such-host\.invalid'"):
        HttpTransport().get("https://no-such-host.invalid/")


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_https_works_with_a_certificate_that_is_trusted() -> None:
    with server(answering(reply()), context=tls()) as (port, heard):
        transport = HttpTransport(trusted=str(CERTIFICATE))
        assert transport.get(f"https://localhost:{port}/").body == b"fine"
        assert transport.post(f"https://localhost:{port}/", {}, b"<a/>").body == b"fine"
        transport.close()

    assert heard.bodies == [b"", b"<a/>"]
    assert transport.connections == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_https_refuses_an_untrusted_certificate_and_one_for_another_host(host: str) -> None:
    trusted = None if host == "localhost" else str(CERTIFICATE)

    with server(answering(reply()), context=tls()) as (port, heard), pytest.raises(TransportFailure, match="trust"):
        HttpTransport(trusted=trusted).post(f"https://{host}:{port}/", {}, b"<a/>")

    assert heard.bodies == []


def test_a_whole_session_over_gunicorn_takes_one_connection(tmp_path: Path) -> None:
    (tmp_path / "application.py").write_text(
        "from tests.qwc.web_service import WebService\napplication = WebService(requests=['<first/>', '<second/>'])\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        options = ["--worker-class", "gthread", "--threads", "2", "--keep-alive", "30", "--no-control-socket"]
        options += ["--bind", f"fd://{listener.fileno()}", "application:application"]
        gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options],
            cwd=tmp_path,
            env={"PYTHONPATH": str(PROJECT), "PATH": os.defpath},
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,
        )
        try:
            document = replace(DOCUMENT, app_url=f"http://localhost:{listener.getsockname()[1]}/qbwc")
            visit = WebConnector(document, "secret", HttpTransport(timeout=30), registered()).update()
        finally:
            gunicorn.terminate()
            gunicorn.wait(timeout=20)

    assert (visit.outcome, visit.status, visit.percentages) == (Outcome.DONE, "OK", [50, 100])
    assert visit.connections == 1


@pytest.mark.parametrize("transport", ["http", "wsgi"])
def test_both_transports_tell_the_same_story(transport: str) -> None:
    service = WebService(requests=["<first/>", "<second/>"], answers={"serverVersion": [fault("not here")]})

    with served(service) as port:
        document = replace(DOCUMENT, app_url=f"http://localhost:{port}/qbwc")
        way: Any = HttpTransport() if transport == "http" else WsgiTransport(service)
        visit = WebConnector(document, "secret", way, registered()).update()

    assert (visit.outcome, visit.percentages, visit.message_sets) == (Outcome.DONE, [50, 100], 2)
    assert visit.operations == service.operations
    assert visit.notes == ["serverVersion failed: not here"]
    assert visit.connections == 1
