"""What deploy/operations.md says about a queue that was restored from a backup: so nothing is posted twice."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from service.store.unit import Store
from tests.clock import Clock
from tests.commands.terminal import Terminal
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.shop import Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "store"]

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def receipt(number: str) -> dict[str, object]:
    """A sales receipt: QuickBooks takes a second one with the same number without a word."""
    return {
        "CustomerRef": {"FullName": "Cash sales"},
        "RefNumber": number,
        "SalesReceiptLineAdd": [{"ItemRef": {"FullName": "Installation"}, "Quantity": 1, "Rate": "65.00"}],
    }


def posted(shop: Shop) -> list[str]:
    return sorted(one["RefNumber"] for one in shop.file.records("SalesReceipt") if one["RefNumber"].startswith("D-"))


def test_what_was_posted_after_the_backup_is_taken_off_and_the_rest_goes(
    store: Store, clock: Clock, tmp_path: Path, migrated_url: str
) -> None:
    shop, terminal = Shop(store, clock, tmp_path), Terminal(tmp_path, migrated_url)
    shop.save("Customer:CASH", {"Name": "Cash sales"})
    shop.update()
    later = [shop.save(f"SalesReceipt:{number}", receipt(f"D-{number}")) for number in (1, 2)]
    database = Path(migrated_url.removeprefix("sqlite:///"))
    with sqlite3.connect(database) as connection:
        connection.execute(f"VACUUM INTO '{tmp_path}/backup.sqlite'")
    connection.close()
    shop.update()
    assert posted(shop) == ["D-1", "D-2"]

    # The backup comes back: to it, both are still to be sent.
    store.close()
    for beside in ("-wal", "-shm"):
        Path(f"{database}{beside}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.sqlite", database)
    terminal.ok("company", "set", "--company", "shop", "--send-only-after-start")
    shop.update()
    before = shop.statuses(later)
    terminal.ok("decide", "by-hand", *map(str, later))
    for message_id, number in zip(later, ("D-1", "D-2"), strict=True):
        terminal.ok("decide", "entered", str(message_id), "--number", number)
    new = shop.save("SalesReceipt:3", receipt("D-3"))
    terminal.ok("start", "--company", "shop")
    shop.update()

    assert before == ["pending", "pending"]
    assert posted(shop) == ["D-1", "D-2", "D-3"]
    assert shop.statuses([*later, new]) == ["manually_entered", "manually_entered", "synchronized"]
    known = {one["RefNumber"]: one["TxnID"] for one in shop.file.records("SalesReceipt")}
    assert [shop.message(one).quickbooks_id for one in later] == [known["D-1"], known["D-2"]]


def test_a_set_that_was_on_its_way_at_the_backup_is_asked_for_and_not_sent_again(
    store: Store, clock: Clock, tmp_path: Path, migrated_url: str
) -> None:
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:CASH", {"Name": "Cash sales"})
    shop.update()
    message_id = shop.save("SalesReceipt:1", receipt("D-1"))
    database = Path(migrated_url.removeprefix("sqlite:///"))
    backup = tmp_path / "backup.sqlite"

    class BackingUp:
        """QuickBooks, at whose work a backup of the queue is made."""

        def __init__(self, quickbooks: object) -> None:
            self._quickbooks = quickbooks

        def process_request(self, request: str) -> str:
            if "SalesReceiptAddRq" in request:
                connection = sqlite3.connect(database)
                connection.execute(f"VACUUM INTO '{backup}'")
                connection.close()
            return str(self._quickbooks.process_request(request))  # type: ignore[attr-defined]  # As below.

        def __getattr__(self, name: str) -> object:
            return getattr(self._quickbooks, name)

    shop.update(between=BackingUp)
    shop.save("Customer:C-2", {"Name": "Ruth Calloway"})
    shop.update()
    store.close()
    for beside in ("-wal", "-shm"):
        Path(f"{database}{beside}").unlink(missing_ok=True)
    shutil.copy(backup, database)
    assert shop.message(message_id).status == "in_flight"

    shop.update()

    assert posted(shop) == ["D-1"]
    assert shop.message(message_id).status == "synchronized"
