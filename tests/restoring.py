"""Takes a backup of a shop's company file, and restores it as somebody would: the file is as it was, and so is said."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service.exchange import file_changes
from tests.shop import Shop

RUTH, BEN = {"Name": "Calloway, Ruth"}, {"Name": "Okafor, Ben"}


@dataclass(frozen=True)
class Backup:
    """A copy of a company file, and when it was made."""

    path: Path
    made_at: datetime


def backup_of(shop: Shop) -> Backup:
    path = shop.file.path.with_suffix(".backup")
    shutil.copy(shop.file.path, path)
    return Backup(path, shop.clock.now)


def restore(shop: Shop, backup: Backup) -> None:
    """Put the company file back to where it was, and say nothing."""
    for leftover in shop.file.path.parent.glob(f"{shop.file.path.name}-*"):
        leftover.unlink()
    shutil.copy(backup.path, shop.file.path)


def restored(shop: Shop, backup: Backup, by: str = "olga") -> None:
    """Put the company file back to where it was, and say so."""
    restore(shop, backup)
    with shop.store.writing() as work:
        file_changes.restored(work, shop.company(), backup.made_at, by=by)


def two_customers_after_a_restore(shop: Shop) -> None:
    """The backup has one customer of two, and that one without the telephone that came later; not looked for yet."""
    shop.save("Customer:C-1", RUTH, idempotency_key="C-1")
    shop.update()
    backup = backup_of(shop)
    shop.save("Customer:C-1", RUTH | {"Phone": "207 555 0111"})
    shop.save("Customer:C-2", BEN, idempotency_key="C-2")
    shop.update()
    restored(shop, backup)
