"""A change whose answer was lost goes once more, as that does no harm; until it is settled it is not called undone."""

from __future__ import annotations

import pytest

from qwc.company import Mishap
from qwc.mishaps import Kind
from qwc.mishaps import Mishap as ConnectorMishap
from service.exchange import decide
from service.exchange.decide import PerhapsDone
from tests.journeys.test_first_day import CUSTOMER
from tests.shop import Shop


def test_a_change_whose_answer_was_lost_is_not_taken_back_before_it_is_certain(shop: Shop) -> None:
    """What its set held besides was found by a look-up; the change itself goes once more, in the next visit here."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.save("Customer:C-2", CUSTOMER | {"Name": "Poole, Ada"})
    change = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0100"})
    shop.file.arrange(Mishap.CRASH_BEFORE_KEEPING)
    shop.update()
    shop.update(ConnectorMishap("sendRequestXML", 3, Kind.RESET))
    assert shop.message(change).status == "pending"

    for take_back in (decide.skip, decide.hand_over):
        with pytest.raises(PerhapsDone, match="decide about it after that"), shop.store.writing() as work:
            take_back(work, change, by="ruth")

    shop.update()
    assert shop.message(change).status == "synchronized"
    (changed,) = shop.file.find("Customer", "Calloway, Ruth")
    assert changed["Phone"] == "503-555-0100"


def lost_change(shop: Shop) -> int:
    """A change that QuickBooks made and does not remember, and whose answer was lost."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    change = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0100"})
    shop.file.arrange(Mishap.CRASH_BEFORE_KEEPING)
    shop.update()
    return change


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "with another"])
def test_a_change_that_failed_after_its_first_answer_was_lost_is_not_called_skipped(alone: bool, shop: Shop) -> None:
    """The first sending ran, the second is refused: only a look into QuickBooks tells whether it is there."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    if not alone:
        shop.save("Customer:C-2", CUSTOMER | {"Name": "Poole, Ada"})
    change = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0100"})
    shop.file.arrange(Mishap.CRASH_BEFORE_KEEPING)
    shop.update()
    shop.file.arrange(Mishap.NOT_PERMITTED, target="Calloway, Ruth")
    shop.update()
    assert shop.message(change).status == "failed"
    assert shop.file.find("Customer", "Calloway, Ruth")[0]["Phone"] == "503-555-0100"

    with pytest.raises(PerhapsDone, match="look in QuickBooks"), shop.store.writing() as work:
        decide.skip(work, change, by="ruth")
    with shop.store.writing() as work:
        decide.hand_over(work, change, by="ruth")
    lost = r"was sent and got no answer, so QuickBooks may have the change already\. Look for it there"
    with pytest.raises(decide.DoubtIsOpen, match=lost), shop.store.writing() as work:
        decide.skip(work, change, by="ruth")
    with shop.store.writing() as work:
        decide.it_is_not_there(work, change, by="ruth")
        decide.skip(work, change, by="ruth")

    assert shop.message(change).status == "skipped"


def test_a_change_that_may_have_run_is_not_called_replaced_by_a_newer_one(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.save("Customer:C-2", CUSTOMER | {"Name": "Poole, Ada"})
    change = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0100"})
    shop.file.arrange(Mishap.CRASH_BEFORE_KEEPING)
    shop.update()
    shop.update(ConnectorMishap("sendRequestXML", 3, Kind.RESET))
    newer = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0200"})
    assert shop.statuses([change, newer]) == ["pending", "pending"]
    shop.update()

    assert shop.statuses([change, newer]) == ["synchronized", "synchronized"]
    assert shop.file.find("Customer", "Calloway, Ruth")[0]["Phone"] == "503-555-0200"


def test_a_failed_change_that_may_have_run_can_be_skipped_once_a_newer_one_is_there(shop: Shop) -> None:
    change = lost_change(shop)
    newer = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0200"})
    shop.file.arrange(Mishap.NOT_PERMITTED, target="Calloway, Ruth")
    shop.update(ConnectorMishap("sendRequestXML", 5, Kind.RESET))
    assert shop.statuses([change, newer]) == ["failed", "pending"]

    with pytest.raises(PerhapsDone, match=f"message {newer}, is on its way"), shop.store.writing() as work:
        decide.skip(work, change, by="ruth")
    shop.update()
    with shop.store.writing() as work:
        decide.skip(work, change, by="ruth")

    assert shop.statuses([change, newer]) == ["skipped", "synchronized"]
    assert shop.file.find("Customer", "Calloway, Ruth")[0]["Phone"] == "503-555-0200"


def test_a_failed_change_that_may_have_run_does_not_hold_up_a_newer_one_and_is_not_called_replaced(shop: Shop) -> None:
    change = lost_change(shop)
    shop.file.arrange(Mishap.NOT_PERMITTED, target="Calloway, Ruth")
    shop.update()
    newer = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0200"})
    assert (shop.statuses([change, newer]), shop.message(newer).waits_for) == (["failed", "pending"], 0)
    shop.update()

    assert shop.statuses([change, newer]) == ["failed", "synchronized"]
    assert shop.file.find("Customer", "Calloway, Ruth")[0]["Phone"] == "503-555-0200"


def test_a_failed_change_whose_first_answer_was_lost_is_sent_again_by_retry(shop: Shop) -> None:
    change = lost_change(shop)
    shop.file.arrange(Mishap.NOT_PERMITTED, target="Calloway, Ruth")
    shop.update()
    with shop.store.writing() as work:
        assert decide.retry(work, [change], by="ruth").moved == [change]
    shop.update()

    assert shop.message(change).status == "synchronized"
    assert shop.file.find("Customer", "Calloway, Ruth")[0]["Phone"] == "503-555-0100"


def test_what_certainly_did_not_run_can_be_taken_back(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    change = shop.save("Customer:C-1", CUSTOMER | {"Phone": "503-555-0100"})
    shop.file.arrange(Mishap.RECORD_LOCKED, target="Calloway, Ruth")
    shop.update()
    assert shop.message(change).status == "pending"

    with shop.store.writing() as work:
        decide.skip(work, change, by="ruth")

    assert shop.message(change).status == "skipped"
