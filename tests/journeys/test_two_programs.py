"""A set that was lost and sent again by another PC's program is judged by what both of them did."""

from __future__ import annotations

from qwc.company import Mishap
from tests.journeys.meddling import Meddler
from tests.journeys.test_first_day import CUSTOMER, ITEM
from tests.journeys.test_updates import invoice, line
from tests.shop import Shop


def test_what_was_refused_to_one_program_and_done_for_the_other_is_not_sent_once_more(shop: Shop) -> None:
    """QuickBooks tells each program what it kept for that one: the first one's answer is older than the other's."""
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    shop.update()
    other = shop.add_connection("shop-second")
    shop.connector(document=other).register()
    number = shop.save("Invoice:10248", invoice(line("a", 1)))

    shop.file.arrange(Mishap.RECORD_LOCKED, target="Invoice")
    shop.update(between=Meddler(before={1: lambda: shop.file.arrange(Mishap.CRASH_BEFORE_ANSWER)}))
    assert shop.file.find("Invoice", "10248") == []
    shop.update(document=other, between=Meddler(before={1: lambda: shop.file.arrange(Mishap.CRASH_BEFORE_ANSWER)}))
    assert (shop.message(number).status, len(shop.file.find("Invoice", "10248"))) == ("in_flight", 1)
    shop.update()
    shop.update()

    assert shop.message(number).status == "synchronized"
    assert len(shop.file.find("Invoice", "10248")) == 1
