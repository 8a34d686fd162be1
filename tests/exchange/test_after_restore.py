"""After a backup was restored, everybody can see what is gone until it is there again."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from service.exchange import after_restore, file_changes, story
from service.exchange.after_restore import Taken
from service.store import sessions
from service.store.unit import Store
from tests.clock import Clock
from tests.shop import Shop

RUTH, BEN = {"Name": "Calloway, Ruth"}, {"Name": "Okafor, Ben"}
HOW = "Have the order system save it again, under another idempotency key."


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop whose backup has one customer of two, and that one without the telephone that came later."""
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:C-1", RUTH, idempotency_key="C-1")
    shop.update()
    backup, moment = tmp_path / "backup.company", clock.now
    shutil.copy(shop.file.path, backup)
    shop.save("Customer:C-1", RUTH | {"Phone": "207 555 0111"})
    shop.save("Customer:C-2", BEN, idempotency_key="C-2")
    shop.update()
    for leftover in shop.file.path.parent.glob(f"{shop.file.path.name}-*"):
        leftover.unlink()
    shutil.copy(backup, shop.file.path)
    say_it_was_restored(shop, moment)
    return shop


def say_it_was_restored(shop: Shop, moment: datetime) -> None:
    with shop.store.writing() as work:
        file_changes.restored(work, shop.company(), moment, by="olga")


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
    assert found(shop) == [
        Taken(
            "Customer:C-1",
            "Calloway, Ruth",
            is_gone=False,
            saved_again=None,
            what_happened="QuickBooks has it as it was when the backup was made.",
            what_to_do=HOW,
        ),
        Taken(
            "Customer:C-2",
            "Okafor, Ben",
            is_gone=True,
            saved_again=None,
            what_happened="It is gone: it was made after the backup.",
            what_to_do=HOW,
        ),
    ]


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
    assert ben.saved_again == again
    assert ben.what_to_do == f"Nothing has to be done: it was saved again, as message {again}."

    shop.save("Customer:C-1", RUTH | {"Phone": "207 555 0111"})
    assert shop.update().status == "2 synchronized."
    assert found(shop) == []
    assert len(shop.file.find("Customer", "Okafor, Ben")) == 1


def test_the_same_key_brings_nothing_back_so_it_stays_on_the_list(shop: Shop) -> None:
    shop.update()
    shop.save("Customer:C-2", BEN, idempotency_key="C-2")
    shop.update()

    assert [one.record for one in found(shop)] == ["Customer:C-1", "Customer:C-2"]
    assert found(shop)[1].saved_again is None


def test_what_was_seen_is_listed_no_more_until_another_backup_takes_it(shop: Shop, clock: Clock) -> None:
    shop.update()
    with shop.store.writing() as work:
        assert after_restore.accept(work, shop.company(), by="olga") == 2
        assert after_restore.accept(work, shop.company(), by="olga") == 0
    assert found(shop) == []

    before = clock.now
    shop.save("Customer:C-2", BEN, idempotency_key="C-2 again")
    shop.update()
    shop.file.path.write_bytes((shop.file.path.parent / "backup.company").read_bytes())
    say_it_was_restored(shop, before)
    shop.update()

    assert [(one.record, one.is_gone) for one in found(shop)] == [("Customer:C-2", True)]


def test_where_nothing_was_restored_nothing_is_listed(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:C-1", RUTH)
    shop.update()

    assert (still_looked_for(shop), found(shop)) == (0, [])
