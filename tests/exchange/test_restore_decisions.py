"""People decide about what a restored backup lacks: it is sent again, once, or left; whoever is second hears of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from service.exchange import after_restore, decide, restore_decisions
from service.exchange.after_restore import Taken
from service.exchange.restore_decisions import Made
from service.store import events, tables
from service.store.unit import Store
from tests.clock import Clock
from tests.restoring import BEN, RUTH, backup_of, restored, two_customers_after_a_restore
from tests.shop import Shop

PHONE = "207 555 0111"


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop whose restored backup lacks Ben, and Ruth's telephone; both were looked for."""
    shop = Shop(store, clock, tmp_path)
    two_customers_after_a_restore(shop)
    shop.update()
    return shop


def found(shop: Shop) -> Sequence[Taken]:
    with shop.store.reading() as work:
        return after_restore.found(work, shop.company())


def listed(shop: Shop) -> list[str]:
    return [one.record for one in found(shop)]


def numbers(shop: Shop) -> list[int]:
    return [one.number for one in found(shop)]


def send_again(shop: Shop, some: Sequence[int], by: str = "ines") -> Made:
    with shop.store.writing() as work:
        return restore_decisions.send_again(work, shop.company(), some, by=by)


def leave(shop: Shop, some: Sequence[int], by: str = "ines") -> Made:
    with shop.store.writing() as work:
        return restore_decisions.leave(work, shop.company(), some, by=by)


def put_back(shop: Shop, some: Sequence[int]) -> Made:
    with shop.store.writing() as work:
        return restore_decisions.put_back(work, shop.company(), some, by="osric")


def refusals(made: Made) -> list[str]:
    return [str(refusal) for _, refusal in made.refused]


def test_what_is_sent_again_is_in_quickbooks_once_and_off_the_list(shop: Shop) -> None:
    both = numbers(shop)

    made = send_again(shop, both)

    assert (made.done, made.refused) == (both, [])
    assert shop.update().status == "2 synchronized."
    assert listed(shop) == []
    (ruth,) = shop.file.find("Customer", "Calloway, Ruth")
    assert ruth["Phone"] == PHONE
    assert len(shop.file.find("Customer", "Okafor, Ben")) == 1


def test_an_invoice_and_its_customer_come_back_in_their_order(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path)
    shop.update()
    backup = backup_of(shop)
    shop.save("Customer:C-1", RUTH)
    line = {"ItemRef": {"FullName": "Installation"}, "Quantity": 2, "Rate": "47.50"}
    shop.save("Invoice:1", {"CustomerRef": {"record": "Customer:C-1"}, "RefNumber": "1", "InvoiceLineAdd": [line]})
    shop.update()
    restored(shop, backup)
    shop.update()

    made = send_again(shop, list(reversed(numbers(shop))))

    assert len(made.done) == 2
    assert shop.update().status == "2 synchronized."
    assert (listed(shop), len(shop.file.records("Invoice"))) == ([], 1)


def test_what_was_added_and_is_gone_is_added_again(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path)
    shop.update()
    backup = backup_of(shop)
    shop.enqueue("add", "Customer:C-1", RUTH, revision=3)
    shop.update()
    restored(shop, backup)
    shop.update()

    assert len(send_again(shop, numbers(shop)).done) == 1
    assert shop.update().status == "1 synchronized."
    assert (listed(shop), len(shop.file.find("Customer", "Calloway, Ruth"))) == ([], 1)


def test_who_sends_second_is_told_who_was_first_and_nothing_is_sent_twice(shop: Shop) -> None:
    both = numbers(shop)
    send_again(shop, both[1:])

    second = send_again(shop, both, by="osric")

    assert second.done == both[:1]
    assert refusals(second) == ["Customer:C-2 was sent again already, as message 4: by ines, 2026-03-02 09:45 UTC."]
    shop.update()
    assert len(shop.file.find("Customer", "Okafor, Ben")) == 1
    third = send_again(shop, both, by="osric")
    assert refusals(third) == [
        f"{record} was written to QuickBooks again, so the restored backup lacks it no more."
        for record in ("Customer:C-1", "Customer:C-2")
    ]


