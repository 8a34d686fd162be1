"""The one shape of a message: what could not be checked, kept or read back is refused at whatever door it comes."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from service.domain.refusals import BadDocument
from service.exchange import document


def nested(objects: int) -> dict[str, Any]:
    """Return content of so many objects inside one another."""
    content: dict[str, Any] = {"Name": "x"}
    for _ in range(objects - 1):
        content = {"A": content}
    return content


def read(**more: Any) -> document.Document:
    return document.read({"operation": "save", "record": "Customer:1", "content": {"Name": "x"}, **more})


@pytest.mark.parametrize("objects", [41, 500, 900])
def test_content_that_is_nested_deeper_than_any_of_qbxml_is_refused(objects: int) -> None:
    with pytest.raises(BadDocument) as refused:
        read(content=nested(objects))

    assert str(refused.value).startswith("content: ")
    assert "nested too deeply" in str(refused.value)


def test_lists_count_as_depth_too() -> None:
    content: Any = []
    for _ in range(60):
        content = [content]

    with pytest.raises(BadDocument, match="nested too deeply"):
        read(content={"A": content})


def test_depth_within_the_bound_and_many_things_beside_one_another_are_taken() -> None:
    lines = [{"line": str(number), "Quantity": 1} for number in range(500)]

    assert read(content=nested(40)).content == nested(40)
    assert read(content={"InvoiceLineAdd": lines}).content == {"InvoiceLineAdd": lines}
    assert read(content={"Notes": "[{" * 100}).content == {"Notes": "[{" * 100}


@pytest.mark.parametrize(
    "far_away",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        datetime.max.replace(tzinfo=timezone.min),
        "1899-12-31T23:59:59+00:00",
    ],
)
def test_a_time_that_a_database_cannot_keep_in_every_zone_is_refused(far_away: object) -> None:
    with pytest.raises(BadDocument, match=r"^not_before: .* lies too far away; write a year from 1900 to 8999"):
        read(not_before=far_away)


def test_a_time_of_the_next_years_is_taken_with_its_zone() -> None:
    moment = read(not_before="2031-07-04T08:00:00-05:00").not_before

    assert moment is not None
    assert moment.isoformat() == "2031-07-04T08:00:00-05:00"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            '{"CreditLimit": 1e999999999999999999999}',
            "999 is too far from zero to be a number here.",
        ),
        ('{"CreditLimit": ' + "9" * 5000 + "}", "it holds a number of thousands of digits."),
        ('{"CreditLimit": NaN}', "NaN is not a number."),
        ('{"A": {"InvoiceLineAdd": {}, "InvoiceLineAdd": {}}}', "'InvoiceLineAdd' stands twice in one object;"),
        (b'{"Name": "x"}', "content: must be text, not bytes."),
    ],
)
def test_a_line_that_cannot_be_taken_at_its_word_is_refused_and_stops_nobody(line: Any, complaint: str) -> None:
    """What comes by SQL is read while the Web Connector waits: any other failure would end each of its visits."""
    with pytest.raises(BadDocument) as refused:
        document.parse_line(line)

    assert complaint in str(refused.value)


def test_an_empty_text_is_called_empty() -> None:
    with pytest.raises(BadDocument, match="idempotency_key: is empty"):
        document.read({"operation": "void", "record": "Invoice:1", "idempotency_key": " "})
