"""HTTP in front of SOAP: what is asked of the endpoint besides calls, and what goes out with every answer."""

from typing import Any
from wsgiref.types import WSGIApplication

import pytest

from service.soap.spyne_server import SpyneServer
from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import GET_LAST_ERROR, HttpAnswer, call, envelope, post

SECRET = "correct horse battery staple"  # What an exception's text may hold.


@pytest.mark.parametrize("query", ["", "x=1", "wsdl2", "singleWsdl", "a&wsdl"])
def test_a_plain_get_answers_200_with_a_sentence(query: str, door: WSGIApplication) -> None:
    """The Web Connector asks so when a .qwc file is added; Spyne by itself answers 405."""
    answer = call(door, REQUEST_METHOD="GET", QUERY_STRING=query)

    assert answer.status == "200 OK"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"QuickBooks' Web Connector" in answer.body
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_a_head_gets_the_headers_of_a_get(door: WSGIApplication) -> None:
    got, headed = (call(door, REQUEST_METHOD=method) for method in ("GET", "HEAD"))

    assert headed == HttpAnswer(got.status, got.headers, b"")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "QUERY"])
def test_other_methods_are_refused_and_told_what_is_allowed(method: str, door: WSGIApplication) -> None:
    answer = call(door, REQUEST_METHOD=method)

    assert answer.status == "405 Method Not Allowed"
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert b"<soap:Fault>" in answer.body


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "x=1", "op=getLastError"])
def test_a_post_is_a_call_whatever_the_query_string(query: str, calls: RecordingCalls, door: WSGIApplication) -> None:
    """An AppURL that ends in ?wsdl is common; the calls then go to that address."""
    calls.answers = {"get_last_error": "e"}

    assert post(door, envelope(GET_LAST_ERROR), QUERY_STRING=query).result == "e"


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "GET"},
        {"REQUEST_METHOD": "GET", "QUERY_STRING": "wsdl"},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "PUT"},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "x"},
    ],
)
def test_every_answer_forbids_sniffing_and_storing(environ: dict[str, Any], door: WSGIApplication) -> None:
    headers = call(door, **environ).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"].endswith("; charset=utf-8")


def test_an_answer_to_a_call_is_text_xml_of_a_known_length(calls: RecordingCalls, door: WSGIApplication) -> None:
    calls.answers = {"get_last_error": "é"}

    answer = post(door, envelope(GET_LAST_ERROR))

    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))


@pytest.mark.parametrize(("given", "address"), [("203.0.113.7", "203.0.113.7"), ("", ""), (None, "")])
def test_the_callers_address_is_the_servers_and_not_a_header(
    given: str | None, address: str, calls: RecordingCalls, door: WSGIApplication
) -> None:
    calls.answers = {"authenticate": ["T", "nvu"]}
    request_body = envelope('<authenticate xmlns="http://developer.intuit.com/"/>')

    post(door, request_body, REMOTE_ADDR=given, HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_FORWARDED="for=1.2.3.4")

    assert calls.asked == [("authenticate", "", "", address)]


class _BrokenStream:
    def read(self, size: int = -1) -> bytes:
        raise LookupError(SECRET)


def test_no_exception_gets_past_the_guard(door: WSGIApplication, caplog: pytest.LogCaptureFixture) -> None:
    answer = post(door, envelope(GET_LAST_ERROR), **{"wsgi.input": _BrokenStream()})

    assert answer.fault == ("soap:Server", "Internal error: see the log of the service")
    assert "A SOAP request failed with LookupError" in caplog.text
    assert SECRET not in caplog.text


def test_an_error_inside_spyne_is_a_fault_without_its_text(
    door: WSGIApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(SpyneServer, "answer", fail)

    answer = post(door, envelope(GET_LAST_ERROR))

    assert answer.fault == ("soap:Server", "Internal error: see the log of the service")
    assert "KeyError" in caplog.text
    assert SECRET not in caplog.text
    assert SECRET.encode() not in answer.body
