"""Lists are read whole, in pages, after what is to be sent, however often a visit is cut off."""

from __future__ import annotations

import pytest

from qwc.connector import Outcome
from qwc.mishaps import Kind, Mishap, When
from tests.accountant import Accountant
from tests.journeys.links import ask, names_read, reading
from tests.journeys.orders import LAMP, customer, lamp
from tests.shop import Shop


@pytest.fixture
def accountant(town_shop: Shop) -> Accountant:
    return Accountant(town_shop)


def test_350_customers_are_read_in_pages(town_shop: Shop, accountant: Accountant) -> None:
    known = len(town_shop.file.records("Customer"))
    accountant.adds("Customer", *(f"<Name>Customer {number:03}</Name>" for number in range(350 - known)))
    entities = sum(len(town_shop.file.records(kind)) for kind in ("Customer", "Vendor", "Employee", "OtherName"))
    ask(town_shop, "customers")

    visit = town_shop.update()

    assert visit.succeeded
    assert visit.status == "Read from QuickBooks: customers."
    assert sorted(names_read(town_shop)) == sorted(str(one["FullName"]) for one in town_shop.file.records("Customer"))
    assert len(names_read(town_shop)) == 350
    assert (reading(town_shop).state, reading(town_shop).pages) == ("done", -(-entities // 100))
    assert town_shop.update().outcome is Outcome.NOTHING_TO_DO


CUT_OFF = [
    Mishap("ProcessRequest", 2, Kind.ANSWER_LOST, When.BEFORE),
    Mishap("ProcessRequest", 2, Kind.ANSWER_LOST, When.AFTER),
    Mishap("ProcessRequest", 2, Kind.KILLED, When.AFTER),
    Mishap("sendRequestXML", 2, Kind.TIMEOUT, When.AFTER),
    Mishap("receiveResponseXML", 2, Kind.TIMEOUT, When.BEFORE),
    Mishap("receiveResponseXML", 2, Kind.TIMEOUT, When.AFTER),
    Mishap("receiveResponseXML", 3, Kind.KILLED, When.BEFORE),
]


@pytest.mark.parametrize("mishap", CUT_OFF, ids=str)
def test_a_reading_that_is_cut_off_is_whole_after_the_next_visit(
    town_shop: Shop, accountant: Accountant, mishap: Mishap
) -> None:
    accountant.adds("Customer", *(f"<Name>Customer {number:03}</Name>" for number in range(320)))
    ask(town_shop, "customers")
    assert not town_shop.update(mishap).succeeded
    accountant.deletes("Customer", "Customer 007")

    assert town_shop.update().succeeded

    assert sorted(names_read(town_shop)) == sorted(str(one["FullName"]) for one in town_shop.file.records("Customer"))


def test_a_reading_that_never_comes_to_its_end_is_given_up(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", *(f"<Name>Customer {number:03}</Name>" for number in range(120)))
    ask(town_shop, "customers")
    for _ in range(5):
        town_shop.update(Mishap("ProcessRequest", 1, Kind.KILLED))

    assert town_shop.update().outcome is Outcome.NOTHING_TO_DO
    assert reading(town_shop).state == "failed"
    assert "begun 5 times" in str(reading(town_shop).what_happened)


def test_writes_go_before_a_reading_and_what_is_held_waits(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>")
    ask(town_shop, "customers")
    held = town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    goes = town_shop.save(LAMP, lamp())

    assert town_shop.update().status == "1 synchronized."

    assert town_shop.statuses([held, goes]) == ["pending", "synchronized"]
    assert [purpose for purpose, _, _ in town_shop.set_states()] == ["write", "read"]


def test_lists_are_read_before_anything_is_released(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>")
    town_shop.change_company(send_only_after_start=True)
    number = town_shop.save(LAMP, lamp())
    ask(town_shop, "customers")

    assert town_shop.update().succeeded

    assert reading(town_shop).state == "done"
    assert town_shop.statuses([number]) == ["pending"]
    assert town_shop.file.find("ItemNonInventory", "Harbor lamp") == []
