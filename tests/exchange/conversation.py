"""One Web Connector's side of a conversation with the exchange, with QuickBooks' answers written by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from service.exchange import accounts, document
from service.exchange.enqueue import Enqueued, enqueue
from service.soap.callbacks import ExchangeCalls
from service.store import companies, events, message_sets, messages, sessions
from service.store.companies import Company
from service.store.connections import Connection
from service.store.messages import Message
from service.store.sessions import Session
from service.store.unit import Store
from tests.clock import Clock

PASSWORD = "north-wind-and-sun"
PATH = r"C:\Books\Harbor Lane.qbw"
COMPANY_NAME = "Harbor Lane Supply"
CUSTOMER = {"Name": "Calloway, Ruth"}


@dataclass(frozen=True)
class Handed:
    """What one sendRequestXML handed out."""

    text: str

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.text.encode())

    @property
    def new_id(self) -> str | None:
        return self.root[0].get("newMessageSetID")

    @property
    def old_id(self) -> str | None:
        return self.root[0].get("oldMessageSetID")

    @property
    def names(self) -> list[str]:
        return [str(request.tag) for request in self.root[0]]

    @property
    def numbers(self) -> list[str]:
        return [str(request.get("requestID")) for request in self.root[0]]

    def value(self, path: str) -> str | None:
        return self.root.findtext(f".//{path}")


class Conversation:
    """A company `shop` with one connection, and what its Web Connector says and hears."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.calls = ExchangeCalls(store)
        self.ticket = ""
        with store.writing() as work:
            accounts.add_company(work, "shop", by="test")
            issued = accounts.add_connection(work, "shop", None, PASSWORD, app_name="Deskpost", by="test")
        self.connection: Connection = issued.connection

    # The order system's side.

    def enqueue(self, operation: str = "save", record: str | None = "Customer:C-1", **more: Any) -> int:
        return self.put(operation, record, **more).message_id

    def put(self, operation: str = "save", record: str | None = "Customer:C-1", **more: Any) -> Enqueued:
        if operation in ("save", "add", "mod"):
            more.setdefault("content", CUSTOMER)
        given = document.read({"operation": operation, "record": record, **more})
        with self.store.writing() as work:
            return enqueue(work, companies.named(work, None), given, by="test")

    def customers(self, count: int) -> list[int]:
        return [
            self.enqueue(record=f"Customer:C-{number}", content={"Name": f"Customer {number}"})
            for number in range(1, count + 1)
        ]

    # The Web Connector's side.

    def authenticate(self, password: str = PASSWORD, address: str = "203.0.113.7") -> str:
        self.ticket, instruction = self.calls.authenticate(self.connection.user_name, password, address)
        return instruction

    def send(self, host: str | None = None, version: tuple[int, int] = (16, 0)) -> Handed:
        return Handed(self.send_text(host, version))

    def send_text(self, host: str | None = None, version: tuple[int, int] = (16, 0)) -> str:
        told = self.host() if host is None else host
        return self.calls.send_request_xml(self.ticket, told, PATH, "US", *version)

    def receive(self, answer: str = "", hresult: str = "", message: str = "") -> int:
        return self.calls.receive_response_xml(self.ticket, answer, hresult, message)

    def trouble(self) -> str:
        return self.calls.get_last_error(self.ticket)

    def close(self) -> str:
        return self.calls.close_connection(self.ticket)

    def begin(self) -> Handed:
        """A session up to its first request."""
        assert self.authenticate() == ""
        return self.send()

    def host(self, company: str = COMPANY_NAME, file_id: str | None = None, supported: str = "16.0") -> str:
        """What the Web Connector says in its first call of a session."""
        mark = self.connection.file_id if file_id is None else file_id
        extension = (
            "<DataExtRet><OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName>"
            "<DataExtType>STR255TYPE</DataExtType><DataExtValue>{value}</DataExtValue></DataExtRet>"
        )
        owner = self.connection.owner_id
        extensions = extension.format(owner=owner, name="AppLock", value="LOCKED:FRONT-DESK:638000000000000000")
        if mark:
            extensions += extension.format(owner=owner, name="FileID", value=mark)
        return (
            '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>'
            '<HostQueryRs requestID="0" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><HostRet>'
            "<ProductName>QuickBooks Enterprise Solutions 24.0</ProductName><MajorVersion>34</MajorVersion>"
            "<MinorVersion>0</MinorVersion><Country>US</Country>"
            f"<SupportedQBXMLVersion>13.0</SupportedQBXMLVersion>"
            f"<SupportedQBXMLVersion>{supported}</SupportedQBXMLVersion>"
            "<IsAutomaticLogin>false</IsAutomaticLogin><QBFileMode>SingleUser</QBFileMode></HostRet></HostQueryRs>"
            '<CompanyQueryRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><CompanyRet>'
            f"<CompanyName>{company}</CompanyName>{extensions}</CompanyRet></CompanyQueryRs></QBXMLMsgsRs></QBXML>"
        )

    # What the database holds afterwards.

    def message(self, message_id: int) -> Message:
        with self.store.reading() as work:
            return messages.by_id(work, message_id, lock=False)

    def statuses(self, message_ids: list[int]) -> list[str]:
        return [self.message(one).status for one in message_ids]

    def company(self) -> Company:
        with self.store.reading() as work:
            return companies.named(work, None)

    def session(self) -> Session:
        with self.store.reading() as work:
            found = sessions.by_ticket(work, self.ticket, lock=False)
        assert found is not None
        return found

    def set_states(self) -> list[tuple[str, str]]:
        with self.store.reading() as work:
            latest = reversed(sessions.latest(work, 1, 100))
            return [(one.purpose, one.state) for each in latest for one in message_sets.of_session(work, each.id)]

    def moves(self, message_id: int) -> list[str]:
        with self.store.reading() as work:
            return [event.action for event in events.of_message(work, message_id)]

    def change_company(self, **values: Any) -> None:
        with self.store.writing() as work:
            companies.change(work, 1, **values)


