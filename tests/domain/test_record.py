"""The names of records."""

from __future__ import annotations

import pytest

from service.domain.record import Record
from service.domain.refusals import BadRecordName


@pytest.mark.parametrize(
    ("given", "kind", "key"),
    [
        ("Customer:C-1042", "Customer", "C-1042"),
        ("Invoice:2026:0001", "Invoice", "2026:0001"),
        ("ItemService:Ölwechsel groß", "ItemService", "Ölwechsel groß"),
        ("Customer:" + "x" * 200, "Customer", "x" * 200),
    ],
)
def test_a_kind_and_a_key_are_a_name(given: str, kind: str, key: str) -> None:
    assert Record.parse(given) == Record(kind, key)
    assert str(Record(kind, key)) == given


@pytest.mark.parametrize(
    "given",
    [
        *("", "Customer", "Customer:", ":C-1", "Customer: C-1", "Customer:C-1 ", "Cus tomer:1", "Customer:a\nb"),
        *(None, 7, "Customer:" + "x" * 201),
    ],
)
def test_anything_else_is_refused_with_an_example(given: object) -> None:
    with pytest.raises(BadRecordName, match="'Customer:C-1042'"):
        Record.parse(given)


def test_a_key_that_is_too_long_is_told_by_its_length_and_not_in_full() -> None:
    with pytest.raises(BadRecordName, match=r"'x{40}\.\.\.' is 201 characters long, and at most 200"):
        Record.parse("Customer:" + "x" * 201)
