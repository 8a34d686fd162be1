"""What somebody changed in QuickBooks after it was synchronized is found, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qwc.connector import Outcome
from qwc.mishaps import Kind, Mishap, When
from service.exchange import drift
from service.exchange.drift import Found, NothingToCompare
from service.store import companies, identities, messages, readings
from tests.accountant import Accountant
from tests.journeys.orders import LAMP, customer, invoice, lamp
from tests.shop import Shop


@pytest.fixture
def accountant(town_shop: Shop) -> Accountant:
    return Accountant(town_shop)


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    """Return a shop with six customers, a lamp and two invoices, all synchronized."""
    for number in range(1, 7):
        town_shop.save(f"Customer:C-{number}", customer(f"Customer {number}"))
    town_shop.save(LAMP, lamp())
    town_shop.save("Invoice:10248", invoice("10248", "Customer:C-1"))
    town_shop.save("Invoice:10249", invoice("10249", "Customer:C-1"))
    assert town_shop.update().status == "9 synchronized."
    return town_shop


def compare(shop: Shop) -> dict[str, Found]:
    """Ask for a comparison, let a visit pass, and return what was found by record."""
    with shop.store.writing() as work:
        drift.ask(work, companies.named(work, shop.name), by="ruth")
    assert shop.update().succeeded
    return found(shop)


def found(shop: Shop) -> dict[str, Found]:
    with shop.store.reading() as work:
        return {one.record: one for one in drift.found(work, companies.named(work, shop.name))}


def what(told: dict[str, Found]) -> dict[str, tuple[str, ...]]:
    return {record: one.what for record, one in told.items()}


def test_what_was_changed_deactivated_deleted_or_renamed_is_found_and_nothing_else(
    shop: Shop, accountant: Accountant
) -> None:
    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0100</Phone>")
    on_the_pc = (shop.clock.now - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S-05:00")
    accountant.changes("Customer", "Customer 3", "<IsActive>false</IsActive>")
    accountant.deletes("Customer", "Customer 4")
    accountant.changes("Customer", "Customer 5", "<Name>Customer Five</Name>")
    accountant.changes("Invoice", "10248", "<Memo>Called, will pay on Friday</Memo>")
    accountant.adds("Customer", "<Name>Nobody of the order system</Name>")

    told = compare(shop)

    assert what(told) == {
        "Customer:C-2": ("changed",),
        "Customer:C-3": ("deactivated",),
        "Customer:C-4": ("deleted",),
        "Customer:C-5": ("renamed",),
        "Invoice:10248": ("changed",),
    }
    assert told["Customer:C-2"].when == on_the_pc
    assert "Customer Five" in told["Customer:C-5"].what_happened
    assert told["Invoice:10248"].called == "10248"


def test_a_comparison_changes_no_record_and_no_message(shop: Shop, accountant: Accountant) -> None:
    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0100</Phone>")
    before = (shop.counts(), shop.file.records("Customer"), known(shop, "Customer:C-2"))

    compare(shop)

    assert (shop.counts(), shop.file.records("Customer"), known(shop, "Customer:C-2")) == before
    assert shop.update().outcome is Outcome.NOTHING_TO_DO


def known(shop: Shop, record: str) -> tuple[str, str | None]:
    with shop.store.reading() as work:
        identity = identities.of_record(work, shop.company().id, record)
    assert identity is not None
    return identity.quickbooks_id, identity.edit_sequence


def test_who_was_merged_is_told_with_the_one_that_is_left(shop: Shop, accountant: Accountant) -> None:
    accountant.merges("Customer", "Customer 1", into="Customer 6")

    told = compare(shop)

    assert told["Customer:C-1"].what == ("merged",)
    assert "Customer 6" in told["Customer:C-1"].what_happened
    assert "Customer:C-1,Customer 6" in told["Customer:C-1"].what_to_do


def test_a_merge_of_who_had_no_documents_can_only_be_told_as_gone(shop: Shop, accountant: Accountant) -> None:
    accountant.merges("Customer", "Customer 2", into="Customer 3")

    told = compare(shop)

    assert told["Customer:C-2"].what == ("deleted",)
    assert "merged into another customer" in told["Customer:C-2"].what_happened


def test_our_own_changes_are_not_found(shop: Shop) -> None:
    shop.save("Customer:C-1", {"Name": "Customer 1", "Phone": "207 555 0123"})
    shop.save("Customer:C-2", {"Name": "Customer Two"})
    shop.save("Customer:C-3", {"Name": "Customer 3", "IsActive": False})
    shop.save("Invoice:10248", invoice("10248", "Customer:C-1", quantity=3))
    shop.enqueue("delete", "Customer:C-4")
    assert shop.update().status == "5 synchronized."

    assert compare(shop) == {}


def test_a_payment_of_ours_is_no_change_of_its_invoice(shop: Shop) -> None:
    payment = {
        "CustomerRef": {"record": "Customer:C-1"},
        "TxnDate": "2026-03-02",
        "TotalAmount": "28.00",
        "AppliedToTxnAdd": [{"TxnID": {"record": "Invoice:10248"}, "PaymentAmount": "28.00"}],
    }
    shop.save("ReceivePayment:P-1", payment)
    assert shop.update().status == "1 synchronized."

    assert compare(shop) == {}
    assert compare(shop) == {}


def test_a_payment_that_somebody_enters_is_a_change_of_its_invoice(shop: Shop, accountant: Accountant) -> None:
    txn_id = accountant.sees("Invoice", "10248")["TxnID"]
    accountant.adds(
        "ReceivePayment",
        "<CustomerRef><FullName>Customer 1</FullName></CustomerRef><TotalAmount>28.00</TotalAmount>"
        f"<AppliedToTxnAdd><TxnID>{txn_id}</TxnID><PaymentAmount>28.00</PaymentAmount></AppliedToTxnAdd>",
    )

    assert what(compare(shop)) == {"Invoice:10248": ("changed",)}


def test_what_we_voided_is_no_change(shop: Shop) -> None:
    number = shop.enqueue("void", "Invoice:10249")
    shop.update()
    with shop.store.reading() as work:
        assert messages.by_id(work, number, lock=False).status == "synchronized"

    assert compare(shop) == {}


def test_what_we_wrote_again_since_then_differs_no_more(shop: Shop, accountant: Accountant) -> None:
    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0100</Phone>")
    assert set(compare(shop)) == {"Customer:C-2"}

    shop.save("Customer:C-2", {"Name": "Customer 2", "Phone": "207 555 0199"})
    assert shop.update().succeeded

    assert found(shop) == {}
    assert compare(shop) == {}


def test_what_is_not_settled_is_listed_again_after_days(shop: Shop, accountant: Accountant) -> None:
    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0100</Phone>")
    accountant.deletes("Customer", "Customer 4")
    compare(shop)
    shop.clock.go_on(days=5)
    accountant.changes("Customer", "Customer 5", "<Name>Customer Five</Name>")

    assert set(compare(shop)) == {"Customer:C-2", "Customer:C-4", "Customer:C-5"}


def test_what_was_seen_is_listed_no_more_until_it_changes_again(shop: Shop, accountant: Accountant) -> None:
    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0100</Phone>")
    accountant.deletes("Customer", "Customer 4")
    compare(shop)
    with shop.store.writing() as work:
        assert drift.accept(work, companies.named(work, shop.name), by="ruth") == 2

    assert compare(shop) == {}

    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0101</Phone>")
    assert what(compare(shop)) == {"Customer:C-2": ("changed",)}


def test_only_what_changed_since_the_last_comparison_is_read(shop: Shop) -> None:
    compare(shop)
    shop.clock.go_on(days=40)
    compare(shop)

    with shop.store.reading() as work:
        newest = readings.latest(work, shop.company().id, "drift")
        first = readings.latest(work, shop.company().id, "drift", "done")
    assert newest is not None
    assert first is not None
    assert newest.since is not None
    assert shop.clock.now - newest.since < timedelta(days=42)


@pytest.mark.parametrize(
    "mishap",
    [
        Mishap("ProcessRequest", 2, Kind.ANSWER_LOST, When.AFTER),
        Mishap("ProcessRequest", 3, Kind.KILLED),
        Mishap("receiveResponseXML", 2, Kind.TIMEOUT, When.AFTER),
    ],
    ids=str,
)
def test_a_comparison_that_is_cut_off_is_whole_after_the_next_visit(
    shop: Shop, accountant: Accountant, mishap: Mishap
) -> None:
    accountant.changes("Customer", "Customer 2", "<Phone>207 555 0100</Phone>")
    accountant.deletes("Customer", "Customer 4")
    accountant.changes("Invoice", "10248", "<Memo>Called</Memo>")
    with shop.store.writing() as work:
        drift.ask(work, companies.named(work, shop.name), by="ruth")
    assert not shop.update(mishap).succeeded

    assert shop.update().succeeded
    assert set(found(shop)) == {"Customer:C-2", "Customer:C-4", "Invoice:10248"}


def test_where_nothing_was_synchronized_nothing_is_compared(town_shop: Shop) -> None:
    with pytest.raises(NothingToCompare, match="nothing to compare"), town_shop.store.writing() as work:
        drift.ask(work, companies.named(work, town_shop.name), by="ruth")


def test_a_comparison_says_where_quickbooks_has_forgotten_what_was_deleted(shop: Shop) -> None:
    shop.clock.go_on(days=100)
    compare(shop)

    with shop.store.reading() as work:
        newest = readings.latest(work, shop.company().id, "drift")
    assert newest is not None
    assert drift.may_have_missed_deletions(newest)