def answer(*responses: str, set_id: str | None = None, set_code: int | None = None) -> str:
    """An answer document of QuickBooks."""
    attributes = f' newMessageSetID="{set_id}"' if set_id is not None else ""
    attributes += f' messageSetStatusCode="{set_code}"' if set_code is not None else ""
    return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs{attributes}>{"".join(responses)}</QBXMLMsgsRs>\n</QBXML>\n'


def response(name: str, number: object, inside: str = "", code: int = 0, text: str = "Status OK") -> str:
    """One response of an answer."""
    severity = "Info" if code < 500 else "Warn" if code < 1000 else "Error"
    return (
        f'<{name} requestID="{number}" statusCode="{code}" statusSeverity="{severity}" statusMessage="{text}">'
        f"{inside}</{name}>"
    )


def customer_added(number: object, list_id: str = "80000001-1700000000", name: str = "Calloway, Ruth") -> str:
    """QuickBooks' answer to a CustomerAdd that succeeded."""
    ret = (
        f"<CustomerRet><ListID>{list_id}</ListID><TimeCreated>2026-03-02T09:00:00-08:00</TimeCreated>"
        f"<TimeModified>2026-03-02T09:00:00-08:00</TimeModified><EditSequence>1700000000</EditSequence>"
        f"<Name>{name}</Name><FullName>{name}</FullName><IsActive>true</IsActive><Sublevel>0</Sublevel></CustomerRet>"
    )
    return response("CustomerAddRs", number, ret)


def recovered(name: str, number: object, list_id: str = "80000001-1700000000") -> str:
    """What QuickBooks kept of a request that succeeded: its identity and no object (qbxml.md 13.3)."""
    kept = f"<ErrorRecovery><ListID>{list_id}</ListID><EditSequence>1700000000</EditSequence></ErrorRecovery>"
    return response(name, number, kept)


def external_guid(handed: Handed, place: int = 0) -> str:
    """The ExternalGUID that the n-th request carries."""
    found = re.findall(r"<ExternalGUID>([^<]+)</ExternalGUID>", handed.text)
    return str(found[place])
