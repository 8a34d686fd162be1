"""What the Web Connector itself asks of QuickBooks and writes into the company file. It never calls the service.

Under the OwnerID of the application it keeps two private data extensions on the Company object: FileID, which says
that this company file belongs to the application, and AppLock, which says that a PC is updating it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from lxml import etree

from qwc.quickbooks import QuickBooks

# The version that the real one's own requests name; a QuickBooks older than that gets its own newest.
OWN_VERSION = (13, 0)
DOTNET_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
FILE_ID = "FileID"
APP_LOCK = "AppLock"


@dataclass(frozen=True)
class Stamp:
    """What stands in the company file under an OwnerID; None where there is nothing."""

    file_id: str | None
    app_lock: str | None


@dataclass(frozen=True)
class Answer:
    """The status that QuickBooks gave one request."""

    code: str
    message: str

    @property
    def is_good(self) -> bool:
        return self.code == "0"


def read_stamp(quickbooks: QuickBooks, owner_id: str) -> Stamp:
    """The FileID and AppLock of the open company file under an OwnerID; ComError if QuickBooks refuses."""
    answer = _ask(quickbooks, f'<CompanyQueryRq requestID="0">{_owner(owner_id)}</CompanyQueryRq>')
    values = {
        extension.findtext("DataExtName"): extension.findtext("DataExtValue")
        for extension in answer.iterfind(".//CompanyRet/DataExtRet")
        if (extension.findtext("OwnerID") or "").upper() == owner_id.upper()
    }
    return Stamp(values.get(FILE_ID), values.get(APP_LOCK))


def define(quickbooks: QuickBooks, owner_id: str, name: str) -> Answer:
    """Define one of the two extensions on the Company object."""
    return _write(
        quickbooks,
        "DataExtDefAdd",
        f"{_owner(owner_id)}<DataExtName>{name}</DataExtName><DataExtType>STR255TYPE</DataExtType>"
        "<AssignToObject>Company</AssignToObject>",
    )


def add_value(quickbooks: QuickBooks, owner_id: str, name: str, value: str) -> Answer:
    """Write the first value of an extension that is defined."""
    return _write(quickbooks, "DataExtAdd", _company_value(owner_id, name, value))


def change_value(quickbooks: QuickBooks, owner_id: str, name: str, value: str) -> Answer:
    """Write another value of an extension that has one."""
    return _write(quickbooks, "DataExtMod", _company_value(owner_id, name, value))


def lock_value(pc: str, now: float) -> str:
    """The AppLock of a PC that updates, `now` in seconds since 1970: `LOCKED:<PC name>:<.NET ticks>`."""
    return f"LOCKED:{pc}:{_ticks(now)}"


def unlock_value(pc: str, now: float) -> str:
    """The AppLock when no PC updates. No public source shows its exact form; this keeps the PC's name readable."""
    return f"UNLOCKED:{pc}:{_ticks(now)}"


def locked_by(app_lock: str | None) -> str | None:
    """The name of the PC that holds the lock, or None."""
    state, _, rest = (app_lock or "").partition(":")
    return rest.rpartition(":")[0] if state == "LOCKED" else None


def host_company_preferences(quickbooks: QuickBooks, owner_id: str) -> str:
    """QuickBooks' answer to the three queries whose text goes out with the first sendRequestXML, as it came."""
    return quickbooks.process_request(
        _document(
            quickbooks,
            '<HostQueryRq requestID="0"></HostQueryRq>'
            f'<CompanyQueryRq requestID="1">{_owner(owner_id)}</CompanyQueryRq>'
            '<PreferencesQueryRq requestID="2"></PreferencesQueryRq>',
        )
    )


def _write(quickbooks: QuickBooks, name: str, content: str) -> Answer:
    answer = _ask(quickbooks, f'<{name}Rq requestID="0"><{name}>{content}</{name}></{name}Rq>')
    response = answer.find(f".//{name}Rs")
    if response is None:
        return Answer("", f"QuickBooks gave no {name}Rs")
    return Answer(response.get("statusCode", ""), response.get("statusMessage", ""))


def _ask(quickbooks: QuickBooks, request: str) -> etree._Element:
    answer = quickbooks.process_request(_document(quickbooks, request))
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(answer.encode(), parser)


def _document(quickbooks: QuickBooks, requests: str) -> str:
    _, *newest = quickbooks.qbxml_version()
    major, minor = min(OWN_VERSION, tuple(newest))
    return (
        f'<?xml version="1.0" ?><?qbxml version="{major}.{minor}"?>'
        f'<QBXML><QBXMLMsgsRq onError="continueOnError">{requests}</QBXMLMsgsRq></QBXML>'
    )


def _company_value(owner_id: str, name: str, value: str) -> str:
    return (
        f"{_owner(owner_id)}<DataExtName>{name}</DataExtName><OtherDataExtType>Company</OtherDataExtType>"
        f"<DataExtValue>{escape(value)}</DataExtValue>"
    )


def _owner(owner_id: str) -> str:
    return f"<OwnerID>{escape(owner_id)}</OwnerID>"


def _ticks(now: float) -> int:
    """.NET's count of tenths of microseconds since the year 1."""
    since_1970 = timedelta(microseconds=round(now * 1_000_000))
    return (datetime(1970, 1, 1, tzinfo=UTC) + since_1970 - DOTNET_EPOCH) // timedelta(microseconds=1) * 10
