"""A company's pages show times in a zone of its own, named as the IANA names it."""

from __future__ import annotations

import pytest

from service.exchange import time_zone
from service.exchange.time_zone import NotAZone
from service.store import events
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def set_zone(shop: Conversation, given: str) -> tuple[str | None, str | None]:
    with shop.store.writing() as work:
        return time_zone.set_zone(work, shop.company(), given, by="olga")


def kept(shop: Conversation) -> str | None:
    with shop.store.reading() as work:
        return time_zone.of_company(work, shop.company())


def told(shop: Conversation) -> list[tuple[str, str | None]]:
    with shop.store.reading() as work:
        return [(one.actor, one.note) for one in events.of_company(work, shop.company().id, time_zone.ACTION)]


def test_a_zone_is_set_and_taken_back_and_who_did_it_is_kept(shop: Conversation) -> None:
    assert kept(shop) is None

    assert set_zone(shop, " America/Chicago ") == (None, "America/Chicago")
    assert kept(shop) == "America/Chicago"
    assert set_zone(shop, "America/Chicago") == ("America/Chicago", "America/Chicago")
    assert set_zone(shop, "") == ("America/Chicago", None)

    assert kept(shop) is None
    assert told(shop) == [
        ("olga", "America/Chicago instead of that of the installation"),
        ("olga", "that of the installation instead of America/Chicago"),
    ]


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("america/new_york", "Is it America/New_York?"),
        ("New York", "Is it America/New_York?"),
        ("Europe/Berln", "Is it Europe/Berlin?"),
        ("Pacific", "such as America/New_York."),
        ("+05:00", "such as America/New_York."),
        ("../../etc/passwd", "such as America/New_York."),
        ("localtime", "such as America/New_York."),
        ("<b>", "such as America/New_York."),
    ],
)
def test_what_is_no_zone_is_named_and_changes_nothing(shop: Conversation, given: str, advice: str) -> None:
    with pytest.raises(NotAZone) as refused:
        set_zone(shop, given)

    assert str(refused.value).startswith(f"'{given}' is no time zone that this machine knows. ")
    assert str(refused.value).endswith(advice)
    assert (kept(shop), told(shop)) == (None, [])


def test_cities_are_offered_once_and_old_names_are_taken_all_the_same(shop: Conversation) -> None:
    offered = time_zone.offered()

    assert {"America/New_York", "Europe/Berlin", "UTC"} <= set(offered)
    assert "US/Eastern" not in offered
    assert set_zone(shop, "US/Eastern") == (None, "US/Eastern")
