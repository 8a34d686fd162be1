"""Who guesses with many calls at the same moment gains nothing by it, and shuts nobody out from another address."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.exchange import accounts, passwords
from service.store import connections
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import PASSWORD, Conversation
from tests.shop import CHEAP_HASHES

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.20"
GUESSES = 10

Try = tuple[str, str, str]


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    shop = Conversation(store, clock)
    shop.enqueue()
    return shop


class AtOnce:
    """Compares passwords as `passwords.verified` does, but only once so many have come to be compared."""

    def __init__(self, count: int) -> None:
        self._together = threading.Barrier(count, timeout=20)

    def __call__(self, password: str, password_hash: str | None) -> bool:
        self._together.wait()
        return password == PASSWORD and password_hash is not None


def try_at_once(shop: Conversation, monkeypatch: pytest.MonkeyPatch, tries: Sequence[Try]) -> list[str]:
    """All of them pass the first look before any of them is judged; returns what each was told."""
    with monkeypatch.context() as patch, ThreadPoolExecutor(len(tries)) as threads:
        patch.setattr(passwords, "verified", AtOnce(len(tries)))
        return [told[1] for told in threads.map(lambda one: shop.calls.authenticate(*one), tries)]


def guesses(shop: Conversation, count: int = GUESSES) -> list[Try]:
    return [(shop.connection.user_name, f"guess {number}", HERE) for number in range(count)]


def failures(shop: Conversation, address: str = HERE) -> int:
    with shop.store.reading() as work:
        return connections.failures(work, shop.connection.user_name, address)[0]


def test_of_many_wrong_passwords_at_once_the_first_four_count_and_the_others_come_too_soon(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert try_at_once(shop, monkeypatch, guesses(shop)) == ["nvu"] * GUESSES

    assert failures(shop) == 4
    shop.clock.go_on(seconds=1.5)
    assert shop.authenticate(PASSWORD, HERE) == "nvu"
    shop.clock.go_on(seconds=0.5)
    assert shop.authenticate(PASSWORD, HERE) == ""


def test_a_second_volley_of_guesses_counts_once(shop: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    try_at_once(shop, monkeypatch, guesses(shop))
    shop.clock.go_on(seconds=2)

    try_at_once(shop, monkeypatch, guesses(shop))

    assert failures(shop) == 5


def test_the_right_password_among_guesses_of_one_moment_is_not_looked_at_when_it_comes_after_them(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has passed the first look already when the others are counted, as the last of a volley has."""
    compared = passwords.verified

    def others_first(password: str, password_hash: str | None) -> bool:
        if password == PASSWORD:
            for guess in guesses(shop, 4):
                assert shop.calls.authenticate(*guess)[1] == "nvu"
        return compared(password, password_hash)

    monkeypatch.setattr(passwords, "verified", others_first)

    assert shop.authenticate(PASSWORD, HERE) == "nvu"
    assert failures(shop) == 4


def test_while_somebody_guesses_the_right_user_gets_in_from_where_he_always_comes(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = [*guesses(shop), (shop.connection.user_name, PASSWORD, ELSEWHERE)]

    *told, right = try_at_once(shop, monkeypatch, tries)

    assert right == ""
    assert told == ["nvu"] * GUESSES
    assert (failures(shop), failures(shop, ELSEWHERE)) == (4, 0)


def test_the_right_password_gets_in_however_often_it_comes_at_once(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Web Connector that is cut off and comes again at once is no guesser."""
    told = try_at_once(shop, monkeypatch, [(shop.connection.user_name, PASSWORD, HERE)] * 6)

    assert set(told) <= {"", "busy"}
    assert "" in told
    assert failures(shop) == 0


def test_a_name_that_nobody_has_is_counted_as_one_that_somebody_has(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = try_at_once(shop, monkeypatch, [("nobody", f"guess {number}", HERE) for number in range(GUESSES)])

    assert told == ["nvu"] * GUESSES
    with shop.store.writing() as work:
        assert connections.failures(work, "nobody", HERE)[0] == 4
        accounts.add_connection(work, "shop", "nobody", PASSWORD, app_name="Deskpost", by="test")
    assert shop.calls.authenticate("nobody", PASSWORD, HERE)[1] == "nvu"


def test_what_is_long_past_is_forgotten_while_others_are_judged(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several that failed days ago fail again at once: none of them holds up the others, and each begins anew."""
    names = [f"guesser {number}" for number in range(6)]
    for name in [*names, "gone"]:
        for _ in range(4):
            shop.clock.go_on(minutes=2)
            shop.calls.authenticate(name, "guess", HERE)
    shop.clock.go_on(days=2)

    assert try_at_once(shop, monkeypatch, [(name, "guess", HERE) for name in names]) == ["nvu"] * 6

    with shop.store.reading() as work:
        assert [connections.failures(work, name, HERE)[0] for name in names] == [1] * 6
        assert connections.failures(work, "gone", HERE) == (0, None)
