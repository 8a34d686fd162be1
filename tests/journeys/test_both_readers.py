"""What the check passes is read and answered by QuickBooks, whatever it is.

The company file reads qbXML with code and facts of its own, so a rule that one side misread is found here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.qbxml import build
from service.qbxml.check import check
from tests.journeys.as_given import as_given
from tests.journeys.two_readers import (
    COUNTRIES,
    STATUS_OF_TYPE,
    TOO_LONG,
    WHOLE_SET,
    bounded,
    drawn,
    opened,
    quickbooks_reads,
    some_document,
)
from tests.qbxml.documents import Draw, spots
from tests.qbxml.test_properties import JSON, KNOWN

# One field of each type, and values at the edges of their types that a program could well give.
FIELDS: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "AMTTYPE": lambda value: invoice_line({"Amount": value}),
    "BOOLTYPE": lambda value: ("CustomerAddRq", {"CustomerAdd": {"Name": "a", "IsActive": value}}),
    "DATETIMETYPE": lambda value: ("CustomerQueryRq", {"FromModifiedDate": value}),
    "DATETYPE": lambda value: invoice_line({"ServiceDate": value}),
    "FLOATTYPE": lambda value: ("BillAddRq", {"BillAdd": {"VendorRef": {"FullName": "a"}, "ExchangeRate": value}}),
    "GUIDTYPE": lambda value: ("CustomerAddRq", {"CustomerAdd": {"Name": "a", "ExternalGUID": value}}),
    "INTTYPE": lambda value: ("StandardTermsAddRq", {"StandardTermsAdd": {"Name": "a", "StdDueDays": value}}),
    "PERCENTTYPE": lambda value: invoice_line({"RatePercent": value}),
    "PRICETYPE": lambda value: invoice_line({"Rate": value}),
    "QUANTYPE": lambda value: invoice_line({"Quantity": value}),
    "TIMEINTERVALTYPE": lambda value: (
        "TimeTrackingAddRq",
        {"TimeTrackingAdd": {"EntityRef": {"FullName": "a"}, "Duration": value}},
    ),
}
EDGES = [
    *("0", "-0", "1", "-1", "+1", "1.", "1.0", ".5", "-.5", "1.5", "1.55", "1.555", "1.123456", "00001", "1e5", "1E+2"),
    *("1234567890123", "12345678901234", "9999999999", "12345678901", "2147483647", "2147483648", "-2147483648"),
    *("true", "false", "True", "yes", "2026-01-31", "2026-1-31", "2026-02-30", "0001-01-01", "9999-12-31"),
    *("1900-12-31", "1901-01-01", "1969-12-31", "2038-01-19", "2038-01-20", "2026-01-31T14", "2026-01-31T14:05"),
    *("2026-01-31T14:05:00", "2026-01-31T14:05:00Z", "2026-01-31T14:05:00-08:00", "2026-01-31T14:05:00+15:00"),
    *("2026-01-31T24:00:00", "PT2H30M0S", "PT2H", "PT", "P1D", "2:30"),
    *("{6B063959-81B0-4622-85D6-F548C8CCB517}", "{6b063959-81b0-4622-85d6-f548c8ccb517}", "{6B063959}"),
]


def invoice_line(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "InvoiceAddRq", {"InvoiceAdd": {"CustomerRef": {"FullName": "a"}, "InvoiceLineAdd": line}}


@bounded
@some_document
def test_what_the_check_passes_is_read_by_quickbooks(where: tuple[str, str, str], seed: int) -> None:
    name, version, country = where
    document = Draw(Random(seed), version, country).document(name)

    assert check(name, document, version=version, country=country) == []
    request = build.request(name, document, version=version, country=country, request_id="1")
    assert quickbooks_reads(request, version, country) == ""


@bounded
@given(st.sampled_from(KNOWN), st.integers(0, 2**32), JSON)
def test_any_json_that_the_check_passes_is_read_by_quickbooks(
    where: tuple[str, str, str], seed: int, junk: Any
) -> None:
    name, version, country = where
    random = Random(seed)
    document = Draw(random, version, country).document(name)
    candidates = spots(name, document)
    if candidates:
        random.choice(candidates).put(junk)
    if check(name, document, version=version, country=country, substitute=True):
        return

    request = build.request(name, document, version=version, country=country, substitute=True)
    assert quickbooks_reads(request, version, country) == ""


@bounded
@given(st.sampled_from(KNOWN), st.integers(0, 2**32), st.sampled_from(COUNTRIES))
def test_both_say_the_same_of_an_older_quickbooks_and_of_another_country(
    where: tuple[str, str, str], seed: int, other: str
) -> None:
    """A document for the newest QuickBooks of one country, sent to an older one of another."""
    name, version, country = where
    document = drawn(Random(seed), name, "16.0", country)
    complaints = check(name, document, version=version, country=other)
    kinds = {str(complaint.kind) for complaint in complaints}

    expected = WHOLE_SET if kinds & {"version", "edition"} else TOO_LONG if kinds else ""
    assert kinds <= {"version", "edition", "length"}
    assert quickbooks_reads(as_given(name, document), version, other) == expected


@pytest.mark.parametrize("country", COUNTRIES)
def test_whatever_is_read_is_answered_with_a_status(country: str, tmp_path: Path) -> None:
    """Nothing that the check passes makes QuickBooks fail: each request is answered, under its own number."""
    random = Random(country)
    kinds = [(name, version) for name, version, where in KNOWN if where == country]
    for version in sorted({version for _, version in kinds}):
        chosen = random.sample([name for name, since in kinds if since == version], 60)
        requests = [
            build.request(
                name,
                Draw(random, version, country).document(name),
                request_id=str(number),
                version=version,
                country=country,
            )
            for number, name in enumerate(chosen)
        ]
        message_set = build.message_set(requests, version=version, country=country)
        with opened(tmp_path / version, country) as quickbooks:
            responses = etree.fromstring(quickbooks.process_request(message_set.decode()).encode())[0]

        assert [one.get("requestID") for one in responses] == [str(number) for number in range(len(chosen))]
        assert [str(one.tag) for one in responses] == [name.removesuffix("Rq") + "Rs" for name in chosen]
        assert all(re.fullmatch("0|1|[0-9]{3,4}", one.get("statusCode", "")) for one in responses)
        assert not {one.get("statusCode") for one in responses} & {"1000", "3065", "3070", "3085"}


@pytest.mark.parametrize("kind", FIELDS)
def test_values_at_the_edges_of_a_type_are_read_by_quickbooks_if_the_check_passes_them(
    kind: str, tmp_path: Path
) -> None:
    given = [FIELDS[kind](value) for value in ["", *EDGES]]
    passed = [(name, content) for name, content in given if check(name, content) == []]
    with opened(tmp_path, "US") as quickbooks:
        for name, content in passed:
            message_set = build.message_set([build.request(name, content)], version="16.0")
            (response,) = etree.fromstring(quickbooks.process_request(message_set.decode()).encode())[0]
            assert response.get("statusCode") != STATUS_OF_TYPE[kind], content

    assert len(passed) > 1
