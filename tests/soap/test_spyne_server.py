"""Spyne serves many threads at once, mixes nothing up, and keeps nothing of a call that is over."""

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from wsgiref.types import WSGIApplication

import pytest

from service.soap import application
from tests.soap.conftest import PUBLIC_URL
from tests.soap.loopback import EchoCalls
from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import envelope, post


def _receive(ticket: str, response: str) -> bytes:
    parameters = f"<ticket>{ticket}</ticket><response>{response}</response>"
    return envelope(f'<receiveResponseXML xmlns="http://developer.intuit.com/">{parameters}</receiveResponseXML>')


def test_many_threads_each_get_their_own_answer() -> None:
    door = application(EchoCalls(), public_url=PUBLIC_URL)

    def close(number: int) -> str:
        parameters = f"<ticket>ticket {number}</ticket>"
        operation = f'<closeConnection xmlns="http://developer.intuit.com/">{parameters}</closeConnection>'
        return post(door, envelope(operation)).result

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(close, range(800)))

    assert answers == [f"ticket {number}" for number in range(800)]


@pytest.fixture
def no_garbage_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_collection")
def test_a_finished_call_does_not_keep_quickbooks_answer(calls: RecordingCalls, door: WSGIApplication) -> None:
    """Spyne's contexts refer to themselves: what they hold stays until the garbage collector comes by."""
    calls.answers = {"receive_response_xml": 50}

    post(door, _receive("T", "an answer of fifty megabytes"))

    response = calls.asked.pop()[2]
    held_here_only = " ".join(["another", "text"])
    assert response == "an answer of fifty megabytes"
    assert sys.getrefcount(response) == sys.getrefcount(held_here_only)
