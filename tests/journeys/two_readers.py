"""What the tests of both readers of qbXML share: documents at random, and what the company file makes of a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qwc import company
from qwc.company import CompanyFile
from qwc.company.reader import read_request_set
from qwc.quickbooks import ComError, QuickBooks
from service.qbxml import build, raw
from tests.clock import Clock
from tests.qbxml.documents import Draw
from tests.qbxml.test_properties import KNOWN

COUNTRIES = ("US", "CA", "UK", "AU")
WHOLE_SET = "0x80040400"
TOO_LONG = "3070"

# With which status QuickBooks answers a value that is not of its type (status-codes.json).
STATUS_OF_TYPE = {
    "AMTTYPE": "3040",
    "BOOLTYPE": "3010",
    "DATETIMETYPE": "3020",
    "DATETYPE": "3020",
    "ENUMTYPE": WHOLE_SET,
    "FLOATTYPE": "3045",
    "GUIDTYPE": "3065",
    "INTTYPE": "3085",
    "PERCENTTYPE": "3050",
    "PRICETYPE": "3045",
    "QUANTYPE": "3060",
    "TIMEINTERVALTYPE": "3035",
}

some_document = given(st.sampled_from(KNOWN), st.integers(0, 2**32))
bounded = settings(max_examples=200, deadline=None)


def drawn(random: Random, name: str, version: str, country: str) -> dict[str, Any]:
    """A good document at random, its values as text in the spelling in which they are sent."""
    document = Draw(random, version, country).document(name)
    text = build.request(name, document, version=version, country=country)
    return dict(raw.read_request(text, version=version, country=country).content)


def quickbooks_reads(request: str, version: str, country: str) -> str:
    """What the company file makes of a request: nothing if it can read it, else the code with which it refuses."""
    document = build.message_set([], version=version, country=country).decode()
    document = document.replace("></QBXMLMsgsRq>", f">{request}</QBXMLMsgsRq>")
    try:
        (read,) = read_request_set(document, country, "16.0").requests
    except ComError as refused:
        return refused.hresult
    return str(read.complaint.code) if read.complaint else ""


@contextmanager
def opened(folder: Path, country: str) -> Iterator[QuickBooks]:
    """A session with a new sample company."""
    folder.mkdir(exist_ok=True)
    path = folder / "sample.company"
    company.create(path, clock=Clock(), random_seed=1, country=country)
    quickbooks = CompanyFile(path, clock=Clock(), random_seed=1).connect()
    quickbooks.open_connection("Deskpost")
    quickbooks.begin_session("")
    yield quickbooks
    quickbooks.close_connection()
