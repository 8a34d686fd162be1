"""Bodies that cannot be taken as they are: each is refused with where it breaks, and nothing of it is lost silently."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import Any

import pytest
from gunicorn.http.errors import InvalidChunkSize

from service.api.bodies import LARGEST_BODY
from tests.api.caller import Caller
from tests.shop import Shop

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

MESSAGES = "/companies/shop/messages"
CUSTOMER = '{"operation": "save", "record": "Customer:1", "content": {"Name": "Ada"}}'


def refused(oms: Caller, shop: Shop, body: str | bytes, **more: Any) -> str:
    """The sentence about a body that is no JSON, of which nothing was taken."""
    answer = oms.post(MESSAGES, data=body, **more)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), answer.text
    assert shop.counts() == {}
    told: str = answer.json["detail"]
    return told


def test_a_line_written_twice_as_in_xml_is_refused_and_not_lost(oms: Caller, shop: Shop) -> None:
    """Python would keep the last of the two, and the invoice would go out with one line."""
    lines = '"InvoiceLineAdd": {"Desc": "A", "Amount": "1.00"}, "InvoiceLineAdd": {"Desc": "B", "Amount": "2.00"}'
    body = f'{{"operation": "save", "record": "Invoice:1", "content": {{{lines}}}}}'

    assert "'InvoiceLineAdd' stands twice in one object" in refused(oms, shop, body)
    assert "'operation' stands twice" in refused(oms, shop, CUSTOMER.replace("{", '{"operation": "delete", ', 1))


@pytest.mark.parametrize("number", ["1e999999999999999999999", "-1e-999999999999999999999", "NaN", "9" * 5000])
def test_a_number_that_is_none_is_the_callers_mistake(oms: Caller, shop: Shop, number: str) -> None:
    told = refused(oms, shop, CUSTOMER.replace('"Ada"', f'"Ada", "CreditLimit": {number}'))

    assert "number" in told
    assert "sys." not in told


def test_what_is_no_json_says_where_it_breaks(oms: Caller, shop: Shop) -> None:
    assert "line 2, column 11" in refused(oms, shop, '{"operation": "save",\n "record" "Customer:1"}')
    assert "not in UTF-8 (at byte 68)" in refused(oms, shop, CUSTOMER.encode().replace(b"Ada", b"A\xe9a"))
    assert "is empty" in refused(oms, shop, "")


def test_a_packed_body_is_refused_with_the_reason(oms: Caller, shop: Shop) -> None:
    answer = oms.post(MESSAGES, data=gzip.compress(CUSTOMER.encode()), headers={"Content-Encoding": "gzip"})

    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")
    assert "without Content-Encoding" in answer.json["detail"]
    assert shop.counts() == {}
    assert oms.post(MESSAGES, data=CUSTOMER, headers={"Content-Encoding": "identity"}).status_code == 201


def test_a_body_of_unknown_length_that_is_too_large_is_called_so(oms: Caller, shop: Shop) -> None:
    stream = BytesIO(b'{"content": "' + b"a" * LARGEST_BODY + b'"}')

    answer = oms.post(MESSAGES, input_stream=stream, environ_overrides={"wsgi.input_terminated": True})

    assert answer.status_code == 413
    assert "several batches" in answer.json["detail"]
    assert shop.counts() == {}


@pytest.mark.parametrize("failure", [InvalidChunkSize(b"ZZ"), ConnectionResetError()])
def test_a_body_that_breaks_off_is_no_failure_of_ours(oms: Caller, shop: Shop, failure: Exception) -> None:
    class BreakingOff(BytesIO):
        def read(self, *_: object) -> bytes:
            raise failure

        readinto = read  # type: ignore[assignment] # Whichever of the two is asked.

    answer = oms.post(MESSAGES, input_stream=BreakingOff(), environ_overrides={"wsgi.input_terminated": True})

    assert (answer.status_code, answer.json["detail"]) == (
        400,
        "The body broke off on its way. Nothing of it was taken.",
    )
    assert shop.counts() == {}


@pytest.mark.parametrize("body", ["[]", '"text"', "5"])
def test_what_is_no_object_is_called_so(oms: Caller, shop: Shop, body: str) -> None:
    answer = oms.post(MESSAGES, data=body)

    assert answer.status_code == 422
    assert answer.json["complaints"] == [{"path": "", "sentence": "The body must be an object in braces."}]
    assert shop.counts() == {}


@pytest.mark.parametrize("header", ["", " "])
def test_an_empty_idempotency_key_is_refused_because_somebody_relies_on_it(
    oms: Caller, shop: Shop, header: str
) -> None:
    answer = oms.post(MESSAGES, data=CUSTOMER, headers={"Idempotency-Key": header})

    assert answer.status_code == 400
    assert "Idempotency-Key is empty" in answer.json["detail"]
    assert shop.counts() == {}


@pytest.mark.parametrize("since", ["2026-03-02T10:00:00 00:00", "2026", "1772445600", "2026-03-02", "yesterday"])
def test_a_time_that_is_none_says_how_to_write_one(oms: Caller, since: str) -> None:
    """A + in an address is a blank, and a mere number would be read as seconds since 1970."""
    answer = oms.get(MESSAGES, query_string={"since": since})

    assert answer.status_code == 422
    (complaint,) = answer.json["complaints"]
    assert complaint["path"] == "since"
    assert "as 2026-07-04T08:00:00Z; a + has to be %2B" in complaint["sentence"]
