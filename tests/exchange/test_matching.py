"""Rules say in their order which entry of QuickBooks is which record; what is not plain is left to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.exchange.matching import Known, Match, Verdict, match
from service.store.read_entries import Entry

NOBODY = Known("Customer:C-1", "", "", "")


def entry(number: int, full_name: str, kind: str = "Customer", *, account: str = "", email: str = "") -> Entry:
    return Entry(
        id=number,
        reading_id=1,
        question=0,
        kind=kind,
        quickbooks_id=f"8000000{number}-1700000000",
        full_name=full_name,
        number=account or None,
        email=email or None,
        edit_sequence="1700000000",
        time_created=None,
        time_modified=None,
        time_deleted=None,
        inactive=False,
        linked=None,
        merged_into=None,
        seen_at=None,
        read_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


RUTH = entry(1, "Calloway, Ruth", account="4711", email="ruth@example.com")
ANN = entry(2, "Calloway, Ann", account="4712", email="ann@example.com")


def one(known: Known, *entries: Entry, linked: dict[tuple[str, str], str] | None = None) -> Match:
    (found,) = match([known], entries, linked or {})
    return found


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        (replace(NOBODY, full_name="CALLOWAY,  ruth "), "same name"),
        (replace(NOBODY, full_name="Ruth", number="4711"), "same number"),
        (replace(NOBODY, full_name="Ruth", number="1", email="RUTH@example.com"), "same e-mail"),
        (replace(NOBODY, full_name="Calloway, Ruth", number="4712", email="ann@example.com"), "same name"),
    ],
)
def test_the_first_rule_that_finds_anything_decides(known: Known, rule: str) -> None:
    found = one(known, RUTH, ANN)

    assert (found.verdict, found.rule, found.entries) == (Verdict.LINK, rule, (RUTH,))


def test_what_is_empty_is_the_same_as_nothing() -> None:
    assert one(NOBODY, entry(1, ""), entry(2, "Somebody")).verdict is Verdict.NOT_FOUND


def test_the_beginning_of_a_name_is_not_the_name() -> None:
    assert one(replace(NOBODY, full_name="Calloway"), RUTH, ANN).verdict is Verdict.NOT_FOUND


def test_two_of_the_same_number_are_ambiguous() -> None:
    found = one(replace(NOBODY, full_name="Calloway", number="4711"), RUTH, ANN._replace(number="4711"))

    assert found.verdict is Verdict.AMBIGUOUS
    assert found.entries == (RUTH, ANN._replace(number="4711"))


def test_a_name_that_only_a_vendor_has_is_of_another_kind_whatever_the_number_says() -> None:
    vendor = entry(3, "Harbor Freight", "Vendor")

    found = one(replace(NOBODY, full_name="Harbor Freight", number="4711"), vendor, RUTH)

    assert (found.verdict, found.entries) == (Verdict.OTHER_KIND, (vendor,))


def test_what_is_linked_to_another_record_is_not_linked_twice() -> None:
    linked = {("Customer", RUTH.quickbooks_id): "Customer:C-9"}

    found = one(replace(NOBODY, full_name="Calloway, Ruth"), RUTH, linked=linked)

    assert (found.verdict, found.taken_by) == (Verdict.TAKEN, "Customer:C-9")


def test_a_list_id_of_another_kind_takes_nothing() -> None:
    linked = {("ItemService", RUTH.quickbooks_id): "ItemService:7"}

    assert one(replace(NOBODY, full_name="Calloway, Ruth"), RUTH, linked=linked).verdict is Verdict.LINK


def test_an_entry_goes_to_whom_the_stronger_rule_names() -> None:
    by_email = Known("Customer:C-2", "Household Calloway", "", "ruth@example.com")
    by_name = Known("Customer:C-1", "Calloway, Ruth", "", "")

    found = match([by_email, by_name], [RUTH], {})

    assert [(each.record, each.verdict, each.taken_by) for each in found] == [
        ("Customer:C-2", Verdict.AMBIGUOUS, "Customer:C-1"),
        ("Customer:C-1", Verdict.LINK, ""),
    ]


def test_an_entry_that_two_records_claim_by_one_rule_goes_to_neither() -> None:
    claims = [Known(f"Customer:C-{number}", "Calloway, Ruth", "", "") for number in (1, 2)]

    found = match(claims, [RUTH], {})

    assert [(each.verdict, each.taken_by) for each in found] == [
        (Verdict.AMBIGUOUS, "Customer:C-2"),
        (Verdict.AMBIGUOUS, "Customer:C-1"),
    ]
