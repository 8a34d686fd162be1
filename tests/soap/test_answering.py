"""A failing service is answered within the protocol: a fault would end the session and lose QuickBooks' answer."""

import logging
from typing import Any
from wsgiref.types import WSGIApplication

import pytest

from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import GET_LAST_ERROR, INTUIT, envelope, post

SECRET = "correct horse battery staple"  # A password, to be searched for in the log.
SENTENCE = "Deskpost had an internal error. Nothing is lost; it goes on at the next update."


def _call(operation: str, **parameters: str) -> bytes:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parameters.items())
    return envelope(f'<{operation} xmlns="http://developer.intuit.com/">{inner}</{operation}>')


AUTHENTICATE = _call("authenticate", strUserName="shop", strPassword=SECRET)
RECEIVE = _call("receiveResponseXML", ticket="T", response=SECRET, hresult="", message="")
SEND = _call("sendRequestXML", ticket="T", strHCPResponse=SECRET, qbXMLMajorVers="13", qbXMLMinorVers="0")


@pytest.mark.parametrize(
    ("request_body", "safe_answer"),
    [
        (_call("serverVersion"), "Deskpost"),
        (_call("clientVersion", strVersion="34.0"), ""),
        (SEND, ""),
        (RECEIVE, "-1"),
        (_call("connectionError", ticket="T", hresult="0x80040408", message="m"), "done"),
        (_call("getLastError", ticket="T"), SENTENCE),
        (_call("closeConnection", ticket="T"), SENTENCE),
        (_call("getInteractiveURL", wcTicket="T", sessionID="1"), ""),
        (_call("interactiveDone", wcTicket="T"), "DONE"),
        (_call("isInteractiveDone", wcTicket="T"), "DONE"),
        (_call("interactiveRejected", wcTicket="T", reason="no"), SENTENCE),
    ],
)
def test_a_failing_call_gets_the_safe_answer(
    request_body: bytes, safe_answer: str, calls: RecordingCalls, door: WSGIApplication
) -> None:
    calls.failure = RuntimeError("the database is gone")

    assert post(door, request_body).result == safe_answer


def test_a_failing_authenticate_says_busy_with_a_fresh_ticket_each_time(
    calls: RecordingCalls, door: WSGIApplication
) -> None:
    calls.failure = RuntimeError("the database is gone")

    answers = [post(door, AUTHENTICATE).root.iter(f"{INTUIT}string") for _ in range(2)]
    (first, word), (second, other_word) = ([text.text for text in answer] for answer in answers)

    assert [word, other_word] == ["busy", "busy"]
    assert first
    assert len(first) >= 20
    assert first != second


@pytest.mark.parametrize(
    ("request_body", "method", "nonsense"),
    [
        (_call("getLastError", ticket="T"), "get_last_error", None),
        (SEND, "send_request_xml", b"<QBXML/>"),
        (RECEIVE, "receive_response_xml", None),
        (RECEIVE, "receive_response_xml", 101),
        (RECEIVE, "receive_response_xml", "50"),
        (RECEIVE, "receive_response_xml", -(2**31) - 1),
        (AUTHENTICATE, "authenticate", None),
        (AUTHENTICATE, "authenticate", ["ticket"]),
        (AUTHENTICATE, "authenticate", ["ticket", None]),
        (AUTHENTICATE, "authenticate", ["ticket", "", "", "", ""]),
        (AUTHENTICATE, "authenticate", "no"),
    ],
)
def test_what_the_client_would_misread_never_leaves(
    request_body: bytes,
    method: str,
    nonsense: Any,
    calls: RecordingCalls,
    door: WSGIApplication,
    caplog: pytest.LogCaptureFixture,
) -> None:
    safe = {"get_last_error": [SENTENCE], "send_request_xml": [None], "receive_response_xml": ["-1"]}
    calls.answers = {method: nonsense}

    (result,) = post(door, request_body).root[0][0]

    if method == "authenticate":
        assert result[1].text == "busy"
    else:
        assert [result.text] == safe[method]
    assert "was to be answered with" in caplog.text


@pytest.mark.parametrize("request_body", [AUTHENTICATE, RECEIVE, SEND])
def test_the_log_says_where_a_call_failed_and_holds_no_secret(
    request_body: bytes, calls: RecordingCalls, door: WSGIApplication, caplog: pytest.LogCaptureFixture
) -> None:
    """A database error quotes its parameters in its text, so that its text must not be logged."""
    caplog.set_level(logging.DEBUG)
    calls.failure = ConnectionError(f"[parameters: {SECRET!r}]")
    calls.failure.__cause__ = OSError(SECRET)

    post(door, request_body)

    assert "failed with ConnectionError from OSError" in caplog.text
    assert "recording_calls.py" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "request_body",
    [
        AUTHENTICATE,
        AUTHENTICATE[:-20],
        AUTHENTICATE.replace(b"strUserName", b"strPassword"),
        AUTHENTICATE.replace(b"authenticate", b"authenticated"),
        b"<!DOCTYPE a>" + AUTHENTICATE[38:],
    ],
    ids=["good", "cut short", "given twice", "unknown operation", "with a DOCTYPE"],
)
def test_no_request_good_or_bad_leaves_its_password_in_the_log(
    request_body: bytes, calls: RecordingCalls, door: WSGIApplication, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    calls.answers = {"authenticate": ["T", "nvu"]}
    assert SECRET.encode() in request_body

    answer = post(door, request_body)

    assert SECRET not in caplog.text
    assert SECRET.encode() not in answer.body


def test_a_system_exit_is_not_held_up(calls: RecordingCalls, door: WSGIApplication) -> None:
    """A worker that is told to stop must stop."""
    calls.failure = SystemExit(0)  # type: ignore[assignment]  # Not an Exception, which is the point.

    with pytest.raises(SystemExit):
        post(door, envelope(GET_LAST_ERROR))
