"""Taking back that something was entered by hand, whatever has come of its record since, never makes a second one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from qwc.company import Mishap
from service.exchange import decide
from service.exchange.take_back import take_back
from service.exchange.versions import NewerIsThere
from service.store import events, identities, retried
from tests.campaign.books import Books
from tests.journeys.test_first_day import CUSTOMER, ITEM
from tests.journeys.test_updates import invoice, line
from tests.shop import Shop

INVOICE = (
    "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Calloway, Ruth</FullName></CustomerRef><TxnDate>2026-03-02"
    "</TxnDate><RefNumber>10248</RefNumber><InvoiceLineAdd><ItemRef><FullName>Lamp</FullName></ItemRef><Quantity>{0}"
    "</Quantity><Rate>10.00</Rate></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
)


def entered_by_hand(shop: Shop) -> int:
    """The message of an invoice that a person typed into QuickBooks, found there by its number since."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    shop.update()
    first = shop.save("Invoice:10248", invoice(line("a", 1)))
    with shop.store.writing() as work:
        decide.hand_over(work, first, by="ruth")
    Books(shop.file).run(INVOICE.format(1))
    with shop.store.writing() as work:
        decide.mark_entered(work, first, "10248", by="ruth")
    shop.update()
    assert shop.message(first).quickbooks_id is not None
    return first


def require_that_it_goes_once_the_other_is_entered(shop: Shop, first: int, newer: int) -> None:
    with shop.store.writing() as work:
        decide.mark_entered(work, first, "10248", by="ruth")
    shop.update()
    shop.update()

    assert shop.message(newer).status == "synchronized"
    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["2"]


def test_what_a_newer_version_builds_on_is_not_taken_back(shop: Shop) -> None:
    first = entered_by_hand(shop)
    shop.save("Invoice:10248", invoice(line("a", 2)))
    shop.update()

    with pytest.raises(NewerIsThere, match="message 4"), shop.store.writing() as work:
        decide.reopen(work, first, by="ruth")

    shop.save("Invoice:10248", invoice(line("a", 3)))
    shop.update()
    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["3"]


def test_a_newer_version_that_is_to_be_sent_waits_for_what_was_reopened(shop: Shop) -> None:
    """Sent without it, it would be created beside what a person types in."""
    first = entered_by_hand(shop)
    newer = shop.save("Invoice:10248", invoice(line("a", 2)))
    assert shop.message(newer).waits_for == 0
    with shop.store.writing() as work:
        decide.reopen(work, first, by="ruth")
    assert shop.message(newer).waits_for == 1
    shop.update()
    assert shop.message(newer).status == "pending"

    require_that_it_goes_once_the_other_is_entered(shop, first, newer)


def test_a_newer_version_that_came_in_the_moment_of_reopening_waits_as_well(shop: Shop) -> None:
    """On PostgreSQL neither of the two transactions sees the other, and nothing says what stands before what."""
    first = entered_by_hand(shop)
    newer = shop.save("Invoice:10248", invoice(line("a", 2)))
    with shop.store.writing() as work:
        decide.reopen(work, first, by="ruth")
        work.connection.execute(text("DELETE FROM requirements WHERE earlier_id IS NOT NULL"))
        work.connection.execute(text("UPDATE messages SET waits_for = 0"))
    shop.update()
    assert (shop.message(newer).status, shop.message(newer).waits_for) == ("pending", 1)

    require_that_it_goes_once_the_other_is_entered(shop, first, newer)


def test_a_newer_version_that_failed_waits_for_what_was_reopened(shop: Shop) -> None:
    first = entered_by_hand(shop)
    newer = shop.save("Invoice:10248", invoice(line("a", 2)) | {"Memo": "newer"})
    with shop.store.writing() as work:
        decide.skip(work, newer, by="ruth")
        decide.reopen(work, first, by="ruth")
    assert shop.message(first).status == "manual_entry"
    with shop.store.writing() as work:
        decide.restore(work, newer, by="ruth")
    shop.update()

    assert shop.message(newer).status == "pending"
    assert len(shop.file.find("Invoice", "10248")) == 1


def test_a_change_waits_for_what_is_sent_again_before_it(shop: Shop) -> None:
    """The customer failed, and a change of it is waiting for its turn: it goes after it and not instead of it."""
    shop.file.arrange(Mishap.NOT_PERMITTED, target="Calloway, Ruth")
    first = shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    assert shop.message(first).status == "failed"
    later = shop.enqueue("mod", "Customer:C-1", {"Phone": "503-555-0100"})
    with shop.store.writing() as work:
        assert decide.retry(work, [first], by="ruth").moved == [first]
    assert shop.message(later).waits_for == 1
    shop.update()

    assert shop.statuses([first, later]) == ["synchronized", "synchronized"]
    assert shop.file.find("Customer", "Calloway, Ruth")[0]["Phone"] == "503-555-0100"


