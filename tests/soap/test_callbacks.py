"""The operations as the exchange carries them out: signing in, slowed down, and what a failing database comes to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version

import pytest
from sqlalchemy import delete, update

from service.exchange import accounts, passwords
from service.soap.callbacks import ExchangeCalls
from service.store import connections, tables
from service.store.migrate import migrate
from service.store.unit import Conflict, Store, StoreUnavailable, Work
from tests.clock import Clock
from tests.exchange.conversation import PASSWORD, Conversation, answer, customer_added
from tests.shop import CHEAP_HASHES

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.20"


class FailingStore(Store):
    """A store that raises `failure`, while there is one, instead of opening a transaction."""

    failure: Exception | None = None
    fails_reading = False

    @contextmanager
    def writing(self) -> Iterator[Work]:
        if self.failure is not None:
            raise self.failure
        with super().writing() as work:
            yield work

    @contextmanager
    def reading(self) -> Iterator[Work]:
        if self.failure is not None and self.fails_reading:
            raise self.failure
        with super().reading() as work:
            yield work


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[FailingStore]:
    migrate(database_url)
    store = FailingStore(database_url, clock=clock, threads=4)
    yield store
    store.close()


@pytest.fixture
def shop(store: FailingStore, clock: Clock) -> Conversation:
    shop = Conversation(store, clock)
    shop.enqueue()
    return shop


def guess(shop: Conversation, times: int, address: str = HERE) -> None:
    """Try wrong passwords, each as soon as it is looked at."""
    for _ in range(times):
        shop.clock.go_on(minutes=2)
        assert shop.authenticate("guessed", address) == "nvu"


def test_three_wrong_passwords_cost_nothing(shop: Conversation) -> None:
    guess(shop, 3)

    assert shop.authenticate() == ""


@pytest.mark.parametrize(("wrong", "seconds"), [(4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 60), (30, 60)])
def test_each_further_wrong_password_doubles_the_wait_up_to_a_minute(
    wrong: int, seconds: int, shop: Conversation
) -> None:
    guess(shop, wrong)

    shop.clock.go_on(seconds=seconds - 0.5)
    assert shop.authenticate() == "nvu"
    shop.clock.go_on(seconds=0.5)
    assert shop.authenticate() == ""


def test_a_try_that_comes_too_soon_is_not_looked_at_and_prolongs_nothing(shop: Conversation) -> None:
    guess(shop, 6)
    for _ in range(7):
        shop.clock.go_on(seconds=1)
        assert shop.authenticate("guessed") == "nvu"

    shop.clock.go_on(seconds=1)
    assert shop.authenticate() == ""


def test_the_right_password_gets_in_from_another_address_whoever_guesses_here(shop: Conversation) -> None:
    guess(shop, 20)

    assert shop.authenticate(PASSWORD, HERE) == "nvu"
    assert shop.authenticate(PASSWORD, ELSEWHERE) == ""


def test_guessing_one_name_slows_down_no_other(shop: Conversation) -> None:
    with shop.store.writing() as work:
        accounts.add_connection(work, "shop", "back-office", PASSWORD, app_name="Deskpost", by="test")
    guess(shop, 20)

    assert shop.calls.authenticate("back-office", PASSWORD, HERE)[1] == ""


def test_the_right_password_wipes_the_slate_clean(shop: Conversation) -> None:
    guess(shop, 9)
    shop.clock.go_on(minutes=2)
    assert shop.authenticate() == ""

    guess(shop, 3)
    assert shop.authenticate() == ""


def test_what_was_guessed_a_day_ago_is_forgotten(shop: Conversation) -> None:
    guess(shop, 9)
    shop.clock.go_on(days=2)
    guess(shop, 1, ELSEWHERE)

    guess(shop, 3)
    assert shop.authenticate() == ""


def test_names_that_do_not_exist_are_slowed_down_like_those_that_do(shop: Conversation) -> None:
    for _ in range(4):
        shop.calls.authenticate("nobody", "guessed", HERE)

    with shop.store.writing() as work:
        accounts.add_connection(work, "shop", "nobody", PASSWORD, app_name="Deskpost", by="test")
    assert shop.calls.authenticate("nobody", PASSWORD, HERE)[1] == "nvu"
    shop.clock.go_on(seconds=2)
    assert shop.calls.authenticate("nobody", PASSWORD, HERE)[1] == ""


def test_a_user_who_lost_the_privilege_or_was_disabled_is_turned_away(shop: Conversation) -> None:
    with shop.store.writing() as work:
        work.connection.execute(update(tables.users).values(disabled_at=work.now))
    assert shop.authenticate() == "nvu"
    with shop.store.writing() as work:
        work.connection.execute(update(tables.users).values(disabled_at=None))
    assert shop.authenticate() == ""
    with shop.store.writing() as work:
        work.connection.execute(delete(tables.grants))
    assert shop.authenticate() == "nvu"


def test_who_loses_the_race_for_the_session_is_told_busy(shop: Conversation, store: FailingStore) -> None:
    store.failure = Conflict("UNIQUE constraint failed: sessions.company_id")

    ticket, instruction = shop.calls.authenticate(shop.connection.user_name, PASSWORD, HERE)

    assert instruction == "busy"
    assert len(ticket) == 40


def test_of_several_pcs_that_come_at_the_same_moment_one_works_and_the_others_are_told_busy(
    shop: Conversation,
) -> None:
    names = [shop.connection.user_name, "second", "third", "fourth"]
    with shop.store.writing() as work:
        for name in names[1:]:
            accounts.add_connection(work, "shop", name, PASSWORD, app_name="Deskpost", by="test")
    together = threading.Barrier(len(names))

    def sign_in(name: str) -> str:
        together.wait()
        return shop.calls.authenticate(name, PASSWORD, HERE)[1]

    with ThreadPoolExecutor(len(names)) as threads:
        instructions = list(threads.map(sign_in, names))

    assert sorted(instructions) == ["", "busy", "busy", "busy"]


def test_an_answer_that_the_database_does_not_take_stops_the_session_and_the_set_stays_unanswered(
    shop: Conversation, store: FailingStore
) -> None:
    handed = shop.begin()
    told = answer(customer_added(handed.numbers[0]), set_id=handed.new_id, set_code=0)
    store.failure = StoreUnavailable("sqlite:///deskpost.sqlite", "database or disk is full")

    assert shop.receive(told) == -1
    store.failure = None

    assert shop.set_states() == [("write", "handed_out")]
    assert shop.statuses([int(handed.numbers[0])]) == ["in_flight"]
    assert shop.receive(told) == 100


def test_while_nothing_can_be_read_the_last_error_says_to_come_again(shop: Conversation, store: FailingStore) -> None:
    shop.begin()
    store.failure = StoreUnavailable("sqlite:///deskpost.sqlite", "unable to open database file")
    store.fails_reading = True

    told = shop.trouble()

    assert "press Update Selected again" in told
    assert "sqlite" not in told


def test_every_web_connector_is_welcome_and_hears_which_server_this_is(shop: Conversation) -> None:
    assert shop.calls.server_version() == f"Deskpost {version('deskpost')}"
    assert shop.calls.client_version("1.0.0.0", HERE) == ""


def test_the_version_announced_before_signing_in_belongs_to_who_signs_in_from_there(shop: Conversation) -> None:
    shop.enqueue()
    shop.calls.client_version("34.0.10014.101", ELSEWHERE)
    shop.calls.client_version(" 34.0.10013.12 ", HERE)

    assert shop.authenticate(address=HERE) == ""

    assert (announced(shop), shop.session().client_version) == ("34.0.10013.12", "34.0.10013.12")


def test_a_later_visit_that_announces_nothing_keeps_the_version(shop: Conversation) -> None:
    shop.calls.client_version("34.0.10013.12", HERE)

    shop.authenticate(address=HERE)
    shop.authenticate(address=HERE)

    assert announced(shop) == "34.0.10013.12"


def test_of_two_versions_from_one_address_neither_counts(shop: Conversation) -> None:
    for version_ in ("34.0.10013.12", "2.3.0.215", "34.0.10013.12"):
        shop.calls.client_version(version_, HERE)

    shop.authenticate(address=HERE)

    assert announced(shop) is None


def test_a_version_from_an_earlier_visit_or_one_that_is_none_is_not_taken(shop: Conversation, clock: Clock) -> None:
    shop.calls.client_version("34.0.10013.12", HERE)
    clock.go_on(minutes=3)
    shop.calls.client_version("<b>34</b>", HERE)
    shop.calls.client_version("34.0.10013.12", "")

    shop.authenticate(address=HERE)

    assert announced(shop) is None


def test_a_wrong_password_takes_no_version(shop: Conversation) -> None:
    shop.calls.client_version("34.0.10013.12", HERE)

    assert shop.authenticate("wrong", address=HERE) == "nvu"

    assert announced(shop) is None


def test_a_database_that_takes_nothing_stops_no_visit_at_its_version(shop: Conversation, store: FailingStore) -> None:
    store.failure = StoreUnavailable("sqlite:///deskpost.sqlite", "the disk is full")

    assert shop.calls.client_version("34.0.10013.12", HERE) == ""


def announced(shop: Conversation) -> str | None:
    """The version of the Web Connector as it stands with the connection."""
    with shop.store.reading() as work:
        return connections.named(work, shop.connection.user_name).client_version


def test_interactive_mode_is_never_asked_for_and_answered_safely(store: FailingStore) -> None:
    calls = ExchangeCalls(store)

    assert calls.get_interactive_url("any", "1") == ""
    assert calls.interactive_done("any") == "DONE"
    assert calls.interactive_rejected("any", "no") != ""
