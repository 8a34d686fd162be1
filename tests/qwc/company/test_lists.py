"""List entries: names, levels, references, EditSequence, and what a change keeps, clears and refuses."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import (
    FIRST_SECOND,
    FIRST_TIME,
    Clock,
    Conversation,
    add,
    mod,
    query,
    ref,
)


def test_an_added_entry_comes_back_whole_and_in_the_order_of_the_schema(talk: Conversation) -> None:
    reply = talk.done(add("Customer", "<Name>Kern, Lila</Name><CompanyName>Kern</CompanyName><Phone>1</Phone>"))

    names = [str(one.tag) for one in reply.element[0]]
    assert names[:8] == [
        "ListID",
        "TimeCreated",
        "TimeModified",
        "EditSequence",
        "Name",
        "FullName",
        "IsActive",
        "Sublevel",
    ]
    assert names.index("CompanyName") < names.index("Phone") < names.index("Balance")
    assert reply.text("CustomerRet/TimeCreated") == reply.text("CustomerRet/TimeModified") == FIRST_TIME
    assert reply.text("CustomerRet/EditSequence") == FIRST_SECOND
    assert reply.text("CustomerRet/Balance") == "0.00"


@pytest.mark.parametrize("kind", ["Customer", "Vendor", "OtherName"])
def test_a_colon_cannot_be_part_of_a_name(talk: Conversation, kind: str) -> None:
    reply = talk.one(add(kind, "<Name>Kern:Lila</Name>"))

    assert reply.code == 3090
    assert "Kern:Lila" in reply.message
    assert '"Name"' in reply.message


@pytest.mark.parametrize(
    "taken_again",
    [
        pytest.param(add("Customer", "<Name>ALDER timber mills</Name>"), id="a vendor's name, other case"),
        pytest.param(add("Vendor", "<Name>Ridgeline Builders</Name>"), id="a customer's name"),
        pytest.param(add("OtherName", "<Name>Mara Holt</Name>"), id="an employee's name"),
        pytest.param(add("Customer", "<Name>petty cash box</Name>"), id="an other name"),
        pytest.param(add("Employee", "<FirstName>Petty</FirstName><LastName>Cash Box</LastName>"), id="by an employee"),
        pytest.param(add("Class", "<Name>NORTH</Name>"), id="within its own list"),
    ],
)
def test_a_name_can_be_taken_once_across_the_four_name_lists(talk: Conversation, taken_again: str) -> None:
    assert talk.one(taken_again).code == 3100


def test_an_item_s_name_is_taken_for_items_of_every_kind(talk: Conversation) -> None:
    sold = "<SalesOrPurchase><AccountRef><FullName>Product Sales</FullName></AccountRef></SalesOrPurchase>"

    assert talk.one(add("ItemService", f"<Name>oak board</Name>{sold}")).code == 3100


def test_an_inactive_entry_still_holds_its_name(talk: Conversation) -> None:
    first = talk.done(add("Customer", "<Name>Gone Away</Name><IsActive>false</IsActive>"))
    again = talk.one(add("Vendor", "<Name>Gone Away</Name>"))

    assert first.text("CustomerRet/IsActive") == "false"
    assert again.code == 3100
    assert "Gone Away" in again.message


def test_a_job_stands_below_its_customer_and_siblings_alone_share_names(talk: Conversation) -> None:
    parent = ref("ParentRef", "hollis & daughters".replace("&", "&amp;"))
    job = talk.done(add("Customer", f"<Name>Kitchen</Name>{parent}"))
    below = talk.done(add("Customer", f"<Name>Cabinets</Name>{ref('ParentRef', 'Hollis &amp; Daughters:Kitchen')}"))
    elsewhere = talk.one(add("Customer", f"<Name>Kitchen</Name>{ref('ParentRef', 'Ridgeline Builders')}"))
    twice = talk.one(add("Customer", f"<Name>KITCHEN</Name>{parent}"))

    assert job.text("CustomerRet/FullName") == "Hollis & Daughters:Kitchen"
    assert job.text("CustomerRet/ParentRef/FullName") == "Hollis & Daughters"
    assert below.text("CustomerRet/FullName") == "Hollis & Daughters:Kitchen:Cabinets"
    assert below.text("CustomerRet/Sublevel") == "2"
    assert elsewhere.code == 0
    assert twice.code == 3100


def test_a_parent_that_is_missing_or_of_another_kind_is_refused(talk: Conversation) -> None:
    missing = talk.one(add("Customer", f"<Name>Job</Name>{ref('ParentRef', 'Nobody')}"))
    vendor = talk.one(add("Customer", f"<Name>Job</Name>{ref('ParentRef', 'Alder Timber Mills')}"))

    assert (missing.code, vendor.code) == (3130, 3130)
    assert "Nobody" in missing.message


def test_a_list_has_five_levels_at_most(talk: Conversation) -> None:
    full_name = "Ridgeline Builders"
    for level in range(4):
        talk.done(add("Customer", f"<Name>L{level}</Name>{ref('ParentRef', full_name)}"))
        full_name += f":L{level}"

    assert talk.one(add("Customer", f"<Name>L5</Name>{ref('ParentRef', full_name)}")).code == 3180


def test_a_reference_by_list_id_beats_its_full_name(talk: Conversation) -> None:
    terms = talk.done(query("Terms", "<FullName>Net 15</FullName>")).text("StandardTermsRet/ListID")
    both = f"<TermsRef><ListID>{terms}</ListID><FullName>Net 30</FullName></TermsRef>"

    reply = talk.done(add("Customer", f"<Name>A</Name>{both}"))

    assert reply.text("CustomerRet/TermsRef/FullName") == "Net 15"


def test_a_reference_to_nothing_names_the_list_and_the_value(talk: Conversation) -> None:
    reply = talk.one(add("Customer", f"<Name>A</Name>{ref('TermsRef', 'Net 999')}"))

    assert reply.code == 3140
    assert "Net 999" in reply.message
    assert "Terms" in reply.message
    assert "Customer" in reply.message


def test_an_address_may_have_five_printed_lines(talk: Conversation) -> None:
    town = "<City>Bend</City><State>OR</State><PostalCode>97701</PostalCode>"
    three = "<Addr1>1</Addr1><Addr2>2</Addr2><Addr3>3</Addr3>"
    fits = talk.done(add("Customer", f"<Name>A</Name><BillAddress>{three}{town}<Country>USA</Country></BillAddress>"))
    too_long = talk.one(
        add("Customer", f"<Name>B</Name><BillAddress>{three}<Addr4>4</Addr4><Addr5>5</Addr5>{town}</BillAddress>")
    )

    assert fits.text("CustomerRet/BillAddressBlock/Addr4") == "Bend, OR 97701"
    assert fits.text("CustomerRet/BillAddressBlock/Addr5") == "USA"
    assert too_long.code == 3205


def test_a_change_keeps_what_is_left_out_and_clears_what_is_empty(talk: Conversation) -> None:
    contents = "<Name>Kern</Name><BillAddress><Addr1>Street 1</Addr1><City>Bend</City></BillAddress><Phone>1</Phone>"
    added = talk.done(add("Customer", contents + "<Fax>2</Fax>"))

    changed = talk.done(mod("Customer", added.identity, "<BillAddress><City>Salem</City></BillAddress><Phone></Phone>"))

    assert changed.text("CustomerRet/Fax") == "2"
    assert changed.text("CustomerRet/Phone") is None
    assert changed.text("CustomerRet/BillAddress/Addr1") == "Street 1"
    assert changed.text("CustomerRet/BillAddress/City") == "Salem"


def test_every_change_gives_another_edit_sequence_even_within_a_second(talk: Conversation, clock: Clock) -> None:
    first = talk.done(add("Customer", "<Name>Kern</Name>"))
    second = talk.done(mod("Customer", first.identity, "<Phone>1</Phone>"))
    clock.advance(seconds=90)
    third = talk.done(mod("Customer", second.identity, "<Phone>2</Phone>"))

    sequences = [reply.text("CustomerRet/EditSequence") for reply in (first, second, third)]
    assert sequences == ["1783177200", "1783177201", "1783177290"]
    assert third.text("CustomerRet/TimeCreated") == FIRST_TIME
    assert third.text("CustomerRet/TimeModified") == "2026-07-04T10:01:30-05:00"


def test_a_stale_edit_sequence_changes_nothing(talk: Conversation, company: CompanyFile) -> None:
    first = talk.done(add("Customer", "<Name>Kern</Name>"))
    talk.done(mod("Customer", first.identity, "<Phone>1</Phone>"))

    stale = talk.one(mod("Customer", first.identity, "<Phone>2</Phone>"))

    assert stale.code == 3200
    assert first.identity[1] in stale.message
    assert len(stale.element) == 0
    assert company.find("Customer", "Kern")[0]["Phone"] == "1"


def test_an_unknown_id_and_an_impossible_one_are_told_apart(talk: Conversation) -> None:
    unknown = talk.one(mod("Customer", ("8000FFFF-1700000000", "1"), "<Phone>1</Phone>"))
    impossible = talk.one(mod("Customer", ("8000-FFFF-X", "1"), "<Phone>1</Phone>"))
    other_kind = talk.done(add("Vendor", "<Name>Kern</Name>")).identity

    assert (unknown.code, impossible.code) == (3120, 3000)
    assert "8000FFFF-1700000000" in unknown.message
    assert talk.one(mod("Customer", other_kind, "<Phone>1</Phone>")).code == 3120


@pytest.mark.parametrize("empty", ["<Name></Name>", "<IsActive></IsActive>"])
def test_a_field_that_must_keep_a_value_cannot_be_emptied(talk: Conversation, empty: str) -> None:
    added = talk.done(add("Customer", "<Name>Kern</Name>"))

    assert talk.one(mod("Customer", added.identity, empty)).code == 3190


def test_a_reference_is_cleared_by_an_empty_one(talk: Conversation) -> None:
    added = talk.done(add("Customer", f"<Name>Kern</Name>{ref('TermsRef', 'Net 30')}"))

    changed = talk.done(mod("Customer", added.identity, "<TermsRef><FullName></FullName></TermsRef>"))

    assert changed.text("CustomerRet/TermsRef/FullName") is None


def test_a_rename_shows_in_everything_below_and_in_everything_that_points_there(talk: Conversation) -> None:
    found = talk.done(query("Customer", "<FullName>Hollis &amp; Daughters</FullName>"))
    sold = f"<SalesReceiptLineAdd>{ref('ItemRef', 'Installation')}<Quantity>1</Quantity></SalesReceiptLineAdd>"
    job = talk.done(add("SalesReceipt", ref("CustomerRef", "Hollis &amp; Daughters:Shop Refit") + sold))

    talk.done(mod("Customer", found.identity, "<Name>Hollis &amp; Sons</Name>"))

    below = talk.done(query("Customer", "<FullName>hollis &amp; sons:shop refit</FullName>"))
    receipt = talk.done(query("SalesReceipt", f"<TxnID>{job.identity[0]}</TxnID>"))
    assert below.text("CustomerRet/ParentRef/FullName") == "Hollis & Sons"
    assert receipt.text("SalesReceiptRet/CustomerRef/FullName") == "Hollis & Sons:Shop Refit"
    assert talk.one(query("Customer", "<FullName>Hollis &amp; Daughters</FullName>")).code == 500


def test_a_rename_to_a_taken_name_is_refused(talk: Conversation) -> None:
    added = talk.done(add("Customer", "<Name>Kern</Name>"))

    assert talk.one(mod("Customer", added.identity, "<Name>Northway Freight</Name>")).code == 3100
    assert talk.one(mod("Customer", added.identity, "<Name>KERN</Name>")).text("CustomerRet/Name") == "KERN"


def test_an_entry_cannot_be_moved_below_itself(talk: Conversation) -> None:
    parent = talk.done(add("Class", "<Name>East</Name>"))
    talk.done(add("Class", f"<Name>Coast</Name>{ref('ParentRef', 'East')}"))

    assert talk.one(mod("Class", parent.identity, ref("ParentRef", "East:Coast"))).code == 3180


def test_one_branch_of_a_choice_replaces_the_other(talk: Conversation) -> None:
    priced = f"<SalesOrPurchase><Price>5.00</Price>{ref('AccountRef', 'Product Sales')}</SalesOrPurchase>"
    added = talk.done(add("ItemOtherCharge", f"<Name>Rush</Name>{priced}"))

    percent = "<SalesOrPurchaseMod><PricePercent>12</PricePercent></SalesOrPurchaseMod>"
    changed = talk.done(mod("ItemOtherCharge", added.identity, percent))

    assert changed.text("ItemOtherChargeRet/SalesOrPurchase/PricePercent") == "12"
    assert changed.text("ItemOtherChargeRet/SalesOrPurchase/Price") is None
    assert changed.text("ItemOtherChargeRet/SalesOrPurchase/AccountRef/FullName") == "Product Sales"


def test_the_external_guid_of_an_entry_comes_back(talk: Conversation) -> None:
    guid = "{6B063959-81B0-4622-85D6-F548C8CCB517}"

    added = talk.done(add("Customer", f"<Name>Kern</Name><ExternalGUID>{guid}</ExternalGUID>"))

    assert added.text("CustomerRet/ExternalGUID") == guid
    assert talk.done(query("Customer", "<FullName>Kern</FullName>")).text("CustomerRet/ExternalGUID") == guid
