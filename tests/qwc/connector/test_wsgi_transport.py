"""Straight into a WSGI application: what it sees, and that nothing of its answer is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qwc.connector import WsgiTransport
from qwc.connector.envelope import request_body
from tests.qwc.web_service import WebService


def test_the_application_sees_a_proper_request() -> None:
    service, body = WebService(), request_body("serverVersion")

    WsgiTransport(service, remote_address="198.51.100.9").post(
        "https://sync.example.com/qb%20wc?a=1",
        {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"x"', "User-Agent": "Mozilla/4.0"},
        body,
    )

    environ = service.calls[0].environ
    assert environ["REMOTE_ADDR"] == "198.51.100.9"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/qb wc", "a=1")
    assert environ["CONTENT_TYPE"] == "text/xml; charset=utf-8"
    assert environ["CONTENT_LENGTH"] == str(len(body))
    assert environ["HTTP_SOAPACTION"] == '"x"'
    assert environ["HTTP_USER_AGENT"] == "Mozilla/4.0"
    assert environ["HTTP_HOST"] == "sync.example.com"
    assert (environ["wsgi.url_scheme"], environ["SERVER_PORT"]) == ("https", "443")


def test_an_answer_is_complete_and_closed_however_the_application_gives_it() -> None:
    closed = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            yield b"two "
            yield b"three"

        def close(self) -> None:
            closed.append(True)

    def application(environ: Any, start_response: Any) -> Parts:
        start_response("200 OK", [("Content-Type", "text/html")])
        start_response("500 Internal Server Error", [("content-type", "text/xml")], None)(b"one ")
        return Parts()

    answer = WsgiTransport(application).get("http://localhost/")

    assert (answer.status, answer.content_type, answer.body) == (500, "text/xml", b"one two three")
    assert closed == [True]


def test_an_exception_of_the_application_is_raised_to_the_test() -> None:
    def application(environ: Any, start_response: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        WsgiTransport(application).get("http://localhost/")
