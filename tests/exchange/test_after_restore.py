"""After a backup was restored, everybody can see what is gone until it is there again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.exchange import after_restore, decide, restore_decisions, story
from service.exchange.after_restore import Taken
from service.store import sessions
from service.store.unit import Store
from tests.clock import Clock
from tests.restoring import BEN, RUTH, backup_of, restored, two_customers_after_a_restore
from tests.shop import Shop

SEND = "Send it again, unless somebody has entered it in QuickBooks since."


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop whose backup has one customer of two, and that one without the telephone that came later."""
    shop = Shop(store, clock, tmp_path)
    two_customers_after_a_restore(shop)
    return shop


def found(shop: Shop) -> list[Taken]:
    with shop.store.reading() as work:
        return list(after_restore.found(work, shop.company()))


def still_looked_for(shop: Shop) -> int:
    with shop.store.reading() as work:
        return after_restore.still_looked_for(work, shop.company())


def test_what_is_gone_or_older_is_listed_once_it_was_looked_for(shop: Shop) -> None:
    assert (still_looked_for(shop), found(shop)) == (2, [])

    assert shop.update().succeeded

    assert still_looked_for(shop) == 0
    ruth, ben = found(shop)
    assert replace(ruth, number=0) == Taken(
        number=0,
        record="Customer:C-1",
        called="Calloway, Ruth",
        is_gone=False,
        saved_again=None,
        what_happened="QuickBooks has it as it was when the backup was made.",
        what_to_do=SEND,
        last=shop.message(2),
        can_be_sent=True,
    )
    assert replace(ben, number=0) == Taken(
        number=0,
        record="Customer:C-2",
        called="Okafor, Ben",
        is_gone=True,
        saved_again=None,
        what_happened="It is gone: it was made after the backup.",
        what_to_do=SEND,
        last=shop.message(3),
        can_be_sent=True,
    )


def test_the_story_of_the_visit_names_what_is_gone(shop: Shop) -> None:
    shop.update()

    with shop.store.reading() as work:
        (visit,) = sessions.latest(work, shop.company().id, 1)
        told = [line.text for line in story.tell(work, visit.id).lines]
    assert ("Customer:C-2: it is gone in QuickBooks since a backup was restored, so it has to be saved again.") in told


def test_what_was_saved_again_says_so_and_leaves_the_list_when_quickbooks_has_it(shop: Shop) -> None:
    shop.update()
    again = shop.save("Customer:C-2", BEN, idempotency_key="C-2 again")

    (_, ben) = found(shop)
    assert (ben.saved_again, ben.can_be_sent) == (again, False)
    assert ben.what_to_do == f"Nothing has to be done: it was saved again, as message {again}."

    shop.save("Customer:C-1", RUTH | {"Phone": "207 555 0111"})
    assert shop.update().status == "2 synchronized."
    assert found(shop) == []
    assert len(shop.file.find("Customer", "Okafor, Ben")) == 1


def test_what_was_saved_again_and_refused_or_is_to_be_typed_says_where_it_stands(shop: Shop) -> None:
    shop.update()
    again = shop.save("Customer:C-2", BEN | {"Name": "Calloway, Ruth"})
    shop.update()

    assert found(shop)[1].what_to_do == f"It was saved again, as message {again}, which needs attention."
    assert (found(shop)[1].saved_again, found(shop)[1].can_be_sent) == (again, False)

    with shop.store.writing() as work:
        decide.hand_over(work, again, by="olga")
    assert found(shop)[1].what_to_do == f"It was saved again, as message {again}, and is to be entered by hand."


def test_the_same_key_brings_nothing_back_so_it_stays_on_the_list(shop: Shop) -> None:
    shop.update()
    shop.save("Customer:C-2", BEN, idempotency_key="C-2")
    shop.update()

    assert [one.record for one in found(shop)] == ["Customer:C-1", "Customer:C-2"]
    assert found(shop)[1].saved_again is None


def test_what_was_deleted_since_is_not_missed(shop: Shop) -> None:
    shop.update()
    shop.save("Customer:C-2", BEN, idempotency_key="C-2 again")
    shop.update()
    shop.enqueue("delete", "Customer:C-2")
    assert shop.update().status == "1 synchronized."

    assert [one.record for one in found(shop)] == ["Customer:C-1"]


def test_what_says_a_part_of_its_record_only_is_asked_for_again(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:C-1", RUTH)
    shop.enqueue("add", "Customer:C-2", BEN)
    shop.update()
    backup = backup_of(shop)
    shop.enqueue("mod", "Customer:C-1", {"Phone": "207 555 0111"})
    shop.enqueue("mod", "Customer:C-2", {"Phone": "207 555 0112"})
    shop.update()
    restored(shop, backup)
    shop.update()

    assert [(one.record, one.what_to_do, one.can_be_sent) for one in found(shop)] == [
        (record, "Have the order system change it again, under another idempotency key.", False)
        for record in ("Customer:C-1", "Customer:C-2")
    ]


def test_what_was_seen_is_listed_no_more_until_another_backup_takes_it(shop: Shop) -> None:
    shop.update()
    with shop.store.writing() as work:
        assert restore_decisions.accept(work, shop.company(), by="olga") == 2
        assert restore_decisions.accept(work, shop.company(), by="olga") == 0
    assert found(shop) == []

    backup = backup_of(shop)
    shop.save("Customer:C-2", BEN, idempotency_key="C-2 again")
    shop.update()
    restored(shop, backup)
    shop.update()

    assert [(one.record, one.is_gone) for one in found(shop)] == [("Customer:C-2", True)]


def test_where_nothing_was_restored_nothing_is_listed(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:C-1", RUTH)
    shop.update()

    assert (still_looked_for(shop), found(shop)) == (0, [])