def test_two_who_send_at_the_same_moment_send_it_once(shop: Shop) -> None:
    both = numbers(shop)
    begin = threading.Barrier(2)
    made: list[Made] = []

    def press(who: str) -> None:
        begin.wait(10)
        made.append(send_again(shop, both, by=who))

    people = [threading.Thread(target=press, args=(who,)) for who in ("ines", "osric")]
    for person in people:
        person.start()
    for person in people:
        person.join(30)

    assert sorted(len(one.done) for one in made) == [0, 2]
    assert shop.counts() == {"synchronized": 3, "pending": 2}


def test_what_is_left_is_off_the_list_until_it_is_put_back(shop: Shop) -> None:
    ruth, ben = numbers(shop)

    assert leave(shop, [ben]).done == [ben]

    assert listed(shop) == ["Customer:C-1"]
    with shop.store.reading() as work:
        (left,) = after_restore.left_as_it_is(work, shop.company(), 10)
        told = [(one.actor, one.action) for one in events.of_message(work, 3)][-1]
    assert (left.taken.record, left.by, left.at) == ("Customer:C-2", "ines", shop.clock.now)
    assert told == ("ines", "leave after restore")
    assert refusals(leave(shop, [ben], by="osric")) == [
        "Customer:C-2 is off the list: ines left it as the restored backup has it, 2026-03-02 09:45 UTC."
    ]
    assert len(refusals(send_again(shop, [ben], by="osric"))) == 1

    assert (put_back(shop, [ben]).done, listed(shop)) == ([ben], ["Customer:C-1", "Customer:C-2"])
    assert refusals(put_back(shop, [ruth])) == [
        "Customer:C-1 stands on the list: nobody left it as the restored backup has it."
    ]
    assert send_again(shop, [ben]).done == [ben]


def test_what_was_left_is_listed_anew_when_another_backup_takes_it(shop: Shop) -> None:
    leave(shop, numbers(shop))
    backup = backup_of(shop)
    shop.save("Customer:C-2", BEN, idempotency_key="C-2 again")
    shop.update()
    restored(shop, backup)
    shop.update()

    assert listed(shop) == ["Customer:C-2"]


def test_who_comes_after_all_was_taken_as_seen_is_told_by_whom(shop: Shop) -> None:
    both = numbers(shop)
    with shop.store.writing() as work:
        restore_decisions.accept(work, shop.company(), by="olga")

    assert refusals(send_again(shop, both[1:])) == [
        "Customer:C-2 is off the list: olga left it as the restored backup has it, 2026-03-02 09:45 UTC."
    ]


def test_what_was_sent_again_and_skipped_since_can_be_sent_once_more(shop: Shop) -> None:
    (_, ben) = numbers(shop)
    send_again(shop, [ben])
    with shop.store.writing() as work:
        decide.skip(work, 4, by="ines")

    assert found(shop)[1].can_be_sent
    assert send_again(shop, [ben]).done == [ben]
    shop.update()
    assert len(shop.file.find("Customer", "Okafor, Ben")) == 1


def test_what_is_not_kept_as_a_whole_is_not_sent(shop: Shop) -> None:
    with shop.store.writing() as work:
        work.connection.execute(update(tables.messages).where(tables.messages.c.id == 3).values(content=None))

    made = send_again(shop, numbers(shop)[1:])

    (told,) = refusals(made)
    assert told == (
        "Customer:C-2 cannot be sent from here: Deskpost does not have the whole of it. Have the order system save it "
        "again, under another idempotency key."
    )
    assert shop.counts() == {"synchronized": 3}


def test_numbers_that_name_nothing_of_the_list_decide_nothing(shop: Shop) -> None:
    """Numbers of other events and of other companies, and numbers that there are not."""
    made = send_again(shop, [-1, 0, 1, 2**62, max(numbers(shop)) + 1])

    assert made == Made([], [])
    assert shop.counts() == {"synchronized": 3}
