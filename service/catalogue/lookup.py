"""Finds the entry for a code as it came, whatever its spelling; for a code nobody knows, that of its range."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from service.catalogue.entries import CodeEntry, Entry
from service.catalogue.loading import catalogue
from service.catalogue.request_name import read_request_name
from service.catalogue.treatment import Treatment
from service.catalogue.vocabulary import Applied, Offer, Scope

_HEXADECIMAL = re.compile(r"(?:0x)?([0-9a-f]{8})", re.IGNORECASE)
_WEB_CONNECTOR = re.compile(r"qbwc[ -]?(\d{1,6})", re.IGNORECASE)
_DECIMAL = re.compile(r"[+-]?\d{1,10}")

REMEMBERED = 256
"""Entries that are kept ready: nearly all that QuickBooks says is "Status OK", to a handful of requests."""

# A query writes nothing: there is nothing to recover or to enter by hand, it is simply asked again.
_OFFERS_OF_A_QUERY = (Offer.RETRY, Offer.SKIP)


def entry(code: int | str, *, scope: str = "request", request: str = "", message: str = "") -> Entry:
    """The entry for a code.

    `code`: 3140 or "3140"; an HRESULT as "0x80040400", in any case and with spaces around it; a code of the
    Web Connector as "QBWC1039", or as 1039 in the scope "web_connector".
    `scope`: where the code stood, see `Scope`; "connection" for an HRESULT of connectionError.
    `request`: the request's name, such as "InvoiceAddRq". `message`: QuickBooks' own text.

    Never raises for a code, a request or a message; raises ValueError for a scope that does not exist.
    """
    return _entry(code, Scope(scope), request, message)


@lru_cache(maxsize=REMEMBERED)
def _entry(code: int | str, place: Scope, request: str, message: str) -> Entry:
    written = _written(code, place)
    found = _find(written, place).choose(place, request, message)
    return _as_asked(replace(found, code=written, request=request, message=message))


def all_entries() -> tuple[Entry, ...]:
    """Every entry with its variants behind it, then the ranges: for documents and commands."""
    known = catalogue()
    rows = [*known.codes.values(), *(row for ranges in known.ranges.values() for row in ranges.all())]
    return tuple(one for row in rows for one in (row.entry, *(variant for _, variant in row.variants)))


def _written(code: int | str, scope: Scope) -> str:
    """The code in the spelling of the catalogue; what cannot be read stays as it came."""
    if isinstance(code, int):
        # COM's own numbers are 32 bits, and negative where they are read as signed.
        return f"0x{code & 0xFFFFFFFF:08X}" if code < 0 or code > 0x7FFFFFFF else _number(code, scope)
    text = " ".join(code.split())[:40]
    if found := _WEB_CONNECTOR.fullmatch(text):
        return f"QBWC{int(found[1])}"
    if _DECIMAL.fullmatch(text) and len(text) < 8:
        return _number(int(text), scope)
    if found := _HEXADECIMAL.fullmatch(text):
        return f"0x{found[1].upper()}"
    return _written(int(text), scope) if _DECIMAL.fullmatch(text) else text


def _number(code: int, scope: Scope) -> str:
    return f"QBWC{code}" if scope is Scope.WEB_CONNECTOR else str(code)


def _find(written: str, scope: Scope) -> CodeEntry:
    known = catalogue()
    # A code of the message set that stands on a request, or is asked for without saying where it stood,
    # is still the safer reading: 600 there is not "processed, with a remark".
    for place in (scope, Scope.REQUEST, Scope.MESSAGE_SET, Scope.WEB_CONNECTOR):
        found = known.codes.get((place, written))
        if found and not (scope is Scope.MESSAGE_SET and place is Scope.REQUEST and written.isdigit()):
            return found
    return _find_range(written, Scope.WEB_CONNECTOR if written.startswith("QBWC") else scope)


def _find_range(written: str, scope: Scope) -> CodeEntry:
    number = int(written) if _DECIMAL.fullmatch(written) else None
    return catalogue().ranges[scope].choose(number)


def _as_asked(found: Entry) -> Entry:
    if read_request_name(found.request).verb != "Query":
        return found
    return replace(
        found,
        applied=Applied.NOT_APPLICABLE,
        treatment=Treatment.LATER if found.treatment is Treatment.PROBE else found.treatment,
        offers=_OFFERS_OF_A_QUERY if found.offers else (),
    )
