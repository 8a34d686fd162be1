"""Twenty wrong documents: each is refused in words that a developer can act on, and not one gets into the queue."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from service.store import companies, messages
from service.store.unit import Store
from tests.commands.terminal import Terminal, customer

DOCUMENTS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("wrong-documents.toml").read_text(encoding="utf-8")
)["document"]


def queued(store: Store) -> int:
    with store.reading() as work:
        return sum(messages.counts(work, companies.named(work, "shop").id).values())


def expected() -> list[str]:
    """What is said about the whole file, line by line."""
    return [f"line {number}: {said}" for number, one in enumerate(DOCUMENTS, 1) for said in one["said"]]


def test_there_are_twenty_and_each_is_wrong_in_its_own_way() -> None:
    assert len(DOCUMENTS) == 20
    assert len({one["about"] for one in DOCUMENTS}) == 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=[one["about"] for one in DOCUMENTS])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_is_refused_for_what_is_wrong_with_it(shop: Terminal, document: dict[str, Any]) -> None:
    result = shop.type("enqueue", shop.write("one.jsonl", document["line"]))

    assert result.exit_code == 1
    assert result.stderr.splitlines()[:-1] == [f"line 1: {said}" for said in document["said"]]


def test_all_twenty_are_refused_at_once_and_nothing_is_enqueued(shop: Terminal, store: Store) -> None:
    file = shop.write("day.jsonl", *(one["line"] for one in DOCUMENTS), customer("C-21", "Grace"))

    result = shop.type("enqueue", file)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        *expected(),
        (
            "Error: Nothing was enqueued, because 20 of 21 lines cannot be: mend them, "
            "or enqueue the others with --skip-invalid."
        ),
    ]
    assert queued(store) == 0


def test_the_good_ones_between_them_are_enqueued_if_that_is_asked_for(shop: Terminal, store: Store) -> None:
    file = shop.write(
        "day.jsonl", *(one["line"] for one in DOCUMENTS), customer("C-21", "Grace"), customer("C-22", "Ida")
    )

    result = shop.type("enqueue", file, "--skip-invalid")

    assert result.exit_code == 1
    assert result.stdout == "2 enqueued, 20 refused.\n"
    assert result.stderr.splitlines() == expected()
    assert queued(store) == 2
