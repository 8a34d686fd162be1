"""The examples of the README do what it says: the message, the INSERT and the lines of Python, on both databases."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from service.store.database import read_address
from service.store.unit import Store
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.house.tree import ROOT
from tests.shop import Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "store"]


def example(language: str) -> str:
    """Return the one example that the README has in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert isinstance(found, str)
    return found


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    return Shop(store, clock, tmp_path)


def test_the_message_of_the_readme_is_posted_with_all_it_refers_to(shop: Shop) -> None:
    message: dict[str, Any] = json.loads(example("json"))
    item = {"Name": "Queso", "SalesOrPurchase": {"Price": "14.00", "AccountRef": {"FullName": "Product Sales"}}}

    shop.put(message)
    shop.save("Customer:VINET", {"Name": "Vins et alcools"})
    shop.save("ItemNonInventory:11", item)

    assert shop.update().status == "3 synchronized."
    (invoice,) = shop.file.find("Invoice", "10248")
    assert (invoice["TxnDate"], invoice["Subtotal"]) == ("2026-07-04", "168.00")


def test_a_row_inserted_as_the_readme_says_is_posted(shop: Shop, migrated_url: str) -> None:
    engine = create_engine(read_address(migrated_url))
    with engine.begin() as connection:
        connection.execute(text(example("sql").strip().rstrip(";").replace(":", r"\:")))
    engine.dispose()

    assert shop.update().status == "1 synchronized."
    (posted,) = shop.file.find("Customer", "Calloway, Ruth")
    assert posted["BillAddress"]["City"] == "Portland"


def test_the_lines_of_python_put_a_message_into_the_callers_transaction(shop: Shop, migrated_url: str) -> None:
    engine = create_engine(read_address(migrated_url))
    for commits in (False, True):
        with engine.connect() as connection:
            exec(example("python"), {"connection": connection})
            if commits:
                connection.commit()
        assert shop.counts() == ({"pending": 3} if commits else {})
    engine.dispose()

    assert shop.update().status == "3 synchronized."
    for name in ("Calloway, Ruth", "Kern, Lila", "Poole, Ada"):
        assert len(shop.file.find("Customer", name)) == 1
