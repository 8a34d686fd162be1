"""A Web Connector whose calls a test makes one by one: the real one's bytes, and its strictness about the replies."""

from __future__ import annotations

from qwc.connector import Transport, WsgiTransport, company_file
from qwc.connector.calls import ServiceCalls
from qwc.connector.reply import StrictReader
from qwc.connector.visit import Call
from qwc.document import Document
from qwc.quickbooks import ComError
from tests.shop import PASSWORD, Shop

Answer = tuple[str, str, str]
"""What a receiveResponseXML brings: response, hresult, message."""


class ByHand:
    """One Web Connector of a shop. A reply that breaks the contract, a SOAP fault for instance, raises CallFailed."""

    def __init__(
        self,
        shop: Shop,
        *,
        document: Document | None = None,
        address: str = "203.0.113.7",
        transport: Transport | None = None,
    ) -> None:
        self._document = document or shop.document
        self.record: list[Call] = []
        self.calls = ServiceCalls(
            self._document.app_url,
            transport or WsgiTransport(shop.application, remote_address=address),
            StrictReader(),
            self.record,
            shop.clock.seconds,
        )
        self.quickbooks = shop.file.connect()
        self.ticket = ""
        self.host = ""

    def authenticate(self, password: str = PASSWORD) -> str:
        """Sign in; the instruction that comes with the ticket."""
        self.ticket, instruction = self.calls.authenticate(self._document.user_name, password)
        return instruction

    def open(self) -> None:
        """Open the company file, and look what the first sendRequestXML has to tell."""
        self.quickbooks.open_connection(self._document.app_name)
        self.quickbooks.begin_session("")
        self.host = company_file.host_company_preferences(self.quickbooks, self._document.owner_id)

    def begin(self) -> str:
        """A session up to its first request."""
        assert self.authenticate() == ""
        self.open()
        return self.send()

    def send(self) -> str:
        host, self.host = self.host, ""
        path, version = self.quickbooks.company_file_name(), self.quickbooks.qbxml_version()
        return self.calls.send_request_xml(self.ticket, host, path, version)

    def ask(self, request: str) -> Answer:
        """What QuickBooks says to a request."""
        try:
            return self.quickbooks.process_request(request), "", ""
        except ComError as error:
            return "", error.hresult, error.message

    def receive(self, answer: Answer, ticket: str | None = None) -> int:
        return self.calls.receive_response_xml(self.ticket if ticket is None else ticket, *answer)

    def finish(self, request: str) -> str:
        """Go on from a request to the end of the session; the text of closeConnection."""
        while self.receive(self.ask(request)) in range(100):
            request = self.send()
        return self.close()

    def trouble(self) -> str:
        return self.calls.get_last_error(self.ticket)

    def close(self) -> str:
        self.leave()
        return self.calls.close_connection(self.ticket)

    def leave(self) -> None:
        """Let go of QuickBooks, as Windows does for a program that is killed."""
        self.quickbooks.close_connection()
