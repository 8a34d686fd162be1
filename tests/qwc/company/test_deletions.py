"""Deleting, voiding and merging, and asking for what was deleted."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Clock, Conversation, add, invoice, line, mod, query, ref


def delete(kind: str, list_id: str) -> str:
    return f"<ListDelRq><ListDelType>{kind}</ListDelType><ListID>{list_id}</ListID></ListDelRq>"


def remove(kind: str, txn_id: str, verb: str = "Del") -> str:
    return f"<Txn{verb}Rq><Txn{verb}Type>{kind}</Txn{verb}Type><TxnID>{txn_id}</TxnID></Txn{verb}Rq>"


def test_an_unused_entry_is_deleted_and_remembered(talk: Conversation, company: CompanyFile) -> None:
    list_id = talk.done(add("Customer", "<Name>Kern</Name>")).identity[0]

    done = talk.done(delete("Customer", list_id))
    deleted = talk.done(query("ListDeleted", "<ListDelType>Customer</ListDelType>"))

    assert done.text("FullName") == "Kern"
    assert company.find("Customer", "Kern") == []
    assert deleted.texts("ListDeletedRet/ListID") == [list_id]
    assert talk.one(delete("Customer", list_id)).code == 3120
    assert talk.one(add("Vendor", "<Name>Kern</Name>")).code == 0


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param("Customer", "Hollis & Daughters", id="has jobs"),
        pytest.param("StandardTerms", "Net 30", id="used by a customer"),
        pytest.param("Account", "Product Sales", id="used by an item"),
        pytest.param("Account", "Undeposited Funds", id="needed by QuickBooks"),
        pytest.param("ItemSalesTax", "County Sales Tax", id="used in the preferences"),
        pytest.param("ItemInventory", "Oak Board", id="part of an assembly"),
    ],
)
def test_a_used_entry_cannot_be_deleted(talk: Conversation, company: CompanyFile, kind: str, name: str) -> None:
    list_id = company.find(kind, name)[0]["ListID"]

    reply = talk.one(delete(kind, list_id))

    assert reply.code == 3160
    assert list_id in reply.message
    assert len(company.find(kind, name)) == 1


def test_an_entry_is_free_again_when_its_last_use_is_gone(talk: Conversation) -> None:
    customer = talk.done(add("Customer", "<Name>Kern</Name>")).identity[0]
    used = talk.done(invoice(line("Oak Board"), customer="Kern")).identity[0]

    assert talk.one(delete("Customer", customer)).code == 3160
    talk.done(remove("Invoice", used))
    assert talk.one(delete("Customer", customer)).code == 0


def test_an_entry_of_another_kind_is_not_there(talk: Conversation) -> None:
    vendor = talk.done(add("Vendor", "<Name>Kern</Name>")).identity[0]

    assert talk.one(delete("Customer", vendor)).code == 3120
    assert talk.one(delete("Customer", "what")).code == 3000


def test_a_deleted_document_takes_back_all_it_did(talk: Conversation, company: CompanyFile) -> None:
    txn_id = talk.done(invoice(line("Oak Board", "<Quantity>5</Quantity>"))).identity[0]

    done = talk.done(remove("Invoice", txn_id))

    assert done.text("RefNumber") == "1001"
    assert company.records("Invoice") == []
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "120"
    assert company.find("Customer", "Ridgeline Builders")[0]["Balance"] == "0.00"
    assert talk.done(query("TxnDeleted", "<TxnDelType>Invoice</TxnDelType>")).texts("TxnDeletedRet/TxnID") == [txn_id]
    assert talk.one(remove("Invoice", txn_id)).code == 3120


def test_a_document_in_the_closed_period_cannot_be_deleted_or_voided(talk: Conversation, company: CompanyFile) -> None:
    txn_id = talk.done(invoice(line("Oak Board"))).identity[0]
    company.set("closing_date", "2026-07-04")

    assert talk.one(remove("Invoice", txn_id)).code == 3161
    assert talk.one(remove("Invoice", txn_id, "Void")).code == 3171
    company.set("closing_date", "2026-07-03")
    assert talk.one(remove("Invoice", txn_id)).code == 0


def test_a_voided_document_stays_with_zero_amounts(talk: Conversation, company: CompanyFile) -> None:
    added = talk.done(invoice(line("Oak Board", "<Quantity>5</Quantity>"), more="<Memo>wood</Memo>"))

    talk.done(remove("Invoice", added.identity[0], "Void"))

    (after,) = company.find("Invoice", "1001")
    assert (after["Total"], after["BalanceRemaining"], after["Memo"]) == ("0.00", "0.00", "VOID: wood")
    assert [one["Amount"] for one in after["Lines"]] == ["0.00"]
    assert after["EditSequence"] != added.identity[1]
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "120"
    assert company.find("Customer", "Ridgeline Builders")[0]["Balance"] == "0.00"
    assert talk.one(remove("Invoice", added.identity[0], "Void")).code == 3185


def test_vehicle_mileage_is_never_deleted(talk: Conversation) -> None:
    talk.done(add("Vehicle", "<Name>Van</Name>"))
    trip = talk.done(add("VehicleMileage", f"{ref('VehicleRef', 'Van')}<TotalMiles>12.5</TotalMiles>"))

    assert talk.one(remove("VehicleMileage", trip.identity[0])).code == 3160


def test_what_was_deleted_is_remembered_for_ninety_days(talk: Conversation, clock: Clock) -> None:
    list_id = talk.done(add("Customer", "<Name>Kern</Name>")).identity[0]
    talk.done(delete("Customer", list_id))
    asked = query("ListDeleted", "<ListDelType>Customer</ListDelType>")

    clock.advance(days=89)
    assert talk.one(asked).code == 0
    clock.advance(days=2)
    assert talk.one(asked).code == 1


def test_deletions_are_filtered_by_their_time(talk: Conversation, clock: Clock) -> None:
    for name in ("Kern", "Holt"):
        talk.done(delete("Customer", talk.done(add("Customer", f"<Name>{name}</Name>")).identity[0]))
        clock.advance(hours=1)
    later = "<DeletedDateRangeFilter><FromDeletedDate>2026-07-04T10:30:00</FromDeletedDate></DeletedDateRangeFilter>"

    found = talk.done(query("ListDeleted", f"<ListDelType>Customer</ListDelType>{later}"))

    assert found.texts("ListDeletedRet/FullName") == ["Holt"]


def merge(kind: str, gone: tuple[str, str], kept: tuple[str, str]) -> str:
    def side(name: str, one: tuple[str, str]) -> str:
        return f"<{name}><ListID>{one[0]}</ListID><EditSequence>{one[1]}</EditSequence></{name}>"

    sides = side("MergeFrom", gone) + side("MergeTo", kept)
    return f"<ListMergeRq><ListMergeType>{kind}</ListMergeType>{sides}</ListMergeRq>"


def test_merging_moves_everything_to_the_one_that_stays(talk: Conversation, company: CompanyFile) -> None:
    gone = talk.done(add("Customer", "<Name>Kern</Name>")).identity
    kept = talk.done(add("Customer", "<Name>Kern Bros</Name>")).identity
    talk.done(invoice(line("Oak Board", "<Amount>30.00</Amount>"), customer="Kern"))

    refused = talk.one(merge("Customer", gone, kept))
    company.set("file_mode", "SingleUser")
    done = talk.done(merge("Customer", gone, kept))

    assert refused.code == 3162
    assert done.text("MergedFrom/FullName") == "Kern"
    assert company.find("Customer", "Kern") == []
    # Thirty dollars and 8.25 percent of sales tax, rounded half up.
    assert company.find("Customer", "Kern Bros")[0]["Balance"] == "32.48"
    assert company.find("Invoice", "1001")[0]["CustomerRef"]["FullName"] == "Kern Bros"
    assert talk.one(merge("Customer", kept, kept)).code in (3200, 3500)


def test_a_document_of_a_used_kind_can_still_be_changed_after_the_entry_became_inactive(talk: Conversation) -> None:
    customer = talk.done(add("Customer", "<Name>Kern</Name>"))
    talk.done(mod("Customer", customer.identity, "<IsActive>false</IsActive>"))

    assert talk.one(invoice(line("Oak Board"), customer="Kern")).code == 0
