"""The session protocol against a small model of QuickBooks, with a loss or a crash at every step.

Whatever the order of steps: never two copies, never none once it is called synchronized, never two unanswered sets
of writes, and no status that the model contradicts.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from service.exchange import decide
from service.store import tables
from service.store.messages import Message
from service.store.unit import StoreUnavailable
from tests.campaign.pace import TickingClock, in_a_hurry
from tests.exchange.conversation import Conversation
from tests.exchange.tiny_quickbooks import REFUSED_NAME, Crash, Entry, TinyQuickBooks, WentDown
from tests.journeys.fragile_store import At, FragileStore

NAMES = ("Calloway, Ruth", "Okafor, Ben", "Lindqvist, Eva", REFUSED_NAME)
HRESULT = "0x80010105"
VISITS_UNTIL_QUIET = 12
bounded = settings(max_examples=25, stateful_step_count=10, deadline=None)


class Step(Enum):
    """Where a round of a visit can be cut off."""

    ASKING = auto()
    RUNNING = auto()
    ANSWERING = auto()


@dataclass(frozen=True)
class Round:
    """What goes wrong in one request and its answer.

    `lost_at` is the step whose reply never comes back to the Web Connector, `fails_at` the one whose commit fails;
    `meanwhile` happens just before.
    """

    crash: Crash = Crash.NOWHERE
    lost_at: Step | None = None
    fails_at: Step | None = None
    is_sent_twice: bool = False
    meanwhile: str | None = None


MEANWHILE = ("save", "decide", "lose memory", "lock")
SELDOM = [None, None, None, None]
ROUNDS = st.builds(
    Round,
    crash=st.sampled_from([Crash.NOWHERE, Crash.NOWHERE, Crash.NOWHERE, *Crash]),
    lost_at=st.sampled_from([*SELDOM, *Step]),
    fails_at=st.sampled_from([*SELDOM, None, None, Step.ASKING, Step.ANSWERING]),
    is_sent_twice=st.booleans(),
    meanwhile=st.sampled_from([*SELDOM, *MEANWHILE]),
)


class Visits(RuleBasedStateMachine):
    """One company, one Web Connector that loses what it carries, one QuickBooks that crashes, and one person."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.store = FragileStore(f"sqlite:///{path}", clock=(clock := TickingClock()), threads=2)
        self.shop = Conversation(self.store, clock)
        self.shop.change_company(set_limit=3)
        self.quickbooks = TinyQuickBooks()
        self.saved: dict[int, tuple[str, str]] = {}
        self.phones = itertools.count(100)
        self.late: list[tuple[str, str, str]] = []

    # The order system, and a person.

    def save(self, name: str) -> None:
        phone = f"503-555-0{next(self.phones)}"
        number = self.shop.enqueue(record=f"Customer:{name}", content={"Name": name, "Phone": phone})
        self.saved[number] = (name, phone)

    def _decide(self, about: list[Message]) -> None:
        for message in about:
            with self.store.writing() as work:
                if message.status == "in_doubt":
                    there = self._entry_of(message)
                    settle = decide.it_is_not_there if there is None else decide.it_is_there
                    settle(work, message.id, by="ruth")
                if message.status == "failed":
                    decide.retry(work, [message.id], by="ruth")

    # The Web Connector.

    @rule(
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
        decides=st.booleans(),
        hours=st.sampled_from([1, 5]),
        rounds=st.lists(ROUNDS, min_size=1, max_size=6),
    )
    def visit(self, names: list[str], decides: bool, hours: int, rounds: list[Round]) -> None:
        """Some are saved, then a visit, whatever became of the one before; at its end the PC is switched off."""
        for name in names:
            self.save(name)
        if decides:
            self._decide(self._messages())
        self.shop.clock.go_on(hours=hours)
        if self.shop.authenticate() != "":
            return
        for one in rounds:
            if one.meanwhile is not None:
                _MEANWHILE[one.meanwhile](self)
            if not self._round(one):
                return

    def _round(self, one: Round) -> bool:
        """A request and its answer, with what is lost on the way; whether the visit goes on."""
        try:
            with self._store_that_fails(one.fails_at is Step.ASKING):
                text = self.shop.send_text()
        except StoreUnavailable:
            text = ""
        self.check()
        if not text:
            self.shop.close()
        if not text or one.lost_at is Step.ASKING:
            return False
        try:
            told = (self.quickbooks.run(text, one.crash), "")
        except WentDown:
            told = ("", HRESULT)
        self.check()
        self.late.append((self.shop.ticket, *told))
        if one.lost_at is Step.RUNNING:
            return False
        percentage = -1
        for _ in range(2 if one.is_sent_twice else 1):
            with self._store_that_fails(one.fails_at is Step.ANSWERING):
                percentage = self.shop.receive(*told)
            self.check()
        if one.lost_at is Step.ANSWERING:
            return False
        if not 0 <= percentage < 100:
            self.shop.close()
        return 0 <= percentage < 100

    @precondition(lambda self: self.late)
    @rule(which=st.integers(0, 5))
    def deliver_late(self, which: int) -> None:
        """An answer comes once more, after its visit."""
        ticket, text, hresult = self.late[which % len(self.late)]
        self.shop.calls.receive_response_xml(ticket, text, hresult, "")

    # What holds after every step.

    @invariant()
    def check(self) -> None:
        self._there_are_never_two_copies()
        self._what_is_called_synchronized_is_there_under_its_id()
        self._what_is_called_open_or_refused_is_not_there()
        self._one_set_of_writes_is_unanswered_at_most_and_holds_all_that_is_in_flight()

    def _there_are_never_two_copies(self) -> None:
        names = [entry.name for entry in self.quickbooks.entries]
        guids = [entry.guid for entry in self.quickbooks.entries]
        assert len(set(names)) == len(names)
        assert len(set(guids)) == len(guids)

    def _what_is_called_synchronized_is_there_under_its_id(self) -> None:
        for message in self._messages():
            if message.status == "synchronized":
                name, _ = self.saved[message.id]
                assert [one.list_id for one in self.quickbooks.entries if one.name == name] == [message.quickbooks_id]

    def _what_is_called_open_or_refused_is_not_there(self) -> None:
        for message in self._messages():
            if message.status in ("pending", "failed", "superseded"):
                assert self._entry_of(message) is None

    def _one_set_of_writes_is_unanswered_at_most_and_holds_all_that_is_in_flight(self) -> None:
        unanswered = self._unanswered_sets()
        assert len(unanswered) <= 1
        assert {message.set_id for message in self._messages() if message.status == "in_flight"} <= set(unanswered)

    def teardown(self) -> None:
        """Some quiet visits later everything is there, once, and as it was saved last."""
        try:
            self.store.mend()
            self._visit_until_quiet()
            self._all_is_there()
        finally:
            self.store.close()

    def _visit_until_quiet(self) -> None:
        for _ in range(VISITS_UNTIL_QUIET):
            self._decide(self._sound())
            self.shop.clock.go_on(hours=5)
            if self.shop.authenticate() != "" and not any(one.status == "failed" for one in self._sound()):
                return
            while self.shop.session().state == "open" and self._round(Round()):
                pass
        raise AssertionError(f"it is not quiet after {VISITS_UNTIL_QUIET} visits")

    def _all_is_there(self) -> None:
        newest = dict(self.saved.values())
        newest.pop(REFUSED_NAME, None)
        assert {entry.name: entry.phone for entry in self.quickbooks.entries} == newest
        assert {message.status for message in self._sound()} <= {"synchronized", "superseded"}

    # Looking.

    def _messages(self) -> list[Message]:
        return [self.shop.message(number) for number in self.saved]

    def _sound(self) -> list[Message]:
        return [message for message in self._messages() if self.saved[message.id][0] != REFUSED_NAME]

    def _entry_of(self, message: Message) -> Entry | None:
        """The entry that this message, and no other, created."""
        return next((one for one in self.quickbooks.entries if one.guid == message.external_guid), None)

    def _unanswered_sets(self) -> list[int]:
        query = select(tables.message_sets.c.id).where(
            tables.message_sets.c.purpose == "write", tables.message_sets.c.state.in_(["handed_out", "unknown"])
        )
        with self.store.reading() as work:
            return list(work.connection.execute(query).scalars())

    def _store_that_fails(self, fails: bool) -> _Failing:
        return _Failing(self.store, fails)


