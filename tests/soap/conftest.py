"""The SOAP door with a recording stand-in for what is behind it."""

from typing import Any, cast
from wsgiref.types import WSGIApplication

import pytest

from service.soap import Calls, application
from tests.soap.recording_calls import RecordingCalls

PUBLIC_URL = "https://books.example.com/qbwc"


@pytest.fixture
def calls() -> RecordingCalls:
    return RecordingCalls()


@pytest.fixture
def door(calls: RecordingCalls) -> WSGIApplication:
    return application(cast(Calls, calls), public_url=PUBLIC_URL)


@pytest.fixture
def asked(calls: RecordingCalls) -> list[tuple[Any, ...]]:
    """What was asked of the service, which answers some operations."""
    calls.answers = {"receive_response_xml": 50, "get_last_error": "e", "authenticate": ["T", "nvu"]}
    return calls.asked
