"""Owns how tests talk to a company file: one call asks in qbXML, one object reads the answer. It judges nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from lxml import etree

from qwc.company import CompanyFile, QuickBooksConnection

FIRST_MOMENT = dt.datetime(2026, 7, 4, 15, 0, 0, tzinfo=dt.UTC)
# The same moment on the PC, five hours behind, and as EditSequence counts.
FIRST_TIME = "2026-07-04T10:00:00-05:00"
FIRST_SECOND = "1783177200"


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    now: dt.datetime = FIRST_MOMENT

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        """Go on by so many seconds, minutes, days."""
        self.now += dt.timedelta(**delta)


class Reply:
    """One response of a set."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.name = str(element.tag)
        self.code = int(element.get("statusCode", ""))
        self.severity = element.get("statusSeverity", "")
        self.message = element.get("statusMessage", "")

    def text(self, path: str) -> str | None:
        """The text of the first element at a path, such as `InvoiceRet/Subtotal`; None where there is none."""
        return self.element.findtext(path)

    def texts(self, path: str) -> list[str]:
        """The texts of all elements at a path."""
        return [one.text or "" for one in self.element.findall(path)]

    def attribute(self, name: str) -> str | None:
        """An attribute of the response, such as `retCount`."""
        return self.element.get(name)

    @property
    def identity(self) -> tuple[str, str]:
        """Id and EditSequence of the one object in the answer."""
        found = self.element[0]
        return found.findtext("ListID") or found.findtext("TxnID") or "", found.findtext("EditSequence") or ""


@dataclass
class Conversation:
    """One session with a company file."""

    company: CompanyFile
    clock: Clock
    application: str = "Deskpost"
    connection: QuickBooksConnection = field(init=False)
    set_attributes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = self.company.connect()
        self.connection.open_connection(self.application)
        self.connection.begin_session("")

    def ask(self, *requests: str, on_error: str = "continueOnError", version: str = "16.0", **ids: str) -> list[Reply]:
        """The responses to these requests; `set_attributes` afterwards holds those of the set."""
        answer = self.connection.process_request(document(*requests, on_error=on_error, version=version, **ids))
        envelope = etree.fromstring(answer.encode("utf-8"))[0]
        self.set_attributes = {str(name): str(value) for name, value in envelope.attrib.items()}
        return [Reply(one) for one in envelope]

    def one(self, request: str, **more: str) -> Reply:
        """The response to this one request."""
        (reply,) = self.ask(request, **more)
        return reply

    def done(self, request: str, **more: str) -> Reply:
        """The response to this one request, which must succeed."""
        reply = self.one(request, **more)
        assert reply.code == 0, (reply.code, reply.message)
        return reply

    def leave(self) -> None:
        """End the session and close the connection."""
        self.connection.close_connection()


def document(*requests: str, on_error: str = "continueOnError", version: str = "16.0", **ids: str) -> str:
    """A whole request document. `ids` are further attributes of the set."""
    attributes = "".join(f' {name}="{value}"' for name, value in ids.items())
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{version}"?>\n<QBXML>'
        f'<QBXMLMsgsRq onError="{on_error}"{attributes}>{"".join(requests)}</QBXMLMsgsRq></QBXML>'
    )


def add(kind: str, content: str, attributes: str = "") -> str:
    """An Add of a kind with this content."""
    return f"<{kind}AddRq><{kind}Add{attributes}>{content}</{kind}Add></{kind}AddRq>"


def mod(kind: str, identity: tuple[str, str], content: str) -> str:
    """A Mod of a kind with id and EditSequence."""
    id_name = "ListID" if identity[0].startswith("8000") else "TxnID"
    head = f"<{id_name}>{identity[0]}</{id_name}><EditSequence>{identity[1]}</EditSequence>"
    return f"<{kind}ModRq><{kind}Mod>{head}{content}</{kind}Mod></{kind}ModRq>"


def query(kind: str, content: str = "", attributes: str = "") -> str:
    """A query of a kind."""
    return f"<{kind}QueryRq{attributes}>{content}</{kind}QueryRq>"


def ref(name: str, full_name: str) -> str:
    """A reference by FullName."""
    return f"<{name}><FullName>{full_name}</FullName></{name}>"


def line(item: str, more: str = "", kind: str = "Invoice") -> str:
    """A new line of a sales document."""
    return f"<{kind}LineAdd>{ref('ItemRef', item)}{more}</{kind}LineAdd>"


def invoice(*lines: str, customer: str = "Ridgeline Builders", number: str = "1001", more: str = "") -> str:
    """An InvoiceAdd dated 2026-07-04, for a customer who pays no sales tax unless another is named."""
    head = f"{ref('CustomerRef', customer)}<TxnDate>2026-07-04</TxnDate><RefNumber>{number}</RefNumber>{more}"
    return add("Invoice", head + "".join(lines))
