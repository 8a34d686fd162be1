"""The calls that the Web Connector makes, one method each. Their order is not decided here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from qwc.connector.envelope import request_body, request_headers
from qwc.connector.reply import ReplyIsBroken, ReplyReader
from qwc.connector.transport import Reply, Transport, TransportFailure
from qwc.connector.visit import Call

Result = TypeVar("Result")

# What the Web Connector shows when a call fails; for the others it has no code that is known.
FAILURE_CODES = {
    "clientVersion": "QBWC1036",
    "authenticate": "QBWC1012",
    "sendRequestXML": "QBWC1041",
    "receiveResponseXML": "QBWC1042",
    "getLastError": "QBWC1043",
    "closeConnection": "QBWC1044",
    "connectionError": "QBWC1045",
}
# At its usual level the Web Connector's log keeps this much of what it gets.
LOGGED_CHARACTERS = 50


class CallFailed(Exception):
    """A call of the service failed, and with it the session, except where the Web Connector tolerates it."""

    def __init__(self, operation: str, reason: str) -> None:
        self.operation = operation
        self.code = FAILURE_CODES.get(operation, "")
        text = f"{operation} failed: {reason}"
        super().__init__(f"{self.code}: {text}" if self.code else text)


class ServiceCalls:
    """Calls the service at one address and keeps a record of each call in `record`."""

    def __init__(
        self, url: str, transport: Transport, reader: ReplyReader, record: list[Call], clock: Callable[[], float]
    ) -> None:
        self._url = url
        self._transport = transport
        self._reader = reader
        self._record = record
        self._clock = clock

    def server_version(self) -> str:
        return self._call("serverVersion", (), self._reader.text)

    def client_version(self, version: str) -> str:
        return self._call("clientVersion", (version,), self._reader.text)

    def authenticate(self, user_name: str, password: str) -> list[str]:
        return self._call("authenticate", (user_name, password), self._reader.texts)

    def send_request_xml(
        self, ticket: str, host_and_company: str, company_file: str, qbxml_version: tuple[str, int, int]
    ) -> str:
        country, major, minor = qbxml_version
        arguments = (ticket, host_and_company, company_file, country, str(major), str(minor))
        return self._call("sendRequestXML", arguments, self._reader.text)

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        return self._call("receiveResponseXML", (ticket, response, hresult, message), self._reader.number)

    def connection_error(self, ticket: str, hresult: str, message: str) -> str:
        return self._call("connectionError", (ticket, hresult, message), self._reader.text)

    def get_last_error(self, ticket: str) -> str:
        return self._call("getLastError", (ticket,), self._reader.text)

    def close_connection(self, ticket: str) -> str:
        return self._call("closeConnection", (ticket,), self._reader.text)

    def get_interactive_url(self, ticket: str, session_id: str) -> str:
        return self._call("getInteractiveURL", (ticket, session_id), self._reader.text)

    def interactive_done(self, ticket: str, operation: str) -> str:
        """Ask whether the user is through; `operation` is interactiveDone or its other name, isInteractiveDone."""
        return self._call(operation, (ticket,), self._reader.text)

    def interactive_rejected(self, ticket: str, reason: str) -> str:
        return self._call("interactiveRejected", (ticket, reason), self._reader.text)

    def _call(self, operation: str, arguments: tuple[str, ...], read: Callable[[str, Reply], Result]) -> Result:
        started = self._clock()
        body = request_body(operation, arguments)
        received, result, failure = 0, "", "the Web Connector was killed"
        try:
            reply = self._transport.post(self._url, request_headers(operation), body)
            received = len(reply.body)
            value = read(operation, reply)
        except (TransportFailure, ReplyIsBroken) as error:
            failure = str(error)
            raise CallFailed(operation, failure) from error
        else:
            result, failure = str(value)[:LOGGED_CHARACTERS], ""
            return value
        finally:
            seconds = self._clock() - started
            self._record.append(Call(operation, seconds, len(body), received, result, failure))