_MEANWHILE: dict[str, Callable[[Visits], None]] = {
    "save": lambda visits: visits.save(NAMES[0]),
    "decide": lambda visits: visits._decide(visits._messages()),
    "lose memory": lambda visits: visits.quickbooks.lose_memory(),
    "lock": lambda visits: visits.quickbooks.lock(),
}


class _Failing:
    """For a moment, nothing that is written is kept."""

    def __init__(self, store: FragileStore, fails: bool) -> None:
        self._store = store
        self._fails = fails

    def __enter__(self) -> None:
        if self._fails:
            self._store.break_down(At.COMMIT)

    def __exit__(self, *_: object) -> None:
        self._store.mend()


@pytest.fixture
def _in_a_hurry() -> Iterator[None]:
    with in_a_hurry():
        yield


@pytest.mark.usefixtures("_in_a_hurry")
def test_no_order_of_losses_and_crashes_posts_twice_or_loses(migrated_sqlite: Path, tmp_path: Path) -> None:
    numbers = itertools.count(1)

    def another() -> Visits:
        path = tmp_path / f"deskpost-{next(numbers)}.sqlite"
        shutil.copy(migrated_sqlite, path)
        return Visits(path)

    # Hypothesis calls it for a machine, class or not.
    run_state_machine_as_test(another, settings=bounded)  # type: ignore[arg-type]