@pytest.mark.parametrize("deleted", [True, False], ids=["entered anew", "changed"])
def test_a_change_that_was_typed_is_where_it_is_now(deleted: bool, shop: Shop) -> None:
    """Somebody had deleted the invoice, so the change was typed in as a new one; or it was typed over what is there."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    first = shop.save("Invoice:10248", invoice(line("a", 1)))
    shop.update()
    known = shop.message(first).quickbooks_id
    change = shop.save("Invoice:10248", invoice(line("a", 2)))
    with shop.store.writing() as work:
        decide.hand_over(work, change, by="ruth")
    if deleted:
        Books(shop.file).run(f"<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{known}</TxnID></TxnDelRq>")
        Books(shop.file).run(INVOICE.format(2))
    with shop.store.writing() as work:
        decide.mark_entered(work, change, "10248", by="ruth")
    shop.update()
    (there,) = shop.file.find("Invoice", "10248")
    assert (shop.message(change).quickbooks_id, there["TxnID"] == known) == (there["TxnID"], not deleted)

    shop.save("Invoice:10248", invoice(line("a", 3)))
    shop.update()
    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["3"]


def deleted_and_entered_anew(shop: Shop) -> tuple[int, int]:
    """An invoice was deleted in QuickBooks and typed in anew, as its second version; a third one waits for that."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    first = shop.save("Invoice:10248", invoice(line("a", 1)))
    shop.update()
    second = shop.save("Invoice:10248", invoice(line("a", 2)))
    with shop.store.writing() as work:
        decide.hand_over(work, second, by="ruth")
    gone = shop.message(first).quickbooks_id
    Books(shop.file).run(f"<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{gone}</TxnID></TxnDelRq>")
    Books(shop.file).run(INVOICE.format(2))
    return second, shop.save("Invoice:10248", invoice(line("a", 3)))


def test_the_next_version_is_read_where_the_one_before_was_found(shop: Shop) -> None:
    second, third = deleted_and_entered_anew(shop)
    with shop.store.writing() as work:
        decide.mark_entered(work, second, "10248", by="ruth")
    shop.update()

    assert shop.message(third).status == "synchronized"
    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["3"]


def test_what_was_found_again_since_it_was_gone_is_changed_and_not_created_again(shop: Shop) -> None:
    second, third = deleted_and_entered_anew(shop)
    with shop.store.writing() as work:
        decide.skip(work, second, by="ruth")
    shop.update()
    assert shop.message(third).status_code == 500
    shop.clock.go_on(minutes=1)
    (there,) = shop.file.find("Invoice", "10248")
    with shop.store.writing() as work:
        found = {"quickbooks_id": there["TxnID"], "edit_sequence": there["EditSequence"], "quickbooks_number": "10248"}
        identities.learn(work, shop.company().id, [{"record": "Invoice:10248", **found}])
    shop.clock.go_on(minutes=1)
    with shop.store.writing() as work:
        retried.keep(work, shop.message(third))
        decide.send_again(work, third, by="ruth")
        take_back(work, third, ["retry"], by="ruth")
        decide.create_again(work, third, by="ruth")
    shop.update()

    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["3"]


def test_a_change_that_was_typed_and_is_found_nowhere_is_not_sent_over_what_is_gone(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    first = shop.save("Invoice:10248", invoice(line("a", 1)))
    shop.update()
    change = shop.save("Invoice:10248", invoice(line("a", 2)))
    known = shop.message(first).quickbooks_id
    Books(shop.file).run(f"<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{known}</TxnID></TxnDelRq>")
    Books(shop.file).run(INVOICE.format(2))
    with shop.store.writing() as work:
        decide.hand_over(work, change, by="ruth")
        decide.mark_entered(work, change, "10284", by="ruth")
    shop.update()
    newer = shop.save("Invoice:10248", invoice(line("a", 3)))
    shop.update()
    assert "it was not found there under 10284" in str(shop.message(newer).what_happened)

    with shop.store.writing() as work:
        decide.correct_number(work, change, "10248", by="ruth")
        decide.retry(work, [newer], by="ruth")
    shop.update()
    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["3"]


def test_the_number_of_another_invoice_is_a_slip_and_is_not_taken(shop: Shop) -> None:
    first = entered_by_hand(shop)
    slip = shop.save("Invoice:10249", invoice(line("a", 7)) | {"RefNumber": "10249"})
    with shop.store.writing() as work:
        decide.hand_over(work, slip, by="ruth")
        decide.mark_entered(work, slip, "10248", by="ruth")
    shop.update()
    changed = shop.save("Invoice:10249", invoice(line("a", 8)) | {"RefNumber": "10249"})
    shop.update()

    assert shop.message(slip).quickbooks_id is None
    assert "it was not found there under 10248" in str(shop.message(changed).what_happened)
    with shop.store.reading() as work:
        notes = [event.note for event in events.of_message(work, slip)]
    assert "Invoice:10248 was found under 10248, so it is not linked" in notes
    (there,) = shop.file.find("Invoice", "10248")
    assert [one["Quantity"] for one in there["Lines"]] == ["1"]
    assert shop.message(first).quickbooks_id == there["TxnID"]
