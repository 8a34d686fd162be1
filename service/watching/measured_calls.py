"""Measures the Web Connector's calls on their way to whoever answers them. Changes no call and no answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from service.soap import Calls
from service.watching.log_lines import CALL
from service.watching.metrics import Metrics

log = structlog.get_logger("deskpost.soap")

WORK = "work"
REFUSALS = ("none", "nvu", "busy")
"""What `authenticate` says when there is no session; anything else is the path of a company file, or nothing."""

_Answer = TypeVar("_Answer")


class MeasuredCalls:
    """`service.soap.Calls` in front of another, which answers."""

    def __init__(self, calls: Calls, metrics: Metrics) -> None:
        self._calls = calls
        self._metrics = metrics

    def server_version(self) -> str:
        return self._measured("serverVersion", self._calls.server_version)

    def client_version(self, version: str, address: str) -> str:
        return self._measured("clientVersion", lambda: self._calls.client_version(version, address))

    def authenticate(self, user_name: str, password: str, address: str) -> list[str]:
        """The log names who asked, from where, and what came of it: never the password, the ticket or a path."""
        answer = self._measured("authenticate", lambda: self._calls.authenticate(user_name, password, address))
        said = answer[1] if answer[1] in REFUSALS else WORK
        self._metrics.sign_in(said)
        log.info("authenticate answered", user=user_name[:100], address=address, answer=said)
        return answer

    def send_request_xml(
        self, ticket: str, host_response: str, company_file_name: str, country: str, major: int, minor: int
    ) -> str:
        return self._measured(
            "sendRequestXML",
            lambda: self._calls.send_request_xml(ticket, host_response, company_file_name, country, major, minor),
        )

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        return self._measured(
            "receiveResponseXML", lambda: self._calls.receive_response_xml(ticket, response, hresult, message)
        )

    def connection_error(self, ticket: str, hresult: str, message: str) -> str:
        return self._measured("connectionError", lambda: self._calls.connection_error(ticket, hresult, message))

    def get_last_error(self, ticket: str) -> str:
        return self._measured("getLastError", lambda: self._calls.get_last_error(ticket))

    def close_connection(self, ticket: str) -> str:
        return self._measured("closeConnection", lambda: self._calls.close_connection(ticket))

    def get_interactive_url(self, ticket: str, session_id: str) -> str:
        return self._measured("getInteractiveURL", lambda: self._calls.get_interactive_url(ticket, session_id))

    def interactive_done(self, ticket: str) -> str:
        return self._measured("interactiveDone", lambda: self._calls.interactive_done(ticket))

    def interactive_rejected(self, ticket: str, reason: str) -> str:
        return self._measured("interactiveRejected", lambda: self._calls.interactive_rejected(ticket, reason))

    def _measured(self, operation: str, ask: Callable[[], _Answer]) -> _Answer:
        begun, outside = time.perf_counter(), CALL.set(operation)
        try:
            return ask()
        except Exception:
            self._metrics.call_failed(operation)
            raise
        finally:
            CALL.reset(outside)
            # A disk that is full may lose a figure, and never an answer.
            with suppress(OSError):
                self._metrics.call(operation, time.perf_counter() - begun)
