"""Bodies are taken in whole and within the limit, and long ones are in memory one at a time."""

import io
from threading import Event, Thread
from typing import Any, cast
from wsgiref.types import WSGIApplication

import pytest

from service.soap import Calls, application
from service.soap.refusals import RequestRefused
from service.soap.request_body import LARGE_BYTES, received
from tests.soap.conftest import PUBLIC_URL
from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import GET_LAST_ERROR, envelope, post

LIMIT = 20_000_000
GOOD = envelope(GET_LAST_ERROR)


class _Trickle(io.BytesIO):
    """A stream that gives less than it is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))


def _environ(body: bytes, **environ: Any) -> dict[str, Any]:
    return {"wsgi.input": io.BytesIO(body), "CONTENT_TYPE": "text/xml", **environ}


@pytest.mark.parametrize(
    "environ",
    [
        {"CONTENT_LENGTH": "10"},
        {"CONTENT_LENGTH": "10", "wsgi.input_terminated": True},
        {"wsgi.input_terminated": True},
        {"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
        {"CONTENT_LENGTH": "10", "wsgi.input": _Trickle(b"0123456789")},
        {"wsgi.input_terminated": True, "wsgi.input": _Trickle(b"0123456789")},
    ],
    ids=["length", "length and chunks", "chunks", "chunks, no length", "trickled", "trickled chunks"],
)
def test_a_body_is_taken_in_whole(environ: dict[str, Any]) -> None:
    with received(_environ(b"0123456789", **environ), LIMIT) as body:
        assert body.take() == b"0123456789"
        assert body.take() == b""


@pytest.mark.parametrize("environ", [{}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}])
def test_without_a_length_nothing_is_read(environ: dict[str, Any]) -> None:
    """A server that does not mark the end of its input would wait for ever."""
    with received(_environ(b"0123456789", **environ), LIMIT) as body:
        assert body.take() == b""


@pytest.mark.parametrize("size", [LARGE_BYTES, LARGE_BYTES + 1, LIMIT])
@pytest.mark.parametrize("in_chunks", [True, False])
def test_a_long_body_is_taken_in_whole(size: int, in_chunks: bool) -> None:
    content = b"0123456789" * (size // 10) + b"x" * (size % 10)
    promise = {"wsgi.input_terminated": True} if in_chunks else {"CONTENT_LENGTH": str(size)}

    with received(_environ(content, **promise), LIMIT) as body:
        assert body.take() == content


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"CONTENT_LENGTH": "ten"}, "The Content-Length of the request is not a whole number"),
        ({"CONTENT_LENGTH": "-1"}, "The Content-Length of the request is not a whole number"),
        ({"CONTENT_LENGTH": "1.5"}, "The Content-Length of the request is not a whole number"),
        ({"CONTENT_LENGTH": "+10"}, "The Content-Length of the request is not a whole number"),
        ({"CONTENT_LENGTH": "\u0661\u0660"}, "The Content-Length of the request is not a whole number"),
        ({"CONTENT_LENGTH": "9" * 5000}, "The Content-Length of the request is not a whole number"),
        ({"CONTENT_LENGTH": "11"}, "The request ended after 10 of the 11 bytes in its Content-Length"),
        (
            {"CONTENT_LENGTH": str(LARGE_BYTES + 1)},
            f"The request ended after 10 of the {LARGE_BYTES + 1} bytes in its Content-Length",
        ),
        (
            {"CONTENT_LENGTH": str(LIMIT + 1)},
            "The request is longer than 20000000 bytes, which is the most that is taken in at once",
        ),
    ],
)
def test_a_body_that_is_not_as_promised_is_refused(environ: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RequestRefused) as refusal, received(_environ(b"0123456789", **environ), LIMIT):
        pytest.fail("taken in")

    assert str(refusal.value) == sentence


class _Endless:
    """A client that never stops sending."""

    def __init__(self) -> None:
        self.sent = 0

    def read(self, size: int = -1) -> bytes:
        self.sent += size
        return b"x" * size


class _Stalling:
    """A client that sends some and then nothing more, until the server's patience ends."""

    def __init__(self) -> None:
        self.blocks = [b"0123"]

    def read(self, size: int = -1) -> bytes:
        if not self.blocks:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return self.blocks.pop()


@pytest.mark.parametrize("length", [10, 10_000_000])
def test_a_body_that_stalls_is_refused_with_how_far_it_came(length: int) -> None:
    environ = _environ(b"", **{"wsgi.input": _Stalling(), "CONTENT_LENGTH": str(length)})

    with pytest.raises(RequestRefused, match="stopped coming in after 4 bytes"), received(environ, LIMIT):
        pytest.fail("taken in")


def test_a_body_without_an_end_is_cut_off_at_the_limit() -> None:
    endless = _Endless()
    environ = _environ(b"", **{"wsgi.input": endless, "wsgi.input_terminated": True})

    with pytest.raises(RequestRefused, match="longer than 20000000 bytes"), received(environ, LIMIT):
        pytest.fail("taken in")

    assert endless.sent < LIMIT + 100_000


def test_the_limit_of_the_door_is_an_argument_and_is_answered_with_a_fault(calls: RecordingCalls) -> None:
    calls.answers = {"get_last_error": "e"}
    exact = application(cast(Calls, calls), public_url=PUBLIC_URL, max_request_bytes=len(GOOD))
    short = application(cast(Calls, calls), public_url=PUBLIC_URL, max_request_bytes=len(GOOD) - 1)

    assert post(exact, GOOD).result == "e"
    assert post(short, GOOD).fault == (
        "soap:Client",
        f"The request is longer than {len(GOOD) - 1} bytes, which is the most that is taken in at once",
    )


def test_a_long_call_waits_until_the_one_before_is_answered_and_short_ones_do_not_wait() -> None:
    """Parsed and as text, two answers of 50 MB at once would take twice the memory."""
    calls = _Meeting()
    door = application(cast(Calls, calls), public_url=PUBLIC_URL)
    first, second = (Thread(target=_post_long, args=(door, ticket)) for ticket in "AB")

    first.start()
    assert calls.arrived.wait(20)
    second.start()
    second.join(0.3)
    post(door, GOOD)
    in_the_meantime = list(calls.asked)
    calls.may_leave.set()
    first.join(20)
    second.join(20)

    assert in_the_meantime == ["A", "short"]
    assert calls.asked == ["A", "short", "B"]


class _Meeting:
    """Holds the first long call until the test lets it leave."""

    def __init__(self) -> None:
        self.arrived, self.may_leave = Event(), Event()
        self.asked: list[str] = []

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        self.asked.append(ticket)
        self.arrived.set()
        assert self.may_leave.wait(20)
        return 50

    def get_last_error(self, ticket: str) -> str:
        self.asked.append("short")
        return "e"


def _post_long(door: WSGIApplication, ticket: str) -> None:
    response = "x" * LARGE_BYTES
    parameters = f"<ticket>{ticket}</ticket><response>{response}</response>"
    operation = f'<receiveResponseXML xmlns="http://developer.intuit.com/">{parameters}</receiveResponseXML>'
    assert post(door, envelope(operation)).result == "50"


def test_a_refused_long_request_does_not_keep_others_out(calls: RecordingCalls, door: WSGIApplication) -> None:
    calls.answers = {"receive_response_xml": 50}
    for _ in range(3):
        assert post(door, b"x" * (LARGE_BYTES + 1)).status.startswith("500")

    _post_long(door, "A")

    assert [ticket for _, ticket, *_ in calls.asked] == ["A"]
